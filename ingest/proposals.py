"""Events that articles state: proposed with the candidate, confirmed or turned down by a curator."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from disputes import commands
from disputes.articles import reference
from disputes.errors import FieldError, Invalid, NotFound, Unfit
from disputes.events import EVENT_TYPES
from disputes.events.court import CourtEvent
from disputes.events.personal import ERASED
from disputes.merged import present_slug
from disputes.models import Article, Dispute, EvidenceItem, Participation, Proceeding, TimelineEntry
from disputes.occurred import Occurred
from disputes.recorded import RecordedEvent
from disputes.streams import party_stream
from disputes.vocabulary import PartyKind
from ingest.models import Candidate, CandidateState, ProposedEvent, ProposedEventState, TriageAct
from ingest.proposing import (
    KnownDispute,
    KnownParty,
    KnownProceeding,
    StatedEvent,
    akin,
    overlaps,
    propose_events,
)
from ingest.triage_steps import note_step, note_taken_back


def propose_stated_events(article: Article, candidates: Collection[Candidate]) -> None:
    """Write down the events that an article states of the dispute of each of its candidates.

    What a curator has judged stays as it is, what is open is proposed anew. To be called in the transaction that
    writes the candidates. Some six queries where there are any, whatever their number.
    """
    if not candidates:
        return
    known = known_disputes({candidate.dispute_id for candidate in candidates})
    present = {
        (row.candidate_id, row.type): row
        for row in ProposedEvent.objects.select_for_update().filter(candidate__in=candidates).order_by("pk")
    }
    published = article.published_at.date() if article.published_at else None
    told = {}
    for candidate in candidates:
        for event in propose_events(article.title, article.text, published, known[candidate.dispute_id]):
            key = candidate.pk, event.type
            row = present.get(key) or ProposedEvent(candidate=candidate, type=event.type)
            # One of a type for each candidate: what was judged before is not asked again. What is open keeps its
            # number, since a curator may be looking at it.
            if row.state == ProposedEventState.OPEN:
                told[key] = _say(row, event)
    new = [row for key, row in told.items() if key not in present]
    old = [row for key, row in told.items() if key in present]
    ProposedEvent.objects.bulk_create(new)
    ProposedEvent.objects.bulk_update(old, _SAID)
    gone = [row.pk for key, row in present.items() if row.state == ProposedEventState.OPEN and key not in told]
    if gone:
        ProposedEvent.objects.filter(pk__in=gone).delete()


_SAID: Final = ("occurred", "is_dated_by_publication", "standing", "data", "quote", "place", "start", "end")


def _say(row: ProposedEvent, event: StatedEvent) -> ProposedEvent:
    row.occurred = event.occurred.to_data()
    row.is_dated_by_publication = event.is_dated_by_publication
    row.standing = event.standing.value
    row.data = dict(event.data)
    row.quote = event.quote
    row.place = event.place.value
    row.start, row.end = event.start, event.end
    return row


def known_disputes(slugs: Collection[str]) -> dict[str, KnownDispute]:
    """Give what is known of these disputes before an article is read. Three queries, whatever their number."""
    parties: dict[str, dict[str, KnownParty]] = {slug: {} for slug in slugs}
    parts = Participation.objects.filter(dispute__in=slugs).select_related("party").exclude(party__name=ERASED)
    for part in parts.order_by("dispute", "rank"):
        before = parties[part.dispute_id].get(part.party_id)
        names = (
            part.party.name,
            *(alias for alias in part.party.aliases if alias != ERASED),
            *(former["name"] for former in part.party.former_names if former["name"] != ERASED),
        )
        roles = frozenset({part.role}) | (before.roles if before else frozenset())
        parties[part.dispute_id][part.party_id] = KnownParty(part.party_id, names, roles)
    proceedings: dict[str, list[KnownProceeding]] = {slug: [] for slug in slugs}
    for row in Proceeding.objects.filter(dispute__in=slugs).order_by("dispute", "rank"):
        filed = row.filed_on.isoformat() if row.filed_on else ""
        proceedings[row.dispute_id].append(KnownProceeding(row.key, row.court, row.docket_number, row.caption, filed))
    titles = dict(Dispute.objects.filter(slug__in=slugs).values_list("slug", "title"))
    return {
        slug: KnownDispute(slug, titles.get(slug, slug), tuple(parties[slug].values()), tuple(proceedings[slug]))
        for slug in slugs
    }


@dataclass(frozen=True, slots=True)
class KnownEvent:
    """An event of the record that a proposal is an account of."""

    event_id: UUID
    dispute: str
    """Under which it is told: that of the candidate, or the one that this was merged into."""
    type: str
    occurred: dict[str, Any]
    summary: str
    is_cited: bool
    """Whether it cites the article already, so that there is nothing left to confirm."""


def find_known_events(proposals: Sequence[ProposedEvent]) -> dict[int, KnownEvent]:
    """Find for each proposal the event that the dispute has already: of its type or its kin, at an overlapping date.

    By the id of the proposal; those that tell something new are absent. The candidates are at hand. Three queries,
    whatever their number.
    """
    present = _present_slugs({proposal.candidate.dispute_id for proposal in proposals})
    slugs = set(present.values())
    if not slugs:
        return {}
    entries: dict[str, list[TimelineEntry]] = {slug: [] for slug in slugs}
    found = TimelineEntry.objects.filter(dispute__in=slugs, first_day__isnull=False, retracted_by__isnull=True)
    for entry in found.only("event_id", "dispute", "type", "occurred", "first_day", "last_day", "summary", "position"):
        entries[entry.dispute_id].append(entry)
    cited = set(
        EvidenceItem.objects.filter(
            dispute__in=slugs, article__in=[proposal.candidate.article_id for proposal in proposals]
        ).values_list("article", "event_id")
    )
    known = {}
    for proposal in proposals:
        slug = present[proposal.candidate.dispute_id]
        like = _known(proposal, entries[slug])
        if like is not None:
            is_cited = (proposal.candidate.article_id, like.event_id) in cited
            known[proposal.pk] = KnownEvent(like.event_id, slug, like.type, like.occurred or {}, like.summary, is_cited)
    return known


def _present_slugs(slugs: Collection[str]) -> dict[str, str]:
    """Give for each slug that under which the dispute goes on. One query, and one or two for each that was merged."""
    merged = set(Dispute.objects.filter(slug__in=slugs).exclude(merged_into="").values_list("slug", flat=True))
    return {slug: present_slug(Dispute, slug) if slug in merged else slug for slug in slugs}


def _known(proposal: ProposedEvent, entries: Sequence[TimelineEntry]) -> TimelineEntry | None:
    occurred = Occurred.model_validate(proposal.occurred)
    alike = [
        entry
        for entry in entries
        if akin(entry.type, proposal.type)
        and entry.first_day is not None
        and entry.last_day is not None
        and overlaps(occurred, entry.first_day, entry.last_day)
    ]
    # The very type before its kin, and of several of them the one whose date is known best, then the newest.
    return min(
        alike,
        key=lambda entry: (
            entry.type != proposal.type,
            (entry.last_day - entry.first_day) if entry.first_day and entry.last_day else None,
            -entry.position,
        ),
        default=None,
    )


@transaction.atomic
def confirm_event(proposal_id: int, *, by: str, proceeding: str | None = None, as_new: bool = False) -> ProposedEvent:
    """Record the event that an article states, with the article and its words as evidence.

    Where the dispute has the event already the article becomes further evidence for it, unless `as_new` says that it
    is another. A candidate that waits is accepted so. `proceeding` says in which case it was, where the dispute has
    several. Raises NotFound; Unfit where it is judged already, the candidate is rejected or the text has changed;
    Invalid where what was proposed does not fit the event type.
    """
    proposal = _locked(proposal_id)
    candidate, article = proposal.candidate, proposal.candidate.article
    if proposal.state != ProposedEventState.OPEN:
        raise Unfit(f"the proposed event is {proposal.state} already, by {proposal.decided_by}; undo that first")
    if candidate.state == CandidateState.REJECTED:
        raise Unfit(f"the candidate was rejected by {candidate.decided_by}; undo that first")
    if proposal.quote not in article.title and proposal.quote not in article.text:
        raise Unfit(
            "the article was captured anew and no longer says this; dismiss the proposal, and record the event by "
            "hand where it still holds"
        )
    slug = present_slug(Dispute, candidate.dispute_id)
    known = None if as_new else find_known_events([proposal]).get(proposal.pk)
    event = (
        _record(slug, proposal, proceeding, by=by)
        if known is None
        else commands.attach_evidence(
            slug,
            article=reference(article),
            event=known.event_id,
            quote=proposal.quote,
            score=round(candidate.score, 4),
            matcher=candidate.matcher or None,
            by=by,
        )
    )
    _decide(proposal, ProposedEventState.CONFIRMED, by=by, event_id=event.event_id)
    if candidate.state != CandidateState.ACCEPTED:
        candidate.state = CandidateState.ACCEPTED
        candidate.decided_by, candidate.decided_at, candidate.decision = by, proposal.decided_at, event.event_id
        candidate.snoozed_until = None
        candidate.save()
        note_step(candidate, TriageAct.ACCEPTED, by=by, press=None, event=event.event_id)
    return proposal


def _record(slug: str, proposal: ProposedEvent, proceeding: str | None, *, by: str) -> RecordedEvent:
    data = dict(proposal.data)
    is_of_court = issubclass(EVENT_TYPES[proposal.type], CourtEvent)
    if proceeding and is_of_court:
        data["proceeding"] = proceeding
        data.pop("caption", None)
    elif is_of_court and not data.get("proceeding"):
        known = list(Proceeding.objects.filter(dispute=slug).order_by("rank").values_list("key", flat=True))
        hint = f"choose one of {', '.join(known)}" if known else "record the complaint that began it first"
        raise Invalid("an event before a court needs its proceeding", [FieldError("/proceeding", hint)])
    return commands.record_event(
        slug,
        type=proposal.type,
        occurred=proposal.occurred,
        standing=proposal.standing,
        data=data,
        evidence=[{"article": reference(proposal.candidate.article), "quote": proposal.quote}],
        personal=_persons_in(slug, proposal.quote),
        by=by,
    )


def _persons_in(slug: str, text: str) -> dict[str, str]:
    """Seal the words where they name a person who is a party, so that they can be erased. One query."""
    persons = Participation.objects.filter(dispute=slug, party__kind=PartyKind.PERSON, party__erased_at=None)
    for part in persons.select_related("party").order_by("rank"):
        names = (part.party.name, *part.party.aliases, *(former["name"] for former in part.party.former_names))
        if any(name.casefold() in text.casefold() for name in names):
            return dict.fromkeys(("/data/summary", "/evidence/0/quote"), party_stream(part.party_id))
    return {}


@transaction.atomic
def dismiss_event(proposal_id: int, *, by: str) -> ProposedEvent:
    """Turn a proposed event down; the candidate stays as it is. Raises NotFound, and Unfit where it is judged."""
    proposal = _locked(proposal_id)
    if proposal.state != ProposedEventState.OPEN:
        raise Unfit(f"the proposed event is {proposal.state} already, by {proposal.decided_by}; undo that first")
    _decide(proposal, ProposedEventState.DISMISSED, by=by, event_id=None)
    return proposal


@transaction.atomic
def undo_event(proposal_id: int, *, by: str) -> ProposedEvent:
    """Take back what was decided about a proposed event; it is open again.

    What the decision recorded is retracted. A candidate that was accepted by it waits again. Raises NotFound, and
    Unfit where nothing was decided.
    """
    proposal = _locked(proposal_id)
    if proposal.state == ProposedEventState.OPEN:
        raise Unfit("nothing was decided about this proposed event yet")
    candidate = proposal.candidate
    if proposal.decision is not None and candidate.decision == proposal.decision:
        candidate.state = CandidateState.PENDING
        candidate.decided_by, candidate.decided_at, candidate.decision = by, timezone.now(), None
        candidate.save()
        note_taken_back(candidate, by=by)
    _take_back(proposal, by=by)
    return proposal


def take_back_events(candidate: Candidate, *, by: str) -> None:
    """Retract the events that were confirmed from a candidate, and let them be proposed again. In a transaction."""
    confirmed = ProposedEvent.objects.select_for_update().filter(
        candidate=candidate, state=ProposedEventState.CONFIRMED
    )
    for proposal in confirmed.select_related("candidate"):
        _take_back(proposal, by=by)


def _take_back(proposal: ProposedEvent, *, by: str) -> None:
    decision = proposal.decision
    # A curator may have retracted the event itself meanwhile.
    if decision is not None and TimelineEntry.objects.filter(event_id=decision, retracted_by__isnull=True).exists():
        slug = present_slug(Dispute, proposal.candidate.dispute_id)
        commands.retract_event(slug, event=decision, reason="The confirmation was taken back", by=by)
    _decide(proposal, ProposedEventState.OPEN, by=by, event_id=None)


def _decide(proposal: ProposedEvent, state: ProposedEventState, *, by: str, event_id: UUID | None) -> None:
    proposal.state = state
    proposal.decided_by = by
    proposal.decided_at = timezone.now()
    proposal.decision = event_id
    proposal.save()


def _locked(proposal_id: int) -> ProposedEvent:
    """Lock the candidate before the proposal, as the matcher and a curator's other decisions do."""
    numbers = ProposedEvent.objects.filter(pk=proposal_id).values_list("candidate", flat=True)
    candidate = Candidate.objects.select_for_update().filter(pk__in=list(numbers)).first()
    found = ProposedEvent.objects.select_for_update(of=("self",)).select_related("candidate__article")
    proposal = found.filter(pk=proposal_id).first() if candidate is not None else None
    if proposal is None:
        raise NotFound(f"there is no proposed event {proposal_id}")
    return proposal
