"""Fetching, storing and capturing a feed's document as the poller does it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime

from django.utils import timezone

from ingest.articles import store_entries
from ingest.capture import keep_feed_document
from ingest.fetching import FetchPolicy, FetchResult, fetch
from ingest.models import Capture, Feed
from ingest.parsing import parse_feed
from tests.support.publisher import Answer, Item

ITEMS = (
    Item("https://press.example/1", "Article 1", "The words of the first."),
    Item("https://press.example/2", "Article 2", "The words of the second."),
)
HEADERS = {"Content-Type": "application/rss+xml", "X-Press": "yes"}


def answer(body: bytes, headers: Mapping[str, str] = HEADERS) -> Answer:
    return Answer(body, headers=headers)


def get(url: str) -> FetchResult:
    return asyncio.run(fetch(url, policy=FetchPolicy.from_settings()))


def take(feed: Feed, *, now: datetime | None = None) -> Capture:
    """Fetch the feed's document, store its entries, and capture it."""
    asked = now or timezone.now()
    result = get(feed.url)
    moment = now or timezone.now()
    store_entries(feed, parse_feed(result.body, content_type=None, url=feed.url, now=moment), now=moment)
    keep_feed_document(feed, result, fetched_at=asked, stored_at=moment)
    return Capture.objects.filter(feed=feed).latest("pk")
