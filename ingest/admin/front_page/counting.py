"""Counts that stay cheap however many rows there are: they stop where a larger number says nothing more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

MOST = 5_000


@dataclass(frozen=True, slots=True)
class Counted:
    """A number of rows; `is_more` where there are more than were counted."""

    number: int
    is_more: bool = False

    def __add__(self, other: Counted) -> Counted:
        return Counted(self.number + other.number, self.is_more or other.is_more)

    def __bool__(self) -> bool:
        return self.number > 0

    def __str__(self) -> str:
        return f"{self.number:,}{'+' if self.is_more else ''}"


def counted(rows: QuerySet[Any], *, most: int = MOST) -> Counted:
    """Count rows, but no further than `most`. One query, which reads an index as far as that."""
    number = rows.order_by()[: most + 1].count()
    return Counted(min(number, most), number > most)
