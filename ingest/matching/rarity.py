"""How telling a word is: the rarer in the press and in the descriptions of disputes, the more.

Words are cut to their first letters, so that sue and sues, licence and licensing are counted together: the plainest
stemmer there is, which needs no dictionary of any language and costs nothing (Manning, Raghavan and Schütze,
"Introduction to Information Retrieval", 2.2.4, on why more is seldom gained).
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files

STEM = 6
"""Letters that are kept of a word."""

SHORTEST = 3
"""Letters of the shortest word that says anything about a subject."""

COMMON = 1.5
"""Words below this rarity are never compared: they stand in every fifth text and more."""


def stem(word: str) -> str:
    """Return a folded word cut to what it shares with its other forms."""
    return word[:STEM]


class Rarity:
    """The rarity of stems: minus the logarithm of the share of texts that hold one.

    It comes from a table that is fixed with the version of the matcher and not from the disputes that are followed,
    so that a score never depends on disputes that have nothing to do with it.
    """

    __slots__ = ("_known", "highest")

    def __init__(self, texts: int, known: Mapping[str, float]) -> None:
        self.highest = round(math.log(texts), 2)
        """The rarity of what was never seen."""
        self._known = known

    @classmethod
    def counted(cls, press: Iterable[frozenset[str]], descriptions: Iterable[frozenset[str]]) -> Rarity:
        """Count the stems of articles, and of the descriptions of disputes; the commoner of the two counts.

        A word like "copyright" is rare in the press and stands in every second dispute. Of the descriptions one is
        left out of each count, so that words of a single dispute are not taken for common ones.
        """
        in_press, in_descriptions = Counter[str](), Counter[str]()
        texts = disputes = 0
        for stems in press:
            texts += 1
            in_press.update(stems)
        for stems in descriptions:
            disputes += 1
            in_descriptions.update(stems)
        known = {}
        for word in in_press.keys() | in_descriptions.keys():
            share = max(in_press[word] / texts, (in_descriptions[word] - 1) / disputes if disputes else 0.0)
            # What was seen once or twice is left to the highest rarity, which keeps the table small.
            if share > 2 / texts:
                known[word] = round(-math.log(share), 2)
        return cls(texts, dict(sorted(known.items())))

    def __call__(self, word: str) -> float:
        """Return the rarity of a stem, from 0 to `highest`."""
        return self._known.get(word, self.highest)

    def of_name(self, words: Iterable[str]) -> float:
        """Return from 0 to 1 how rare the rarest word of a folded name is."""
        return max((self(stem(word)) for word in words), default=0.0) / self.highest

    def telling(self, stems: Iterable[str]) -> dict[str, float]:
        """Return the stems that are worth comparing, with their rarity."""
        known, highest = self._known, self.highest
        found = {}
        for word in stems:
            rarity = known.get(word, highest)
            if rarity > COMMON and len(word) >= SHORTEST:
                found[word] = rarity
        return found

    def as_json(self) -> dict[str, object]:
        """Return the table as it is stored."""
        return {"texts": round(math.exp(self.highest)), "stems": self._known}


@cache
def stored_rarity() -> Rarity:
    """Read the table that comes with the matcher, once."""
    table = json.loads(files("ingest.matching").joinpath("data/rarity.json").read_text(encoding="utf-8"))
    return Rarity(int(table["texts"]), table["stems"])
