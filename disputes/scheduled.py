"""What is set for a day to come, and what came of it: hearings, trials and deadlines, and whatever else lay ahead."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, timedelta
from uuid import UUID

from disputes.recorded import Reading

SCHEDULES = frozenset({"hearing_scheduled", "trial_scheduled", "deadline_set"})
"""Types of events that are dated by the day that was set; whether anything came of it is for later events to say."""

EARLY = timedelta(days=60)
"""How long before the day a thing can be settled for which the day was set."""

_CALLS_OFF = frozenset({"case_closed", "case_consolidated", "case_stayed", "case_transferred", "dismissed_voluntarily"})
_BY_COURT = _CALLS_OFF | {
    "appeal_decided",
    "case_remanded",
    "claim_decided",
    "claim_dismissed",
    "class_certified",
    "damages_awarded",
    "hearing_held",
    "injunction_ruled",
    "judgment_entered",
    "judgment_reserved",
    "order_issued",
    "questions_referred",
    "regulatory_decision_issued",
    "settlement_agreed",
    "settlement_approval_granted",
    "settlement_approval_withheld",
    "settlement_reported",
    "trial_held",
    "verdict_returned",
}
# A settlement makes a trial pointless, but not the hearing that is to approve it, nor the day by which to claim.
_SETTLES_EARLY = {
    "hearing_scheduled": _CALLS_OFF,
    "trial_scheduled": _CALLS_OFF | {"judgment_entered", "settlement_agreed"},
    "deadline_set": _CALLS_OFF | {"access_restored", "licence_announced", "licence_signed", "response_published"},
}


def is_scheduled(reading: Reading) -> bool:
    """Say whether an occurrence sets a day, or lay ahead when it was recorded.

    All that lies ahead today lay ahead then, so what is to come is found among these, which are few.
    """
    if reading.type in SCHEDULES:
        return True
    return reading.first_day is not None and reading.first_day > reading.event.recorded_at.astimezone(UTC).date()


def outcomes(readings: Iterable[Reading]) -> dict[UUID, UUID]:
    """Tell what came of hearings, trials and deadlines: the id of each that is answered, with that of what answers it.

    That is the first occurrence, on that day or later, that can be what the day was set for: of a hearing or a trial
    what a court does in the same proceeding or an end by agreement, of a deadline whatever happened then; and what
    makes a day pointless up to `EARLY` before it. A trial is also answered by a later day for it. Independent of the
    order of recording; linear in the occurrences for each that sets a day.
    """
    counting = [each for each in readings if each.counts and each.declaration.is_occurrence]
    scheduled = [each for each in counting if each.type in SCHEDULES]
    if not scheduled:
        return {}
    ordered = sorted(counting, key=lambda each: each.order)
    found: dict[UUID, UUID] = {}
    for each in scheduled:
        answer = next((other for other in ordered if _answers(other, each)), None)
        if answer is not None:
            found[each.event.event_id] = answer.event.event_id
    return found


def _answers(other: Reading, scheduled: Reading) -> bool:
    if other.first_day is None or other.last_day is None or scheduled.first_day is None:
        return False
    if _elsewhere(other.data, scheduled.data):
        return False
    if other.type in SCHEDULES:
        return scheduled.type == other.type == "trial_scheduled" and other.first_day > scheduled.first_day
    if other.last_day >= scheduled.first_day:
        return scheduled.type == "deadline_set" or other.type in _BY_COURT
    return other.type in _SETTLES_EARLY[scheduled.type] and other.last_day >= scheduled.first_day - EARLY


def _elsewhere(other: Mapping[str, object], scheduled: Mapping[str, object]) -> bool:
    """Whether both name a proceeding, and not the same; an order that moves a case names the one that it left too."""
    named = scheduled.get("proceeding")
    if not named or not other.get("proceeding"):
        return False
    return named not in {other.get("proceeding"), other.get("from_proceeding")}
