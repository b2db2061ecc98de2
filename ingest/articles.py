"""Storing what feeds carry: each article once, whichever feed and however often it comes."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from django.db import transaction

from disputes.addresses import AddressError, article_id, canonical_url
from disputes.models import Article
from ingest.models import Feed, FeedEntry, PendingMatch
from ingest.parsing import FeedEntry as ParsedEntry
from ingest.parsing import ParsedFeed


@dataclass(frozen=True, slots=True)
class Stored:
    """What became of the entries of one document."""

    entries: int
    new_articles: int
    """Articles whose text was not held before, addresses known only from citations included."""
    changed_articles: int


@transaction.atomic
def store_entries(feed: Feed, parsed: ParsedFeed, *, now: datetime) -> Stored:
    """Store the entries of a parsed document; each that is new or has changed waits to be matched.

    Idempotent: the same document again changes nothing but when its entries were last seen. An entry whose address
    is in the register already, from another feed or as a citation, is that article. A handful of queries for the
    document, and one for each new or changed article.
    """
    entries = {_identity(entry): entry for entry in parsed.entries}
    links = Counter(_canonical(entry) for entry in parsed.entries)
    known = {row.identity: row for row in FeedEntry.objects.filter(feed=feed, identity__in=list(entries))}
    new_articles = changed_articles = 0
    for identity, entry in entries.items():
        digest = _entry_digest(entry)
        row = known.get(identity)
        if row is not None and row.digest == digest:
            continue
        link = _canonical(entry)
        # Court feeds give all filings of a case the link of the case; then the link is no address of an entry.
        address = link if link and links[link] == 1 else f"{link or _home(feed)}#entry-{identity[:32]}"
        article, is_new = _capture(feed, parsed, address, entry, now=now)
        new_articles += is_new
        changed_articles += row is not None
        FeedEntry.objects.update_or_create(
            feed=feed,
            identity=identity,
            defaults={"digest": digest, "last_seen_at": now},
            create_defaults={"article": article, "digest": digest, "first_seen_at": now, "last_seen_at": now},
        )
        PendingMatch.objects.update_or_create(article=article)
    FeedEntry.objects.filter(feed=feed, identity__in=list(entries)).update(last_seen_at=now)
    return Stored(entries=len(entries), new_articles=new_articles, changed_articles=changed_articles)


def text_digest(title: str, text: str) -> str:
    """Give the SHA-256 of an article's title and text, in hexadecimal."""
    return hashlib.sha256(f"{title}\n{text}".encode()).hexdigest()


def _capture(
    feed: Feed, parsed: ParsedFeed, address: str, entry: ParsedEntry, *, now: datetime
) -> tuple[Article, bool]:
    """Enter the article of an entry, or bring it up to date; say whether its text was not held before.

    One whose words were erased stays as it is.
    """
    article, created = Article.objects.select_for_update().get_or_create(
        url=address, defaults={"id": article_id(address)}
    )
    if article.erased_at is not None:
        return article, False
    is_new = created or not article.is_captured
    text = entry.content_text
    # Another feed may carry the story at greater length; a teaser never takes the place of the text.
    if is_new or len(text) >= len(article.text) or _is_own(feed, article):
        article.title = entry.title[:1000]
        article.text = text
        article.author = (entry.author or "")[:300]
        article.language = (entry.language or parsed.language or "")[:20]
        article.digest = text_digest(article.title, text)
        article.captured_at = now
    article.published_at = article.published_at or entry.published_at
    article.source = article.source or (parsed.title or urlsplit(address).hostname or "")[:300]
    article.save()
    return article, is_new


def _is_own(feed: Feed, article: Article) -> bool:
    """Say whether no other feed carries the article, so that this one may also shorten it."""
    return not FeedEntry.objects.filter(article=article).exclude(feed=feed).exists()


def _canonical(entry: ParsedEntry) -> str | None:
    """Give the address of the page that an entry links to, or None where it has no usable link."""
    try:
        return canonical_url(entry.link) if entry.link else None
    except AddressError:
        return None


def _home(feed: Feed) -> str:
    """Give the address under which entries without a link have their place."""
    return feed.url.partition("#")[0]


def _identity(entry: ParsedEntry) -> str:
    return hashlib.sha256(entry.identity.encode()).hexdigest()


def _entry_digest(entry: ParsedEntry) -> str:
    said: Sequence[str | None] = (
        entry.link,
        entry.title,
        entry.content_text,
        entry.author,
        entry.published_at.isoformat() if entry.published_at else None,
    )
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()
