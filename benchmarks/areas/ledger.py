"""The ledger: appending, reading, telling a state."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.areas import whole_log
from benchmarks.areas.scale import Scale
from benchmarks.measures import Contestant, Goal, Measure, Quantity
from benchmarks.workers import Program

DISPUTE_LENGTH = 20
"""Events of a dispute to which commands are measured; a command folds its dispute."""
TURNS = 10


def measures(scale: Scale) -> Sequence[Measure]:
    """Give the measures of the ledger."""
    return [
        _append_one(scale, writers=1, goals=[Goal("ours", 2.5, times="peer"), Goal("ours", 0.5, times="limit")]),
        _append_one(scale, writers=4, goals=[Goal("ours", 2.0, times="peer")]),
        _append_many(scale),
        _read(),
        _state(scale),
        *whole_log.measures(scale),
    ]


def _append_one(scale: Scale, *, writers: int, goals: Sequence[Goal]) -> Measure:
    # Of each writer. Processes wake up some milliseconds apart, which has to be little beside what they do together.
    each = 200 if writers == 1 else 100
    work = {"transactions": scale.reduce(each)}
    recorded = {"transactions": scale.reduce(each // 5), "stream_length": DISPUTE_LENGTH}
    projected = recorded | {"size": 1}
    single = work | {"size": 1}
    return Measure(
        name=f"append-1-writers-{writers}",
        title=f"append, one event a transaction, {writers} writer{'s' * (writers > 1)}",
        quantity=Quantity.RATE,
        contestants=[
            Contestant("ours", Program.TRACKER, "append", single, writers),
            Contestant("ours, with read models", Program.TRACKER, "append_and_project", projected, writers),
            Contestant("ours, the whole command", Program.TRACKER, "record", recorded, writers),
            Contestant("peer", Program.PEER, "append_to_recorder", single, writers),
            Contestant("peer, with its JSON", Program.PEER, "append_to_store", single, writers),
            Contestant("limit", Program.PLAIN, "insert", work, writers),
        ],
        goals=goals,
        turns=TURNS,
    )


def _append_many(scale: Scale) -> Measure:
    work = {"transactions": scale.reduce(20), "size": 100}
    projected = {"transactions": scale.reduce(4), "size": 100, "stream_length": 101}
    return Measure(
        name="append-100",
        title="append, 100 events a transaction, 1 writer",
        quantity=Quantity.RATE,
        contestants=[
            Contestant("ours", Program.TRACKER, "append", work),
            Contestant("ours, with read models", Program.TRACKER, "append_and_project", projected),
            Contestant("peer", Program.PEER, "append_to_recorder", work),
            Contestant("peer, with its JSON", Program.PEER, "append_to_store", work),
            Contestant("limit", Program.PLAIN, "insert_many", work),
            Contestant("limit, by COPY", Program.PLAIN, "copy", work),
        ],
        goals=[Goal("ours", 2.0, times="peer")],
        turns=TURNS,
    )


def _read() -> Measure:
    work = {"length": 10_000}
    return Measure(
        name="read-10000",
        title="read of a stream of 10,000 events",
        quantity=Quantity.RATE,
        contestants=[
            Contestant("ours", Program.TRACKER, "read_stream", work),
            Contestant("peer", Program.PEER, "read_from_store", work),
            Contestant("peer, bytes alone", Program.PEER, "read_from_recorder", work),
            Contestant("limit", Program.PLAIN, "read_stream", work),
        ],
        goals=[Goal("ours", 1.0, times="peer")],
        turns=TURNS,
    )


def _state(scale: Scale) -> Measure:
    work = {"length": 1_000, "repeat": scale.reduce(5)}
    return Measure(
        name="state-1000",
        title="state of a dispute of 1,000 events as of two dates",
        quantity=Quantity.DURATION,
        contestants=[
            Contestant("ours", Program.TRACKER, "state", work),
            Contestant("peer", Program.PEER, "state", work),
            Contestant("limit", Program.PLAIN, "parse_stream", work),
        ],
        goals=[Goal("ours", at_most=10.0)],
        turns=TURNS,
    )
