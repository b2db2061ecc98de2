"""The admin: whether its screens stay as quick with a large installation as with the seeds."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.areas.scale import Scale
from benchmarks.measures import Contestant, Goal, Installation, Measure, Quantity
from benchmarks.workers import Program

LARGE, SEEDS = "ours, large", "ours, seeds"
SEEDED = Installation("seeded", "make_seeded")


def measures(scale: Scale) -> Sequence[Measure]:
    """Give the measures of the admin."""
    return [_screens(scale), _accept_and_next(scale)]


def landscape(scale: Scale) -> Installation:
    """Give the large installation, whose log is the longest that the command line allows."""
    part = scale.largest / 1_000_000
    return Installation(f"landscape-{scale.largest}", "make", {"scale": part})


def _screens(scale: Scale) -> Measure:
    large = landscape(scale)
    return Measure(
        name="screens",
        title=f"a screen of the admin, with {scale.largest:,} events and as many articles, and with the seeds",
        quantity=Quantity.DURATION,
        contestants=[
            Contestant(LARGE, Program.ADMIN, "screens", installation=large),
            Contestant(SEEDS, Program.ADMIN, "screens", installation=SEEDED),
        ],
        goals=[Goal(LARGE, at_most=1.5, times=SEEDS, of_each_part=True)],
    )


def _accept_and_next(scale: Scale) -> Measure:
    large = landscape(scale)
    return Measure(
        name="accept-and-next",
        title=f"accept in the inbox and show the next story, with {scale.largest // 10:,} candidates that wait",
        quantity=Quantity.DURATION,
        contestants=[Contestant(LARGE, Program.ADMIN, "accept_and_next", {"decisions": 10}, installation=large)],
        goals=[Goal(LARGE, at_most=200.0)],
    )
