"""Workers that store the same pages at the same time: each once, and none waits for another forever."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier

import pytest
from django.db import connection

from disputes.models import Article
from ingest.articles import Stored, store_entries
from ingest.candidates import match_pending
from ingest.models import Feed, FeedEntry, PendingMatch
from ingest.parsing import ParsedFeed
from tests.ingest.documents import NOW, document, entry

pytestmark = pytest.mark.django_db(transaction=True)
WORKERS, ENTRIES = 4, 40


def at_once(*jobs: Callable[[], Stored | int]) -> list[Stored | int]:
    start = Barrier(len(jobs))

    def run(job: Callable[[], Stored | int]) -> Stored | int:
        try:
            start.wait(timeout=10)
            return job()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))


def pages(*, backwards: bool = False) -> ParsedFeed:
    numbers = range(ENTRIES, 0, -1) if backwards else range(1, ENTRIES + 1)
    return document(*(entry(number) for number in numbers))


def test_one_feed_by_all() -> None:
    feed = Feed.objects.create(url="https://press.example/feed")
    stored = at_once(*[lambda: store_entries(feed, pages(), now=NOW)] * WORKERS)
    assert sum(one.new_articles for one in stored if isinstance(one, Stored)) == ENTRIES
    assert Article.objects.count() == FeedEntry.objects.count() == PendingMatch.objects.count() == ENTRIES


def test_the_same_pages_from_several_feeds_in_any_order() -> None:
    feeds = [Feed.objects.create(url=f"https://press.example/{number}") for number in range(WORKERS)]
    documents = [pages(backwards=bool(number % 2)) for number in range(WORKERS)]
    jobs = zip(feeds, documents, strict=True)
    stored = at_once(*[partial(store_entries, feed, parsed, now=NOW) for feed, parsed in jobs])
    assert sum(one.new_articles for one in stored if isinstance(one, Stored)) == ENTRIES
    assert Article.objects.count() == PendingMatch.objects.count() == ENTRIES
    assert FeedEntry.objects.count() == WORKERS * ENTRIES


def test_edits_while_the_matcher_is_at_work() -> None:
    feed = Feed.objects.create(url="https://press.example/feed")
    store_entries(feed, pages(), now=NOW)
    for version in range(5):
        edited = document(*(entry(number, content_text=f"Version {version}.") for number in range(1, ENTRIES + 1)))
        at_once(partial(store_entries, feed, edited, now=NOW), match_pending, match_pending)
    assert set(Article.objects.values_list("text", flat=True)) == {"Version 4."}
    while match_pending():
        pass
    assert not PendingMatch.objects.exists()
