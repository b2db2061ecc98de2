"""The API: whether its lists stay flat, from the first page to the last, with a large installation."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.areas.admin import landscape
from benchmarks.areas.scale import Scale
from benchmarks.measures import Contestant, Goal, Measure, Quantity
from benchmarks.workers import Program

FIRST, LAST = "ours, first page", "ours, last page"


def measures(scale: Scale) -> Sequence[Measure]:
    """Give the measures of the API."""
    large = landscape(scale)
    return [
        Measure(
            name="pages",
            title=f"a page of every list of the API in every order, with {scale.largest:,} events",
            quantity=Quantity.DURATION,
            contestants=[
                Contestant(LAST, Program.API, "last_pages", installation=large),
                Contestant(FIRST, Program.API, "first_pages", installation=large),
            ],
            goals=[Goal(LAST, at_most=1.3, times=FIRST, of_each_part=True)],
        )
    ]
