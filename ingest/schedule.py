"""When a feed is fetched next, and why: never more often than its publisher allows.

Pure functions. They take the moment, the chance and the divisor of all waiting times (FETCH_TIME_SCALE) from the
caller, and give a time with the reason that operators read.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from statistics import median

FLOOR = timedelta(minutes=60)
"""The shortest time between two fetches of a feed that works."""
COURT_FLOOR = timedelta(minutes=5)
"""The same for the courts' own feeds, whose window rolls on within hours (and which know no validators)."""
BLIND_FLOOR = timedelta(hours=24)
"""The same where the server knows no validators, so that each fetch costs it the whole document."""
CEILING = timedelta(hours=24)
"""The longest time between two fetches, whatever a server says of its freshness."""
RETRY_CEILING = timedelta(days=7)
"""The longest time for which a server may ask to be left alone."""
FAILING_AFTER = 5
"""Failures in a row after which a feed needs a person."""
REQUEST_PAUSE = timedelta(seconds=2)
"""Between the end of one request to a publisher and the beginning of the next."""
MOVE_SIGHTINGS = 3
MOVE_PERIOD = timedelta(hours=48)
"""An address is changed after so many fetches in a row that say it has moved for good, over so long a time."""
JITTER = 0.1
"""Waits grow by up to this share, so that feeds added together drift apart; they never shrink."""
_RHYTHM_ENTRIES = 20


@dataclass(frozen=True, slots=True)
class NextFetch:
    """When, and why not before, in words that an operator reads."""

    at: datetime
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What is known of how often a feed wants to be fetched. Hours are of the day in GMT, as RSS 2.0 has them."""

    is_court: bool = False
    has_validators: bool = True
    rhythm: timedelta | None = None
    """Median time between its entries."""
    ttl: timedelta | None = None
    max_age: timedelta | None = None
    retry_after: timedelta | None = None
    skip_hours: frozenset[int] = frozenset()


def after_success(wishes: Wishes, *, now: datetime, jitter: float = 0.0, scale: float = 1.0) -> NextFetch:
    """Give the next fetch of a feed that works: the largest of all wishes, up to the ceiling.

    The floor; half the time that usually passes between its entries; ttl (RSS 2.0) or the syndication module's
    period; max-age (RFC 9111); up to 24 hours. Retry-After (RFC 9110, section 10.2.3) counts up to 7 days. `jitter`
    from 0 to 1 lengthens the wait by up to a tenth.
    """
    wait, reason = _floor(wishes)
    half_rhythm = wishes.rhythm / 2 if wishes.rhythm else None
    for wish, stated, words in (
        (half_rhythm, wishes.rhythm, "its entries come about {} apart, half of which is waited"),
        (wishes.ttl, wishes.ttl, "the feed asks for {} between fetches (ttl)"),
        (wishes.max_age, wishes.max_age, "the server calls its answer fresh for {} (max-age)"),
    ):
        if wish is not None and stated is not None and min(wish, CEILING) > wait:
            wait = min(wish, CEILING)
            reason = words.format(in_words(stated)) + (", at most 24 hours" if wish > CEILING else "")
    if wishes.retry_after is not None and min(wishes.retry_after, RETRY_CEILING) > wait:
        wait, reason = _asked(wishes.retry_after)
    at = now + _spread(wait, jitter) / scale
    return _outside(wishes.skip_hours, NextFetch(at, reason), scale=scale)


def after_failure(
    failures: int,
    *,
    now: datetime,
    is_court: bool = False,
    retry_after: timedelta | None = None,
    jitter: float = 0.0,
    scale: float = 1.0,
) -> NextFetch:
    """Give the next try after so many failures in a row.

    Doubles from the floor to 24 hours; a Retry-After that is longer is obeyed, up to 7 days.
    """
    wait = backoff(failures, first=COURT_FLOOR if is_court else FLOOR)
    reason = f"failure {failures} in a row, so it is left alone for {in_words(wait)}"
    if retry_after is not None and min(retry_after, RETRY_CEILING) > wait:
        wait, reason = _asked(retry_after)
    return NextFetch(now + _spread(wait, jitter) / scale, reason)


def after_refusal(
    refusals: int,
    *,
    now: datetime,
    status: int,
    publisher: str,
    retry_after: timedelta | None = None,
    jitter: float = 0.0,
    scale: float = 1.0,
) -> NextFetch:
    """Give the end of the silence that a publisher asked for, with 429 or 503, so many times in a row.

    It holds for all feeds of the publisher. Doubles from an hour to 24; a Retry-After that is longer is obeyed, up to
    7 days.
    """
    wait = max(backoff(refusals), min(retry_after or timedelta(), RETRY_CEILING))
    asked = f", Retry-After {in_words(retry_after)}" if retry_after else ""
    reason = f"{publisher} asked to be left alone (status {status}{asked}), so none of its feeds is fetched before"
    return NextFetch(now + _spread(wait, jitter) / scale, reason)


def backoff(failures: int, *, first: timedelta = FLOOR) -> timedelta:
    """Give the wait after so many failures in a row: doubled with each, up to 24 hours."""
    doublings = min(max(failures - 1, 0), 10)
    return min(first * (1 << doublings), CEILING)


def has_moved(sightings: int, *, since: datetime, now: datetime, scale: float = 1.0) -> bool:
    """Whether a server has said often and long enough that a feed has moved for good (301, 308)."""
    return sightings >= MOVE_SIGHTINGS and now - since >= MOVE_PERIOD / scale


def find_rhythm(published: Iterable[datetime]) -> timedelta | None:
    """Give the median time between the latest entries, or None where fewer than three tell their time."""
    latest = sorted(set(published), reverse=True)[:_RHYTHM_ENTRIES]
    if len(latest) < 3:
        return None
    return timedelta(seconds=median((later - earlier).total_seconds() for later, earlier in pairwise(latest)))


def in_words(wait: timedelta) -> str:
    """Say how long: "45 seconds", "2 hours", "3 days"."""
    seconds = wait.total_seconds()
    for unit, size in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds >= size * (2 if unit == "day" else 1):
            number = f"{seconds / size:.1f}".removesuffix(".0")
            return f"{number} {unit}{'' if number == '1' else 's'}"
    return f"{seconds:.0f} seconds"


def _floor(wishes: Wishes) -> tuple[timedelta, str]:
    if wishes.is_court:
        return COURT_FLOOR, f"courts' feeds are fetched every {in_words(COURT_FLOOR)} at most"
    if not wishes.has_validators:
        return BLIND_FLOOR, "its server gives neither ETag nor Last-Modified, so it is fetched once in 24 hours"
    return FLOOR, f"no feed is fetched more often than every {in_words(FLOOR)}"


def _asked(retry_after: timedelta) -> tuple[timedelta, str]:
    limited = ", at most 7 days" if retry_after > RETRY_CEILING else ""
    return min(retry_after, RETRY_CEILING), f"the server asked for {in_words(retry_after)} (Retry-After){limited}"


def _spread(wait: timedelta, jitter: float) -> timedelta:
    return wait * (1 + jitter * JITTER)


def _outside(skip_hours: frozenset[int], planned: NextFetch, *, scale: float) -> NextFetch:
    """Move a time out of the hours in which a feed wants to be left alone; one that names all hours names none."""
    moment = planned.at.astimezone(UTC)
    if moment.hour not in skip_hours or len(skip_hours & frozenset(range(24))) == 24:
        return planned
    free = moment.replace(minute=0, second=0, microsecond=0)
    while free.hour in skip_hours:
        free += timedelta(hours=1)
    return NextFetch(planned.at + (free - moment) / scale, f"the feed asks to be left alone at {moment.hour}:00 GMT")
