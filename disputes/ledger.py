"""The ledger: append events, read them back. The only code that writes the event table.

Promises, each held by the database (see the migration `0002_ledger`): append-only; a clash of versions is an error
that names both; the same id twice appends once; positions run without gaps in commit order.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from datetime import datetime
from types import MappingProxyType
from typing import Any, NamedTuple
from uuid import UUID

import orjson
import psycopg
from django.db import DatabaseError, connection, transaction

from disputes import prepared
from disputes.canonical import canonical
from disputes.erasure.sealing import LOST, SEALED, open_sealed, seal, wishes
from disputes.events import EventType, Evidence, upcast
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


class NewEvent(NamedTuple):
    """An event to append; its payload is validated already, being an instance of its type."""

    event_id: UUID
    payload: EventType
    occurred: Occurred | None = None
    standing: str | None = None
    evidence: Sequence[Evidence] = ()
    justification: str | None = None
    personal: Mapping[str, str] = MappingProxyType({})
    """Texts to be sealed besides those that the type declares: RFC 6901 pointer -> subject, by id or by name."""

    def record(self, stream: str, recorded_by: str) -> dict[str, Any]:
        """Give all that is recorded as JSON data; absent parts are left out."""
        payload = self.payload
        record: dict[str, Any] = {
            "data": payload.to_data(),
            "id": str(self.event_id),
            "recorded_by": recorded_by,
            "schema": payload.version,
            "stream": stream,
            "type": payload.name,
        }
        if self.occurred is not None:
            record["occurred"] = self.occurred.to_data()
        if self.standing is not None:
            record["standing"] = str(self.standing)
        if self.evidence:
            record["evidence"] = [item.to_data() for item in self.evidence]
        if self.justification is not None:
            record["justification"] = self.justification
        return record


class Repetition(list[RecordedEvent]):
    """What `append` gives where the events were recorded already; whoever recorded them has projected them too."""


_APPEND = "SELECT * FROM ledger_append(%s, %s, %s, %s, %s, %s, %s)"


def append(stream: str, events: Sequence[NewEvent], *, expected_version: int, recorded_by: str) -> list[RecordedEvent]:
    """Append events to one stream, all or none, and give them back as recorded.

    Events whose ids are recorded with the same content are given back, as a Repetition, and not appended again. The
    ledger is locked until the surrounding transaction ends, so callers append late and commit soon. One round trip;
    where something personal is sealed, four.

    Raises VersionConflict, EventIdConflict, UnfitIsolation; the surrounding transaction is then to be rolled back.
    """
    if not events:
        return []
    records = [event.record(stream, recorded_by) for event in events]
    wanted = [wishes(record, event.personal) for event, record in zip(events, records, strict=True)]
    if not any(wanted):
        return _append(stream, events, records, records, expected_version, recorded_by)
    with transaction.atomic(savepoint=False):
        # Locked, so that no key is destroyed between sealing under it and the append.
        lock()
        rows = prepared.execute(_FIND, [[event.event_id for event in events]])
        stored = {str(event_id): orjson.loads(body) for _, event_id, *_, body in rows}
        return _append(stream, events, records, seal(records, wanted, stored), expected_version, recorded_by)


def _append(  # noqa: PLR0917 (private)
    stream: str,
    events: Sequence[NewEvent],
    records: Sequence[dict[str, Any]],
    sealed: Sequence[dict[str, Any]],
    expected_version: int,
    recorded_by: str,
) -> list[RecordedEvent]:
    bodies = [
        canonical(record, is_plain=event.payload.is_plain()) for event, record in zip(events, sealed, strict=True)
    ]
    ids = [event.event_id for event in events]
    arguments = (
        stream,
        expected_version,
        ",".join(map(str, ids)),
        ",".join([event.payload.name for event in events]),
        ",".join([str(event.payload.version) for event in events]),
        recorded_by,
        "\n".join(bodies),
    )
    # Where an id is taken, the append fails; within a transaction, that would be the end of it.
    if connection.in_atomic_block and (repeated := _repeated(ids, bodies)):
        return repeated
    # Outside of a transaction the one statement is one by itself, without two more round trips around it.
    with transaction.atomic(savepoint=False) if connection.in_atomic_block else nullcontext():
        try:
            ((position, moment),) = prepared.execute(_APPEND, arguments)
        except DatabaseError as error:
            meaning = _by_meaning(error)
            if meaning is None:
                raise
            # Outside of a transaction the stored events can still be asked for.
            may_ask = isinstance(meaning, EventIdConflict) and not connection.in_atomic_block
            if may_ask and (repeated := _repeated(ids, bodies)):
                return repeated
            raise meaning from error
    if position is None:
        return _repeated(ids, bodies)
    return [
        _recorded(position + place, event_id, expected_version + place, moment, record)
        for place, (event_id, record) in enumerate(zip(ids, records, strict=True), start=1)
    ]


def _repeated(ids: Sequence[UUID], bodies: Sequence[str]) -> Repetition:
    """Give the stored events of these ids, or none where none is stored. Raises EventIdConflict."""
    rows = prepared.execute(_FIND, [ids])
    stored = {event_id: body for _, event_id, _, _, body in rows}
    for event_id, body in zip(ids, bodies, strict=True):
        if stored and stored.get(event_id) != body:
            raise EventIdConflict(event_id if event_id in stored else next(iter(stored)))
    return Repetition(sorted(_read(rows)))


def read_stream(stream: str, *, after: int = 0, until: datetime | None = None) -> list[RecordedEvent]:
    """Read the events of one stream in order, those behind a version, and those recorded by a moment.

    One query; an unknown stream is empty. Some 5 µs an event.
    """
    return _read(prepared.execute(_READ_STREAM, (stream, after, until or "infinity")))


def read_streams(streams: Iterable[str], *, until: datetime, limit: int | None = None) -> list[RecordedEvent]:
    """Read the events of several streams that were recorded by a moment, in order of position. One query."""
    return _read(prepared.execute(_READ_STREAMS, (list(streams), until, limit)))


def read_all(*, after: int = 0, limit: int | None = None) -> Iterator[RecordedEvent]:
    """Read the whole log in order of position, behind a position, up to what is there when the end is reached.

    Constant in memory; a query for every 2,000 events.
    """
    while limit is None or limit > 0:
        amount = _CHUNK if limit is None else min(limit, _CHUNK)
        rows = prepared.execute(_READ_ALL, (after, amount))
        yield from _read(rows)
        if len(rows) < amount:
            return
        after = rows[-1][0]
        limit = None if limit is None else limit - amount


def read_category(category: str, *, until: int, part: int = 0, parts: int = 1) -> Iterator[list[RecordedEvent]]:
    """Read the streams of a category up to a position of the log, one stream after the other, in chunks.

    Of some parts into which the streams are divided, one is read: all of each stream. Constant in memory; to be used
    within a transaction. Some 6 µs an event.
    """
    for rows in prepared.stream(_READ_CATEGORY, (f"{category}/", until, parts, part), chunk=_CHUNK):
        yield _read(rows)


def changed_since(position: int) -> tuple[list[str], int]:
    """Name the streams that have events behind a position, in order of their first; and give the newest position."""
    rows = prepared.execute(_CHANGED, [position])
    return [stream for stream, _ in rows], max((newest for _, newest in rows), default=position)


def has_news(since: tuple[int, datetime], *, apart_from: Iterable[str]) -> bool:
    """Say whether the log holds anything behind an earlier head, apart from events of some types.

    So it does where that head is not in it, as after a transaction was rolled back. One query, linear in what came.
    """
    ((is_there, has_others),) = prepared.execute(_NEWS, (*since, since[0], list(apart_from)))
    return has_others or not is_there


def streams_with(types: Iterable[str]) -> set[str]:
    """Name the streams that have an event of one of these types. Looks through the whole log."""
    return {stream for (stream,) in prepared.execute(_STREAMS_WITH, [list(types)])}


def find(event_ids: Iterable[UUID]) -> dict[UUID, RecordedEvent]:
    """Look events up by id; those that are not recorded are absent. One query."""
    return {event.event_id: event for event in _read(prepared.execute(_FIND, [list(event_ids)]))}


def stream_version(stream: str) -> int:
    """Give the version of a stream, 0 where it has no event. One indexed query."""
    newest = prepared.execute(_VERSION, [stream])
    return newest[0][0] if newest else 0


def lock() -> None:
    """Hold every append back, but those of this transaction, until this transaction ends."""
    prepared.execute("SELECT ledger_lock()::text", ())


_CHUNK = 2_000
_READ = "SELECT position, event_id, version, recorded_at, body FROM disputes_event "
_READ_STREAM = _READ + "WHERE stream = %s AND version > %s AND recorded_at <= %s::timestamptz ORDER BY version"
_READ_STREAMS = _READ + "WHERE stream = ANY (%s) AND recorded_at <= %s ORDER BY position LIMIT %s"
_READ_ALL = _READ + "WHERE position > %s ORDER BY position LIMIT %s"
_READ_CATEGORY = (
    _READ + "WHERE starts_with(stream, %s) AND position <= %s AND (hashtext(stream) & 65535) %% %s = %s "
    "ORDER BY stream, version"
)
_CHANGED = "SELECT stream, max(position) FROM disputes_event WHERE position > %s GROUP BY stream ORDER BY min(position)"
_NEWS = (
    "SELECT EXISTS (SELECT FROM disputes_event WHERE position = %s AND recorded_at = %s), "
    "EXISTS (SELECT FROM disputes_event WHERE position > %s AND type <> ALL (%s))"
)
_STREAMS_WITH = "SELECT DISTINCT stream FROM disputes_event WHERE type = ANY (%s)"
_FIND = _READ + "WHERE event_id = ANY (%s)"
_VERSION = "SELECT version FROM disputes_event WHERE stream = %s ORDER BY version DESC LIMIT 1"


def _read(rows: Sequence[tuple[Any, ...]]) -> list[RecordedEvent]:
    records = [orjson.loads(row[4]) for row in rows]
    if sealed := [record for record in records if SEALED in record]:
        open_sealed(sealed)
    return [
        _recorded(position, event_id, version, moment, record)
        for (position, event_id, version, moment, _), record in zip(rows, records, strict=True)
    ]


def _recorded(
    position: int, event_id: UUID, version: int, moment: datetime, record: Mapping[str, Any]
) -> RecordedEvent:
    name = record["type"]
    return RecordedEvent(
        position,
        event_id,
        record["stream"],
        version,
        name,
        moment,
        record["recorded_by"],
        record.get("occurred"),
        record.get("standing"),
        upcast(name, record["schema"], record["data"]),
        record.get("evidence", ()),
        record.get("justification"),
        record.get(LOST, ()),
    )


def _by_meaning(error: DatabaseError) -> LedgerError | None:
    cause = error.__cause__
    if isinstance(cause, psycopg.Error):
        detail = cause.diag.message_detail or "{}"
        match cause.sqlstate:
            case "LG001":
                numbers = json.loads(detail)
                return VersionConflict(numbers["stream"], expected=numbers["expected"], actual=numbers["actual"])
            case "LG002":
                return EventIdConflict(UUID(json.loads(detail)["event_id"]))
            case "LG003":
                return UnfitIsolation(str(cause))
            case "LG004":
                return AppendOnly(str(cause))
            case "23505" if found := _UUID.search(detail):
                # An id is there twice: in what is appended, or because somebody else has just recorded it.
                return EventIdConflict(UUID(found[0]))
    return None


_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
