"""Whether two articles are one story, judged by their words.

Copies and rewrites share words and phrases; two independent reports of one event share names, numbers and quotations,
which is less. The thresholds lie between what was measured of both: independent reports of one event share up to 0.21
of their telling words and 0.09 of their word pairs, a machine's rewrite that exchanges three words in ten at least
0.45 and 0.30.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from ingest.grouping.story import Story
from ingest.models import CopyKind

ANY_WORDS: Final = 0.3
"""Share of the shorter one's telling words below which two articles have nothing in common."""
COPY_PAIRS: Final = 0.6
REWRITE_WORDS: Final = 0.33
REWRITE_PAIRS: Final = 0.18
SHORTENED_PHRASES: Final = 0.5
FEWEST_PHRASES: Final = 15
"""Phrases that a shortened copy has at least: fewer are a quotation."""
STORY_SCORE: Final = 0.5
"""Of summaries: the share of telling words, and half of that of the titles' telling words."""
STORY_WORDS: Final = 0.2
"""The share of telling words without which the same title is a coincidence."""
STORY_WINDOW: Final = timedelta(days=4)
"""Summaries of one story are published within this time; later ones are of the next event of that kind."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """How two articles are one story."""

    kind: CopyKind
    share: float
    """Of what they have in common, from 0 to 1."""


def compare(one: Story, other: Story) -> Likeness | None:
    """Say how two articles are one story, or None where they are not. Symmetric; 0.1 ms once their parts are made."""
    # What a site puts on all its pages, and how it words its releases and bulletins, makes no copies.
    is_own = bool(one.site) and one.site == other.site
    if one.is_filing or other.is_filing or (is_own and one.words_of_title != other.words_of_title):
        return None
    # Whatever follows needs more than this, and costs more.
    if _contained(one.telling, other.telling, fewest=1) < ANY_WORDS:
        return None
    is_full = one.is_full and other.is_full
    pairs = _share(one.pairs, other.pairs) if is_full else 0.0
    if pairs >= COPY_PAIRS:
        return Likeness(CopyKind.COPY, pairs)
    if pairs >= REWRITE_PAIRS and (words := _share(one.telling, other.telling)) >= REWRITE_WORDS:
        return Likeness(CopyKind.REWRITE, words)
    if (shortened := _contained(one.phrases, other.phrases, fewest=FEWEST_PHRASES)) >= SHORTENED_PHRASES:
        return Likeness(CopyKind.SHORTENED, shortened)
    return None if is_own or one.is_full or other.is_full else _same_story(one, other)


def _same_story(one: Story, other: Story) -> Likeness | None:
    """Judge two summaries with their titles and days."""
    if one.moment and other.moment and abs(one.moment - other.moment) > STORY_WINDOW:
        return None
    words = _share(one.telling, other.telling)
    titles = _share(one.telling_of_title, other.telling_of_title)
    is_same = words >= STORY_WORDS and words + titles / 2 >= STORY_SCORE
    return Likeness(CopyKind.SAME_STORY, words) if is_same else None


def _share(one: frozenset[str], other: frozenset[str]) -> float:
    common = len(one & other)
    return common / (len(one) + len(other) - common) if common else 0.0


def _contained(one: frozenset[str], other: frozenset[str], *, fewest: int) -> float:
    fewer = min(len(one), len(other))
    return len(one & other) / fewer if fewer >= fewest else 0.0
