"""The answer of the matcher: a score for a dispute, and the reasons for it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ingest.matching.text import Field

LONGEST_LINE = 300
"""Characters of a reason's words that are shown."""


class ReasonKind(StrEnum):
    """Why an article matches."""

    PARTY = "party"
    TERM = "term"
    DOCKET_NUMBER = "docket_number"
    COMBINATION = "combination"
    SUBJECT = "subject"
    SIMILARITY = "similarity"
    RIVAL = "rival"
    WINDOW = "window"
    FORBIDDEN = "forbidden"


@dataclass(frozen=True, slots=True)
class Reason:
    """One piece of evidence: the article's own words, where they stand, and what they weigh in logits.

    `text` is `title[start:end]` or `text[start:end]` of what was given, by `field`. For a window it is the
    article's date, and `start` and `end` are 0.
    """

    kind: ReasonKind
    text: str
    weight: float
    field: Field
    start: int
    end: int

    @property
    def line(self) -> str:
        """The words on one line of at most 300 printable characters, as an event or a table shows them."""
        printable = "".join(character if character.isprintable() else " " for character in self.text)
        line = " ".join(printable.split())
        return line if len(line) <= LONGEST_LINE else line[: LONGEST_LINE - 1].rstrip() + "…"


@dataclass(frozen=True, slots=True)
class Match:
    """How likely an article is evidence of a dispute, and why.

    The score is `logistic(base + sum of the weights of the reasons)`, so that nothing unseen goes into it.
    """

    dispute: str
    """The slug of the dispute."""

    score: float
    """From 0 to 1: of the articles with this score that share are evidence."""

    reasons: tuple[Reason, ...]
    """The heaviest first."""

    base: float
    """What the dispute starts from, in logits, before there is any reason."""
