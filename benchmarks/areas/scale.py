"""How much work each measure does."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Scale:
    """The sizes that the command line chooses; rates hardly depend on them, precision does."""

    is_quick: bool = False
    rebuild_events: int = 10_000

    def reduce(self, amount: int) -> int:
        """Give the amount of work, or a twentieth of it where a quick look is enough."""
        return max(1, amount // 20) if self.is_quick else amount
