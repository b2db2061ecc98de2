"""Ours: the matcher alone, over articles in memory, and the look back over stored articles.

Articles are made up from the words in which the seeds tell what happened, in random order; every eighth tells one of
these events besides, so that parties are named in as many as in real feeds of technology and law.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import islice

from benchmarks.contestants.ours import validated  # noqa: F401 (sets Django up)
from benchmarks.contestants.serving import Done, Run, serve

# isort: split
import time

import psutil
from django.core.management import call_command
from django.utils import timezone

from disputes import commands
from disputes.addresses import article_id
from disputes.models import Article
from disputes.subscriptions import delivery
from ingest.articles import text_digest
from ingest.looking_back import match_waiting
from ingest.matching import DisputeProfile, Matcher, PartyNames, WatchTerm, WatchTermKind
from ingest.models import PendingMatch
from ingest.profiles import load_profiles

CHARACTERS = 1_400
"""Of each article."""
TELLING = 8
"""Every so many articles tell something of a dispute."""
WORDS_OF_SENTENCE = 14
SYLLABLES = (
    "ba", "dra", "fen", "gor", "hal", "jin", "ke", "kri", "lo", "lum", "mi", "mor", "nel", "nu", "pax", "ra",
    "se", "ti", "vo", "zu",
)  # fmt: skip
PATIENCE = 600.0

Text = tuple[str, str, date | None]


def match(disputes: int, articles: int) -> Run:
    """Match articles against the seeded disputes, and as many made-up ones with ten names each as are asked for."""
    matcher, texts = _matcher(disputes), list(islice(_articles(), articles))

    def run() -> int:
        for text in texts:
            matcher.match(*text)
        return len(texts)

    return run


def hold(disputes: int) -> Run:
    """Build a matcher and the profiles that it is built from; the peak is what that took beside the interpreter."""
    call_command("load_seeds", verbosity=0)

    def run() -> Done:
        process = psutil.Process()
        before, started = process.memory_info().rss, time.monotonic()
        matcher = _matcher(disputes)
        seconds = time.monotonic() - started
        held = process.memory_info().rss - before
        return Done(len(matcher.profiles), seconds, seconds, 0.0, peak_bytes=held)

    return run


def scan(articles: int) -> Run:
    """Open a dispute and match all stored articles again; an operation is an article."""
    call_command("load_seeds", verbosity=0)
    now = timezone.now()
    rows = (
        Article(
            id=article_id(url),
            url=url,
            title=title,
            text=text,
            digest=text_digest(title, text),
            captured_at=now,
            published_at=now,
        )
        for number, (title, text, _) in enumerate(islice(_articles(), articles))
        for url in (f"https://press.example/{number}",)
    )
    while batch := list(islice(rows, 2_000)):
        Article.objects.bulk_create(batch, ignore_conflicts=True)
    PendingMatch.objects.bulk_create(
        [PendingMatch(article_id=key) for key in Article.objects.values_list("pk", flat=True)],
        batch_size=5_000,
        ignore_conflicts=True,
    )
    _deliver()
    _match_all()

    def run() -> int:
        slug = f"halvorsen-{timezone.now():%H%M%S%f}"
        commands.register_party(slug, name="Halvorsen Pictures", by="curator")
        commands.open_dispute(
            slug,
            title="Halvorsen Pictures v. OpenAI",
            kind="litigation",
            summary="Photographs in training data.",
            by="curator",
        )
        commands.add_party(slug, party=slug, role="plaintiff", by="curator")
        commands.add_party(slug, party="openai", role="defendant", by="curator")
        _deliver()
        matched = _match_all()
        assert matched == articles, f"{matched} of {articles} articles were gone through"
        return articles

    return run


def _deliver() -> None:
    delivery.ensure_subscriptions()
    delivery.deliver("look-back")


def _match_all() -> int:
    deadline, total = time.monotonic() + PATIENCE, 0
    while matched := match_waiting():
        total += matched
        assert time.monotonic() < deadline, f"{PendingMatch.objects.count()} articles still wait after {PATIENCE:g} s"
    return total


def _matcher(disputes: int) -> Matcher:
    if not _seeded():
        call_command("load_seeds", verbosity=0)
    seeded = _seeded()
    chance = random.Random(1)  # noqa: S311 (the same each time)
    return Matcher([*seeded, *(_made_up(number, chance) for number in range(disputes - len(seeded)))])


def _seeded() -> tuple[DisputeProfile, ...]:
    return load_profiles()


def _made_up(number: int, chance: random.Random) -> DisputeProfile:
    """Give a dispute of two parties with five names each, as long a description as the seeds', and a docket number."""
    words = _vocabulary()
    parties = tuple(
        PartyNames(
            slug=f"party-{number}-{role}",
            name=_name(chance),
            aliases=tuple(_name(chance) for _ in range(4)),
            role=role,
        )
        for role in ("plaintiff", "defendant")
    )
    return DisputeProfile(
        slug=f"made-up-{number}",
        title=f"{parties[0].name} v. {parties[1].name}",
        summary=" ".join(chance.choices(words, k=60)),
        history=tuple(" ".join(chance.choices(words, k=20)) for _ in range(4)),
        parties=parties,
        watch_terms=(WatchTerm(WatchTermKind.ANY, ("copyright", "lawsuit*")),),
        docket_numbers=(f"1:23-cv-{number:05}",),
    )


def _name(chance: random.Random) -> str:
    return "".join(chance.choices(SYLLABLES, k=3)).title() + chance.choice((" Media", " Labs", " Press", " Records"))


def _articles() -> Iterator[Text]:
    chance = random.Random(2)  # noqa: S311 (the same each time)
    words, told = _vocabulary(), _told()
    number = 0
    while True:
        sentences = [chance.choice(told)] if number % TELLING == 0 else []
        while sum(map(len, sentences)) < CHARACTERS:
            sentences.append(" ".join(chance.choices(words, k=WORDS_OF_SENTENCE)).capitalize() + ".")
        yield " ".join(chance.choices(words, k=9)).capitalize(), " ".join(sentences)[:CHARACTERS], None
        number += 1


_words: list[str] = []
_events: list[str] = []


def _vocabulary() -> Sequence[str]:
    """Give the seeds' words without their names: what is written with a capital is left out."""
    if not _words:
        found = {word.strip(".,;:()") for event in _told() for word in event.split()}
        _words.extend(sorted(word for word in found if word.isalpha() and word.islower()))
    return _words


def _told() -> Sequence[str]:
    if not _events:
        _events.extend(sorted(event for profile in _seeded() for event in profile.history))
    return _events


if __name__ == "__main__":
    serve({"match": match, "hold": hold, "scan": scan})
