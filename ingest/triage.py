"""What curators do with candidates beside accepting and rejecting them: assign, file under other disputes, undo."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import F, Q, QuerySet

from disputes import commands
from disputes.articles import reference
from disputes.errors import NotFound, Unfit, unknown_dispute
from disputes.merged import present_slug
from disputes.models import Dispute, TimelineEntry
from ingest.candidates import accept_candidate, reject_candidate, undo_candidate
from ingest.models import Candidate, CandidateState, TriageAct, TriageStep
from ingest.triage_steps import DECISIONS, note_step

STANDS = (
    Q(act__in=DECISIONS, candidate__state=F("act"), candidate__decided_by=F("by"))
    | Q(act=TriageAct.ASSIGNED, candidate__assigned_to=F("assigned_to"))
    | Q(act=TriageAct.FILED)
)
"""Which steps still say what is: nobody did something else since, and no time ran out."""


@transaction.atomic
def assign_candidate(candidate_id: int, *, to: str, by: str, press: UUID | None = None) -> Candidate:
    """Say who is to judge a candidate; an empty name says that anybody may.

    Raises NotFound, and Unfit where it is theirs already or does not wait.
    """
    candidate = _locked(candidate_id)
    if candidate.state not in {CandidateState.PENDING, CandidateState.SNOOZED}:
        raise Unfit(f"the candidate is {candidate.state} already, by {candidate.decided_by}; undo that first")
    if candidate.assigned_to == to:
        raise Unfit(f"the candidate is {to}'s already" if to else "the candidate is nobody's already")
    before, candidate.assigned_to = candidate.assigned_to, to
    candidate.save(update_fields=["assigned_to"])
    note_step(candidate, TriageAct.ASSIGNED, by=by, press=press, assigned_to=to, assigned_before=before)
    return candidate


@transaction.atomic
def move_candidate(
    candidate_id: int, *, to: str, by: str, reason: str | None = None, press: UUID | None = None
) -> Candidate:
    """Reject a candidate for its dispute and attach its article to another one; both or neither.

    Raises NotFound, and Unfit where the candidate is decided already or the article was rejected for that other
    dispute.
    """
    candidate, slug = _with_other(candidate_id, to)
    press = press or uuid4()
    title = Dispute.objects.values_list("title", flat=True).get(pk=slug)
    rejected = reject_candidate(candidate.pk, by=by, reason=reason or f"It is about {title}", press=press)
    _file(candidate, slug, by=by, press=press)
    return rejected


@transaction.atomic
def accept_for_several(candidate_id: int, *, disputes: Sequence[str], by: str, press: UUID | None = None) -> Candidate:
    """Accept a candidate, and attach its article to these other disputes as well; all of it or nothing.

    Raises NotFound; Unfit where the candidate is decided already, no other dispute is named, or the article was
    rejected for one of them.
    """
    others = list(dict.fromkeys(disputes))
    if not others:
        raise Unfit("name at least one other dispute, or accept the candidate for its own")
    found = [_with_other(candidate_id, other) for other in others]
    press = press or uuid4()
    accepted = accept_candidate(candidate_id, by=by, press=press)
    for candidate, slug in found:
        _file(candidate, slug, by=by, press=press)
    return accepted


def _with_other(candidate_id: int, other: str) -> tuple[Candidate, str]:
    """Lock the candidate, and that of its article for another dispute; give the first, and the other's present name."""
    candidate = Candidate.objects.select_related("article").filter(pk=candidate_id).first()
    if candidate is None:
        raise NotFound(f"there is no candidate {candidate_id}")
    if not Dispute.objects.filter(pk=other).exists():
        raise unknown_dispute(other)
    slug = present_slug(Dispute, other)
    if slug == present_slug(Dispute, candidate.dispute_id):
        raise Unfit(f"{slug} is the dispute of the candidate itself; name another one")
    pair = Q(pk=candidate_id) | Q(article=candidate.article_id, dispute=slug)
    # In one order, so that two curators never wait for each other.
    list(Candidate.objects.select_for_update().filter(pair).order_by("pk"))
    return candidate, slug


def _file(candidate: Candidate, slug: str, *, by: str, press: UUID) -> None:
    """Attach the article of a candidate to another dispute, by the candidate for that where there is one."""
    other = Candidate.objects.filter(article=candidate.article_id, dispute=slug).first()
    if other is not None and other.state == CandidateState.REJECTED:
        raise Unfit(f"the article was rejected for {slug} by {other.decided_by}; undo that first")
    if other is not None and other.state in {CandidateState.PENDING, CandidateState.SNOOZED}:
        accept_candidate(other.pk, by=by, press=press)
        return
    try:
        event = commands.attach_evidence(slug, article=reference(candidate.article), by=by)
    except Unfit:
        # It is evidence there already, which is what was wanted.
        return
    note_step(candidate, TriageAct.FILED, by=by, press=press, dispute=slug, event=event.event_id)


def last_press(by: str) -> QuerySet[TriageStep]:
    """Give the steps of what somebody did last that still stands, the newest first; none where there is nothing.

    Two queries over an index, with the one that reads it.
    """
    standing = TriageStep.objects.filter(STANDS, by=by, taken_back=None).exclude(act=TriageAct.UNDONE)
    press = standing.order_by("-id").values_list("press", flat=True).first()
    return standing.filter(press=press).order_by("-id") if press else TriageStep.objects.none()


@transaction.atomic
def undo_press(*, by: str) -> list[TriageStep]:
    """Take back what somebody did last in the inbox, all of one press; give the steps that were taken back.

    What the ledger records is retracted there; that somebody's snooze or assignment was undone is a step of its own.
    Raises Unfit where there is nothing to undo.
    """
    steps = list(last_press(by).select_related("candidate"))
    if not steps:
        raise Unfit("there is nothing of yours to undo: what you did is undone, or somebody decided otherwise since")
    list(Candidate.objects.select_for_update().filter(pk__in={step.candidate_id for step in steps}).order_by("pk"))
    for step in steps:
        if step.act in DECISIONS:
            undo_candidate(step.candidate_id, by=by)
        elif step.act == TriageAct.ASSIGNED:
            Candidate.objects.filter(pk=step.candidate_id).update(assigned_to=step.assigned_before)
            note_step(step.candidate, TriageAct.UNDONE, by=by, press=None, takes_back=step)
        else:
            _take_out(step, by=by)
    return steps


def _take_out(step: TriageStep, *, by: str) -> None:
    # Another curator may have taken the article off meanwhile.
    if step.event is not None and TimelineEntry.objects.filter(event_id=step.event, retracted_by__isnull=True).exists():
        slug = present_slug(Dispute, step.dispute)
        commands.retract_event(slug, event=step.event, reason="The decision was taken back", by=by)
    note_step(step.candidate, TriageAct.UNDONE, by=by, press=None, takes_back=step)


def _locked(candidate_id: int) -> Candidate:
    candidate = Candidate.objects.select_for_update().filter(pk=candidate_id).first()
    if candidate is None:
        raise NotFound(f"there is no candidate {candidate_id}")
    return candidate
