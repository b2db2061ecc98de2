"""The peer: `eventsourcing` with its PostgreSQL recorder at its default settings. Runs in an environment of its own.

Each task comes in two forms: the recorder alone, handed bytes that are ready to store, which is the peer at its
fastest; and its event store, which writes and reads domain events as JSON, as the ledger does.
"""
# mypy: disable-error-code="import-not-found, misc, untyped-decorator"

from __future__ import annotations

import os
import threading
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, DomainEvent, event
from eventsourcing.persistence import StoredEvent, Tracking
from eventsourcing.postgres import PostgresTrackingRecorder
from eventsourcing.projection import Projection, ProjectionRunner
from psycopg.conninfo import conninfo_to_dict
from psycopg.types.json import Jsonb

from benchmarks.contestants import samples
from benchmarks.contestants.serving import Run, serve


@dataclass(frozen=True)
class Recorded(DomainEvent):
    """A domain event that carries one sample."""

    sample: dict[str, Any]


class Dispute(Aggregate):
    """An aggregate that keeps what it is told."""

    def __init__(self) -> None:
        self.samples: list[dict[str, Any]] = []

    @event("Said")
    def say(self, sample: dict[str, Any]) -> None:
        """Keep one sample."""
        self.samples.append(sample)


class Timeline(PostgresTrackingRecorder):
    """A read model with one row for each event."""

    def _create_table(self, curs: Any) -> None:
        super()._create_table(curs)
        curs.execute("CREATE TABLE IF NOT EXISTS peer_timeline (position bigint PRIMARY KEY, type text, data jsonb)")

    def add(self, sample: dict[str, Any], tracking: Tracking) -> None:
        """Write the row and the position that it came from in one transaction."""
        with self.datastore.transaction(commit=True) as cursor:
            self._insert_tracking(cursor, tracking)
            row = (tracking.notification_id, sample["type"], Jsonb(sample["data"]))
            cursor.execute("INSERT INTO peer_timeline VALUES (%s, %s, %s)", row, prepare=True)


class Places(PostgresTrackingRecorder):
    """A read model that is nothing but the position up to which events were processed."""

    def add(self, _sample: dict[str, Any], tracking: Tracking) -> None:
        """Write the position in a transaction."""
        self.insert_tracking(tracking)


class TimelineProjection(Projection):
    """Hands each event to the read model, and tells when the last is there."""

    last = 0
    is_done = threading.Event()

    def process_event(self, domain_event: Any, tracking: Tracking) -> None:
        """Process one event."""
        self.view.add(domain_event.sample, tracking)
        if tracking.notification_id >= self.last:
            self.is_done.set()


def _environment() -> dict[str, str]:
    given = conninfo_to_dict(os.environ["DATABASE_URL"])
    return {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "POSTGRES_DBNAME": str(given["dbname"]),
        "POSTGRES_HOST": str(given["host"]),
        "POSTGRES_PORT": str(given.get("port", 5432)),
        "POSTGRES_USER": str(given["user"]),
        "POSTGRES_PASSWORD": str(given.get("password", "")),
    }


application = Application(env=_environment())


def append_to_recorder(transactions: int, size: int) -> Run:
    """Insert events whose bytes are ready."""
    events = _stored_events(transactions * size)
    batches = [events[start : start + size] for start in range(0, len(events), size)]
    return lambda: sum(len(application.recorder.insert_events(batch)) for batch in batches)


def append_to_store(transactions: int, size: int) -> Run:
    """Write domain events as JSON and insert them."""
    events = _domain_events(transactions * size)
    batches = [events[start : start + size] for start in range(0, len(events), size)]
    return lambda: sum(len(application.events.put(batch)) for batch in batches)


def read_from_recorder(length: int) -> Run:
    """Read the stored events of one stream, as bytes."""
    stream = _filled(length)
    return lambda: len(application.recorder.select_events(stream))


def read_from_store(length: int) -> Run:
    """Read the domain events of one stream."""
    stream = _filled(length)
    return lambda: len(list(application.events.get(stream)))


def project(events: int) -> Run:
    """Project all events with the peer's own runner, each in a transaction with its position."""
    return _run_projection(Timeline, events)


def follow(events: int) -> Run:
    """Have all events processed by a projection that does nothing but keep its position."""
    return _run_projection(Places, events)


def _run_projection(view: type[PostgresTrackingRecorder], events: int) -> Run:
    _runners.close()
    _filled(events)
    TimelineProjection.last = application.recorder.max_notification_id()
    TimelineProjection.is_done.clear()
    with application.recorder.datastore.transaction(commit=True) as cursor:
        cursor.execute("DROP TABLE IF EXISTS peer_timeline, timelineprojection_tracking")

    def run() -> int:
        runner = _runners.enter_context(
            ProjectionRunner(
                application_class=Application,
                projection_class=TimelineProjection,
                view_class=view,
                env=_environment(),
            )
        )
        # The runner's own `wait` looks every 0.8 s, and leaving it takes some time too: that is not the peer's work.
        while not TimelineProjection.is_done.wait(1.0):
            if runner.is_interrupted.is_set():
                runner.run_forever()  # raises what went wrong
        return events

    return run


_runners = ExitStack()
"""The runner of the last run, which is left when the next is prepared."""


def state(length: int, repeat: int) -> Run:
    """Rebuild one aggregate from its events; an operation is one aggregate."""
    identity = _kept_aggregate(length)

    def run() -> int:
        for _ in range(repeat):
            application.repository.get(identity)
        return repeat

    return run


_kept: dict[tuple[str, int], UUID] = {}


def _filled(length: int) -> UUID:
    if ("stream", length) not in _kept:
        events = _domain_events(length)
        for start in range(0, length, 100):
            application.events.put(events[start : start + 100])
        _kept["stream", length] = events[0].originator_id
    return _kept["stream", length]


def _kept_aggregate(length: int) -> UUID:
    if ("aggregate", length) not in _kept:
        dispute = Dispute()
        for number in range(length - 1):
            dispute.say(sample=samples.statement(number))
            # A thousand in one of its pipelines now and then never end: the server waits for it, and it for the server.
            if number % 100 == 0:
                application.save(dispute)
        application.save(dispute)
        _kept["aggregate", length] = dispute.id
    return _kept["aggregate", length]


def _stored_events(amount: int) -> list[StoredEvent]:
    stream = uuid4()
    bodies = (samples.body(samples.statement(number), stream=f"dispute/{stream.hex}") for number in range(amount))
    return [
        StoredEvent(stream, version, "statement_made", body.encode()) for version, body in enumerate(bodies, start=1)
    ]


def _domain_events(amount: int) -> list[Recorded]:
    stream = uuid4()
    return [
        Recorded(
            originator_id=stream,
            originator_version=number + 1,
            timestamp=Recorded.create_timestamp(),
            sample=samples.statement(number),
        )
        for number in range(amount)
    ]


if __name__ == "__main__":
    serve(
        {
            "append_to_recorder": append_to_recorder,
            "append_to_store": append_to_store,
            "read_from_recorder": read_from_recorder,
            "read_from_store": read_from_store,
            "project": project,
            "follow": follow,
            "state": state,
        }
    )
    _runners.close()
