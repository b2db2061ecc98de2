"""What of an article is compared: its words, without what layout and language add to them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Final
from urllib.parse import urlsplit

from disputes.addresses import DOCKET_HOSTS, registrable_domain

LONGEST: Final = 1500
"""Words of a text that are compared; a copy shows itself before that, and no text may cost more."""
ANCHORED: Final = 4000
"""Characters of a text whose anchors are compared."""
FULL_TEXT: Final = 60
"""Telling words from which on a text is judged by itself; below it is a summary, and judged with its title."""
SHORTEST_WORD: Final = 4
"""Letters of a word that tells stories apart: without lists of stop words, in any language that has spaces."""

# Chinese, Japanese and Korean put no spaces between words; there each character is one.
_WORD: Final = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|[^\W_\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+")
# Words in their own spelling, numbers, and what ends a sentence or begins a quotation.
_TOKEN: Final = re.compile(r"[^\W\d_][^\W_]+|\d+(?:[.,]\d+)*|[.!?:\n\"\u201c\u201d]")


@dataclass(frozen=True)
class Story:
    """An article as it is compared. Its parts are made when asked for, some 0.2 ms for 600 words."""

    title: str
    text: str
    site: str = ""
    """The registrable domain that published it."""
    moment: datetime | None = None
    """When it was published, or first seen where it does not say."""

    @classmethod
    def of(cls, *, url: str, title: str, text: str, moment: datetime | None) -> Story:
        """Take what is compared from the fields of an article."""
        return cls(title, text, registrable_domain(urlsplit(url).hostname or ""), moment)

    @property
    def is_filing(self) -> bool:
        """Whether it is an entry of a docket: a record of its own however much it reads like another."""
        return self.site in DOCKET_HOSTS

    @property
    def is_full(self) -> bool:
        """Whether it is more than a summary."""
        return len(self.telling) >= FULL_TEXT

    @cached_property
    def words(self) -> list[str]:
        """Words of title and text in order."""
        return [*self.words_of_title, *_split(self.text, LONGEST)]

    @cached_property
    def telling(self) -> frozenset[str]:
        """Words that tell stories apart."""
        return _telling(self.words)

    @cached_property
    def telling_of_title(self) -> frozenset[str]:
        """The same of the title alone."""
        return _telling(self.words_of_title)

    @cached_property
    def telling_of_text(self) -> frozenset[str]:
        """The same of the text alone."""
        return _telling(self.words[len(self.words_of_title) :])

    @cached_property
    def pairs(self) -> frozenset[str]:
        """Every two words that follow each other: what survives of a text whose words are exchanged here and there."""
        return frozenset(shingles(self.words, 2))

    @cached_property
    def phrases(self) -> frozenset[str]:
        """Every three words of the text that follow each other: what a shortened copy shares with the whole."""
        return frozenset(shingles(self.words[len(self.words_of_title) :], 3))

    @cached_property
    def anchors(self) -> frozenset[str]:
        """Every three names and numbers of the text that follow each other, whatever stands between them.

        A program that exchanges words, or translates to and fro, leaves these and their order. An independent report
        of the event has many of the names as well, and in another order.
        """
        return frozenset(shingles(_anchors(self.text[:ANCHORED]), 3))

    @cached_property
    def words_of_title(self) -> list[str]:
        """Words of the title in order."""
        return _split(self.title, LONGEST)


def shingles(words: Sequence[str], length: int) -> list[str]:
    """Give every run of so many words."""
    return list(map(" ".join, zip(*(words[start:] for start in range(length)), strict=False)))


def _split(text: str, limit: int) -> list[str]:
    # Twelve characters a word are more than any language needs on the average.
    plain = text[: limit * 12]
    if not plain.isascii():
        plain = unicodedata.normalize("NFKC", plain)
    return _WORD.findall(plain.casefold())[:limit]


def _anchors(text: str) -> list[str]:
    """Give numbers, and words with a capital that they have not from the beginning of a sentence, in order."""
    tokens = _TOKEN.findall(text)
    names: set[str] = set()
    begins = True
    for token in tokens:
        if not begins and token[0].isupper():
            names.add(token)
        begins = not token[0].isalnum()
    ordinary = {token for token in tokens if token[0].islower()}
    return [
        token.casefold() for token in tokens if token[0].isdigit() or (token in names and token.lower() not in ordinary)
    ]


def _telling(words: Sequence[str]) -> frozenset[str]:
    # A word that stands ten times is judged once.
    return frozenset(word for word in set(words) if len(word) >= SHORTEST_WORD or word.isdigit() or not word.isascii())
