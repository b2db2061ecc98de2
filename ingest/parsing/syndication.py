"""How long, and when, a publisher wants the feed to be left alone."""

import re
from collections.abc import Iterable
from datetime import timedelta
from typing import Final

LONGEST: Final = timedelta(days=30)
"""Longer wishes are read as this; the poller's own ceiling is far below."""

_PERIODS: Final = {
    "hourly": timedelta(hours=1),
    "daily": timedelta(days=1),
    "weekly": timedelta(weeks=1),
    "monthly": timedelta(days=30),
    "yearly": timedelta(days=365),
}
_NUMBER: Final = re.compile(r"\d{1,9}", re.ASCII)


def read_ttl(minutes: str, period: str, frequency: str) -> timedelta | None:
    """Return RSS's ttl, in minutes, or else the period of the syndication module divided by its frequency.

    A value that is no positive number, and a period that the module does not know, count as absent.
    """
    wish = timedelta(minutes=_number(minutes))
    if not wish:
        wish = _PERIODS.get(period.strip().lower(), timedelta()) / (_number(frequency) or 1)
    return min(wish, LONGEST) or None


def read_skip_hours(hours: Iterable[str]) -> frozenset[int]:
    """Return the hours of the day, in GMT, at which RSS's skipHours asks to stay away; 24 is midnight."""
    numbers = [text.strip() for text in hours]
    return frozenset(int(text) % 24 for text in numbers if _NUMBER.fullmatch(text) and int(text) <= 24)


def _number(text: str) -> int:
    text = text.strip()
    return int(text) if _NUMBER.fullmatch(text) else 0
