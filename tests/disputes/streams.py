"""Making the events of one stream by hand, for tests of the pure folds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from disputes.occurred import Occurred
from disputes.recorded import RecordedEvent

_BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)
_NAMESPACE = UUID("6b1c0a57-6c44-4d0c-8f0e-3a4a3d3a8f10")


class Stream:
    """Appends events in memory, one a minute, the way the ledger would give them back."""

    def __init__(self, name: str = "dispute/a") -> None:
        self.name = name
        self.events: list[RecordedEvent] = []

    def add(
        self,
        name: str,
        data: Mapping[str, Any] | None = None,
        *,
        occurred: str | None = None,
        end: str | None = None,
        standing: str | None = None,
        evidence: Sequence[Mapping[str, Any]] = (),
    ) -> RecordedEvent:
        place = len(self.events) + 1
        when = Occurred.parse(occurred).model_copy(update={"end": end}) if occurred else None
        event = RecordedEvent(
            position=place,
            event_id=uuid5(_NAMESPACE, f"{self.name} {place}"),
            stream=self.name,
            version=place,
            type=name,
            recorded_at=_BEGINNING + timedelta(minutes=place),
            recorded_by="curator",
            occurred=when.model_dump(mode="json", exclude_none=True) if when else None,
            standing=standing or ("confirmed" if occurred else None),
            data=dict(data or {}),
            evidence=evidence,
            justification=None,
        )
        self.events.append(event)
        return event

    def open(self, title: str = "A dispute") -> RecordedEvent:
        return self.add("dispute_opened", {"title": title, "kind": "litigation", "summary": "About data."})

    def happen(self, name: str, occurred: str, **data: Any) -> RecordedEvent:
        return self.add(name, {"summary": f"{name} {occurred}", **data}, occurred=occurred)

    def correct(self, event: RecordedEvent, reading: Mapping[str, Any]) -> RecordedEvent:
        return self.add(
            "event_corrected", {"event": str(event.event_id), "reason": "It was wrong", "reading": dict(reading)}
        )

    def retract(self, event: RecordedEvent) -> RecordedEvent:
        return self.add("event_retracted", {"event": str(event.event_id), "reason": "It was wrong"})
