"""Every file of the shared corpus through the pipeline, from bytes to articles."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from disputes.models import Article, ArticleRevision
from ingest.articles import store_entries
from ingest.models import Feed, FeedEntry
from ingest.parsing import NotAFeed, parse_feed_isolated

CORPUS = Path(__file__).resolve().parents[2].parent / "shared" / "feeds"
NOW = datetime(2026, 12, 1, tzinfo=UTC)

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not CORPUS.is_dir(), reason="../shared/feeds is not here"),
]


def test_each_is_stored_once_and_the_second_time_changes_nothing() -> None:
    feeds = entries = 0
    for path in sorted(path for path in CORPUS.rglob("*") if path.is_file() and path.suffix != ".tsv"):
        try:
            parsed = parse_feed_isolated(path.read_bytes(), content_type=None, url="https://example.org/feed", now=NOW)
        except NotAFeed:
            continue
        feed = Feed.objects.create(url=f"https://example.org/{path.relative_to(CORPUS)}")
        stored = store_entries(feed, parsed, now=NOW)
        assert stored.entries == len({entry.identity for entry in parsed.entries}), path
        again = store_entries(feed, parsed, now=NOW)
        assert (again.new_articles, again.changed_articles) == (0, 0), path
        feeds += 1
        entries += stored.entries
    assert feeds > 500
    assert FeedEntry.objects.count() == entries
    # Copies of one feed lie in several folders, and their pages are the same articles.
    assert entries / 2 < Article.objects.count() < entries
    assert not Article.objects.filter(captured_at=None).exists()
    assert all(len(article.url) <= 2048 for article in Article.objects.only("url"))
    assert ArticleRevision.objects.exists()
