"""Dates as feeds write them: RFC 822 with its successors, RFC 3339 with its neighbours, and the usual mistakes.

feedparser reads CEST as UTC and gives the year -1 for 0000-00-00; dateutil guesses. Here a date is one of a few
known forms, or none.
"""

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final

EARLIEST: Final = datetime(1980, 1, 1, tzinfo=UTC)
"""Nothing that a feed carries is older; 1970-01-01 and 0001-01-01 stand for "unknown"."""
LATEST_AHEAD: Final = timedelta(days=1)
"""Clocks and zones are wrong by hours; what lies further ahead is wrong, or not out yet."""

_MONTHS: Final = {
    "jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6,
    "jul": 7, "aug": 8, "sep": 9, "oct": 10, "nov": 11, "dec": 12,
}  # fmt: skip
# RFC 2822 section 4.3 for the American names; the others as they are used in feeds. IST is read as India's and
# CST as America's, because those are the publishers that write them. Military letters mean nothing (same section).
_ZONE_HOURS: Final[dict[str, float]] = {
    "": 0, "z": 0, "ut": 0, "utc": 0, "gmt": 0, "wet": 0,
    "bst": 1, "west": 1, "cet": 1, "met": 1, "mez": 1,
    "cest": 2, "mest": 2, "mesz": 2, "eet": 2, "sast": 2, "cat": 2,
    "eest": 3, "idt": 3, "msk": 3, "eat": 3, "trt": 3, "msd": 4, "gst": 4,
    "pkt": 5, "ist": 5.5, "npt": 5.75, "ict": 7, "wib": 7,
    "hkt": 8, "sgt": 8, "pht": 8, "awst": 8, "jst": 9, "kst": 9, "acst": 9.5,
    "aest": 10, "acdt": 10.5, "aedt": 11, "nzst": 12, "nzdt": 13,
    "art": -3, "brt": -3, "ndt": -2.5, "nst": -3.5, "adt": -3, "ast": -4, "edt": -4, "clt": -4,
    "est": -5, "cdt": -5, "cst": -6, "mdt": -6, "mst": -7, "pdt": -7, "pst": -8, "akdt": -8, "akst": -9, "hst": -10,
}  # fmt: skip

_CLOCK: Final = r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d{1,12})?)?"
_HALF: Final = r"(?P<half>[ap]\.?m\.?)?"
_ZONE: Final = r"(?P<zone>[+-]\d{2}:?\d{2}|[+-]\d{1,2}|[a-z]{0,5}(?:[+-]\d{1,2}:?(?:\d{2})?)?)"
_ISO: Final = re.compile(
    rf"(?P<year>\d{{4}})(?:-?(?P<month>\d{{2}})(?:-?(?P<day>\d{{2}})(?:(?:t|\s+|t\s+){_CLOCK}\s*{_ZONE})?)?)?", re.ASCII
)
_ISO_COMPACT: Final = re.compile(
    rf"(?P<year>\d{{4}})(?P<month>\d{{2}})(?P<day>\d{{2}})t(?P<hour>\d{{2}})(?P<minute>\d{{2}})(?P<second>\d{{2}}){_ZONE}",
    re.ASCII,
)
_PLAIN_ISO: Final = re.compile(r"\d{4}-\d\d-\d\dt\d\d:\d\d:\d\d(?:\.\d{3}|\.\d{6})?(?:z|[+-]\d\d:\d\d)", re.ASCII)
_WEEKDAY: Final = r"(?:[a-z]{2,9}\.?(?:,\s*|\s+))?"
_RFC822: Final = re.compile(
    rf"{_WEEKDAY}(?P<day>\d{{1,2}})(?:\s+|-)(?P<month>[a-z]{{3,9}})\.?,?(?:\s+|-)(?P<year>\d{{2,4}})"
    rf"(?:,?\s+{_CLOCK}\s*{_HALF}\s*{_ZONE})?",
    re.ASCII,
)
_ASCTIME: Final = re.compile(
    rf"{_WEEKDAY}(?P<month>[a-z]{{3,9}})\.?\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+{_CLOCK}\s*{_ZONE}\s+(?P<year>\d{{4}})",
    re.ASCII,
)
_AMERICAN: Final = re.compile(
    rf"{_WEEKDAY}(?P<month>[a-z]{{3,9}})\.?\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>\d{{4}})"
    rf"(?:,?\s+(?:at\s+)?{_CLOCK}\s*{_HALF}\s*{_ZONE})?",
    re.ASCII,
)
_FORMS: Final = (_RFC822, _ISO, _ISO_COMPACT, _AMERICAN, _ASCTIME)
_LONGEST: Final = 80


def parse_date(raw: str, *, now: datetime) -> datetime | None:
    """Return the moment that a feed means, in UTC, or None.

    None stands for a date in no known form, one that does not exist, one before EARLIEST, and one that lies more
    than LATEST_AHEAD after `now`. A date without a time is midnight, one without a zone is UTC.
    """
    moment = read_date(raw)
    return moment if moment is not None and moment <= now + LATEST_AHEAD else None


def read_date(raw: str) -> datetime | None:
    """Do what parse_date does, but also return a date that lies ahead."""
    text = raw.strip()
    moment = _read(text.lower()) if 0 < len(text) <= _LONGEST else None
    return moment if moment is not None and moment >= EARLIEST else None


@lru_cache(maxsize=4096)
def _read(text: str) -> datetime | None:
    if _PLAIN_ISO.fullmatch(text):
        # Half of all dates, and ten times as fast.
        try:
            return datetime.fromisoformat(text).astimezone(UTC)
        except (ValueError, OverflowError):
            pass
    for form in _FORMS:
        match = form.fullmatch(text)
        if match:
            return _moment(match.groupdict())
    return None


def _moment(parts: dict[str, str | None]) -> datetime | None:
    year, hour, second = int(parts["year"] or 0), int(parts["hour"] or 0), int(parts["second"] or 0)
    if len(parts["year"] or "") < 4:
        # RFC 2822 section 4.3: two digits below 50 are this century, three digits count from 1900.
        year += 2000 if year < 50 else 1900
    month = _month(parts["month"])
    offset = _offset(parts["zone"] or "")
    if month is None or offset is None:
        return None
    if parts.get("half"):
        hour = hour % 12 + (12 if (parts["half"] or "").startswith("p") else 0)
    try:
        # 24:00 is the next midnight (ISO 8601), and a leap second is the last one of its minute.
        midnight = datetime(year, month, int(parts["day"] or 1), tzinfo=UTC)
        if hour > 24 or second > 60 or int(parts["minute"] or 0) > 59:
            return None
        clock = timedelta(hours=hour, minutes=int(parts["minute"] or 0), seconds=min(second, 59))
        return midnight + clock - offset
    except (ValueError, OverflowError):
        return None


def _month(name: str | None) -> int | None:
    if name is None:
        return 1
    return int(name) if name.isdigit() else _MONTHS.get(name[:3])


def _offset(zone: str) -> timedelta | None:
    """Read a zone by number or name; a name that nobody knows is UTC, since a day off is worse than hours."""
    name = zone.rstrip("+-:0123456789")
    number = zone[len(name) :].replace(":", "")
    if not number:
        return timedelta(hours=_ZONE_HOURS.get(name, 0))
    if name and name not in {"gmt", "utc", "ut", "z"}:
        return None
    hours, minutes = (int(number[1:3]), int(number[3:5] or 0)) if len(number) > 3 else (int(number[1:]), 0)
    if hours > 15 or minutes > 59:
        return None
    return timedelta(hours=hours, minutes=minutes) * (-1 if number[0] == "-" else 1)
