"""What is measured, one module for each area."""

from collections.abc import Callable, Mapping, Sequence

from benchmarks.areas import admin, api, ledger, matching, pipeline
from benchmarks.areas.scale import LARGEST, LARGEST_QUICK, Scale
from benchmarks.measures import Measure

AREAS: Mapping[str, Callable[[Scale], Sequence[Measure]]] = {
    "ledger": ledger.measures,
    "pipeline": pipeline.measures,
    "matching": matching.measures,
    "admin": admin.measures,
    "api": api.measures,
}
"""Name on the command line -> the measures of an area."""

__all__ = ["AREAS", "LARGEST", "LARGEST_QUICK", "Scale"]
