"""The log as deliveries read it: in order, and going on where one event can't be read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from django.db import DatabaseError

from disputes import ledger
from disputes.models import Event, LedgerHead
from disputes.recorded import RecordedEvent


@dataclass(frozen=True, slots=True)
class Incoming:
    """An event that is to be delivered, or why this code can't read it."""

    position: int
    stream: str
    version: int
    type: str
    event: RecordedEvent | None
    problem: Exception | None = None
    """Such as UnknownEventType: a newer version of the tracker wrote it."""

    @classmethod
    def of(cls, event: RecordedEvent) -> Self:
        """Wrap an event that was read."""
        return cls(event.position, event.stream, event.version, event.type, event)


def head_position() -> int:
    """Give the position of the newest event, 0 in an empty log. One query."""
    return LedgerHead.objects.values_list("position", flat=True).get()


def read_next(after: int, limit: int) -> list[Incoming]:
    """Read up to so many events behind a position. One query; where one of them can't be read, one for each."""
    try:
        return [Incoming.of(event) for event in ledger.read_all(after=after, limit=limit)]
    except DatabaseError:
        raise
    except Exception as problem:  # noqa: BLE001 (whatever an upcaster does must not stop a consumer silently)
        if limit == 1:
            return [_unreadable(after + 1, problem)]
    # Positions have no gaps, so each can be read by itself.
    return [read_one(position) for position in range(after + 1, min(after + limit, head_position()) + 1)]


def read_one(position: int) -> Incoming:
    """Read the event at a position. One query, two where it can't be read."""
    return read_next(position - 1, 1)[0]


def _unreadable(position: int, problem: Exception) -> Incoming:
    header = Event.objects.defer("body", "leaf_hash").get(position=position)
    return Incoming(header.position, header.stream, header.version, header.type, None, problem)
