"""The matcher: what it costs to match an article."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.areas.scale import Scale
from benchmarks.measures import Contestant, Goal, Measure, Quantity
from benchmarks.workers import Program

SEEDED = 34
MANY = 10_000
"""Disputes with ten names each."""


def measures(scale: Scale) -> Sequence[Measure]:
    """Give the measures of the matcher."""
    return [_match(scale), _memory(), _scan(scale)]


def _match(scale: Scale) -> Measure:
    articles = scale.reduce(10_000)
    return Measure(
        name="match",
        title="articles of 1,400 characters matched on one core",
        quantity=Quantity.READING,
        contestants=[
            _ours(f"ours, {SEEDED} disputes", "match", disputes=SEEDED, articles=articles),
            _ours(f"ours, {MANY:,} disputes", "match", disputes=MANY, articles=articles),
        ],
        goals=[
            Goal(f"ours, {SEEDED} disputes", at_least=5_000),
            Goal(f"ours, {MANY:,} disputes", at_least=1 / 3, times=f"ours, {SEEDED} disputes"),
        ],
    )


def _memory() -> Measure:
    return Measure(
        name="match-memory",
        title=f"memory of a matcher over {MANY:,} disputes with 100,000 names, and of what it knows of them",
        quantity=Quantity.MEMORY,
        contestants=[_ours("ours", "hold", disputes=MANY)],
        goals=[Goal("ours", at_most=300.0)],
        most_rounds=1,
        has_warm_up=False,
    )


def _scan(scale: Scale) -> Measure:
    articles = scale.reduce(100_000)
    return Measure(
        name="match-scan",
        title=f"{articles:,} stored articles gone through for a new dispute",
        quantity=Quantity.SPAN,
        contestants=[_ours("ours", "scan", articles=articles)],
        goals=[Goal("ours", at_most=60.0)],
        most_rounds=1,
        has_warm_up=False,
    )


def _ours(name: str, task: str, **arguments: int) -> Contestant:
    return Contestant(name, Program.MATCHING, task, arguments)
