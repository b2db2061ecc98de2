"""How often, and after which waits, a failed delivery is tried again."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import timedelta

_JITTER = 0.2


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """Exponential backoff: by default after 5 s, 20 s, 80 s and 320 s, then the event is parked."""

    attempts: int = 5
    """Deliveries of one event before it is parked, the first included."""
    first_wait: timedelta = timedelta(seconds=5)
    factor: float = 4.0
    longest_wait: timedelta = timedelta(hours=1)

    def __post_init__(self) -> None:
        if self.attempts < 1:
            raise ValueError(f"an event is delivered once at least, not {self.attempts} times")

    def wait(self, attempts: int) -> timedelta:
        """Give the wait after so many attempts, lengthened by up to a fifth so that consumers don't march in step."""
        growth = self.factor ** min(max(attempts - 1, 0), 30)
        seconds = min(self.first_wait.total_seconds() * growth, self.longest_wait.total_seconds())
        return timedelta(seconds=seconds * (1 + random.uniform(0, _JITTER)))  # noqa: S311 (no secret)
