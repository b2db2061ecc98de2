"""Keys by which copies find each other in an index, however many articles there are.

Three kinds, since copies differ in three ways:

- runs of five words, chosen by the hash of the first (Manber 1994), so that an excerpt chooses the same ones as the
  whole: every fourth at the beginning, where shortened copies are taken from, every sixteenth after that;
- of full texts, a MinHash over their anchors, the names and numbers in order that a rewrite leaves (Broder 1997;
  Leskovec, Rajaraman and Ullman, *Mining of Massive Datasets*, chapter 3): two texts that share a quarter of them have
  two of its sixteen values in common with a probability of 0.94;
- of summaries, whose words are few, bands of a MinHash over the title's words.

One run of five words may be a phrase that many use; two of them, or one of the others, are worth a comparison:
`WEIGHTS`.

CRC-32 serves as the hash: its values never change between versions, and whoever makes two texts collide gains nothing,
since keys only propose what is then compared word by word.
"""

from __future__ import annotations

import struct
from collections.abc import Collection, Sequence
from typing import Final
from zlib import crc32

from rensa import RMinHash

from ingest.grouping.likeness import FEWEST_ANCHORS
from ingest.grouping.story import Story

VERSION: Final = 4
"""Of the way in which copies are found; to be raised with any change to keys or comparison.

Articles of an older one are grouped anew when they are captured again, all of them by the command `regroup_articles`.
"""

SEED: Final = 4
ANCHOR_BANDS, ANCHOR_ROWS = 16, 1
TITLE_BANDS, TITLE_ROWS = 12, 3
RUN: Final = 5
BEGINNING, ONE_IN_OF_BEGINNING = 80, 4
FIRST_WORDS, ONE_IN = 600, 16
"""Words of which runs are chosen, and how many; a long text has some 65 keys, most have 25."""
FEWEST_WORDS: Final = 8
"""Telling words below which an article says too little to be a copy of anything."""

_ANCHOR, _RUN, _TITLE = (kind << 32 for kind in (1, 2, 3))
WEIGHTS: Final = {1: 3, 2: 1, 3: 2}
"""What a shared key of each kind, its upper half, says for a comparison."""
ENOUGH: Final = 2
"""The weight from which on two articles are compared."""
SHARE_OF_KEYS: Final = 0.08
"""The same for long texts, as a share of the keys of the one that has fewer: a rewrite that exchanges three words in
ten keeps a sixth of the runs, a stranger a phrase or two."""


def keys(story: Story) -> list[int]:
    """Give the keys of a story, in order; none where it says too little or is a filing of a court. 0.2 ms."""
    if story.is_filing or len(story.telling) < FEWEST_WORDS:
        return []
    found = set(_chosen_runs(story.words))
    if story.is_full:
        if len(story.anchors) >= FEWEST_ANCHORS:
            found.update(_bands(_ANCHOR, story.anchors, ANCHOR_BANDS, ANCHOR_ROWS))
    elif story.telling_of_title:
        found.update(_bands(_TITLE, story.telling_of_title, TITLE_BANDS, TITLE_ROWS))
    return sorted(found)


def hash_of(text: str) -> int:
    """Give the hash of a text, from 0, which is that of none, to 2³² - 1."""
    return crc32(text.encode())


def _bands(kind: int, features: Collection[str], bands: int, rows: int) -> list[int]:
    sketch = RMinHash(num_perm=bands * rows, seed=SEED)
    sketch.update(list(features))
    digest: Sequence[int] = sketch.digest()
    packed = struct.pack(f"<{bands * rows}I", *digest)
    size = 4 * rows
    # The number of the band begins the hash: the same values in another band mean nothing.
    return [kind | crc32(packed[band * size : (band + 1) * size], band) for band in range(bands)]


def _chosen_runs(words: Sequence[str]) -> list[int]:
    starts = [start for start, word in enumerate(words[:BEGINNING]) if hash_of(word) % ONE_IN_OF_BEGINNING == 0]
    starts += [
        start for start, word in enumerate(words[BEGINNING:FIRST_WORDS], BEGINNING) if hash_of(word) % ONE_IN == 0
    ]
    return [_RUN | hash_of(" ".join(words[start : start + RUN])) for start in starts if start + RUN <= len(words)]
