"""How the status of a dispute came about, in words: the rule, what each proceeding said, and every status before."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from uuid import UUID

from disputes.admin.dates import show_date
from disputes.admin.dispute_tables import headings
from disputes.admin.labels import STATUS_COLOUR
from disputes.admin.values import Names
from disputes.dispute import DisputeState
from disputes.recorded import Reading
from disputes.status import StatusPeriod
from disputes.status_reasons import Rule, explain_status
from disputes.vocabulary import Status


class Cause(NamedTuple):
    """The event that led to a status."""

    label: str
    date: str
    link: str


class VoiceLine(NamedTuple):
    """What a proceeding, or what happened outside of any, has to say."""

    who: str
    status: str
    colour: str
    cause: Cause | None
    decides: bool


class PeriodLine(NamedTuple):
    """A status that the dispute had, has, or will have."""

    status: str
    colour: str
    since: date
    cause: Cause | None
    is_asleep: bool
    is_present: bool
    is_ahead: bool


@dataclass(frozen=True, slots=True)
class StatusStory:
    """Where the dispute stands, since when, and what led there."""

    label: str
    colour: str
    definition: str
    since: date | None
    cause: Cause | None
    rule: str
    is_asleep: bool
    last_activity: date | None
    licences: Sequence[str]
    voices: Sequence[VoiceLine]
    periods: Sequence[PeriodLine]
    """The newest first."""


def tell_status(state: DisputeState, day: date, *, names: Names, link: Callable[[UUID], str]) -> StatusStory:
    """Tell how the status of a day came about. No query."""
    by_id = {reading.event.event_id: reading for reading in state.readings}
    explanation = explain_status(state)
    names_of_cases = headings(state)
    present = next((period for period in reversed(state.status_history) if period.since <= day), None)
    return StatusStory(
        label=state.status.label,
        colour=STATUS_COLOUR.get(state.status, "default"),
        definition=state.status.definition,
        since=present.since if present else None,
        cause=_cause(present.cause if present else None, by_id, link),
        rule=explanation.rule.value,
        is_asleep=explanation.rule is Rule.ASLEEP,
        last_activity=explanation.last_activity,
        licences=[
            " to ".join(names.get(side, side) if side else "somebody" for side in sides)
            for sides in explanation.licences
        ],
        voices=[
            VoiceLine(
                names_of_cases.get(voice.proceeding, voice.proceeding)
                if voice.proceeding
                else "Outside of any proceeding",
                voice.status.label,
                STATUS_COLOUR.get(voice.status, "default"),
                _cause(voice.cause, by_id, link),
                voice.decides,
            )
            for voice in explanation.voices
        ],
        periods=[_period(period, present, day, by_id, link) for period in reversed(state.status_history)],
    )


def _period(
    period: StatusPeriod,
    present: StatusPeriod | None,
    day: date,
    by_id: Mapping[UUID, Reading],
    link: Callable[[UUID], str],
) -> PeriodLine:
    return PeriodLine(
        status=period.status.label,
        colour=STATUS_COLOUR.get(period.status, "default"),
        since=period.since,
        cause=_cause(period.cause, by_id, link),
        is_asleep=period.status is Status.DORMANT,
        is_present=period is present,
        is_ahead=period.since > day,
    )


def _cause(event: UUID | None, by_id: Mapping[UUID, Reading], link: Callable[[UUID], str]) -> Cause | None:
    reading = by_id.get(event) if event else None
    if reading is None:
        return None
    return Cause(reading.declaration.label, show_date(reading.occurred), link(reading.event.event_id))
