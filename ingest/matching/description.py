"""What a dispute is about, in words to compare articles with: its description, and its history so far."""

from __future__ import annotations

import sys
from array import array
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ingest.matching import lexicon
from ingest.matching.profiles import DisputeProfile
from ingest.matching.rarity import Rarity, stem
from ingest.matching.text import Document, words

HISTORY = 0.3
"""What a word of the history counts, of one in the description: a long history holds words of all kinds."""

MOST_WORDS = 150
"""Stems that are kept of a dispute, the most telling ones."""

MOST_SENTENCES = 24
"""Sentences of an article that are compared with a dispute."""

OUTWEIGHED = 10.0
"""So many units of rarity in common, some two rare words, count for half of what follows (see `Likeness.amount`)."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """The stems that an article has in common with a dispute, with what each tells."""

    common: Mapping[str, float]
    total: float
    """All that the article's words could tell."""

    @property
    def told(self) -> float:
        """What the common stems tell."""
        return sum(self.common.values())

    @property
    def share(self) -> float:
        """How much of the article the dispute explains, from 0 to 1."""
        return self.told / self.total if self.total else 0.0


class Description:
    """The words of a dispute without the names of its parties, which are looked for by themselves.

    Some 2 kB for a long one, as there may be thousands.
    """

    __slots__ = ("_telling", "_words", "subjects")

    def __init__(self, profile: DisputeProfile, rarity: Rarity) -> None:
        names = {stem(word) for party in profile.parties for name in lexicon.names(party) for word in words(name)}
        described = words(f"{profile.title} . {profile.summary}")
        weights = _weighted((word for text in profile.history for word in words(text)), HISTORY, names, rarity)
        weights |= _weighted(described, 1.0, names, rarity)
        kept = sorted(weights.items(), key=lambda item: (-item[1], item[0]))[:MOST_WORDS]
        self._words = tuple(sys.intern(word) for word, _ in kept)
        self._telling = array("d", (telling for _, telling in kept))
        self.subjects = lexicon.subjects_of(described)
        """What disputes of this kind are about (see `lexicon.Subject`)."""

    def likeness(self, passage: Mapping[str, float]) -> Likeness:
        """Compare with the telling stems of a passage. Linear in the words of the dispute."""
        pairs = zip(self._words, self._telling, strict=True)
        return Likeness({word: telling for word, telling in pairs if word in passage}, sum(passage.values()))


class Passages:
    """The telling stems of an article, sentence by sentence, each looked at once and only where it is asked for."""

    __slots__ = ("_document", "_rarity", "_stems")

    def __init__(self, document: Document, rarity: Rarity) -> None:
        self._document = document
        self._rarity = rarity
        self._stems: dict[int, dict[str, float]] = {}

    def near(self, sentences: Iterable[int]) -> list[int]:
        """Return the numbers of the title, of some sentences and of those beside them; the first ones at most.

        A page is about many things: a dispute is compared with what stands where its parties are named, so that a
        long report and its summary in a feed are alike.
        """
        last = len(self._document.starts) - 1
        near: set[int] = {0}
        for sentence in sorted(sentences):
            near.update((max(sentence - 1, 0), sentence, min(sentence + 1, last)))
            if len(near) >= MOST_SENTENCES:
                break
        return sorted(near)

    def stems(self, sentences: Iterable[int]) -> dict[str, float]:
        """Return the telling stems of some sentences together."""
        together: dict[str, float] = {}
        for number in sentences:
            stems = self._stems.get(number)
            if stems is None:
                text = self._document.folded(number)
                stems = self._stems[number] = self._rarity.telling({stem(word) for word in text.split()})
            together |= stems
        return together

    def places(self, wanted: Iterable[str], sentences: Iterable[int]) -> dict[str, tuple[int, int]]:
        """Return where the first word of each wanted stem stands in some sentences, as offsets into the haystack."""
        missing = set(wanted)
        found: dict[str, tuple[int, int]] = {}
        for number in sentences:
            start = self._document.starts[number]
            for word in self._document.folded(number).split(" "):
                if stem(word) in missing:
                    missing.remove(stem(word))
                    found[stem(word)] = start, start + len(word) + 2
                start += len(word) + 1
        return found


def _weighted(found: Iterable[str], factor: float, names: set[str], rarity: Rarity) -> dict[str, float]:
    telling = rarity.telling({stem(word) for word in found} - names)
    return {word: factor * value for word, value in telling.items()}
