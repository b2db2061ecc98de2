"""Every file of the shared corpus: no crash, no hang, and the entries that feedparser finds.

Where the two differ, `feed_differences.tsv` beside this file says in which field of an entry, and who is right.
"""

from __future__ import annotations

import csv
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import feedparser
import psutil
import pytest

from disputes.addresses import AddressError, canonical_url
from ingest.parsing import FeedEntry, NotAFeed, ParsedFeed, ParserPool, parse_feed
from ingest.parsing.protocol import Request
from ingest.parsing.text import MAXIMUM_CONTENT, HtmlCleaner, plain_text

CORPUS = Path(__file__).resolve().parents[2].parent / "shared" / "feeds"
DIFFERENCES = Path(__file__).with_name("feed_differences.tsv")
NOW = datetime(2026, 12, 1, tzinfo=UTC)
URL = "https://example.org/feed"

pytestmark = pytest.mark.skipif(not CORPUS.is_dir(), reason="../shared/feeds is not here")


def _manifest() -> list[dict[str, str]]:
    with (CORPUS / "MANIFEST.tsv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def _judged() -> set[tuple[str, str]]:
    with DIFFERENCES.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    assert all(row["reason"] for row in rows)
    return {(row["file"], row["field"]) for row in rows}


def test_every_file_is_read_or_named_within_the_limits_of_a_parser() -> None:
    rows = _manifest()
    assert len(rows) > 500
    pool = ParserPool()
    request = Request(content_type=None, url=URL, now=NOW, trust_guids=True)
    slow = {}
    for row in rows:
        body = (CORPUS / row["file"]).read_bytes()
        started = time.monotonic()
        try:
            feed = pool.parse(body, request)
        except NotAFeed:
            assert row["entries"] == "0", row["file"]
        else:
            assert all(entry.identity for entry in feed.entries), row["file"]
            dates = [entry.published_at for entry in feed.entries if entry.published_at]
            assert all(1980 <= date.year <= 2026 for date in dates), row["file"]
        if time.monotonic() - started > 2:
            slow[row["file"]] = time.monotonic() - started
    assert slow == {}
    (child,) = [child for child in psutil.Process().children() if child.pid in _pids(pool)]
    assert child.memory_info().rss < 200_000_000
    pool.close()


def _pids(pool: ParserPool) -> set[int]:
    return {child.pid for child in pool._idle}


def test_the_entries_are_those_that_feedparser_finds() -> None:
    different = set()
    for row in _manifest():
        body = (CORPUS / row["file"]).read_bytes()
        if body.lstrip()[:1] in {b"{", b"["}:
            # feedparser reads no JSON Feed.
            assert row["format"] == "json-other" or len(_ours(body).entries) == int(row["entries"]), row["file"]
            continue
        peer = feedparser.parse(
            BytesIO(body), sanitize_html=False, resolve_relative_uris=False, response_headers={"content-location": URL}
        )
        different |= {(row["file"], field) for field in _differences(body, peer.entries)}
    assert different == _judged()


def _ours(body: bytes) -> ParsedFeed:
    return parse_feed(body, content_type=None, url=URL, now=NOW)


def _differences(body: bytes, theirs: list[Any]) -> Iterator[str]:
    try:
        feed = _ours(body)
    except NotAFeed:
        if theirs:
            yield "entries"
        return
    if len(feed.entries) + feed.dropped != len(theirs):
        yield "entries"
    elif not feed.dropped:
        for entry, other in zip(feed.entries, theirs, strict=True):
            yield from _different_fields(entry, other)


def _different_fields(entry: FeedEntry, other: Any) -> Iterator[str]:
    def said(name: str) -> str:
        value = dict.get(other, name)
        return value if isinstance(value, str) else ""

    # feedparser makes a guid absolute that may be a link.
    if urljoin(URL, entry.guid or "") != urljoin(URL, said("id").strip()[:2048]):
        yield "guid"
    if _address(entry.link) != _address(said("feedburner_origlink") or said("link")):
        yield "link"
    if entry.title != plain_text(said("title"), limit=1_000):
        yield "title"
    moments = (dict.get(other, f"{name}_parsed") for name in ("published", "created", "updated"))
    moment = next((moment for moment in moments if moment), None)
    if (entry.published_at and entry.published_at.timetuple()[:6]) != (moment and moment[:6]):
        yield "date"
    texts = [said("summary"), *(dict.get(content, "value") or "" for content in dict.get(other, "content", []))]
    text = HtmlCleaner(URL).text(max(texts, key=len)[:MAXIMUM_CONTENT])
    if entry.content_text.split() != text.split():
        yield "text"


def _address(link: str | None) -> str | None:
    try:
        return canonical_url(urljoin(URL, link.strip())) if link else None
    except AddressError:
        return None
