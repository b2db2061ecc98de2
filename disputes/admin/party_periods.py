"""The names and the owners of a party on a line of time, drawn to scale. Pure; places are shares of the width."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from disputes.admin.dates import show_date
from disputes.occurred import Occurred
from disputes.recorded import Reading

ROW: Final = 38
"""Pixels of a period: its words above its bar."""
_AXIS: Final = 22
_EDGE: Final = 1.0
"""Percent that are left free at both ends."""
_TICKS: Final = 6
_STEPS: Final = (1, 2, 5, 10, 20, 50, 100, 200, 500)

Date = Mapping[str, str] | None


@dataclass(frozen=True, slots=True)
class Period:
    """What a party was called, or to whom it belonged, from one date until another, as far as these are known."""

    what: str
    since: Date
    until: Date
    is_owner: bool = False
    is_present: bool = False

    @property
    def begins(self) -> str:
        """Say when it began."""
        return show_date(self.since) or "not known"

    @property
    def ends(self) -> str:
        """Say when it ended."""
        return "present" if self.is_present else show_date(self.until) or "not known"


class DrawnPeriod(NamedTuple):
    """A period with its places, in percent of the width and in pixels from above."""

    period: Period
    start: str
    width: str
    y: int
    text_y: int
    text_x: str
    anchor: str
    fades_in: bool
    """Whether its beginning is not known."""


class DrawnYear(NamedTuple):
    """A tick of the axis."""

    x: str
    label: str


class DrawnPeriods(NamedTuple):
    """The whole drawing."""

    periods: Sequence[DrawnPeriod]
    years: Sequence[DrawnYear]
    height: int
    axis_y: int
    label_y: int


def periods_of(
    name: str, former_names: Iterable[Mapping[str, Any]], readings: Iterable[Reading], owners: Mapping[str, str]
) -> list[Period]:
    """Give the names of a party in order, then its owners; `owners` has their names by slug."""
    periods: list[Period] = []
    since: Date = None
    for former in former_names:
        periods.append(Period(former["name"], since, former.get("until")))
        since = former.get("until")
    periods.append(Period(name, since, None, is_present=True))
    changes = [
        (reading.data.get("parent"), reading.data.get("effective"))
        for reading in readings
        if reading.counts and reading.type == "parent_changed"
    ]
    for number, (owner, effective) in enumerate(changes):
        if owner:
            is_last = number == len(changes) - 1
            until = None if is_last else changes[number + 1][1]
            periods.append(Period(owners.get(owner, owner), effective, until, is_owner=True, is_present=is_last))
    return periods


def draw(periods: Sequence[Period], *, today: dt.date) -> DrawnPeriods | None:
    """Draw periods to scale, up to today; None where no date is known, so that there is no scale.

    A period whose beginning is not known begins with the one before it, or at the left edge, and fades in.
    """
    known = [_day(date) for period in periods for date in (period.since, period.until) if date]
    if not known:
        return None
    last = max([today, *known])
    # What was before the first known date is drawn too, as a tenth of the whole.
    first_ordinal = min(known).toordinal() - max(365, (last - min(known)).days // 9)
    first = dt.date.fromordinal(max(first_ordinal, 1))
    span = max((last - first).days, 1)

    def place(day: dt.date) -> float:
        return _EDGE + (100 - 2 * _EDGE) * (day - first).days / span

    drawn = []
    for number, period in enumerate(periods):
        start = _day(period.since) if period.since else first
        end = last if period.is_present else _day(period.until) if period.until else last
        left, right = place(min(start, end)), place(max(start, end))
        y = number * ROW
        is_late = left > 55
        drawn.append(
            DrawnPeriod(
                period,
                start=f"{left:.2f}%",
                width=f"{max(right - left, 0.4):.2f}%",
                y=y + 18,
                text_y=y + 13,
                text_x=f"{right if is_late else left:.2f}%",
                anchor="end" if is_late else "start",
                fades_in=period.since is None,
            )
        )
    height = len(periods) * ROW + _AXIS
    years = [
        DrawnYear(f"{place(dt.date(year, 1, 1)):.2f}%", str(year)) for year in _years(first, last) if year > first.year
    ]
    return DrawnPeriods(drawn, years, height, height - _AXIS, height - 6)


def _day(date: Mapping[str, str]) -> dt.date:
    return Occurred.model_validate(dict(date)).first_day


def _years(first: dt.date, last: dt.date) -> list[int]:
    span = last.year - first.year
    step = next((step for step in _STEPS if span / step <= _TICKS), _STEPS[-1])
    return [year for year in range(first.year - first.year % step, last.year + 1, step) if year >= max(first.year, 1)]
