"""Figures that are counted now and then and kept in between.

Why kept, and why so: a figure over the whole record, such as the number of disputes in each status at the end of each
month, costs a pass over a table of tens of thousands of rows: tens of milliseconds, which nobody wants to wait for on
each visit, and which grow with the record. Adding up only what is new would be wrong, since what is recorded today may
tell of a month long ago, and a correction or a merge takes back what was counted. A read model that is kept with every
append would cost every append for a page that is opened a few times an hour. So figures are counted anew from the read
models, whose rows are always those of a full replay, and kept with the position of the log that they were counted at:
while nothing is appended they are exactly right, and while there is they are at most five minutes old and say so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from django.core.cache import cache
from django.utils import timezone
from redis.exceptions import RedisError

FRESH = timedelta(minutes=5)
"""For how long figures are shown after which more was recorded."""
_KEPT = timedelta(days=2)
_COUNTING = timedelta(seconds=30)
"""For how long others are shown the former figures while one counts anew."""

Figures: TypeAlias = Any
"""What a count gives, as JSON has it: it is read again by the program that serves then, which may be a newer one."""
Count: TypeAlias = Callable[[], Figures]


@dataclass(frozen=True, slots=True)
class Kept:
    """Figures, and what they hold for."""

    figures: Figures
    position: int | None
    counted_at: datetime

    def is_fresh(self, position: int | None, now: datetime) -> bool:
        """Whether nothing was recorded since, or not for long."""
        is_same = position is not None and self.position == position
        return is_same or now - self.counted_at < FRESH


def keep(counts: Mapping[str, Count], *, position: int | None) -> dict[str, Kept]:
    """Give the figures of each name, counted anew where the kept ones are no longer fresh.

    A name says all that the figures depend on but the log, such as the day. `position` is where the log ends; what
    does not hang on the log has None, and is counted anew by time alone. While another request counts, the former
    figures are given; where there are none, or the cache can't be reached, they are counted here.
    """
    now = timezone.now()
    keys = {name: f"front-page:1:{name}" for name in counts}
    known = _read(list(keys.values()))
    found: dict[str, Kept] = {}
    for name, count in counts.items():
        former = known.get(keys[name])
        if former is not None and (former.is_fresh(position, now) or _is_counted(keys[name])):
            found[name] = former
            continue
        found[name] = Kept(count(), position, now)
        _write(keys[name], found[name])
    return found


def _read(keys: list[str]) -> dict[str, Kept]:
    try:
        stored = cache.get_many(keys)
    except RedisError:
        return {}
    return {
        key: Kept(value["figures"], value["position"], datetime.fromisoformat(value["counted_at"]))
        for key, value in stored.items()
    }


def _is_counted(key: str) -> bool:
    """Whether another request counts these; where not, this one does from now on."""
    try:
        return not cache.add(f"{key}:counting", "yes", timeout=_COUNTING.total_seconds())
    except RedisError:
        return False


def _write(key: str, kept: Kept) -> None:
    value = {"figures": kept.figures, "position": kept.position, "counted_at": kept.counted_at.isoformat()}
    try:
        cache.set(key, value, timeout=_KEPT.total_seconds())
        cache.delete(f"{key}:counting")
    except RedisError:
        # Without a cache the page is slower, and still right.
        return
