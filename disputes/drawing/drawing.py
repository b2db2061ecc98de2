"""A whole timeline: lanes below each other, an axis, what was cut out of it, and the day that it is drawn as of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from disputes.drawing.plotting import LEAST_BAR, ROW_HEIGHT, TARGET, WORDS_GAP, Mark, Plotted, place, text_width
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
    percent: float
    """The place in percent of the width."""


class Break(NamedTuple):
    """Where days were cut out in which nothing happened."""

    start: float
    end: float
    label: str
    width: float
    """Of the drawing."""

    @property
    def start_percent(self) -> float:
        """Where it begins, in percent of the width."""
        return percent(self.start, self.width)

    @property
    def length_percent(self) -> float:
        """How long it is, in percent of the width."""
        return percent(self.end - self.start, self.width)

    @property
    def middle_percent(self) -> float:
        """Its middle, in percent of the width."""
        return percent((self.start + self.end) / 2, self.width)


class Shape(NamedTuple):
    """A mark as it is written down: along the axis in percent of the width, so that it may be drawn wider.

    What has a size of its own, such as a dot or words, is written in pixels from there. Wider drawings pull marks apart
    and leave words as they are, so what does not collide at the least width collides at none.
    """

    mark: Mark
    start: float
    length: float
    middle: float
    is_narrow: bool
    """Whether its days are too few to be seen as a bar; it then has the least width, around its middle."""
    y: int
    """The middle of its row."""
    words_at: float
    words_by: float
    """Pixels from there."""


@dataclass(frozen=True, slots=True)
class DrawnLane:
    """One lane with its marks; `y` is its upper edge."""

    lane: Lane
    y: int
    height: int
    marks: Sequence[Mark]
    width: float
    """Of the drawing."""

    @property
    def middle(self) -> float:
        """The middle of it, from above."""
        return self.y + self.height / 2

    @property
    def shapes(self) -> list[Shape]:
        """Give the marks as they are written down, in order of time."""
        return [self._shape(mark) for mark in self.marks]

    def _shape(self, mark: Mark) -> Shape:
        edges = (mark.left, mark.start, -1) if mark.label and mark.label.is_left else (mark.right, mark.end, 1)
        edge, of_days, direction = edges
        # A mark that is widened to be pointed at is so in pixels around its middle, however wide the drawing.
        at, by = (of_days, WORDS_GAP) if edge == of_days else (mark.middle, TARGET / 2 + WORDS_GAP)
        return Shape(
            mark=mark,
            start=percent(mark.start, self.width),
            length=percent(mark.end - mark.start, self.width),
            middle=percent(mark.middle, self.width),
            is_narrow=mark.end - mark.start < LEAST_BAR,
            y=self.y_of(mark),
            words_at=percent(at, self.width),
            words_by=direction * by,
        )

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
    def width_class(self) -> str:
        """Name the least width, for style sheets."""
        return f"drawing-{self.width}"

    @property
    def now(self) -> float:
        """The place of the day that it is drawn as of: its end, since what happened on it has happened."""
        return self.scale.end(self.day)

    @property
    def now_percent(self) -> float:
        """The same in percent of the width."""
        return percent(self.now, self.scale.width)

    @property
    def ahead_percent(self) -> float:
        """How much of the width lies ahead."""
        return percent(self.scale.width - self.now, self.scale.width)

    @property
    def is_now_late(self) -> bool:
        """Whether words beside the day have more room on its left."""
        return self.now > self.scale.width / 2

    @property
    def lanes_end(self) -> int:
        """Where the lowest lane ends."""
        return self.height - BOTTOM


def percent(x: float, width: float) -> float:
    """Give a place or a length along the axis as a share of the width in percent."""
    return round(100 * x / width, 3)


def draw(plotted: Iterable[Plotted], *, day: date) -> Drawing | None:
    """Draw occurrences to scale, as of a day; None where there is none.

    Each day is as wide as any other, so that a date that is known to the month is a bar as wide as the month. Of long
    stretches without an occurrence only the ends are drawn, with a mark between them. No two marks overlap, nor do
    their words; where there are too many for that, those that are near to each other share one. Linear in the
    occurrences, for each of a few sizes of clusters: some 50 ms for 1,000.
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
        lanes.append(DrawnLane(lane, y, height, marks, scale.width))
        y += height
    return Drawing(
        scale, day, y + BOTTOM, lanes, _ticks(scale), [_break(start, days, scale) for start, days in scale.breaks]
    )


def _break(start: float, days: int, scale: Scale) -> Break:
    years = round(days / 365.25)
    label = f"{years} year{'' if years == 1 else 's'}" if days >= 700 else f"{round(days / _DAYS_OF_A_MONTH)} months"
    end = next(segment.x for segment in scale.segments if segment.x > start)
    return Break(start, end, label, scale.width)


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
        opening = _month_of(date.fromordinal(segment.first))
        regular = [(x, _label(day, unit, is_first=not n)) for n, (x, day) in enumerate(_regular(segment, unit, scale))]
        # What a piece begins with is said by its first tick, unless that is far.
        is_near = bool(regular) and regular[0][0] < segment.x + text_width(opening) + 8
        for x, label in [(segment.x, "" if is_near else opening), *regular]:
            fits = x >= written_to and x + text_width(label) <= limit
            if fits and label:
                written_to = x + text_width(label) + 8
            ticks.append(Tick(x, label if fits else "", percent(x, scale.width)))
    return ticks


def _regular(segment: Segment, unit: int, scale: Scale) -> Iterator[tuple[float, date]]:
    """Give the places of the first days of every so many months."""
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
            yield scale.x(day), day


def _label(day: date, unit: int, *, is_first: bool) -> str:
    if unit >= 12:
        return str(day.year)
    return _month_of(day) if is_first or day.month == 1 else _MONTHS[day.month - 1]


def _month_of(day: date) -> str:
    return f"{_MONTHS[day.month - 1]} {day.year}"
