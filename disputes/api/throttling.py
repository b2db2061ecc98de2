"""How much a reader may ask for in a minute, and how much of that is left (RateLimit header fields of the IETF)."""

from __future__ import annotations

import logging
import math
import time
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.conf import settings
from limits import RateLimitItemPerSecond
from limits.storage import RedisStorage
from limits.strategies import SlidingWindowCounterRateLimiter
from redis import ConnectionPool, RedisError
from rest_framework import throttling
from rest_framework.request import Request

if TYPE_CHECKING:
    # At run time the framework's views are what asks for this module.
    from rest_framework.views import APIView

    _Throttle = throttling.SimpleRateThrottle
else:
    _Throttle = object

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Quota:
    """What one rate leaves to a caller."""

    policy: str
    limit: int
    window: int
    """Seconds over which the limit holds."""
    remaining: int
    reset: int
    """Seconds until more of it is there."""


@lru_cache(maxsize=1)
def _limiter() -> SlidingWindowCounterRateLimiter:
    """Give what counts, in the Redis of the cache, which all web processes share."""
    cache = settings.CACHES["default"]
    pool = ConnectionPool.from_url(cache["LOCATION"], **cache["OPTIONS"])
    prefix = f"{cache['KEY_PREFIX']}:throttle"
    return SlidingWindowCounterRateLimiter(RedisStorage("redis://", connection_pool=pool, key_prefix=prefix))


class Windowed(_Throttle):
    """Counts a caller's requests over a sliding window, in two counters whatever the limit.

    Two requests at the same moment are counted as two. Where Redis does not answer the request is let through: the
    record shall not be lost to its readers with the counter. Two calls to Redis.
    """

    num_requests: int | None
    duration: int | None
    quota: Quota | None = None
    """What is left after the last request; None where nothing is counted."""

    def allow_request(self, request: Request, view: APIView) -> bool:
        """Count the request. False where there were too many."""
        if self.rate is None or (key := self.get_cache_key(request, view)) is None:
            return True
        if self.num_requests is None or self.duration is None:
            raise TypeError(f"the rate {self.rate!r} has no number or no time")
        rate = RateLimitItemPerSecond(self.num_requests, self.duration)
        try:
            allowed = _limiter().hit(rate, key)
            stats = _limiter().get_window_stats(rate, key)
        except RedisError as error:
            logger.warning("Requests are not counted, so none is refused: %s", error)
            return True
        self.quota = Quota(
            policy=str(self.scope),
            limit=self.num_requests,
            window=self.duration,
            remaining=max(stats.remaining, 0) if allowed else 0,
            reset=min(max(math.ceil(stats.reset_time - time.time()), 1), self.duration),
        )
        return allowed

    def wait(self) -> float | None:
        """Give the seconds until more is allowed."""
        return None if self.quota is None else float(self.quota.reset)


class AnonymousThrottle(Windowed, throttling.AnonRateThrottle):
    """What a reader without an account may ask for, by address."""


class UserThrottle(Windowed, throttling.UserRateThrottle):
    """What a user may ask for."""

    def get_cache_key(self, request: Request, view: APIView) -> str | None:
        """Count users alone; readers without an account have the other rate."""
        return super().get_cache_key(request, view) if request.user.is_authenticated else None


class ScopedThrottle(Windowed, throttling.ScopedRateThrottle):
    """What a resource allows beside that, such as asking for fetches."""

    def allow_request(self, request: Request, view: APIView) -> bool:
        """Count the request where the resource has a rate of its own."""
        self.scope = getattr(view, self.scope_attr, None)
        if not self.scope:
            return True
        self.rate = self.get_rate()
        self.num_requests, self.duration = self.parse_rate(self.rate)
        return Windowed.allow_request(self, request, view)


def quota_headers(throttles: list[Any]) -> dict[str, str]:
    """Give the header fields `RateLimit-Policy` and `RateLimit` of draft-ietf-httpapi-ratelimit-headers.

    One member for each rate that counted the request, each named by its policy: `q` requests in `w` seconds are
    allowed, `r` are left, and more come in `t` seconds. Empty where nothing was counted.
    """
    quotas = [throttle.quota for throttle in throttles if getattr(throttle, "quota", None) is not None]
    if not quotas:
        return {}
    return {
        "RateLimit-Policy": ", ".join(f'"{quota.policy}";q={quota.limit};w={quota.window}' for quota in quotas),
        "RateLimit": ", ".join(f'"{quota.policy}";r={quota.remaining};t={quota.reset}' for quota in quotas),
    }
