"""How large a landscape is, and how its events are spread over its disputes."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

SHORTEST, LONGEST = 8, 1_000
"""Events of a dispute: of the least of them, and of the few that are fought for years."""
STEEPNESS = 0.75
"""How fast the length of disputes rises towards the longest: half of them have less than half of the mean."""


@dataclass(frozen=True)
class Landscape:
    """What there is of everything. The defaults are those that the goals of the project name."""

    disputes: int = 10_000
    events: int = 1_000_000
    """Of the whole log, those of parties among them."""
    articles: int = 1_000_000
    pending: int = 100_000
    """Candidates that wait for a curator."""
    feeds: int = 1_000
    fetches_of_feed: int = 500
    seed: int = 1
    today: date = date(2026, 11, 24)
    """The day on which it is made; everything is dated by it."""

    @classmethod
    def of(cls, scale: float, *, today: date) -> Landscape:
        """Give one of a part of the full size, with at least a few of everything."""
        full = cls()
        return cls(
            disputes=max(5, round(full.disputes * scale)),
            events=max(500, round(full.events * scale)),
            articles=max(500, round(full.articles * scale)),
            pending=max(50, round(full.pending * scale)),
            feeds=max(5, round(full.feeds * scale)),
            fetches_of_feed=full.fetches_of_feed if scale >= 0.01 else 10,
            today=today,
        )

    @property
    def parties(self) -> int:
        """How many parties there are: rather more than disputes, since most quarrel once and some with everybody."""
        return self.disputes * 6 // 5

    @property
    def midnight(self) -> datetime:
        """The moment at which the day begins; what the pipeline did, it did before."""
        return datetime.combine(self.today, time(), UTC)

    def chance(self, of: object) -> random.Random:
        """Give a source of numbers that are the same each time, for one part of the landscape."""
        return random.Random(f"{self.seed}/{of}")  # noqa: S311 (nothing is kept secret with it)


def dispute_lengths(landscape: Landscape, events: int) -> Sequence[int]:
    """Spread so many events over the disputes: most of them short, and a few of the longest there are."""
    number = landscape.disputes
    if not number * SHORTEST <= events <= number * LONGEST:
        raise ValueError(f"{events:,} events are too few or too many for {number:,} disputes")
    low, high = 0.0, float(LONGEST)
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if sum(_lengths(number, middle)) < events else (low, middle)
    lengths = _lengths(number, high)
    surplus = sum(lengths) - events
    for place in range(number):
        # Rounding and the bound leave a few too many: the longer ones give them up.
        taken = min(surplus, lengths[-1 - place] - SHORTEST)
        taken = min(taken, max(1, surplus // number + 1))
        lengths[-1 - place] -= taken
        surplus -= taken
    while surplus:
        place = max(range(number), key=lengths.__getitem__)
        lengths[place] -= 1
        surplus -= 1
    landscape.chance("lengths").shuffle(lengths)
    return lengths


def _lengths(number: int, slope: float) -> list[int]:
    """Give ascending lengths, as a Pareto distribution has them, cut at the longest."""
    return [
        min(LONGEST, SHORTEST + int(slope * ((1 - (rank + 0.5) / number) ** -STEEPNESS - 1))) for rank in range(number)
    ]
