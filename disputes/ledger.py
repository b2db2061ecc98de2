"""The ledger: append events, read them back. The only code that writes the event table.

Promises, each held by the database (see the migration `0002_ledger`): append-only; a clash of versions is an error
that names both; the same id twice appends once; positions run without gaps in commit order.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg
import rfc8785
from django.db import DatabaseError, connection, transaction

from disputes.events import EventType, Evidence, upcast
from disputes.models import Event
from disputes.occurred import Occurred
from disputes.recorded import RecordedEvent


class LedgerError(Exception):
    """Something that the ledger refused."""


class VersionConflict(LedgerError):
    """The stream has moved on since the caller read it. Read it again and decide anew."""

    def __init__(self, stream: str, *, expected: int, actual: int) -> None:
        super().__init__(f"{stream} is at version {actual}, not {expected}")
        self.stream = stream
        self.expected = expected
        self.actual = actual


class EventIdConflict(LedgerError):
    """The event id is taken by an event with other content."""

    def __init__(self, event_id: UUID) -> None:
        super().__init__(f"event {event_id} is recorded already, with other content")
        self.event_id = event_id


class AppendOnly(LedgerError):
    """Events are never changed or removed; record a correction or a retraction."""


class UnfitIsolation(LedgerError):
    """The transaction does not run under READ COMMITTED, which gap-free positions need."""


@dataclass(frozen=True, slots=True)
class NewEvent:
    """An event to append; its payload is validated already, being an instance of its type."""

    event_id: UUID
    payload: EventType
    occurred: Occurred | None = None
    standing: str | None = None
    evidence: Sequence[Evidence] = field(default=())
    justification: str | None = None

    def body(self, stream: str, recorded_by: str) -> str:
        """Write what is recorded as canonical JSON (RFC 8785); absent parts are left out."""
        record: dict[str, Any] = {
            "data": self.payload.to_data(),
            "id": str(self.event_id),
            "recorded_by": recorded_by,
            "schema": self.payload.version,
            "stream": stream,
            "type": self.payload.name,
        }
        if self.occurred is not None:
            record["occurred"] = self.occurred.model_dump(mode="json", exclude_none=True)
        if self.standing is not None:
            record["standing"] = str(self.standing)
        if self.evidence:
            record["evidence"] = [item.to_data() for item in self.evidence]
        if self.justification is not None:
            record["justification"] = self.justification
        return rfc8785.dumps(record).decode()


_APPEND = "SELECT * FROM ledger_append(%s, %s, %s::uuid[], %s::text[], %s::smallint[], %s, %s::text[])"


def append(stream: str, events: Sequence[NewEvent], *, expected_version: int, recorded_by: str) -> list[RecordedEvent]:
    """Append events to one stream, all or none, and give them back as recorded.

    Events whose ids are recorded with the same content are given back and not appended again. The lock on the head
    of the ledger is held until the surrounding transaction ends, so callers append late and commit soon. One round
    trip.

    Raises VersionConflict, EventIdConflict, UnfitIsolation; the surrounding transaction is then to be rolled back.
    """
    if not events:
        return []
    arguments = (
        stream,
        expected_version,
        [event.event_id for event in events],
        [event.payload.name for event in events],
        [event.payload.version for event in events],
        recorded_by,
        [event.body(stream, recorded_by) for event in events],
    )
    # Outside of a transaction the one statement is one by itself, without two more round trips around it.
    surrounding = transaction.atomic(savepoint=False) if connection.in_atomic_block else nullcontext()
    with surrounding, connection.cursor() as cursor:
        try:
            cursor.execute(_APPEND, arguments)
        except DatabaseError as error:
            raise _by_meaning(error) from error
        columns = [column.name for column in cursor.description]
        return [_recorded(dict(zip(columns, row, strict=True))) for row in cursor.fetchall()]


def read_stream(stream: str, *, after: int = 0, until: datetime | None = None) -> list[RecordedEvent]:
    """Read the events of one stream in order, those behind a version, and those recorded by a moment.

    One query; an unknown stream is empty.
    """
    rows = Event.objects.filter(stream=stream, version__gt=after).order_by("version")
    if until is not None:
        rows = rows.filter(recorded_at__lte=until)
    return [_recorded(row) for row in rows.values(*_COLUMNS)]


def read_all(*, after: int = 0, limit: int | None = None) -> Iterator[RecordedEvent]:
    """Read the whole log in order of position, behind a position. Streams; constant in memory."""
    rows = Event.objects.filter(position__gt=after).order_by("position")
    if limit is not None:
        rows = rows[:limit]
    for row in rows.values(*_COLUMNS).iterator(chunk_size=2_000):
        yield _recorded(row)


def find(event_ids: Iterable[UUID]) -> dict[UUID, RecordedEvent]:
    """Look events up by id; those that are not recorded are absent. One query."""
    rows = Event.objects.filter(event_id__in=list(event_ids)).values(*_COLUMNS)
    return {event.event_id: event for event in map(_recorded, rows)}


def stream_version(stream: str) -> int:
    """Give the version of a stream, 0 where it has no event. One indexed query."""
    newest = Event.objects.filter(stream=stream).order_by("-version").values_list("version", flat=True).first()
    return newest or 0


_COLUMNS = (
    "position",
    "event_id",
    "stream",
    "version",
    "type",
    "schema",
    "recorded_at",
    "recorded_by",
    "body",
)


def _recorded(row: Mapping[str, Any]) -> RecordedEvent:
    record = json.loads(row["body"])
    return RecordedEvent(
        position=row["position"],
        event_id=row["event_id"],
        stream=row["stream"],
        version=row["version"],
        type=row["type"],
        recorded_at=row["recorded_at"],
        recorded_by=row["recorded_by"],
        occurred=record.get("occurred"),
        standing=record.get("standing"),
        data=upcast(row["type"], row["schema"], record["data"]),
        evidence=record.get("evidence", ()),
        justification=record.get("justification"),
    )


def _by_meaning(error: DatabaseError) -> Exception:
    cause = error.__cause__
    if not isinstance(cause, psycopg.Error):
        return error
    detail = cause.diag.message_detail
    match cause.sqlstate:
        case "LG001":
            numbers = json.loads(detail or "{}")
            return VersionConflict(numbers["stream"], expected=numbers["expected"], actual=numbers["actual"])
        case "LG002":
            return EventIdConflict(UUID(json.loads(detail or "{}")["event_id"]))
        case "LG003":
            return UnfitIsolation(str(cause))
        case "LG004":
            return AppendOnly(str(cause))
        case _:
            return error
