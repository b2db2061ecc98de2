"""Dates as curators write and read them: "19 April 2023", "April 2023", "2023-04"."""

from __future__ import annotations

import calendar
import re
from collections.abc import Mapping

from disputes.occurred import Occurred, Precision

MONTHS = {
    name.casefold(): number
    for names in (calendar.month_name, calendar.month_abbr)
    for number, name in enumerate(names)
    if name
} | {"sept": 9}
_DAY_FIRST = re.compile(r"(?:(\d{1,2})(?:st|nd|rd|th)?\.?\s+)?([a-z]+)\.?,?\s+(\d{4})", re.IGNORECASE | re.ASCII)
_MONTH_FIRST = re.compile(r"([a-z]+)\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})", re.IGNORECASE | re.ASCII)
_SEPARATOR = re.compile(r"\s+(?:to|until)\s+|\s*[–—]\s*", re.IGNORECASE)
FORMS = "2023, 2023-04, 2023-04-19, April 2023 or 19 April 2023"


def read_date(text: str) -> Occurred:
    """Read a date, or two with "to" between them for what lasted longer.

    The precision follows from what is written; nothing is guessed. Raises ValueError, which names the text.
    """
    parts = _SEPARATOR.split(text.strip())
    if len(parts) > 2:
        raise ValueError(f"{text!r} holds more than two dates")
    first = Occurred.parse(_iso(parts[0]))
    if len(parts) == 1:
        return first
    last = Occurred.parse(_iso(parts[1]))
    if last.precision is not first.precision:
        raise ValueError(f"{text!r}: write both dates as exactly as each other, for example both with a day")
    # Not through the model's own error, which would come wrapped in pydantic's words.
    if last.first_day <= first.first_day:
        raise ValueError(f"the end {parts[1]} is not after the beginning {parts[0]}")
    return Occurred(date=first.date, precision=first.precision, end=last.date)


def show_date(occurred: Mapping[str, str] | Occurred | None) -> str:
    """Write a date in words, no finer than it is known; "" where there is none."""
    if occurred is None:
        return ""
    if not isinstance(occurred, Occurred):
        occurred = Occurred.model_validate(dict(occurred))
    words = _words(occurred.date, occurred.precision)
    return words if occurred.end is None else f"{words} to {_words(occurred.end, occurred.precision)}"


def _words(text: str, precision: Precision) -> str:
    year, *rest = text.split("-")
    if precision is Precision.YEAR:
        return year
    month = calendar.month_name[int(rest[0])]
    return f"{month} {year}" if precision is Precision.MONTH else f"{int(rest[1])} {month} {year}"


def _iso(text: str) -> str:
    if found := _DAY_FIRST.fullmatch(text):
        day, word, year = found.groups()
    elif found := _MONTH_FIRST.fullmatch(text):
        word, day, year = found.groups()
    else:
        return _checked(text)
    month = MONTHS.get(word.casefold())
    if month is None:
        raise ValueError(f"{word!r} is no month; write the date as {FORMS}")
    return f"{year}-{month:02}" if day is None else f"{year}-{month:02}-{int(day):02}"


def _checked(text: str) -> str:
    if not re.fullmatch(r"\d{4}(-\d{2}(-\d{2})?)?", text, re.ASCII):
        raise ValueError(f"{text!r} is not a date; write it as {FORMS}")
    return text
