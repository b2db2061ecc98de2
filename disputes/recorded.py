"""An event as the ledger gives it back, and what each event says after corrections and retractions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from disputes.events import EVENT_TYPES, EventType
from disputes.events.personal import Erasure
from disputes.occurred import bounds

EventClass = type[EventType]


class RecordedEvent(NamedTuple):
    """One event of the log. `data` is upcast to the payload version that the code declares."""

    position: int
    """Place in the whole log, from 1, without gaps, in commit order."""
    event_id: UUID
    stream: str
    """The stream's category and key, such as "dispute/twitter-v-microsoft"."""
    version: int
    """Place in its stream, from 1, without gaps."""
    type: str
    recorded_at: datetime
    """The database's clock in UTC; never earlier than that of a smaller position."""
    recorded_by: str
    occurred: Mapping[str, str] | None
    """The date as stored, {"date", "precision", "end"?}; None for curation."""
    standing: str | None
    data: Mapping[str, Any]
    evidence: Sequence[Mapping[str, Any]]
    justification: str | None
    erased: tuple[Erasure, ...] = ()
    """The texts of it that can't be read any more; a placeholder stands in their places."""

    @property
    def declaration(self) -> EventClass:
        """The class of this event's type."""
        return EVENT_TYPES[self.type]


class Reading(NamedTuple):
    """What an event says now: its own words, or those of the correction in force."""

    event: RecordedEvent
    type: str
    occurred: Mapping[str, str] | None
    standing: str | None
    data: Mapping[str, Any]
    evidence: Sequence[Mapping[str, Any]]
    justification: str | None
    first_day: date | None
    last_day: date | None
    corrected_by: UUID | None
    """The correction in force."""
    retracted_by: UUID | None
    """The retraction in force; where there is one the event counts for nothing."""
    erased: tuple[Erasure, ...] = ()
    """The texts of this reading that can't be read any more."""

    @property
    def declaration(self) -> EventClass:
        """The class of the event type that this reading has."""
        return EVENT_TYPES[self.type]

    @property
    def counts(self) -> bool:
        """Whether the event still says something of the dispute."""
        return self.retracted_by is None

    @property
    def order(self) -> tuple[date, date, int]:
        """The order in which occurrences take effect: by the day on which each has happened for certain."""
        if self.first_day is None or self.last_day is None:
            raise ValueError(f"event {self.event.event_id} has no date")
        return self.last_day, self.first_day, self.event.position


def read_present(events: Iterable[RecordedEvent]) -> list[Reading]:
    """Apply corrections and retractions: one reading for each event, in order of recording.

    Corrections and retractions are events too and may be corrected or retracted themselves. An amendment names
    only earlier events, so walking back from the newest settles each before it is met. Linear in the events.
    """
    recorded = list(events)
    corrections: dict[UUID, tuple[UUID, Mapping[str, Any], tuple[Erasure, ...]]] = {}
    retractions: dict[UUID, UUID] = {}
    readings: list[Reading] = []
    for event in reversed(recorded):
        correction = corrections.get(event.event_id)
        retracted_by = retractions.get(event.event_id)
        if retracted_by is None and event.type == "event_retracted":
            retractions.setdefault(UUID(event.data["event"]), event.event_id)
        elif retracted_by is None and event.type == "event_corrected":
            said, erased = correction[1:] if correction else (event.data["reading"], _of_reading(event.erased))
            corrections.setdefault(UUID(event.data["event"]), (event.event_id, said, erased))
        readings.append(_reading(event, correction, retracted_by))
    readings.reverse()
    return readings


def _of_reading(erased: tuple[Erasure, ...]) -> tuple[Erasure, ...]:
    """Tell the erased texts of a correction as those of the reading that it gives."""
    inside = "/data/reading"
    return tuple(
        lost._replace(pointer=lost.pointer.removeprefix(inside))
        for lost in erased
        if lost.pointer.startswith(f"{inside}/")
    )


def _reading(
    event: RecordedEvent,
    correction: tuple[UUID, Mapping[str, Any], tuple[Erasure, ...]] | None,
    retracted_by: UUID | None,
) -> Reading:
    corrected_by: UUID | None = None
    said: Mapping[str, Any] | None = None
    erased: tuple[Erasure, ...] = ()
    if correction is not None:
        corrected_by, said, erased = correction
    if said is None or event.type == "event_corrected":
        erased = event.erased
        kind, occurred, standing = event.type, event.occurred, event.standing
        data, evidence, justification = event.data, event.evidence, event.justification
    else:
        kind, occurred, standing = said["type"], said.get("occurred"), said.get("standing")
        data, evidence, justification = said["data"], said.get("evidence", ()), said.get("justification")
    first_day = last_day = None
    if occurred is not None:
        precision = occurred["precision"]
        first_day, last_day = bounds(occurred["date"], precision)
        if "end" in occurred:
            last_day = bounds(occurred["end"], precision)[1]
    return Reading(
        event=event,
        type=kind,
        occurred=occurred,
        standing=standing,
        data=data,
        evidence=evidence,
        justification=justification,
        first_day=first_day,
        last_day=last_day,
        corrected_by=corrected_by,
        retracted_by=retracted_by,
        erased=erased,
    )
