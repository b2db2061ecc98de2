"""Parsed feeds made by hand, for tests of what comes after parsing."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from ingest.parsing import FeedEntry, ParsedFeed

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def entry(number: int = 1, **changes: Any) -> FeedEntry:
    fields: dict[str, Any] = {
        "identity": f"guid:{number}",
        "guid": str(number),
        "link": f"https://press.example/{number}",
        "title": f"Article {number}",
        "summary_html": "",
        "content_text": f"The text of article {number}.",
        "author": "",
        "published_at": datetime(2023, 4, 19, tzinfo=UTC),
        "published_raw": "",
        "updated_at": None,
        "language": "en",
    }
    return FeedEntry(**fields | changes)


def document(*entries: FeedEntry, title: str = "The press") -> ParsedFeed:
    return ParsedFeed(
        format="rss",
        reader="lxml",
        title=title,
        link="https://press.example/",
        self_link=None,
        language="en",
        ttl=None,
        entries=entries,
    )
