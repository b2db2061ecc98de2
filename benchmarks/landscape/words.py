"""Names and texts: made of syllables and of a few plain words, so that nobody takes them for the world's."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

from disputes.addresses import article_id

SYLLABLES = (
    "ba", "dra", "fen", "gor", "hal", "jin", "ke", "kri", "lo", "lum", "mi", "mor", "nel", "nu", "pax", "ra",
    "se", "ti", "vo", "zu",
)  # fmt: skip
PLAIN = (
    "the", "a", "of", "in", "and", "to", "archive", "court", "claim", "licence", "data", "model", "training", "price",
    "access", "filed", "said", "holder", "copyright", "publisher", "order", "motion", "terms", "judge", "notice",
    "deal", "company", "lawyers", "asked", "answer", "months", "dispute", "interface", "works", "against",
)  # fmt: skip
SENTENCES = 1_009
"""How many there are to make texts of: prime, so that steps through them come to all."""
SENTENCES_OF_TEXT = 14
PRESSES = 1_000
GROUP_EVERY, GROUP_FIRST, GROUP_SIZE = 20, 7, 3
"""Of every twenty articles three tell one story."""


class Told(NamedTuple):
    """An article as everything that names it needs it."""

    id: UUID
    url: str
    title: str
    text: str
    digest: str

    def reference(self) -> dict[str, str]:
        """Give it as an event names it."""
        return {"id": str(self.id), "url": self.url, "digest": self.digest}


def article(number: int) -> Told:
    """Give the article of a number, always the same; some 15 µs. Copies of a story differ by their address alone."""
    sentences = _sentences()
    first = story_of(number)
    story = number if first is None else first
    step = 1 + story % (SENTENCES - 1)
    chosen = [sentences[(story * 7 + place * step) % SENTENCES] for place in range(SENTENCES_OF_TEXT)]
    title = f"{sentences[story * 31 % SENTENCES][:70].rstrip('. ')}, story {story}"
    text = " ".join(chosen)
    url = f"https://press-{number % PRESSES:05}.example/stories/{number:08}"
    return Told(article_id(url), url, title, text, hashlib.sha256(f"{title}\n{text}".encode()).hexdigest())


def story_of(number: int) -> int | None:
    """Give the number of the first article that tells the same story; None where no other does."""
    place = number % GROUP_EVERY - GROUP_FIRST
    return number - place if 0 <= place < GROUP_SIZE else None


def party_slug(number: int) -> str:
    """Name a party in addresses."""
    return f"party-{number:05}"


def dispute_slug(number: int) -> str:
    """Name a dispute in addresses."""
    return f"dispute-{number:05}"


def party_name(number: int) -> str:
    """Name a party; each has a word of its own, so that few are alike."""
    return f"Party {number:05} {made_up(random.Random(number))}"  # noqa: S311 (the same each time)


def made_up(chance: random.Random) -> str:
    """Make a word up."""
    return "".join(chance.choices(SYLLABLES, k=4)).title()


def sentence(number: int) -> str:
    """Give one of the sentences."""
    return _sentences()[number % SENTENCES]


@lru_cache(maxsize=1)
def _sentences() -> Sequence[str]:
    chance = random.Random(SENTENCES)  # noqa: S311 (the same each time)
    words = [*PLAIN * 6, *(made_up(chance).lower() for _ in range(400))]
    return [" ".join(chance.choices(words, k=15)).capitalize() + "." for _ in range(SENTENCES)]
