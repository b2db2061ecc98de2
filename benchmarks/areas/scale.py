"""How much work each measure does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

LARGEST, LARGEST_QUICK = 1_000_000, 50_000
_SIZES = (10_000, 100_000, 1_000_000)


@dataclass(frozen=True)
class Scale:
    """The sizes that the command line chooses; rates hardly depend on them, precision does."""

    is_quick: bool = False
    largest: int = LARGEST
    """How many events the longest log holds."""

    def reduce(self, amount: int) -> int:
        """Give the amount of work, or a twentieth of it where a quick look is enough."""
        return max(1, amount // 20) if self.is_quick else amount

    @property
    def log_sizes(self) -> Sequence[int]:
        """How many events the logs hold that whole logs are measured with, the shortest first."""
        return [*(size for size in _SIZES if size < self.largest), self.largest]
