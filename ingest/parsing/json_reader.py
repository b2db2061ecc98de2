"""JSON Feed, versions 1.0 and 1.1 (jsonfeed.org), where any value may have any type."""

import html
import json
from typing import Any, Final

from ingest.parsing.model import RawEntry, RawFeed
from ingest.parsing.recognition import not_a_feed

_MAXIMUM_DIGITS: Final = 30


def read_json_feed(text: str) -> RawFeed:
    """Return the feed; raise NotAFeed for JSON that is none."""
    try:
        document = json.loads(text, parse_int=_bounded_int)
    except (ValueError, RecursionError) as error:
        raise not_a_feed(text) from error
    if not isinstance(document, dict):
        raise not_a_feed(text)
    items = document.get("items")
    if "jsonfeed.org" not in _text(document.get("version")) and not (_text(document.get("feed_url")) and items):
        raise not_a_feed(text)
    return RawFeed(
        format="json",
        reader="json",
        title=_text(document.get("title")),
        link=_text(document.get("home_page_url")) or None,
        self_link=_text(document.get("feed_url")) or None,
        language=_text(document.get("language")) or None,
        entries=[_entry(item) for item in items if isinstance(item, dict)] if isinstance(items, list) else [],
    )


def _entry(item: dict[str, Any]) -> RawEntry:
    plain = _text(item.get("content_text"))
    return RawEntry(
        guid=_text(item.get("id")) or None,
        link=_text(item.get("url")) or _text(item.get("external_url")) or None,
        title=_text(item.get("title")),
        summary=html.escape(_text(item.get("summary"))),
        content=_text(item.get("content_html")) or html.escape(plain).replace("\n", "<br>"),
        author=_author(item),
        published=_text(item.get("date_published")),
        updated=_text(item.get("date_modified")),
        language=_text(item.get("language")) or None,
    )


def _author(item: dict[str, Any]) -> str:
    authors = item.get("authors")
    candidates = [*authors[:20], item.get("author")] if isinstance(authors, list) else [item.get("author")]
    names = [author.get("name") if isinstance(author, dict) else author for author in candidates]
    return ", ".join(dict.fromkeys(name for name in names if isinstance(name, str) and name))


def _text(value: object) -> str:
    """Return a text, or a number as one, since version 1.0 lets ids be numbers; anything else is absent."""
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""


def _bounded_int(digits: str) -> int:
    return int(digits[:_MAXIMUM_DIGITS])
