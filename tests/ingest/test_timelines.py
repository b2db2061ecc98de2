"""Eight dated versions of one feed each, replayed in order: nothing doubled, nothing lost."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import feedparser
import pytest

from disputes.addresses import canonical_url
from disputes.models import Article
from ingest.articles import store_entries
from ingest.models import Feed, FeedEntry
from ingest.parsing import ParsedFeed, parse_feed

TIMELINES = Path(__file__).resolve().parents[2].parent / "shared" / "feeds" / "timeline"
URL = "https://press.example/feed"

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not TIMELINES.is_dir(), reason="../shared/feeds/timeline is not here"),
]


def _versions(timeline: str) -> Iterator[tuple[datetime, bytes]]:
    for path in sorted((TIMELINES / timeline).iterdir()):
        yield datetime.strptime(path.stem.partition("_")[2], "%Y-%m-%d").replace(tzinfo=UTC), path.read_bytes()


def _read(body: bytes, now: datetime) -> ParsedFeed:
    return parse_feed(body, content_type=None, url=URL, now=now)


@pytest.mark.parametrize("timeline", ["feed_anthropic_news", "feed_cursor", "feed_ollama", "feed_the_batch"])
def test_each_entry_becomes_one_article_and_stays(timeline: str) -> None:
    feed = Feed.objects.create(url=URL)
    pages: set[str] = set()
    for day, body in _versions(timeline):
        theirs = {canonical_url(entry.link) for entry in feedparser.parse(body.decode()).entries}
        new = len(theirs - pages)
        pages |= theirs
        document = _read(body, day)
        assert store_entries(feed, document, now=day).new_articles == new
        assert store_entries(feed, document, now=day).new_articles == 0, "the same version again"
        assert set(Article.objects.values_list("url", flat=True)) == pages
    assert FeedEntry.objects.count() == len(pages)
    assert not Article.objects.filter(title="").exists()


@pytest.mark.parametrize("timeline", ["feed_ollama", "feed_the_batch"])
def test_a_feed_that_changes_all_its_guids_on_the_way_doubles_nothing(timeline: str) -> None:
    feed = Feed.objects.create(url=URL)
    pages: set[str] = set()
    for number, (day, body) in enumerate(_versions(timeline)):
        changed = body.replace(b"<guid", f"<guid data-version='{number // 4}'".encode())
        for tag in (b"</guid>", b"</id>"):
            changed = changed.replace(tag, f"-v{number // 4}".encode() + tag)
        document = _read(changed, day)
        pages |= {canonical_url(entry.link) for entry in document.entries if entry.link}
        store_entries(feed, document, now=day)
    assert set(Article.objects.values_list("url", flat=True)) == pages
    assert FeedEntry.objects.count() == len(pages)


def test_nothing_is_lost_when_versions_come_in_the_wrong_order() -> None:
    feed = Feed.objects.create(url=URL)
    for day, body in reversed(list(_versions("feed_ollama"))):
        store_entries(feed, _read(body, day), now=day)
    pages = {
        canonical_url(entry.link)
        for day, body in _versions("feed_ollama")
        for entry in _read(body, day).entries
        if entry.link
    }
    assert set(Article.objects.values_list("url", flat=True)) == pages
