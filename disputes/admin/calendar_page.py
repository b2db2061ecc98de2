"""The pages of the calendar: a month as weeks of days, or what is set as a list. Pure: no query."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

from disputes.admin.scheduled_entries import ScheduledEntry

IN_A_DAY = 3
"""Entries that the square of a day holds; the list has all of them."""
WEEKDAYS = tuple(zip(calendar.day_abbr, calendar.day_name, strict=True))
_EARLIEST, _LATEST = 1_000, 9_998


class Month(NamedTuple):
    """A month of a year."""

    year: int
    month: int

    @classmethod
    def of(cls, day: dt.date) -> Month:
        """Give the month of a day."""
        return cls(day.year, day.month)

    @classmethod
    def parse(cls, text: str) -> Month:
        """Read "2026-11". Raises ValueError, with what can be written, where that is no month of the calendar."""
        year, _hyphen, month = text.partition("-")
        if len(year) == 4 and len(month) == 2 and (year + month).isascii() and (year + month).isdecimal():
            found = cls(int(year), int(month))
            if _EARLIEST <= found.year <= _LATEST and 1 <= found.month <= 12:
                return found
        raise ValueError(f"{text!r} is no month: write it as 2026-11")

    @property
    def first_day(self) -> dt.date:
        """Give its first day."""
        return dt.date(self.year, self.month, 1)

    @property
    def last_day(self) -> dt.date:
        """Give its last day."""
        return dt.date(self.year, self.month, calendar.monthrange(self.year, self.month)[1])

    @property
    def label(self) -> str:
        """Give it in words."""
        return f"{calendar.month_name[self.month]} {self.year}"

    def moved(self, months: int) -> Month | None:
        """Give the month so many before or after; None beyond the calendar's end."""
        year, month = divmod(self.year * 12 + self.month - 1 + months, 12)
        return Month(year, month + 1) if _EARLIEST <= year <= _LATEST else None

    def __str__(self) -> str:
        return f"{self.year:04}-{self.month:02}"


@dataclass(frozen=True, slots=True)
class DayEntry:
    """An entry as one day shows it."""

    entry: ScheduledEntry
    note: str
    """Of what lasts longer than a day: until when, or that it goes on."""


@dataclass(frozen=True, slots=True)
class Day:
    """The square of a day; `entries` are the first of those that it has."""

    date: dt.date
    is_today: bool
    entries: Sequence[DayEntry]
    more: int


@dataclass(frozen=True, slots=True)
class MonthGrid:
    """A month: whole weeks from Monday, None for days of other months; and what is set for no day of it."""

    weeks: Sequence[Sequence[Day | None]]
    vague: Sequence[ScheduledEntry]


def month_grid(month: Month, entries: Sequence[ScheduledEntry], today: dt.date) -> MonthGrid:
    """Lay entries out. What is known to the month or the year only stands above the days and on none of them."""
    by_day: dict[dt.date, list[DayEntry]] = {}
    for entry in entries:
        if entry.is_vague:
            continue
        day = max(entry.first_day, month.first_day)
        last = min(entry.last_day, month.last_day)
        while day <= last:
            by_day.setdefault(day, []).append(DayEntry(entry, _note(entry, day)))
            day += dt.timedelta(days=1)

    def square(day: dt.date) -> Day | None:
        if Month.of(day) != month:
            return None
        found = by_day.get(day, [])
        # Where one would be left over, there is room for it in place of the line that says so.
        shown = found if len(found) <= IN_A_DAY + 1 else found[:IN_A_DAY]
        return Day(day, day == today, shown, len(found) - len(shown))

    weeks = calendar.Calendar().monthdatescalendar(month.year, month.month)
    return MonthGrid(
        weeks=[[square(day) for day in week] for week in weeks],
        vague=[entry for entry in entries if entry.is_vague],
    )


def _note(entry: ScheduledEntry, day: dt.date) -> str:
    if entry.first_day == entry.last_day:
        return ""
    if day == entry.first_day:
        return f"until {entry.last_day.day} {calendar.month_name[entry.last_day.month]}"
    return "last day" if day == entry.last_day else "goes on"


class AgendaMonth(NamedTuple):
    """What is set for a month; or for a longer time, of which the month is not known."""

    label: str
    entries: Sequence[ScheduledEntry]


def agenda(entries: Sequence[ScheduledEntry], *, newest_first: bool = False) -> list[AgendaMonth]:
    """Group entries, in the order of their last possible days, by month.

    In a month they come by their first days, and those that are known to the month only after all others.
    """
    months = [AgendaMonth(label, list(found)) for label, found in groupby(entries, key=_heading)]
    if newest_first:
        return months
    return [
        AgendaMonth(label, sorted(found, key=lambda each: (each.is_vague, each.first_day))) for label, found in months
    ]


def _heading(entry: ScheduledEntry) -> str:
    is_long = entry.is_vague and Month.of(entry.first_day) != Month.of(entry.last_day)
    return entry.date if is_long else Month.of(entry.last_day).label
