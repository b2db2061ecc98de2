"""Filling a log: as `ledger.append` does, but many streams in one transaction and without waiting in between."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from benchmarks.contestants import ours

# isort: split
from django.db import transaction

from benchmarks.contestants.samples import RECORDED_BY, Sample
from disputes import ledger, prepared
from disputes.canonical import canonical
from disputes.erasure.sealing import seal, wishes

_APPEND = "SELECT out_position FROM ledger_append(%s, %s, %s, %s, %s, %s, %s)"


class Placed(NamedTuple):
    """An event with its place in the log."""

    stream: str
    version: int
    """That the stream has before."""
    sample: Sample
    by: str = RECORDED_BY


def append_many(batch: Sequence[Placed]) -> None:
    """Append events of any streams in their order, in one transaction; some 70 µs each."""
    events = [ours.validated(placed.sample) for placed in batch]
    with transaction.atomic():
        ledger.lock()
        records = [event.record(placed.stream, placed.by) for event, placed in zip(events, batch, strict=True)]
        sealed = seal(records, [wishes(record, {}) for record in records], {})
        rows = [
            (
                placed.stream,
                placed.version,
                str(event.event_id),
                event.payload.name,
                str(event.payload.version),
                placed.by,
                canonical(record, is_plain=event.payload.is_plain()),
            )
            for event, record, placed in zip(events, sealed, batch, strict=True)
        ]
        prepared.execute_many(_APPEND, rows)
