"""From an article to candidates, and from candidates to evidence."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import NAMESPACE_URL, UUID, uuid5

from django.db import transaction
from django.utils import timezone

from disputes import commands, prepared
from disputes.articles import reference
from disputes.errors import NotFound, Unfit
from disputes.merged import present_slug
from disputes.models import Article, Dispute, EvidenceItem
from ingest.docket_matching import find_all_matches, find_matches
from ingest.grouping import group_articles
from ingest.matching import Match, Matcher
from ingest.models import Candidate, CandidateState, PendingMatch, TriageAct
from ingest.profiles import matcher
from ingest.proposals import propose_stated_events, take_back_events
from ingest.selecting import select_rows
from ingest.triage_steps import note_step, note_taken_back

MATCHER = "system:matcher"
"""Who attaches what no curator looked at."""
WAITING: Final = frozenset({CandidateState.PENDING, CandidateState.SNOOZED})
"""States in which a candidate has yet to be decided."""
# Under lock, what waits and is in nobody else's hands. One that was asked for again since a moment waits for a matcher
# that knows what was recorded since.
_FREE: Final = """
    SELECT article_id FROM ingest_pendingmatch WHERE article_id = ANY(%s::uuid[]) AND since <= %s
    ORDER BY since, article_id FOR UPDATE SKIP LOCKED
"""
_DISMISS: Final = "DELETE FROM ingest_pendingmatch WHERE article_id = ANY(%s::uuid[]) RETURNING article_id"


def match_pending(*, limit: int = 500) -> int:
    """Match articles that wait for it, oldest first, after joining them with their copies; give their number.

    Most match nothing; those stop waiting together. Each of the others is its own transaction: the candidates are
    written and the article stops waiting, or neither. Two workers never take the same article at once. May be run
    twice and killed half-way. What the matcher knows is read once for so many, which takes some 10 ms.
    """
    waiting = list(PendingMatch.objects.order_by("since").values_list("article_id", flat=True)[:limit])
    if not waiting:
        return 0
    group_articles(waiting)
    as_of = timezone.now()
    present = matcher()
    dismissed, others = _dismiss(waiting, present, as_of)
    return dismissed + sum(_match_one(article_id, present, as_of) for article_id in others)


@transaction.atomic
def _dismiss(waiting: Sequence[UUID], present: Matcher, as_of: datetime) -> tuple[int, list[UUID]]:
    """Stop the waiting of the articles for which there is nothing to do; give their number, and the others, in order.

    These match nothing, or just what they matched before: most of those that are looked back at. Five queries at
    most, whatever their number.
    """
    free = [key for (key,) in prepared.execute(_FREE, (list(waiting), as_of))]
    articles = select_rows(Article, "WHERE id = ANY(%s::uuid[])", (free,))
    known = _known(articles)
    open_ones = {
        key: [slug for slug, one in by_dispute.items() if one.state in WAITING] for key, by_dispute in known.items()
    }
    matches = find_all_matches(articles, present, waiting=open_ones)
    todo = _unsettled(articles, matches, known, present)
    done = [key for key in free if key not in todo]
    prepared.execute(_DISMISS, (done,))
    return len(done), [key for key in free if key in todo]


def _known(articles: Collection[Article]) -> dict[UUID, dict[str, Candidate]]:
    """Give the candidates that some articles led to, by article and dispute. A query."""
    known: dict[UUID, dict[str, Candidate]] = {}
    for candidate in Candidate.objects.filter(article__in=[article.pk for article in articles]) if articles else ():
        known.setdefault(candidate.article_id, {})[candidate.dispute_id] = candidate
    return known


def _unsettled(
    articles: Collection[Article],
    matches: Mapping[UUID, Sequence[Match]],
    known: Mapping[UUID, Mapping[str, Candidate]],
    present: Matcher,
) -> set[UUID]:
    """Give the articles that have a match of which no candidate tells, or not with this score and these words."""

    def is_settled(article: Article, match: Match) -> bool:
        candidate = known.get(article.pk, {}).get(match.dispute)
        if candidate is None or not math.isclose(candidate.score, match.score, abs_tol=1e-9):
            return False
        if article.captured_at is not None and article.captured_at > candidate.proposed_at:
            return False
        is_open = candidate.state == CandidateState.PENDING and candidate.decided_at is None
        return not (is_open and match.score >= present.automatic_of(match.dispute))

    return {article.pk for article in articles if not all(is_settled(article, match) for match in matches[article.pk])}


@transaction.atomic
def _match_one(article_id: UUID, present: Matcher, as_of: datetime) -> bool:
    if not prepared.execute(_FREE, ([article_id], as_of)):
        return False
    propose(Article.objects.get(pk=article_id), present)
    prepared.execute(_DISMISS, ([article_id],))
    return True


def propose(article: Article, present: Matcher) -> list[Candidate]:
    """Write a candidate for each dispute that an article matches; attach it where the score is high enough.

    A pair that a curator has judged, or that is evidence already, is left as it is. One that waits or was put off gets
    the new score, also where that would no longer bring it into the inbox: it leaves that by a decision only. To be
    called in a transaction.
    """
    # Locked before the head of the ledger is, as a curator's decision does, so that neither waits for the other.
    present_ones = Candidate.objects.select_for_update().filter(article=article).order_by("pk")
    judged = {candidate.dispute_id: candidate for candidate in present_ones}
    waiting = [slug for slug, candidate in judged.items() if candidate.state in WAITING]
    matches = find_matches(article, present, waiting=waiting)
    slugs = [match.dispute for match in matches]
    attached = set(EvidenceItem.objects.filter(article=article).values_list("dispute", flat=True))
    rejected = set(
        Dispute.objects.filter(slug__in=slugs, rejected_articles__contains=[article.id]).values_list("slug", flat=True)
    )
    candidates, accepted = [], []
    for match in matches:
        candidate = judged.get(match.dispute)
        if candidate is not None and candidate.state not in WAITING:
            if candidate.state == CandidateState.ACCEPTED:
                accepted.append(candidate)
            continue
        if candidate is None and match.dispute in attached | rejected:
            continue
        candidate = candidate or Candidate(article=article, dispute_id=match.dispute)
        candidate.score = match.score
        candidate.reasons = _reasons(match)
        candidate.matcher = present.weights.version
        # A candidate that a curator put off or put back is theirs to judge.
        if match.score >= present.automatic_of(match.dispute) and candidate.decided_at is None:
            _attach(candidate, by=MATCHER)
        candidate.save()
        candidates.append(candidate)
    # What is evidence already may have been captured anew, and say more now.
    propose_stated_events(article, candidates + accepted)
    return candidates


@transaction.atomic
def accept_candidate(candidate_id: int, *, by: str, press: UUID | None = None) -> Candidate:
    """Attach the article as evidence. Raises Unfit where the candidate is decided already.

    Here and below, `press` is the same for what one press of a button does to several candidates; it is undone
    together, see `ingest.triage`.
    """
    candidate = _locked(candidate_id)
    _require(candidate, CandidateState.PENDING, CandidateState.SNOOZED)
    _attach(candidate, by=by)
    candidate.snoozed_until = None
    candidate.save()
    note_step(candidate, TriageAct.ACCEPTED, by=by, press=press, event=candidate.decision)
    return candidate


@transaction.atomic
def reject_candidate(candidate_id: int, *, by: str, reason: str | None = None, press: UUID | None = None) -> Candidate:
    """Record that the article is no evidence for the dispute. Raises Unfit where it is decided already."""
    candidate = _locked(candidate_id)
    _require(candidate, CandidateState.PENDING, CandidateState.SNOOZED)
    slug = present_slug(Dispute, candidate.dispute_id)
    event = commands.reject_evidence(
        slug,
        article=candidate.article_id,
        by=by,
        reason=reason or None,
        score=candidate.score,
        matcher=candidate.matcher or None,
    )
    _decide(candidate, CandidateState.REJECTED, by=by, event_id=event.event_id)
    candidate.snoozed_until = None
    candidate.save()
    note_step(candidate, TriageAct.REJECTED, by=by, press=press, event=event.event_id)
    return candidate


@transaction.atomic
def snooze_candidate(candidate_id: int, *, by: str, days: int = 7, press: UUID | None = None) -> Candidate:
    """Put a candidate off for some days; it then waits again. Raises Unfit where it does not wait."""
    candidate = _locked(candidate_id)
    _require(candidate, CandidateState.PENDING)
    _decide(candidate, CandidateState.SNOOZED, by=by, event_id=None)
    candidate.snoozed_until = timezone.now() + timedelta(days=days)
    candidate.save()
    note_step(candidate, TriageAct.SNOOZED, by=by, press=press, until=candidate.snoozed_until)
    return candidate


@transaction.atomic
def undo_candidate(candidate_id: int, *, by: str) -> Candidate:
    """Take a decision back, whoever made it; the candidate waits again.

    What the decision recorded is retracted, so that the log shows both. Raises Unfit where nothing was decided.
    """
    candidate = _locked(candidate_id)
    if candidate.state == CandidateState.PENDING:
        raise Unfit("nothing was decided about this candidate yet")
    # An event that was confirmed from it rests on the article too; it may be the decision itself.
    is_confirmation = candidate.proposed_events.filter(decision=candidate.decision).exists()
    take_back_events(candidate, by=by)
    if candidate.decision is not None and not is_confirmation:
        slug = present_slug(Dispute, candidate.dispute_id)
        commands.retract_event(slug, event=candidate.decision, reason="The decision was taken back", by=by)
    _decide(candidate, CandidateState.PENDING, by=by, event_id=None)
    candidate.snoozed_until = None
    candidate.save()
    note_taken_back(candidate, by=by)
    return candidate


def wake_candidates() -> int:
    """Let the candidates whose time of being put off is over wait again; give their number."""
    return Candidate.objects.filter(state=CandidateState.SNOOZED, snoozed_until__lte=timezone.now()).update(
        state=CandidateState.PENDING, snoozed_until=None
    )


def _attach(candidate: Candidate, *, by: str) -> None:
    """Attach the article, unless it is evidence already, and note the decision."""
    automatic = by == MATCHER
    try:
        event = commands.attach_evidence(
            present_slug(Dispute, candidate.dispute_id),
            article=reference(candidate.article),
            by=by,
            score=round(candidate.score, 4),
            reasons=[
                {"kind": reason["kind"], "text": reason["text"], "weight": reason["weight"]}
                for reason in candidate.reasons[:20]
            ],
            matcher=candidate.matcher or None,
            # Derived from its cause, so that a doubled message can't attach twice.
            event_id=uuid5(NAMESPACE_URL, f"match:{candidate.article_id}:{candidate.dispute_id}")
            if automatic
            else None,
        )
    except Unfit:
        _decide(candidate, CandidateState.ACCEPTED, by=by, event_id=None)
        return
    _decide(candidate, CandidateState.ACCEPTED, by=by, event_id=event.event_id)


def _decide(candidate: Candidate, state: CandidateState, *, by: str, event_id: UUID | None) -> None:
    candidate.state = state
    candidate.decided_by = by
    candidate.decided_at = timezone.now()
    candidate.decision = event_id


def _locked(candidate_id: int) -> Candidate:
    try:
        return Candidate.objects.select_for_update(of=("self",)).select_related("article").get(pk=candidate_id)
    except Candidate.DoesNotExist as error:
        raise NotFound(f"there is no candidate {candidate_id}") from error


def _require(candidate: Candidate, *states: CandidateState) -> None:
    if candidate.state not in states:
        raise Unfit(f"the candidate is {candidate.state} already, by {candidate.decided_by}; undo that first")


def _reasons(match: Match) -> list[dict[str, object]]:
    return [
        {
            "kind": str(reason.kind),
            "text": reason.line,
            "weight": round(reason.weight, 3),
            "field": str(reason.field),
            "start": reason.start,
            "end": reason.end,
        }
        for reason in match.reasons
    ]
