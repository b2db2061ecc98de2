"""The sign of life that beat and the workers leave for the readiness probe."""

import time

from django.core.cache import cache

KEY = "worker-heartbeat"
INTERVAL = 5.0
# Several beats may be late behind long tasks before the worker counts as gone.
STALE_AFTER = 60.0


def record() -> None:
    """Write down that a worker runs now; one cache write."""
    cache.set(KEY, time.time(), timeout=24 * 3600)


def forget() -> None:
    """Remove the sign of an earlier run, so that it does not speak for the next one."""
    cache.delete(KEY)


def age() -> float | None:
    """Return the seconds since the last sign of life, or None where there is none; one cache read."""
    written: float | None = cache.get(KEY)
    return None if written is None else max(0.0, time.time() - written)
