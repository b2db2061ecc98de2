"""Finding the feeds of a page: those that it names, else those at the usual addresses of its site.

A page names its feeds by `<link rel="alternate">` (HTML, section 4.8.6.6, "RSS autodiscovery"). Nothing is registered
here; whoever asked chooses.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Final
from urllib.parse import urljoin

from django.utils import timezone
from lxml import etree, html  # type: ignore[import-untyped]

from disputes.errors import FieldError, Invalid
from ingest.fetching import Fetcher, FetchError, FetchPolicy, FetchResult
from ingest.fetching.guard import check_url
from ingest.parsing import ParseError, parse_feed_isolated

FEED_TYPES: Final = frozenset(
    {"application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml", "application/json"}
)
USUAL_PATHS: Final = ("feed", "rss.xml", "feed.xml", "atom.xml", "index.xml", "feed.json")
"""Where sites keep their feeds; tried one after the other, until one is found."""
MOST: Final = 20
"""Feeds of one page that are told; a page may name thousands."""
LONGEST_HEAD: Final = 500_000
"""Bytes of a page that are looked through; what names its feeds stands at its beginning."""

_COMMENTS: Final = re.compile(r"\bcomments?\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class FoundFeed:
    """A feed of a page, not fetched yet unless it was found at a usual address."""

    url: str
    title: str = ""

    def __str__(self) -> str:
        return f"{self.url} ({self.title})" if self.title else self.url


def feeds_of_page(body: bytes, *, url: str, policy: FetchPolicy) -> list[FoundFeed]:
    """Give the feeds that a page names, those of comments last. Fetches nothing; a page that is no HTML names none."""
    try:
        page = html.document_fromstring(body[:LONGEST_HEAD], parser=html.HTMLParser(no_network=True))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return []
    base = next((str(element.get("href")) for element in page.iter("base") if element.get("href")), "")
    found: dict[str, FoundFeed] = {}
    for element in page.iter("link", "a"):
        relation = str(element.get("rel", "")).lower().split()
        kind = str(element.get("type", "")).partition(";")[0].strip().lower()
        href = str(element.get("href", "")).strip()
        if not href or kind not in FEED_TYPES or not {"alternate", "feed"} & set(relation):
            continue
        if (address := _fetchable(href, [base, url], policy)) is not None:
            found.setdefault(address, FoundFeed(address, " ".join(str(element.get("title", "")).split())[:200]))
    return sorted(found.values(), key=lambda feed: _COMMENTS.search(f"{feed.title} {feed.url}") is not None)[:MOST]


def find_feeds(url: str) -> list[FoundFeed]:
    """Give the feeds of a page or a site: itself where it is one, those that it names, else one at a usual address.

    One GET, and up to six more where the page names none; one at a time. Raises Invalid where the page can't be had.
    """
    policy = FetchPolicy.from_settings()
    try:
        return asyncio.run(_find(str(check_url(url, policy)), policy))
    except FetchError as error:
        raise Invalid(f"{url!r} can't be looked at", [FieldError("/url", str(error))]) from error


def hint(result: FetchResult | None, *, policy: FetchPolicy) -> str:
    """Say, of an answer that is no feed, which feeds it names and how to add one; empty where there is none."""
    if result is None or not result.is_success:
        return ""
    found = feeds_of_page(result.body, url=result.url, policy=policy)
    if not found:
        is_page = b"<html" in result.body[:LONGEST_HEAD].lower()
        return f"It names no feed; `manage.py find_feeds {result.url}` tries the usual addresses" if is_page else ""
    names = "; ".join(str(feed) for feed in found[:5])
    more = f"; and {len(found) - 5} more" if len(found) > 5 else ""
    return f"The page names {'this feed' if len(found) == 1 else 'these feeds'}, add one by its address: {names}{more}"


async def _find(url: str, policy: FetchPolicy) -> list[FoundFeed]:
    async with Fetcher(policy) as fetcher:
        page = await fetcher.fetch(url)
        if page.status != HTTPStatus.OK:
            raise Invalid(f"{url} answers with status {page.status}")
        now = timezone.now()
        if (itself := await asyncio.to_thread(_as_feed, page, now)) is not None:
            return [itself]
        if named := feeds_of_page(page.body, url=page.url, policy=policy):
            return named
        for address in _usual_addresses(page.url):
            try:
                answer = await fetcher.fetch(address)
            except FetchError:
                continue
            if (found := await asyncio.to_thread(_as_feed, answer, now)) is not None:
                return [found]
    return []


def _as_feed(answer: FetchResult, now: datetime) -> FoundFeed | None:
    if not answer.is_success or not answer.body:
        return None
    try:
        parsed = parse_feed_isolated(answer.body, content_type=answer.content_type, url=answer.url, now=now)
    except ParseError:
        return None
    return FoundFeed(answer.url, (parsed.title or "")[:200])


def _usual_addresses(url: str) -> Iterable[str]:
    return (urljoin(url, f"/{path}") for path in USUAL_PATHS)


def _fetchable(reference: str, bases: Sequence[str], policy: FetchPolicy) -> str | None:
    """Give the address that a page means, or None where nobody may fetch it."""
    try:
        for base in bases:
            reference = urljoin(base, reference)
        return str(check_url(reference, policy))
    except (FetchError, ValueError):
        return None
