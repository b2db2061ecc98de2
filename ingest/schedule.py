"""When a feed is fetched next: never more often than its publisher allows."""

from __future__ import annotations

import random
from datetime import timedelta

from django.conf import settings

FLOOR = timedelta(minutes=60)
"""The shortest time between two fetches of a feed that works."""
CEILING = timedelta(hours=24)
"""The longest time between two fetches, whatever a server says of its freshness."""
RETRY_CEILING = timedelta(days=7)
"""The longest time for which a server may ask to be left alone."""
FAILING_AFTER = 5
"""Failures in a row after which a feed needs a person."""
_JITTER = 0.1


def interval(*, ttl: timedelta | None = None, max_age: timedelta | None = None) -> timedelta:
    """Give the time until the next fetch of a feed that works.

    The largest of the floor, the feed's own ttl (RSS 2.0) and the answer's max-age (RFC 9111), up to the ceiling.
    """
    return _spread(min(max(FLOOR, ttl or FLOOR, max_age or FLOOR), CEILING))


def backoff(failures: int, *, retry_after: timedelta | None = None) -> timedelta:
    """Give the time until the next fetch after so many failures in a row.

    Doubles from the floor to the ceiling; a Retry-After (RFC 9110, section 10.2.3) that is longer is obeyed, up to
    seven days.
    """
    doubled = min(FLOOR * 2 ** min(max(failures - 1, 0), 10), CEILING)
    return _spread(max(doubled, min(retry_after or doubled, RETRY_CEILING)))


def _spread(wait: timedelta) -> timedelta:
    """Lengthen a wait by up to a tenth, so that feeds added together drift apart, and scale it for tests."""
    scale: float = settings.FETCH_TIME_SCALE
    return wait * (1 + random.uniform(0, _JITTER)) / scale  # noqa: S311 (no secret)
