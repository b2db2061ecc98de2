"""The sentences of an article, with their places."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from ingest.matching.text import sentence_bounds

LONGEST: Final = 600
"""Characters of a sentence that are looked at; more is a list, or no sentence."""
MOST: Final = 80
"""Sentences of a text that are looked at: what is news stands at its head."""

# A quote stands on one line, and a heading has no full stop.
_LINE: Final = re.compile(r"[^\n]+")


class Place(StrEnum):
    """The part of an article in which something stands."""

    TITLE = "title"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence: `text` is `title[start:end]` or `text[start:end]` of the article, by `place`."""

    place: Place
    number: int
    """From 0, within its place."""
    start: int
    text: str


def sentences(title: str, text: str) -> Iterator[Sentence]:
    """Give the title, then the first sentences of the text. Linear in what is looked at."""
    yield from _split(Place.TITLE, title[: LONGEST * 2], 1)
    yield from _split(Place.TEXT, text[: LONGEST * MOST], MOST)


def _split(place: Place, text: str, most: int) -> Iterator[Sentence]:
    # A title is one, whatever marks are in it.
    pieces = [(0, len(text))] if most == 1 else _pieces(text)
    number = 0
    for start, end in pieces:
        piece = text[start:end][:LONGEST]
        words = piece.strip()
        if words:
            yield Sentence(place, number, start + len(piece) - len(piece.lstrip()), words)
            number += 1
            if number == most:
                return


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    for line in _LINE.finditer(text):
        for start, end in sentence_bounds(line[0]):
            yield line.start() + start, line.start() + end
