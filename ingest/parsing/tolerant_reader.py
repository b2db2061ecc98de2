"""feedparser, for the documents that our own reader does not know or cannot repair."""

from io import BytesIO
from typing import Any, Final, Literal

import feedparser

from ingest.parsing.model import RawEntry, RawFeed
from ingest.parsing.syndication import read_ttl

_FORMATS: Final[dict[str, Literal["rss", "rdf", "atom"]]] = {
    "rss090": "rdf", "rss10": "rdf", "atom": "atom", "atom01": "atom", "atom02": "atom", "atom03": "atom",
    "atom10": "atom",
}  # fmt: skip


def read_tolerantly(text: str, *, url: str) -> RawFeed | None:
    """Return what feedparser makes of a tidy document, or None where it sees neither a feed nor entries.

    It gets a stream, since parse() opens paths and addresses when given a text; its sanitiser stays off, which
    lets scripts through and takes quadratic time; so does its resolver of relative addresses. Whether it found a
    feed is judged by `version`: `bozo` is set for trifles.
    """
    parsed = feedparser.parse(
        BytesIO(text.encode("utf-8", "replace")),
        response_headers={"content-type": "application/xml; charset=utf-8", "content-location": url},
        sanitize_html=False,
        resolve_relative_uris=False,
    )
    if not parsed.version and not parsed.entries:
        return None
    feed = parsed.feed
    return RawFeed(
        format=_FORMATS.get(parsed.version, "rss"),
        reader="feedparser",
        title=_get(feed, "title"),
        link=_get(feed, "link") or None,
        self_link=_self_link(feed),
        language=_get(feed, "language") or None,
        ttl=read_ttl(_get(feed, "ttl"), _get(feed, "sy_updateperiod"), _get(feed, "sy_updatefrequency")),
        entries=[_entry(entry) for entry in parsed.entries],
    )


def _entry(entry: Any) -> RawEntry:
    contents = [_get(content, "value") for content in dict.get(entry, "content", [])]
    title = dict.get(entry, "title_detail") or {}
    return RawEntry(
        guid=_get(entry, "id") or None,
        link=_get(entry, "feedburner_origlink") or _get(entry, "link") or None,
        title=_get(entry, "title"),
        summary=_get(entry, "summary"),
        content=max(contents, key=len, default=""),
        author=_get(entry, "author"),
        published=_get(entry, "published") or _get(entry, "created"),
        updated=_get(entry, "updated"),
        language=_get(entry, "language") or _get(title, "language") or None,
    )


def _get(mapping: Any, key: str) -> str:
    # FeedParserDict answers "updated" with "published", and warns; the plain dictionary does neither.
    value = dict.get(mapping, key)
    return value if isinstance(value, str) else ""


def _self_link(feed: Any) -> str | None:
    links = (link for link in dict.get(feed, "links", []) if _get(link, "rel") == "self")
    return next((_get(link, "href") for link in links), None) or None
