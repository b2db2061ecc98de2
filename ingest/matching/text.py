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
from bisect import bisect_right
from dataclasses import dataclass
from enum import StrEnum

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

# A full stop after one of these, or after a single letter (U.S., P.M., v.), ends no sentence.
_ABBREVIATIONS = (
    "inc", "corp", "ltd", "co", "llc", "plc", "vs", "no", "mr", "mrs", "ms", "dr", "st", "al", "art", "civ",
    "sec", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec",
)  # fmt: skip
_SENTENCE_END = re.compile(
    r"(?:(?<!\b\w)"
    + "".join(rf"(?<!\b{abbreviation})" for abbreviation in _ABBREVIATIONS)
    + r"\.|[!?…])[\"'”’»)\]]{0,3}(?=\s)|[。！？]",
    re.IGNORECASE,
)


def fold(joined: str) -> str:
    """Fold words that are joined by spaces: NFKC and case folding."""
    # The only full stops that a word holds are those between initials.
    joined = joined.replace(".", "")
    if joined.isascii():
        return joined.lower()
    folded = unicodedata.normalize("NFKC", _DROPPED.sub("", joined)).casefold()
    return unicodedata.normalize("NFKC", folded)


def words(phrase: str) -> list[str]:
    """Return the folded words of a phrase; a currency sign is a word of its own."""
    pattern = _ASCII_WORD if phrase.isascii() else _WORD
    return [fold(word) for word in pattern.findall(phrase)]


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


class Document:
    """An article, folded for searching; linear in its length.

    Sentence 0 is the title, empty or not. `haystack` holds all sentences, `starts` the offset of each in it.
    """

    __slots__ = ("_bounds", "_text", "_title", "haystack", "lead_end", "starts")

    def __init__(self, title: str, text: str, *, lead_words: int) -> None:
        self._title = title
        self._text = text
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
        for start, end in _sentences(text):
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

    def place(self, start: int, end: int) -> Place:
        """Return where the words between two positions of the haystack stand in the article.

        The stretch covers whole words. Costs time linear in the one sentence.
        """
        number = self.sentence(start)
        source, field = (self._title, Field.TITLE) if number == 0 else (self._text, Field.TEXT)
        first, last = self._bounds[number]
        pattern = _ASCII_WORD if source.isascii() else _WORD
        position = self.starts[number] + 1
        found_start, found_end = first, last
        searching = True
        for match in pattern.finditer(source, first, last):
            if position >= end:
                break
            position += len(fold(match.group()))
            # A position is that of the space before a word, so the first word ends beyond the next one.
            if searching and position > start + 1:
                found_start, searching = match.start(), False
            found_end = match.end()
            position += 1
        return Place(field, found_start, found_end)

    def words_at(self, place: Place) -> str:
        """Return the article's own words at a place."""
        return (self._title if place.field is Field.TITLE else self._text)[place.start : place.end]


def _sentences(text: str) -> list[tuple[int, int]]:
    bounds = []
    start = 0
    for match in _SENTENCE_END.finditer(text):
        bounds.append((start, match.end()))
        start = match.end()
    bounds.append((start, len(text)))
    return bounds
