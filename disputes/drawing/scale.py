"""The axis of time: every day equally wide, and long stretches in which nothing happened cut out and marked."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import NamedTuple, TypeAlias

Days: TypeAlias = tuple[date, date]
"""The first and the last day of something."""

LONGEST_GAP = 540
"""Days. A gap that is longer is cut out where it is also a considerable part of the whole."""
CONSIDERABLE = 0.2
MARGIN = 60
"""Days that are drawn around everything that happened."""
SHORTEST = 365
"""Days that are drawn at least, so that a single day has months around it."""
BREAK_WIDTH = 56
"""How wide a gap is drawn that was cut out."""
EDGE = 14
"""Left free at both ends, so that what can be pointed at lies within."""
DAY_WIDTHS = (0.3, 4.0)
"""How wide a day is at least, unless that would make the drawing too wide, and at most. A month is 9 to 120."""

_FIRST, _LAST = date.min.toordinal(), date.max.toordinal()


class Segment(NamedTuple):
    """Days that are drawn without a gap, as ordinals, the end being the day after the last; and where they begin."""

    first: int
    end: int
    x: float


@dataclass(frozen=True, slots=True)
class Scale:
    """Days to places along the axis."""

    segments: Sequence[Segment]
    day_width: float
    width: float

    @classmethod
    def fit(cls, stretches: Iterable[Days], widths: Sequence[int]) -> Scale:
        """Make the scale on which these stretches of days can be told apart, in the narrowest width that does.

        Where not even the widest does, days become narrower. Raises ValueError where there is no stretch.
        """
        pieces = _pieces(_cut(_merged(stretches)))
        days = sum(end - first for first, end in pieces)
        fixed = BREAK_WIDTH * (len(pieces) - 1) + 2 * EDGE
        narrow, wide = DAY_WIDTHS
        width = next((width for width in widths if days * narrow + fixed <= width), max(widths))
        day_width = min((width - fixed) / days, wide)
        segments, x = [], float(EDGE)
        for first, end in pieces:
            segments.append(Segment(first, end, x))
            x += (end - first) * day_width + BREAK_WIDTH
        return cls(segments, day_width, float(width))

    def x(self, day: date) -> float:
        """Give the place where a day begins. Raises ValueError for a day that is not drawn."""
        return self._x(day.toordinal())

    def end(self, day: date) -> float:
        """Give the place where a day ends."""
        return self._x(day.toordinal()) + self.day_width

    def shows(self, day: date) -> bool:
        """Whether a day is drawn."""
        segment = self._segment(day.toordinal())
        return segment is not None and day.toordinal() < segment.end

    @property
    def breaks(self) -> list[tuple[float, int]]:
        """The place where each gap begins that was cut out, and its days."""
        return [(later.x - BREAK_WIDTH, later.first - earlier.end) for earlier, later in pairwise(self.segments)]

    @property
    def first_day(self) -> date:
        """The first day that is drawn."""
        return date.fromordinal(self.segments[0].first)

    @property
    def last_day(self) -> date:
        """The last day that is drawn."""
        return date.fromordinal(self.segments[-1].end - 1)

    def _x(self, day: int) -> float:
        segment = self._segment(day)
        if segment is None or day >= segment.end:
            raise ValueError(f"{date.fromordinal(day)} is not drawn")
        return segment.x + (day - segment.first) * self.day_width

    def _segment(self, day: int) -> Segment | None:
        place = bisect_right(self.segments, day, key=lambda segment: segment.first)
        return self.segments[place - 1] if place else None


def _merged(stretches: Iterable[Days]) -> list[tuple[int, int]]:
    """Join stretches that touch or overlap; each end is the day after the last."""
    merged: list[tuple[int, int]] = []
    for first, last in sorted((first.toordinal(), last.toordinal() + 1) for first, last in stretches):
        if merged and first <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], last))
        else:
            merged.append((first, last))
    if not merged:
        raise ValueError("there is nothing to draw")
    return merged


def _cut(stretches: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Cut the gaps out that are too long; what lies between two of them is one piece."""
    longest = max(LONGEST_GAP, CONSIDERABLE * (stretches[-1][1] - stretches[0][0]))
    pieces = [stretches[0]]
    for first, end in stretches[1:]:
        if first - pieces[-1][1] > longest:
            pieces.append((first, end))
        else:
            pieces[-1] = (pieces[-1][0], end)
    return pieces


def _pieces(cut: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Widen each piece by its margins, within the calendar, and the last so that enough is drawn."""
    pieces = [(max(first - MARGIN, _FIRST), min(end + MARGIN, _LAST + 1)) for first, end in cut]
    missing = SHORTEST - sum(end - first for first, end in pieces)
    if missing > 0:
        first, end = pieces[-1]
        # Never into the gap before, which is longer than all that may be missing.
        pieces[-1] = (max(first - missing // 2, _FIRST), min(end + missing - missing // 2, _LAST + 1))
    return pieces
