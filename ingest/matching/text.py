"""Fold an article into lower-case words and sentences that can be searched, and find the way back.

An article becomes one haystack: every sentence as its words between single spaces, the sentences separated by
a newline, the title first. A phrase that is folded in the same way and set between spaces is then found as whole
words by plain substring search. Folding is: Unicode NFKC, case folding, punctuation and white space dropped;
initials with full stops are one word (`A.P.I.` is `api`). Scripts that are written without spaces (and Hangul,
whose particles cling to names) become one word a character, so `OpenAI公司` holds the word `openai`.

Line breaks are white space like any other: extracted text breaks lines anywhere, and a score must not depend on
it.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from enum import StrEnum
from operator import attrgetter
from typing import NamedTuple

LONGEST_SENTENCE = 60
"""Words after which a sentence is cut: menus and lists without full stops are not one statement."""

_UNSPACED = "\u0e00-\u0eff\u1100-\u11ff\u2e80-\u2fff\u3040-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
_IGNORED = "\u00ad\u200b-\u200d\u2060\ufeff"
_CURRENCY = "$€£¥₹"

_ASCII_WORD = re.compile(r"[A-Za-z](?:\.[A-Za-z])+(?![A-Za-z0-9])|[^\W_]+|\$")
_WORD = re.compile(
    rf"[A-Za-z](?:\.[A-Za-z])+(?![^\W_])|[{_CURRENCY}]|[{_UNSPACED}]|[^\W_{_UNSPACED}](?:[^\W_{_UNSPACED}]|[\u0300-\u036f{_IGNORED}])*"
)
_DROPPED = re.compile(f"[{_IGNORED}]")

_SENTENCE_END = re.compile(r"[.!?…][\"'”’»)\]]{0,3}(?=\s)|[。！？]")

# A full stop after one of these, or after a single letter (U.S., P.M., v.), ends no sentence.
_ABBREVIATION = re.compile(
    r"(?:\A|[\W_])(?:\w|inc|corp|ltd|co|llc|plc|vs|no|mr|mrs|ms|dr|st|al|art|civ|sec|jan|feb|mar|apr|jun|jul|aug"
    r"|sep|sept|oct|nov|dec)\Z",
    re.IGNORECASE,
)
_LONGEST_ABBREVIATION = 4
# Nor after the day of a date that is written "14. Juni".
_DAY = re.compile(r"(?:\A|[\W_])\d\d\Z")
_MONTH = re.compile(
    r"\s+(?:jan|feb|mär|apr|mai|jun|jul|aug|sep|okt|oct|nov|dez|dec|maj|des)[^\W\d_]*\b(?!\s+\d{1,2}\b(?!\.))",
    re.IGNORECASE,
)


def fold(joined: str) -> str:
    """Fold words that are joined by spaces: NFKC and case folding."""
    # The only full stops that a word holds are those between initials.
    joined = joined.replace(".", "")
    if joined.isascii():
        return joined.lower()
    folded = unicodedata.normalize("NFKC", _DROPPED.sub("", joined)).casefold()
    # Compatibility forms may hold punctuation: ¼ becomes 1, a fraction slash and 4.
    return " ".join(_WORD.findall(unicodedata.normalize("NFKC", folded)))


def words(phrase: str) -> list[str]:
    """Return the folded words of a phrase; a currency sign is a word of its own."""
    pattern = _ASCII_WORD if phrase.isascii() else _WORD
    return fold(" ".join(pattern.findall(phrase))).split()


class Field(StrEnum):
    """Where a reason's words stand."""

    TITLE = "title"
    TEXT = "text"
    PUBLISHED_AT = "published_at"


@dataclass(frozen=True, slots=True)
class Place:
    """A stretch of an article's title or text, as offsets into the string that was given."""

    field: Field
    start: int
    end: int


class _Word(NamedTuple):
    """A word of a sentence: where it stands in the haystack, and where in the article."""

    folded_start: int
    folded_end: int
    start: int
    end: int


_folded_start = attrgetter("folded_start")
_folded_end = attrgetter("folded_end")


class Document:
    """An article, folded for searching; linear in its length.

    Sentence 0 is the title, empty or not. `haystack` holds all sentences, `starts` the offset of each in it.
    """

    __slots__ = ("_bounds", "_places", "_text", "_title", "haystack", "lead_end", "starts")

    def __init__(self, title: str, text: str, *, lead_words: int) -> None:
        self._title = title
        self._text = text
        self._places: dict[int, list[_Word]] = {}
        folded: list[str] = []
        self._bounds: list[tuple[int, int]] = []
        """For every sentence its start and end in the title (sentence 0) or the text (all others)."""
        self.lead_end = 1
        """The first sentence after the lead, which is what begins within `lead_words` of the text."""

        # Titles are one sentence however they are punctuated: "Musk: sue Microsoft? Yes!" is one headline.
        pattern = _ASCII_WORD if title.isascii() else _WORD
        folded.append(fold(" ".join(pattern.findall(title))))
        self._bounds.append((0, len(title)))

        pattern = _ASCII_WORD if text.isascii() else _WORD
        counted = 0
        for start, end in sentence_bounds(text):
            found = pattern.findall(text, start, end)
            if not found:
                continue
            if counted < lead_words:
                self.lead_end = len(folded) + 1
            counted += len(found)
            if len(found) <= LONGEST_SENTENCE:
                folded.append(fold(" ".join(found)))
                self._bounds.append((start, end))
                continue
            self._cut(pattern, start, end, folded)
        self.haystack = " " + " \n ".join(folded) + " "
        self.starts: list[int] = []
        position = 0
        for sentence in folded:
            self.starts.append(position)
            position += len(sentence) + 3

    def _cut(self, pattern: re.Pattern[str], start: int, end: int, folded: list[str]) -> None:
        spans = [match.span() for match in pattern.finditer(self._text, start, end)]
        for first in range(0, len(spans), LONGEST_SENTENCE):
            piece = spans[first : first + LONGEST_SENTENCE]
            folded.append(fold(" ".join([self._text[a:b] for a, b in piece])))
            self._bounds.append((piece[0][0], piece[-1][1]))

    @property
    def body_start(self) -> int:
        """The position in the haystack where the lead is over."""
        return self.starts[self.lead_end] if self.lead_end < len(self.starts) else len(self.haystack)

    def sentence(self, position: int) -> int:
        """Return the number of the sentence that holds a position of the haystack."""
        return bisect_right(self.starts, position) - 1

    def folded(self, number: int) -> str:
        """Return a sentence as it stands in the haystack, without the spaces around it."""
        start = self.starts[number] + 1
        end = self.starts[number + 1] - 2 if number + 1 < len(self.starts) else len(self.haystack) - 1
        return self.haystack[start:end]

    def place(self, start: int, end: int) -> Place:
        """Return where the words between two positions of the haystack stand in the article.

        The stretch covers whole words. The first look into a sentence costs time linear in it.
        """
        number = self.sentence(start)
        places = self._places.get(number)
        if places is None:
            places = self._places[number] = self._locate_words(number)
        # Both positions are those of spaces: before the first word, and after the last one or inside it.
        first = bisect_right(places, start, key=_folded_end)
        last = bisect_left(places, end, key=_folded_start)
        field = Field.TITLE if number == 0 else Field.TEXT
        return Place(field, places[first].start, places[last - 1].end)

    def _locate_words(self, number: int) -> list[_Word]:
        source = self._text if number else self._title
        pattern = _ASCII_WORD if source.isascii() else _WORD
        position = self.starts[number] + 1
        found = []
        for match in pattern.finditer(source, *self._bounds[number]):
            word = fold(match.group())
            if not word:
                continue
            after = position + len(word)
            found.append(_Word(position, after, match.start(), match.end()))
            position = after + 1
        return found

    def words_at(self, place: Place) -> str:
        """Return the article's own words at a place."""
        return (self._title if place.field is Field.TITLE else self._text)[place.start : place.end]


def sentence_bounds(text: str) -> list[tuple[int, int]]:
    """Return the start and end of every sentence of a text; linear in its length."""
    bounds = []
    start = 0
    for match in _SENTENCE_END.finditer(text):
        stop = match.start()
        before = text[max(start, stop - _LONGEST_ABBREVIATION - 1) : stop]
        if text[stop] == "." and (
            _ABBREVIATION.search(before) or (_DAY.search(before) and _MONTH.match(text, stop + 1))
        ):
            continue
        bounds.append((start, match.end()))
        start = match.end()
    bounds.append((start, len(text)))
    return bounds
