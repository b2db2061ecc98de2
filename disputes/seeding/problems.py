"""What is wrong with seed files: each problem names its file, line and field."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

Location = tuple[str | int, ...]
"""The way to a part of a file, such as ("events", 3, "occurred")."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong in a seed file."""

    path: Path
    line: int
    location: Location
    message: str

    @property
    def field(self) -> str:
        """The field as a reader of the file would call it, such as "events[3].occurred"."""
        written = ""
        for part in self.location:
            written += f"[{part}]" if isinstance(part, int) else f".{part}"
        return written.removeprefix(".")

    def __str__(self) -> str:
        where = f"{self.path}:{self.line}: "
        return where + (f"{self.field}: {self.message}" if self.location else self.message)


class SeedError(Exception):
    """Seed files that can't be loaded. Of a file with a problem nothing was recorded."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)
