"""Everything that was ever said: an event's first words, and what corrected or retracted them, in order. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from disputes.events import EVENT_TYPES
from disputes.recorded import EventClass, Reading, RecordedEvent

CORRECTION, RETRACTION = "event_corrected", "event_retracted"
AMENDING = frozenset({CORRECTION, RETRACTION})


@dataclass(frozen=True, slots=True)
class Words:
    """What an event says, or is corrected to say: all of it but its identity."""

    type: str
    occurred: Mapping[str, str] | None
    standing: str | None
    data: Mapping[str, Any]
    evidence: Sequence[Mapping[str, Any]]
    justification: str | None

    @classmethod
    def of(cls, said: RecordedEvent | Reading) -> Words:
        """Give the words of an event as it was recorded, or as it reads."""
        return cls(said.type, said.occurred, said.standing, said.data, said.evidence, said.justification)

    @classmethod
    def of_correction(cls, correction: RecordedEvent) -> Words:
        """Give the words that a correction puts in place of those of the event."""
        said = correction.data["reading"]
        return cls(
            type=said["type"],
            occurred=said.get("occurred"),
            standing=said.get("standing"),
            data=said["data"],
            evidence=said.get("evidence", ()),
            justification=said.get("justification"),
        )

    @property
    def declaration(self) -> EventClass:
        """The class of the event type that these words have."""
        return EVENT_TYPES[self.type]


@dataclass(frozen=True, slots=True)
class Amendment:
    """A correction or a retraction of an event, with what corrected or retracted it in turn."""

    reading: Reading
    words: Words | None
    """What a correction said in place of the event, at first; None for a retraction."""
    is_in_force: bool
    """Whether it is the one that counts of all that name the same event."""
    amendments: Sequence[Amendment]

    @property
    def event(self) -> RecordedEvent:
        """The event that amends."""
        return self.reading.event

    @property
    def reason(self) -> str:
        """Why the event was amended."""
        return str(self.reading.data.get("reason", ""))


def amendments_of(readings: Sequence[Reading]) -> dict[UUID, Sequence[Amendment]]:
    """Give the amendments of each event that has any, in order of recording. Linear in the readings.

    `readings` are all of a dispute or a party, in order of recording. Amendments of amendments are inside of those.
    """
    by_id = {reading.event.event_id: reading for reading in readings}
    found: defaultdict[UUID, list[Amendment]] = defaultdict(list)
    # From the newest back: what amends an amendment was recorded after it and so is known by now.
    for reading in reversed(readings):
        event = reading.event
        if event.type not in AMENDING:
            continue
        named = by_id.get(UUID(event.data["event"]))
        if named is None:
            continue
        found[named.event.event_id].append(
            Amendment(
                reading=reading,
                words=Words.of_correction(event) if event.type == CORRECTION else None,
                is_in_force=event.event_id in {named.corrected_by, named.retracted_by},
                amendments=tuple(reversed(found.get(event.event_id, ()))),
            )
        )
    return {event: tuple(reversed(amendments)) for event, amendments in found.items()}
