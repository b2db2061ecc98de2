"""Every file of the shared corpus: no crash, no hang, and the entries that feedparser finds."""

import csv
import time
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import feedparser
import pytest

from ingest.parsing import NotAFeed, parse_feed

CORPUS = Path(__file__).resolve().parents[2].parent / "shared" / "feeds"
NOW = datetime(2026, 12, 1, tzinfo=UTC)

pytestmark = pytest.mark.skipif(not CORPUS.is_dir(), reason="../shared/feeds is not here")

# feedparser reads no JSON Feed, and no UTF-16 without a mark where the declaration says something else.
BETTER_THAN_FEEDPARSER = {"odd/simplepie__feed-utf16le.xml"}


def _manifest() -> list[dict[str, str]]:
    if not CORPUS.is_dir():
        return []
    with (CORPUS / "MANIFEST.tsv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def test_every_file_is_read_or_named_and_quickly() -> None:
    rows = _manifest()
    assert len(rows) > 500
    slow = []
    for row in rows:
        body = (CORPUS / row["file"]).read_bytes()
        started = time.process_time()
        try:
            feed = parse_feed(body, content_type=None, url="https://example.org/feed", now=NOW)
        except NotAFeed:
            assert row["entries"] == "0", row["file"]
        else:
            assert all(entry.identity for entry in feed.entries), row["file"]
            dates = [entry.published_at for entry in feed.entries if entry.published_at]
            assert all(1980 <= date.year <= 2026 for date in dates), row["file"]
        if time.process_time() - started > 2:
            slow.append(row["file"])
    assert slow == []


def test_the_entries_are_those_that_feedparser_finds() -> None:
    different = {}
    for row in _manifest():
        body = (CORPUS / row["file"]).read_bytes()
        peer = feedparser.parse(BytesIO(body), sanitize_html=False, resolve_relative_uris=False)
        try:
            feed = parse_feed(body, content_type=None, url="https://example.org/feed", now=NOW)
            count = len(feed.entries) + feed.dropped
        except NotAFeed:
            count = 0
        if body.lstrip()[:1] == b"{":
            expected = int(row["entries"]) if row["format"] != "json-other" else count
        else:
            expected = len(peer.entries)
        if count != expected and row["file"] not in BETTER_THAN_FEEDPARSER:
            different[row["file"]] = (count, expected)
    assert different == {}
