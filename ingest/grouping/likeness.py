"""Whether two articles are one story, judged by their words.

Copies and rewrites share words and phrases; two independent reports of one event share names, numbers and quotations,
which is less. The thresholds lie between what was measured of both: independent reports of one event share up to 0.32
of their telling words, 0.15 of their word pairs and 0.20 of their anchors, the names and numbers in their order; a
machine's rewrite that exchanges three words in ten at least 0.45 of the words and 0.30 of the pairs; one that exchanges
most of them, or was translated to and fro, 0.25 of the anchors.

Names, numbers and quotations that are weighed without their order, however rare, do not tell a rewrite from another
report: they are the event's, and both have them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from ingest.grouping.story import Story
from ingest.models import CopyKind

ANY_WORDS: Final = 0.15
"""Share of the shorter one's telling words below which two articles have nothing in common."""
COPY_PAIRS: Final = 0.6
REWRITE_WORDS: Final = 0.33
REWRITE_PAIRS: Final = 0.18
REWRITE_ANCHORS: Final = 0.24
FEWEST_ANCHORS: Final = 8
"""Anchors in common that a rewrite has at least: fewer are a list of those concerned."""
REWRITE_WINDOW: Final = timedelta(days=10)
"""Rewrites appear within this time; what an agency writes later of the same case repeats how it came about."""
SHORTENED_PHRASES: Final = 0.5
FEWEST_PHRASES: Final = 15
"""Phrases that a shortened copy has at least: fewer are a quotation."""
STORY_WORDS: Final = 0.4
"""Of summaries: the share of telling words that says by itself that they are one."""
STORY_TITLES: Final = 0.6
"""Of summaries: the share of the titles' telling words that says so where the texts agree with it."""
STORY_AGREEMENT, STORY_TEXTS = 0.2, 0.05
"""The shares of all telling words, and of those of the texts alone, without which the same title is a coincidence."""
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
    if is_full and _apart(one, other) <= REWRITE_WINDOW and (rewritten := _rewritten(one, other, pairs)):
        return Likeness(CopyKind.REWRITE, rewritten)
    if (shortened := _contained(one.phrases, other.phrases, fewest=FEWEST_PHRASES)) >= SHORTENED_PHRASES:
        return Likeness(CopyKind.SHORTENED, shortened)
    return None if is_own or one.is_full or other.is_full else _same_story(one, other)


def _rewritten(one: Story, other: Story, pairs: float) -> float:
    """Give the share of words, or else of anchors, by which one is a rewrite of the other; 0 where it is not."""
    if pairs >= REWRITE_PAIRS and (words := _share(one.telling, other.telling)) >= REWRITE_WORDS:
        return words
    common = len(one.anchors & other.anchors)
    anchors = _share(one.anchors, other.anchors) if common >= FEWEST_ANCHORS else 0.0
    return anchors if anchors >= REWRITE_ANCHORS else 0.0


def _same_story(one: Story, other: Story) -> Likeness | None:
    """Judge two summaries with their titles and days."""
    if _apart(one, other) > STORY_WINDOW:
        return None
    words = _share(one.telling, other.telling)
    is_same = words >= STORY_WORDS or (
        words >= STORY_AGREEMENT
        and _share(one.telling_of_title, other.telling_of_title) >= STORY_TITLES
        and _share(one.telling_of_text, other.telling_of_text) >= STORY_TEXTS
    )
    return Likeness(CopyKind.SAME_STORY, words) if is_same else None


def _apart(one: Story, other: Story) -> timedelta:
    return abs(one.moment - other.moment) if one.moment and other.moment else timedelta()


def _share(one: frozenset[str], other: frozenset[str]) -> float:
    common = len(one & other)
    return common / (len(one) + len(other) - common) if common else 0.0


def _contained(one: frozenset[str], other: frozenset[str], *, fewest: int) -> float:
    fewer = min(len(one), len(other))
    return len(one & other) / fewer if fewer >= fewest else 0.0
