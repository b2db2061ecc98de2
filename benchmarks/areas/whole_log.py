"""What goes through the whole log: rebuilds, their memory, audits, deliveries."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.areas.scale import Scale
from benchmarks.measures import Contestant, Goal, Measure, Quantity
from benchmarks.workers import Program

PEER_EVENTS, PEER_EVENTS_QUICK = 10_000, 2_000
"""Events that the peer projects, one a transaction: its rate does not rise with their number, and 1,000,000 would take
it some ten minutes a round."""


def measures(scale: Scale) -> Sequence[Measure]:
    """Give the measures that go through whole logs."""
    shortest, longest = scale.log_sizes[0], scale.log_sizes[-1]
    return [_rebuild(scale), _memory(shortest, longest), _audit(longest), _deliver(scale, shortest)]


def _rebuild(scale: Scale) -> Measure:
    sizes = scale.log_sizes
    names = [f"ours, {size:,} events" for size in sizes]
    goals = [goal for name in names for goal in (Goal(name, 50_000), Goal(name, 20.0, times="peer"))]
    if len(sizes) > 1:
        goals.append(Goal(names[-1], 0.8, times=names[0]))
    return Measure(
        name="rebuild",
        title="rebuild of all read models",
        quantity=Quantity.RATE,
        contestants=[
            *(
                Contestant(name, Program.TRACKER_LOG, "rebuild", {"events": size}, log=size)
                for name, size in zip(names, sizes, strict=True)
            ),
            Contestant("peer", Program.PEER, "project", _peer_work(scale)),
        ],
        goals=goals,
    )


def _memory(shortest: int, longest: int) -> Measure:
    sizes = {f"ours, {size:,} events": size for size in dict.fromkeys((shortest, longest))}
    return Measure(
        name="rebuild-memory",
        title="memory of the processes that rebuild",
        quantity=Quantity.MEMORY,
        contestants=[
            Contestant(name, Program.TRACKER_LOG, "rebuild_watched", {"events": size}, log=size)
            for name, size in sizes.items()
        ],
        goals=[Goal(f"ours, {longest:,} events", at_most=300.0)],
        # They do the same each time; the one that starts the others is to be new.
        most_rounds=1,
        has_warm_up=False,
    )


def _audit(longest: int) -> Measure:
    return Measure(
        name="audit",
        title=f"audit of {longest:,} events",
        quantity=Quantity.PROCESSOR,
        contestants=[Contestant("ours", Program.TRACKER_LOG, "audit", {"events": longest}, log=longest)],
        goals=[Goal("ours", at_most=10.0)],
    )


def _deliver(scale: Scale, shortest: int) -> Measure:
    one, many = "bench-one-by-one", "bench-in-batches"
    return Measure(
        name="deliver",
        title="delivery to a subscription that does nothing",
        quantity=Quantity.RATE,
        contestants=[
            Contestant(
                "ours, one by one", Program.TRACKER_LOG, "deliver", {"events": shortest, "name": one}, log=shortest
            ),
            Contestant(
                "ours, in batches", Program.TRACKER_LOG, "deliver", {"events": shortest, "name": many}, log=shortest
            ),
            Contestant("peer", Program.PEER, "follow", _peer_work(scale)),
        ],
    )


def _peer_work(scale: Scale) -> dict[str, int]:
    # A twentieth would be hardly more than the start of its threads.
    return {"events": PEER_EVENTS_QUICK if scale.is_quick else PEER_EVENTS}
