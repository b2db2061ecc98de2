"""When something happened: a range of days, with the precision in which it is known."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from enum import StrEnum
from functools import lru_cache
from typing import Self

from pydantic import BaseModel, ConfigDict, model_validator

_FORM = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?", re.ASCII)


class Precision(StrEnum):
    """How finely a date is known."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"


class Occurred(BaseModel):
    """A date as it is known: "2023-04-19" to the day, "2023-04" to the month, "2023" to the year.

    `end` is given only where something lasted longer than its first date; it is written in the same
    precision. The value knows its first and last possible day, so that "April 2023" is neither before
    nor after 19 April, but overlaps it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    date: str
    precision: Precision
    end: str | None = None

    @model_validator(mode="after")
    def _dates_exist(self) -> Self:
        first = self._bounds(self.date)[0]
        if self.end is not None and self._bounds(self.end)[0] <= first:
            raise ValueError(f"the end {self.end} is not after the beginning {self.date}")
        return self

    @classmethod
    @lru_cache(maxsize=4_096)
    def parse(cls, text: str) -> Self:
        """Read "2023", "2023-04" or "2023-04-19"; the precision follows from the form.

        Raises ValueError where the text has another form or names a day that does not exist.
        """
        if not _FORM.fullmatch(text):
            raise ValueError(f"{text!r} is not a date: write 2023, 2023-04 or 2023-04-19")
        precision = {4: Precision.YEAR, 7: Precision.MONTH, 10: Precision.DAY}[len(text)]
        return cls(date=text, precision=precision)

    @property
    def first_day(self) -> dt.date:
        """The earliest day on which it can have begun."""
        return self._bounds(self.date)[0]

    @property
    def last_day(self) -> dt.date:
        """The latest day on which it can have ended."""
        return self._bounds(self.end or self.date)[1]

    def to_data(self) -> dict[str, str]:
        """Give the JSON form that is stored."""
        data = {"date": self.date, "precision": self.precision.value}
        if self.end is not None:
            data["end"] = self.end
        return data

    def __str__(self) -> str:
        return self.date if self.end is None else f"{self.date} to {self.end}"

    def _bounds(self, text: str) -> tuple[dt.date, dt.date]:
        return bounds(text, self.precision)


@lru_cache(maxsize=16_384)
def bounds(text: str, precision: Precision | str) -> tuple[dt.date, dt.date]:
    """Give the first and the last day that a date of this precision can mean.

    Raises ValueError, naming the text, where it does not have the form of its precision or does not exist.
    """
    try:
        if precision == Precision.DAY:
            day = _iso_day(text)
            return day, day
        if precision == Precision.MONTH:
            first = _iso_day(f"{text}-01")
            return first, first.replace(day=calendar.monthrange(first.year, first.month)[1])
        first = _iso_day(f"{text}-01-01")
        return first, first.replace(month=12, day=31)
    except ValueError as error:
        raise ValueError(f"{text!r} is not a {precision} that exists") from error


def _iso_day(text: str) -> dt.date:
    if not _FORM.fullmatch(text):
        raise ValueError(text)
    return dt.date.fromisoformat(text)
