"""Ours: what curators and the pipeline call, from raw data to the committed event and back."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID, uuid4

from benchmarks.contestants import samples
from benchmarks.contestants.ours import validated
from benchmarks.contestants.samples import Sample
from benchmarks.contestants.serving import Run, serve

# isort: split
from django.db import connection, transaction

from disputes import commands, ledger, projections
from disputes.dispute import fold
from disputes.history import dispute_history
from disputes.models import Party
from disputes.streams import dispute_stream

FILL_BATCH = 500


def append(transactions: int, size: int) -> Run:
    """Validate and append, `size` events a transaction, to one new stream."""
    work = _transactions(transactions, size, transactions * size)

    def run() -> int:
        for slug, version, batch in work:
            events = [validated(sample) for sample in batch]
            ledger.append(dispute_stream(slug), events, expected_version=version, recorded_by=samples.RECORDED_BY)
        return transactions * size

    return _warm(run)


def append_and_project(transactions: int, size: int, stream_length: int) -> Run:
    """The same to streams of some length, with the read models brought up to date as commands do in the transaction."""
    work = _transactions(transactions, size, stream_length, opened=True)

    def run() -> int:
        for slug, version, batch in work:
            events = [validated(sample) for sample in batch]
            stream = dispute_stream(slug)
            with transaction.atomic():
                history = dispute_history(slug)
                recorded = ledger.append(stream, events, expected_version=version, recorded_by=samples.RECORDED_BY)
                projections.project_appended(stream, history, recorded)
        return transactions * size

    return _warm(run)


def record(transactions: int, stream_length: int) -> Run:
    """Record one event a transaction by its command: read, decide, append, project."""
    _register_parties()
    work = _transactions(transactions, 1, stream_length, opened=True)

    def run() -> int:
        for slug, version, (sample,) in work:
            commands.record_event(
                slug,
                type=sample["type"],
                occurred=sample["occurred"],
                standing=sample["standing"],
                data=sample["data"],
                justification=sample["justification"],
                event_id=UUID(sample["id"]),
                expected_version=version,
                by=samples.RECORDED_BY,
            )
        return transactions

    return _warm(run)


def read_stream(length: int) -> Run:
    """Read one stream, from the stored bytes to events with upcast payloads."""
    stream = dispute_stream("read")
    if ledger.stream_version(stream) == 0:
        _fill("read", [samples.statement(number) for number in range(length)])

    def run() -> int:
        return len(ledger.read_stream(stream))

    return _warm(run)


def state(length: int, repeat: int) -> Run:
    """Tell the state of one dispute as of two dates, from the log; an operation is one state."""
    stream = dispute_stream("state")
    if ledger.stream_version(stream) == 0:
        _fill("state", list(samples.history(0, length)))
    # All events were known by then, so all are read; half of the occurrences had happened.
    as_of = ledger.read_stream(stream)[-1].recorded_at
    on_date = date(2024, 1, 1)

    def run() -> int:
        for number in range(repeat):
            history = dispute_history("state", until=as_of)
            fold("state", history, on_date=on_date + timedelta(days=number), as_of=as_of)
        return repeat

    return _warm(run)


def _warm(run: Run) -> Run:
    connection.ensure_connection()
    return run


def _transactions(
    transactions: int, size: int, stream_length: int, *, opened: bool = False
) -> list[tuple[str, int, list[Sample]]]:
    """Spread transactions over new streams: for each its slug, the version it expects, its samples."""
    work: list[tuple[str, int, list[Sample]]] = []
    slug, version = "", stream_length
    for number in range(transactions):
        if version + size > stream_length:
            slug, version = f"bench-{uuid4().hex}", 0
            if opened:
                _fill(slug, [{"id": str(uuid4()), "type": "dispute_opened", "data": samples.description(number)}])
                version = 1
        work.append((slug, version, [samples.statement(number * size + place) for place in range(size)]))
        version += size
    return work


def _fill(slug: str, given: list[Sample]) -> None:
    for start in range(0, len(given), FILL_BATCH):
        events = [validated(sample) for sample in given[start : start + FILL_BATCH]]
        ledger.append(dispute_stream(slug), events, expected_version=start, recorded_by=samples.RECORDED_BY)


def _register_parties() -> None:
    known = set(Party.objects.values_list("slug", flat=True))
    for slug in samples.PARTIES:
        if slug not in known:
            commands.register_party(slug, name=slug, by=samples.RECORDED_BY)


if __name__ == "__main__":
    serve(
        {
            "append": append,
            "append_and_project": append_and_project,
            "record": record,
            "read_stream": read_stream,
            "state": state,
        }
    )
