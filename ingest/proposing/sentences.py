"""The sentences of an article, with their places."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

LONGEST: Final = 600
"""Characters of a sentence that are looked at; more is a list, or no sentence."""
MOST: Final = 80
"""Sentences of a text that are looked at: what is news stands at its head."""

# The end of a sentence: a mark and white space before a capital, a digit or a quotation mark. A bounded look back
# spares the commonest abbreviations, so that "Reddit, Inc. sued" and "Judge J. Smith ruled" stay whole.
_END: Final = re.compile(
    r"(?<!\b[A-Z]\.)(?<!\bv\.)(?<!\bMr\.)(?<!\bMs\.)(?<!\bDr\.)(?<!\bMrs\.)(?<!\bNo\.)(?<!\bJan\.)(?<!\bFeb\.)(?<!\bAug\.)"
    r"(?<!\bSept\.)(?<!\bSep\.)(?<!\bOct\.)(?<!\bNov\.)(?<!\bDec\.)(?<!\bInc\.)(?<!\bCorp\.)(?<!\bLtd\.)(?<!\bvs\.)"
    r"(?<!\b\d\.)(?<!\b\d\d\.)"
    r"(?<=[.!?;])[\"”’']?\s+(?=[\"“‘'(]?[A-Z0-9À-Þ])|\n+"
)


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
    ends = [(len(text), len(text))] if most == 1 else [*(end.span() for end in _END.finditer(text)), (len(text),) * 2]
    start, number = 0, 0
    for end, following in ends:
        piece = text[start:end][:LONGEST]
        words = piece.strip()
        if words:
            yield Sentence(place, number, start + len(piece) - len(piece.lstrip()), words)
            number += 1
            if number == most:
                return
        start = following
