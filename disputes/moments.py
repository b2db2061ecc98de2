"""Reading days and moments that are asked for, the two times of the record among them."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from disputes.occurred import Occurred


def read_day(text: str) -> dt.date:
    """Read a day in ISO 8601. Raises ValueError, which says what would be right."""
    try:
        found = Occurred.parse(text)
    except ValueError as error:
        raise ValueError(f"{text[:50]!r} is not a day; write it as 2023-04-19") from error
    if found.first_day != found.last_day:
        raise ValueError(f"{text!r} is not a day; write it as 2023-04-19")
    return found.first_day


def read_moment(text: str) -> dt.datetime:
    """Read a moment in RFC 3339; a day alone means its beginning. Raises ValueError, which says what would be right."""
    return _read_moment(text, dt.time.min)


def read_past_moment(text: str) -> dt.datetime:
    """Read a moment in RFC 3339 up to the end of today in UTC; a day alone means its end.

    Raises ValueError for later ones too: nobody knows what will be known then, and an answer would not stay what it
    was.
    """
    moment = _read_moment(text, dt.time.max)
    if moment.date() > timezone.now().date():
        raise ValueError(f"{text[:50]!r} lies in the future; leave it out for what is known now")
    return moment


def _read_moment(text: str, time: dt.time) -> dt.datetime:
    # A plus sign that was not escaped arrives as a space.
    candidate = text.replace(" ", "+") if "T" in text else text
    try:
        if "T" not in candidate:
            return dt.datetime.combine(read_day(candidate), time, tzinfo=dt.UTC)
        moment = dt.datetime.fromisoformat(candidate)
        if timezone.is_naive(moment):
            raise ValueError("it has no offset")  # noqa: TRY301 (said with the others below)
        return moment.astimezone(dt.UTC)
    except (ValueError, OverflowError) as error:
        raise ValueError(f"{text[:50]!r} is not a moment; write it as 2023-04-19T12:00:00Z") from error
