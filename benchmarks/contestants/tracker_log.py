"""Ours: what goes through a whole log, on a database that holds a long one (see `logs`)."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

from benchmarks.contestants import samples
from benchmarks.contestants.appending import Placed, append_many
from benchmarks.contestants.memory import watched
from benchmarks.contestants.serving import Done, Run, serve

# isort: split
from django.db import connection

from disputes import projections
from disputes.models import Dispute, Subscription
from disputes.proofs import tree
from disputes.proofs.checkpoint import make_checkpoint
from disputes.proofs.verification import verify_database
from disputes.recorded import RecordedEvent
from disputes.streams import dispute_stream, party_stream
from disputes.subscriptions import Start, batch_consumer, consumer
from disputes.subscriptions.delivery import deliver, ensure_subscriptions

STREAM_LENGTH = 99
"""Events of each dispute; with each there is a party, whose stream has one."""
FILL_BATCH = 2_000
DELIVERY_SECONDS = 600.0

ONE_BY_ONE, IN_BATCHES = "bench-one-by-one", "bench-in-batches"


def fill(events: int) -> Run:
    """Fill the log: for each hundred events a party and a dispute, the disputes taking turns with each event.

    So the events of one dispute lie apart, as they do where all that is recorded is recorded day by day.
    """

    def run() -> int:
        batch: list[Placed] = []
        for placed in _interleaved(events // (STREAM_LENGTH + 1)):
            batch.append(placed)
            if len(batch) == FILL_BATCH:
                append_many(batch)
                batch.clear()
        append_many(batch)
        assert tree.log_size() == events
        with connection.cursor() as cursor:
            # What autovacuum does in its own time, so that no round meets it.
            cursor.execute("VACUUM ANALYZE")
        return events

    return run


def rebuild(events: int) -> Run:
    """Build every read model from the log, beside the present ones, which are full, as they are in production."""
    if not Dispute.objects.exists():
        projections.rebuild()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")

    def run() -> int:
        projections.rebuild()
        return events

    return run


def rebuild_watched(events: int) -> Run:
    """The same, with an eye on the memory of all processes that take part."""
    run = rebuild(events)

    def run_watched() -> Done:
        started = time.monotonic()
        with watched() as memory:
            run()
        return Done(events, time.monotonic() - started, 0.0, 0.0, peak_bytes=memory.peak_bytes)

    return run_watched


def audit(events: int) -> Run:
    """Verify the whole log, with a signed checkpoint and the stored nodes of the tree."""
    # Kept in the home, it is compared with every log there: only one log of a run is audited.
    make_checkpoint()

    def run() -> int:
        report = verify_database()
        assert report.is_in_order, report.findings
        assert report.size == events
        return events

    return run


def deliver_log(events: int, name: str) -> Run:
    """Deliver the whole log to a consumer that does nothing."""
    ensure_subscriptions()
    Subscription.objects.filter(name=name).update(position=0, attempts=0, careful_until=0, next_try_at=None)
    _delivered.clear()

    def run() -> int:
        is_unfinished = deliver(name, seconds=DELIVERY_SECONDS)
        assert not is_unfinished
        assert sum(_delivered) == events, sum(_delivered)
        return events

    return run


_delivered: list[int] = []


@consumer(ONE_BY_ONE, start=Start.BEGINNING)
def _take_one(_event: RecordedEvent) -> None:
    _delivered.append(1)


@batch_consumer(IN_BATCHES, start=Start.BEGINNING)
def _take_many(events: Sequence[RecordedEvent]) -> None:
    _delivered.append(len(events))


def _interleaved(disputes: int) -> Iterator[Placed]:
    """Give the events of a log in order, each with its stream and the version that this stream has before."""
    for number in range(disputes):
        yield Placed(party_stream(f"party-{number}"), 0, samples.registration(number))
    histories = [samples.history(number, STREAM_LENGTH) for number in range(disputes)]
    for version in range(STREAM_LENGTH):
        for number, history in enumerate(histories):
            yield Placed(dispute_stream(f"dispute-{number}"), version, next(history))


if __name__ == "__main__":
    serve(
        {"fill": fill, "rebuild": rebuild, "rebuild_watched": rebuild_watched, "audit": audit, "deliver": deliver_log}
    )
