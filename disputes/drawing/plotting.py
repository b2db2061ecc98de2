"""Placing the marks of one lane: rows that nothing overlaps in, words where there is room, and clusters where not."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple
from uuid import UUID

from disputes.drawing.scale import Scale

ROW_HEIGHT = 26
"""Also the height of what can be pointed at."""
MOST_ROWS = 6
"""Rows of a lane. Where more would be needed, marks are drawn together."""
TARGET = 24
"""The least width of what can be pointed at."""
LEAST_BAR = 10
"""The least width of a bar; the dot that stands for a day is a little wider."""
FONT_SIZE = 12
SIGNS = {"added": "+", "happened": "+", "corrected": "±", "gone": "−"}
"""What a comparison found, in a character."""
WORDS_GAP = 6
"""Between a mark and its words, and between neighbours."""


@dataclass(frozen=True, slots=True)
class Plotted:
    """An occurrence, as far as a drawing shows it."""

    event: UUID
    lane: str
    label: str
    when: str
    """The date in words, no finer than it is known."""
    first_day: date
    last_day: date
    accounts: int = 0
    """Independent accounts for it."""
    against: int = 0
    """Independent accounts against it."""
    link: str = ""
    """Where it is told in full."""
    change: str = ""
    """What a comparison found, one of SIGNS; "" where there is none, or nothing."""


class Label(NamedTuple):
    """Words beside a mark."""

    text: str
    is_left: bool
    width: float
    """No narrower than they are drawn; an estimate."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One occurrence, or several that are too close to be told apart."""

    members: Sequence[Plotted]
    row: int
    start: float
    end: float
    """Where the first day begins and the last one ends."""
    is_day: bool
    """Whether it is known to the day, and is drawn as a dot rather than as a bar."""
    label: Label | None
    is_ahead: bool
    """Whether it lies ahead of the day that the drawing is of."""

    @property
    def is_cluster(self) -> bool:
        """Whether it stands for several occurrences."""
        return len(self.members) > 1

    @property
    def first(self) -> Plotted:
        """The occurrence that it leads to."""
        return self.members[0]

    @property
    def accounts(self) -> int:
        """Independent accounts; of several occurrences those of all."""
        return sum(member.accounts for member in self.members)

    @property
    def is_contradicted(self) -> bool:
        """Whether a source says otherwise of any of them."""
        return any(member.against for member in self.members)

    @property
    def change(self) -> str:
        """What a comparison found of any of them."""
        return next((member.change for member in self.members if member.change), "")

    @property
    def sign(self) -> str:
        """The characters ahead of its words: what a comparison found, and whether sources disagree."""
        return f"{self.change_sign}{'≠' if self.is_contradicted else ''}"

    @property
    def change_sign(self) -> str:
        """What a comparison found, in a character."""
        return SIGNS.get(self.change, "")

    @property
    def middle(self) -> float:
        """The middle of its days."""
        return (self.start + self.end) / 2

    @property
    def left(self) -> float:
        """Where the mark begins, as far as it can be pointed at; words beside it not counted."""
        return min(self.start, self.middle - TARGET / 2)

    @property
    def right(self) -> float:
        """Where it ends."""
        return max(self.end, self.middle + TARGET / 2)

    @property
    def extent(self) -> tuple[float, float]:
        """Where it begins and ends with its words."""
        if self.label is None:
            return self.left, self.right
        taken = self.label.width + WORDS_GAP
        return (self.left - taken, self.right) if self.label.is_left else (self.left, self.right + taken)

    @property
    def name(self) -> str:
        """Say what it stands for, for those who do not see where it stands."""
        parts = [_name_of(self.members, is_cluster=self.is_cluster)]
        if self.is_ahead:
            parts.append("still to come")
        parts.append(f"{self.accounts} account{'' if self.accounts == 1 else 's'}")
        if self.is_contradicted:
            parts.append("sources disagree")
        if self.change:
            parts.append(self.change)
        return ", ".join(parts)


def place(plotted: Iterable[Plotted], scale: Scale, *, day: date) -> list[Mark]:
    """Place the occurrences of one lane on at most `MOST_ROWS` rows, none of which two marks or their words share.

    Each has a mark of its own where that is possible; else those of a month are drawn together, of a quarter, and so
    on. Linear in the occurrences for each such step. All days have to be on the scale.
    """
    ordered = sorted(plotted, key=lambda each: (each.first_day, each.last_day, each.event))
    for bucket in _BUCKETS:
        marks = _pack(_grouped(ordered, bucket), scale, day)
        if marks is not None:
            return marks
    return _pack([ordered], scale, day) or []


def text_width(text: str) -> float:
    """Estimate how wide words are at most, in the fonts of interfaces."""
    return sum(_width_of(character) for character in text) * FONT_SIZE


def _width_of(character: str) -> float:
    if unicodedata.east_asian_width(character) in "WF":
        return 1.1
    if character in "mwMW@%—":
        return 0.95
    return 0.74 if character.isupper() or not character.isascii() else 0.6


_Bucket = Callable[[date], object]
_BUCKETS: Sequence[_Bucket | None] = (
    None,
    lambda day: (day.year, day.month),
    lambda day: (day.year, (day.month - 1) // 3),
    lambda day: day.year,
    lambda day: day.year // 5,
    lambda day: day.year // 25,
)


def _grouped(ordered: Sequence[Plotted], bucket: _Bucket | None) -> list[list[Plotted]]:
    if bucket is None:
        return [[each] for each in ordered]
    groups: dict[object, list[Plotted]] = {}
    for each in ordered:
        # What is known to the year is not drawn together with the days in it: it would hide where they are.
        precision = sum((each.last_day - each.first_day).days >= days for days in (1, 32, 367))
        groups.setdefault((bucket(each.first_day), precision), []).append(each)
    return list(groups.values())


def _pack(groups: Sequence[Sequence[Plotted]], scale: Scale, day: date) -> list[Mark] | None:
    """Give each group a row; None where there is none for one of them.

    The first that has room for it with its words; else for it alone; else the one where the fewest others have to give
    up their words for it.
    """
    if len(groups) > MOST_ROWS * scale.width / (TARGET + WORDS_GAP):
        return None
    rows: list[list[Mark]] = [[] for _ in range(MOST_ROWS)]
    for members in groups:
        *worded, wordless = _wanted(members, scale, day)
        found = next(
            ((row, mark) for mark in (*worded, wordless) for row in rows if _fits(mark, row, scale.width)),
            None,
        )
        if found is None:
            silenced = [[_without_words(other, wordless) for other in row] for row in rows]
            able = [number for number, row in enumerate(silenced) if _fits(wordless, row, scale.width)]
            if not able:
                return None
            number = min(able, key=lambda number: _words_lost(rows[number], silenced[number]))
            rows[number] = silenced[number]
            found = rows[number], wordless
        found[0].append(found[1])
    placed = [replace(mark, row=number) for number, row in enumerate(rows) for mark in row]
    return sorted(placed, key=lambda mark: (mark.first.first_day, mark.first.last_day, mark.first.event))


def _without_words(mark: Mark, other: Mark) -> Mark:
    """Take the words of a mark away if they stand where another is to stand."""
    return mark if _apart(mark.extent, other.extent) else replace(mark, label=None)


def _wanted(members: Sequence[Plotted], scale: Scale, day: date) -> list[Mark]:
    """Give the mark with words on its right, on its left, and without."""
    start = scale.x(min(each.first_day for each in members))
    end = scale.end(max(each.last_day for each in members))
    is_day = len(members) == 1 and members[0].first_day == members[0].last_day
    is_ahead = members[0].first_day > day
    mark = Mark(members, 0, start, end, is_day, None, is_ahead)
    text = f"{len(members)} events" if mark.is_cluster else members[0].label
    width = text_width(f"{mark.sign} {text} {mark.accounts}")
    worded = [replace(mark, label=Label(text, is_left=is_left, width=width)) for is_left in (False, True)]
    # Rather on the side where the line of the day does not cross the words.
    now = scale.end(day)
    worded.sort(key=lambda found: found.extent[0] < now < mark.left or mark.right < now < found.extent[1])
    return [*worded, mark]


def _words_lost(before: Sequence[Mark], after: Sequence[Mark]) -> int:
    return sum(mark.label is not None for mark in before) - sum(mark.label is not None for mark in after)


def _fits(mark: Mark, row: Sequence[Mark], width: float) -> bool:
    left, right = mark.extent
    return 0 <= left <= right <= width and all(_apart(mark.extent, other.extent) for other in row)


def _apart(one: tuple[float, float], other: tuple[float, float]) -> bool:
    return one[1] + WORDS_GAP <= other[0] or other[1] + WORDS_GAP <= one[0]


def _name_of(members: Sequence[Plotted], *, is_cluster: bool) -> str:
    if not is_cluster:
        return f"{members[0].when}: {members[0].label}"
    return f"{len(members)} events, {members[0].when} to {members[-1].when}, the first: {members[0].label}"
