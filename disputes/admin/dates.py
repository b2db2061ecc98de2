"""Dates as curators write and read them: "19 April 2023", "April 2023", "2023-04", "yesterday".

What is written decides how finely the date is known, and nothing is guessed: what can be read in two ways is refused
with both of them.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from dateparser.date import DateDataParser
from django.utils import timezone

from disputes.occurred import Occurred, Precision, bounds

MONTHS: Final = {
    name.casefold(): number
    for names in (calendar.month_name, calendar.month_abbr)
    for number, name in enumerate(names)
    if name
} | {"sept": 9}
WEEKDAYS: Final = {
    name.casefold(): number
    for names in (calendar.day_name, calendar.day_abbr)
    for number, name in enumerate(names)
} | {"tues": 1, "thur": 3, "thurs": 3}  # fmt: skip
FORMS: Final = "2023, 2023-04, 2023-04-19, April 2023 or 19 April 2023"
_LANGUAGES: Final = ("de", "fr", "es", "it", "nl", "pt", "pl", "sv", "da")
"""Whose names of months are read beside the English ones, since curators copy dates from articles."""

_WORD: Final = r"(?P<word>[^\W\d_]+)\.?"
_YEAR: Final = r"(?P<year>[0-9]{4})"
_IN_WORDS: Final = (
    re.compile(
        rf"(?:(?:the\s+)?(?P<day>[0-9]{{1,2}})(?:st|nd|rd|th|er|º)?\.?\s+(?:of\s+|de\s+)?)?{_WORD},?\s+(?:del?\s+|of\s+)?{_YEAR}",
        re.IGNORECASE,
    ),
    re.compile(rf"{_WORD}\s+(?P<day>[0-9]{{1,2}})(?:st|nd|rd|th)?,?\s+{_YEAR}", re.IGNORECASE),
)
_YEAR_FIRST: Final = (
    re.compile(r"(?P<year>[0-9]{4})(?:[-/.](?P<month>[0-9]{1,2})(?:[-/.](?P<day>[0-9]{1,2}))?)?"),
    re.compile(r"(?P<year>[0-9]{4})年(?:(?P<month>[0-9]{1,2})月(?:(?P<day>[0-9]{1,2})日)?)?"),
)
_MONTH_AND_YEAR: Final = re.compile(rf"(?P<month>[0-9]{{1,2}})[-/.]{_YEAR}")
_YEAR_LAST: Final = re.compile(rf"(?P<one>[0-9]{{1,2}})[-/.](?P<other>[0-9]{{1,2}})[-/.]{_YEAR}")
_SEPARATOR: Final = re.compile(r"\s+(?:to|until|till|-)\s+|\s*[–—]\s*", re.IGNORECASE)
_WEEKDAY: Final = re.compile(
    rf"({'|'.join(sorted(WEEKDAYS, key=len, reverse=True))})\.?,?\s+(?=.*[0-9]{{4}})", re.IGNORECASE
)
_DAYS_AWAY: Final = re.compile(
    r"(?P<ago>[0-9]{1,4})\s+days?\s+ago|in\s+(?P<ahead>[0-9]{1,4})\s+days?|(?P<word>today|yesterday|tomorrow)",
    re.IGNORECASE,
)
_FROM_TODAY: Final = {"yesterday": -1, "today": 0, "tomorrow": 1}
_MONTH_NAMES: Final = "|".join(sorted(MONTHS, key=len, reverse=True))
_WITHOUT_YEAR: Final = re.compile(
    rf"(?:[0-9]{{1,2}}(?:st|nd|rd|th)?\.?\s+)?(?:{_MONTH_NAMES})\.?(?:\s+[0-9]{{1,2}})?",
    re.IGNORECASE,
)
_UNFIXED: Final = re.compile(
    rf"(?:last|next|this|on|past)\b.*|.*\b(?:ago|week|month|year)s?|(?:{'|'.join(WEEKDAYS)})", re.IGNORECASE
)
_QUARTER: Final = re.compile(rf"(?:q(?P<quarter>[1-4])|h(?P<half>[12]))[\s/-]*{_YEAR}", re.IGNORECASE)
_VAGUE: Final = re.compile(
    rf"(?:early|mid|late|spring|summer|autumn|fall|winter|around|about|circa|c\.|before|after)\b.*?{_YEAR}",
    re.IGNORECASE,
)


def read_date(text: str, *, today: dt.date | None = None) -> Occurred:
    """Read a date, or two with "to" between them for what lasted longer.

    The precision follows from what is written. "yesterday" and its like count from `today`, which is that of UTC
    where it is not given. Raises ValueError, which names the text and says what to write instead.
    """
    parts = _SEPARATOR.split(text.strip())
    if len(parts) > 2:
        raise ValueError(f"{text!r} holds more than two dates")
    first = _read_one(parts[0], today)
    if len(parts) == 1:
        return first
    last = _read_one(parts[1], today)
    if last.precision is not first.precision:
        raise ValueError(f"{text!r}: write both dates as exactly as each other, for example both with a day")
    if last.first_day <= first.first_day:
        raise ValueError(f"the end {parts[1]} is not after the beginning {parts[0]}")
    return Occurred(date=first.date, precision=first.precision, end=last.date)


def depends_on_today(text: str) -> bool:
    """Tell whether the text means another date tomorrow, as "yesterday" does."""
    return any(_DAYS_AWAY.fullmatch(part.strip()) for part in _SEPARATOR.split(text.strip()))


def show_date(occurred: Mapping[str, str] | Occurred | None) -> str:
    """Write a date in words, no finer than it is known; "" where there is none."""
    if occurred is None:
        return ""
    if not isinstance(occurred, Occurred):
        occurred = Occurred.model_validate(dict(occurred))
    words = _words(occurred.date, occurred.precision)
    return words if occurred.end is None else f"{words} to {_words(occurred.end, occurred.precision)}"


def show_understood(occurred: Occurred) -> str:
    """Say how a date was read: "April 2023, known to the month"."""
    return f"{show_date(occurred)}, known to the {occurred.precision.value}"


def _words(text: str, precision: Precision) -> str:
    year, *rest = text.split("-")
    if precision is Precision.YEAR:
        return year
    month = calendar.month_name[int(rest[0])]
    return f"{month} {year}" if precision is Precision.MONTH else f"{int(rest[1])} {month} {year}"


def _read_one(text: str, today: dt.date | None) -> Occurred:
    if found := _DAYS_AWAY.fullmatch(text):
        return Occurred.parse(_away(found, today or timezone.now().date()).isoformat())
    weekday = _WEEKDAY.match(text)
    iso = _iso(text[weekday.end() :] if weekday else text)
    # Asked first, since the model's own error would come wrapped in pydantic's words.
    bounds(iso, {4: Precision.YEAR, 7: Precision.MONTH}.get(len(iso), Precision.DAY))
    read = Occurred.parse(iso)
    if weekday:
        _require_weekday(read, weekday[1])
    return read


def _away(found: re.Match[str], today: dt.date) -> dt.date:
    days = -int(found["ago"]) if found["ago"] else int(found["ahead"] or 0)
    return today + dt.timedelta(_FROM_TODAY[found["word"].casefold()] if found["word"] else days)


def _require_weekday(read: Occurred, word: str) -> None:
    if read.precision is not Precision.DAY:
        raise ValueError(f"{word} stands beside a date without a day")
    if read.first_day.weekday() != WEEKDAYS[word.casefold()]:
        is_on = calendar.day_name[read.first_day.weekday()]
        raise ValueError(f"{show_date(read)} is a {is_on}, not a {calendar.day_name[WEEKDAYS[word.casefold()]]}")


def _iso(text: str) -> str:
    for pattern in _IN_WORDS:
        if found := pattern.fullmatch(text):
            _refuse_vague(text)
            return _joined(found["year"], str(_month(found["word"])), found["day"])
    for pattern in _YEAR_FIRST:
        if found := pattern.fullmatch(text):
            return _joined(found["year"], found["month"], found["day"])
    if found := _MONTH_AND_YEAR.fullmatch(text):
        return _joined(found["year"], found["month"], None)
    if found := _YEAR_LAST.fullmatch(text):
        return _year_last(text, int(found["one"]), int(found["other"]), found["year"])
    _refuse_vague(text)
    if _WITHOUT_YEAR.fullmatch(text):
        raise ValueError(f"{text!r} has no year; write the date as {FORMS}")
    if _UNFIXED.fullmatch(text):
        raise ValueError(f"{text!r} depends on when it is read; write the date itself, as {FORMS}")
    raise ValueError(f"{text!r} is not a date; write it as {FORMS}")


def _joined(year: str, month: str | None, day: str | None) -> str:
    return "-".join([year, *(f"{int(part):02}" for part in (month, day) if part is not None)])


def _year_last(text: str, one: int, other: int, year: str) -> str:
    """Tell the day from the month where only one of the two can be it."""
    if one != other and 1 <= one <= 12 and 1 <= other <= 12:
        readings = (f"{day} {calendar.month_name[month]} {year}" for day, month in ((one, other), (other, one)))
        raise ValueError(f"{text!r} can be {' or '.join(readings)}; write the month as a word")
    day, month = (other, one) if other > 12 else (one, other)
    return f"{year}-{month:02}-{day:02}"


def _refuse_vague(text: str) -> None:
    if found := _QUARTER.fullmatch(text):
        length = 3 if found["quarter"] else 6
        first = (int(found["quarter"] or found["half"]) - 1) * length + 1
        months = (f"{calendar.month_name[month]} {found['year']}" for month in (first, first + length - 1))
        raise ValueError(
            f"{text!r} is known neither to the month nor only to the year: write {found['year']} where the day may be "
            f"any of it, or {' to '.join(months)} for what lasted as long"
        )
    if found := _VAGUE.fullmatch(text):
        raise ValueError(
            f"{text!r} is vaguer than the record can hold: write {found['year']} or a month, and say the rest in a note"
        )


def _month(word: str) -> int:
    number = _month_in_any_language(word.casefold())
    if number is None:
        raise ValueError(f"{word!r} is no month; write the date as {FORMS}")
    return number


@lru_cache(maxsize=1_024)
def _month_in_any_language(word: str) -> int | None:
    """Give the month of this name; None where there is none, or where languages differ on which one it is."""
    if word in MONTHS:
        return MONTHS[word]
    settings = {"STRICT_PARSING": True, "DATE_ORDER": "DMY"}
    parsers = (DateDataParser(languages=[language], settings=settings) for language in _LANGUAGES)
    found = {parsed.month for parser in parsers if (parsed := parser.get_date_data(f"1 {word} 2023").date_obj)}
    return found.pop() if len(found) == 1 else None
