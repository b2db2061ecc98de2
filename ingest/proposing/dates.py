"""The dates that a sentence gives, read against the day on which the article appeared."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Final

from dateparser.date import DateDataParser

from disputes.occurred import Occurred, Precision

LANGUAGES: Final = ("en", "de", "fr", "es")
"""In which names of months and days are read."""
FARTHEST_WITHOUT_YEAR: Final = timedelta(days=300)
"""A date without a year that would lie farther back is rather one that lies ahead."""
EARLIEST: Final = date(1990, 1, 1)
"""Before this there was no such dispute; a year like 1984 is a title."""

_MONTHS: Final = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December"
    r"|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec"
    r"|Januar|Februar|März|Mai|Juni|Juli|Oktober|Dezember"
    r"|janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre"
    r"|enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre)"
)
_WEEKDAYS: Final = r"(?:Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)"
_YEAR: Final = r"(?:19|20)\d\d"
_DATE: Final = re.compile(
    rf"(?<![\w/])(?:(?P<iso>{_YEAR}-\d\d-\d\d)"
    rf"|(?P<day_first>\d{{1,2}}(?:st|nd|rd|th|er|\.)?\s(?:of\s|de\s)?{_MONTHS}\b\.?(?:,?\s(?:de\s)?{_YEAR})?)"
    rf"|(?P<month_first>{_MONTHS}\.?\s\d{{1,2}}(?:st|nd|rd|th)?(?!\d)(?:,?\s{_YEAR})?)"
    rf"|(?P<month>{_MONTHS}\.?,?\s(?:of\s|de\s)?{_YEAR})"
    rf"|(?:in|last|this|since|en|im)\s(?P<bare_month>{_MONTHS})(?!\s\d)"
    rf"|(?P<weekday>{_WEEKDAYS})"
    rf"|(?P<near>(?:yesterday|today)(?!['’]))"
    rf"|(?:in|of)\s(?P<year>{_YEAR})"
    rf"|(?P<last>last\s(?:month|year)))(?!\w)"
)
_PRECISIONS: Final = {
    "iso": Precision.DAY,
    "day_first": Precision.DAY,
    "month_first": Precision.DAY,
    "weekday": Precision.DAY,
    "near": Precision.DAY,
    "month": Precision.MONTH,
    "bare_month": Precision.MONTH,
    "year": Precision.YEAR,
}


@dataclass(frozen=True, slots=True)
class StatedDate:
    """A date where a sentence gives it."""

    occurred: Occurred
    start: int
    end: int


def stated_dates(text: str, published: date | None) -> Iterator[StatedDate]:
    """Give the past dates of a sentence, in its order.

    Weekdays, "yesterday" and dates without a year are read against the day of publication, and left out where that
    is not known. What lies after the publication is announced, not stated, and is left out too.
    """
    for hit in _DATE.finditer(text):
        name = hit.lastgroup or ""
        words = hit[name]
        precision = _PRECISIONS.get(name) or (Precision.MONTH if "month" in words else Precision.YEAR)
        day = _read(words, name, published)
        if day is None or day < EARLIEST:
            continue
        occurred = at(day, precision)
        if published is None or occurred.first_day <= published:
            yield StatedDate(occurred, hit.start(), hit.end())


def at(day: date, precision: Precision) -> Occurred:
    """Give the date of an event on a day, as precise as this."""
    length = {Precision.DAY: 10, Precision.MONTH: 7, Precision.YEAR: 4}[precision]
    return Occurred(date=day.isoformat()[:length], precision=precision)


def _read(words: str, name: str, published: date | None) -> date | None:
    is_relative = name in {"weekday", "near", "last"} or not re.search(_YEAR, words)
    if is_relative and published is None:
        return None
    base = published or date(2000, 1, 1)
    # "On Friday" in an article of a Friday is that day, which to the library is a week ago.
    found = _parser(base + timedelta(days=name == "weekday")).get_date_data(words).date_obj
    if found is None:
        return None
    day: date = found.date()
    if is_relative and base - day > FARTHEST_WITHOUT_YEAR and name != "last":
        return None
    return day


@lru_cache(maxsize=256)
def _parser(base: date) -> DateDataParser:
    return DateDataParser(
        languages=list(LANGUAGES),
        settings={
            "RELATIVE_BASE": datetime.combine(base, time()),
            "PREFER_DATES_FROM": "past",
            "PREFER_DAY_OF_MONTH": "first",
            "RETURN_AS_TIMEZONE_AWARE": False,
        },
    )
