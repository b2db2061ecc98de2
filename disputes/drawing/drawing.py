"""A whole timeline: lanes below each other, an axis, what was cut out of it, and the day that it is drawn as of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from disputes.drawing.plotting import ROW_HEIGHT, Mark, Plotted, place, text_width
from disputes.drawing.scale import Scale, Segment
from disputes.vocabulary import Lane

WIDTHS = (960, 1_600, 2_400)
"""How wide a drawing may be, in pixels; it is as narrow as its days allow."""
ALWAYS = (Lane.ACCESS, Lane.DEMAND, Lane.DEAL, Lane.COURT)
"""Lanes that are drawn even where they are empty."""
TOP, BOTTOM = 24, 44
"""Pixels above the lanes, for what was cut out, and below, for the axis and the day."""
_LANE_PADDING = 6
_LEAST_TICK = 64
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_UNITS = (1, 3, *(12 * years for years in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000)))
"""Months from one tick to the next."""
_DAYS_OF_A_MONTH = 30.4


class Tick(NamedTuple):
    """A place on the axis; `label` is empty where there is no room for words."""

    x: float
    label: str


class Break(NamedTuple):
    """Where days were cut out in which nothing happened."""

    start: float
    end: float
    label: str

    @property
    def middle(self) -> float:
        """The middle of it."""
        return (self.start + self.end) / 2


@dataclass(frozen=True, slots=True)
class DrawnLane:
    """One lane with its marks; `y` is its upper edge."""

    lane: Lane
    y: int
    height: int
    marks: Sequence[Mark]

    def y_of(self, mark: Mark) -> int:
        """Give the middle of the row of a mark."""
        return self.y + _LANE_PADDING + mark.row * ROW_HEIGHT + ROW_HEIGHT // 2


@dataclass(frozen=True, slots=True)
class Drawing:
    """All places are in pixels at the least width; a wider drawing takes those along the axis as shares of it."""

    scale: Scale
    day: date
    height: int
    lanes: Sequence[DrawnLane]
    ticks: Sequence[Tick]
    breaks: Sequence[Break]

    @property
    def width(self) -> int:
        """The least width, one of WIDTHS."""
        return round(self.scale.width)

    @property
    def now(self) -> float:
        """The place of the day that it is drawn as of: its end, since what happened on it has happened."""
        return self.scale.end(self.day)

    def percent(self, x: float) -> float:
        """Give a place along the axis, or a length, as a share of the width in percent."""
        return round(100 * x / self.scale.width, 3)


def draw(plotted: Iterable[Plotted], *, day: date) -> Drawing | None:
    """Draw occurrences to scale, as of a day; None where there is none.

    Each day is as wide as any other, so that a date that is known to the month is a bar as wide as the month. Of long
    stretches without an occurrence only the ends are drawn, with a mark between them. No two marks overlap, nor do
    their words; where there are too many for that, those that are near to each other share one. Linear in the
    occurrences, for each of a few sizes of clusters: some 20 ms for 1,000.
    """
    occurrences = list(plotted)
    if not occurrences:
        return None
    scale = Scale.fit([(day, day), *((each.first_day, each.last_day) for each in occurrences)], WIDTHS)
    lanes, y = [], TOP
    for lane in Lane:
        own = [each for each in occurrences if each.lane == lane]
        if not own and lane not in ALWAYS:
            continue
        marks = place(own, scale, day=day)
        rows = 1 + max((mark.row for mark in marks), default=0)
        height = rows * ROW_HEIGHT + 2 * _LANE_PADDING
        lanes.append(DrawnLane(lane, y, height, marks))
        y += height
    return Drawing(
        scale, day, y + BOTTOM, lanes, _ticks(scale), [_break(start, days, scale) for start, days in scale.breaks]
    )


def _break(start: float, days: int, scale: Scale) -> Break:
    years = round(days / 365.25)
    label = f"{years} year{'' if years == 1 else 's'}" if days >= 700 else f"{round(days / _DAYS_OF_A_MONTH)} months"
    return Break(start, next(segment.x for segment in scale.segments if segment.x > start), label)


def _ticks(scale: Scale) -> list[Tick]:
    unit = next(
        (unit for unit in _UNITS if unit * _DAYS_OF_A_MONTH * scale.day_width >= _LEAST_TICK),
        _UNITS[-1],
    )
    ticks: list[Tick] = []
    written_to = 0.0
    for segment, following in zip(scale.segments, [*scale.segments[1:], None], strict=True):
        # Words of a tick may reach into what was cut out behind its segment, and no further.
        limit = following.x if following is not None else scale.width
        opening = date.fromordinal(segment.first)
        for x, label in [(segment.x, _month_of(opening)), *_regular(segment, unit, scale.day_width)]:
            fits = x >= written_to and x + text_width(label) <= limit
            if fits:
                written_to = x + text_width(label) + 8
            ticks.append(Tick(x, label if fits else ""))
    return ticks


def _regular(segment: Segment, unit: int, day_width: float) -> Iterator[tuple[float, str]]:
    first = date.fromordinal(segment.first)
    month = -(-(first.year * 12 + first.month - 1) // unit) * unit
    while month // 12 <= date.max.year:
        year, place_in_year = divmod(month, 12)
        month += unit
        if year < 1:
            continue
        day = date(year, place_in_year + 1, 1)
        if day.toordinal() >= segment.end:
            return
        if day.toordinal() > segment.first:
            label = str(year) if unit >= 12 else _month_of(day) if place_in_year == 0 else _MONTHS[place_in_year]
            yield segment.x + (day.toordinal() - segment.first) * day_width, label


def _month_of(day: date) -> str:
    return f"{_MONTHS[day.month - 1]} {day.year}"
