"""Storing what feeds carry: each article once, whichever feed and however often it comes."""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from disputes import prepared
from disputes.addresses import AddressError, article_id, canonical_url, is_docket_host
from disputes.models import Article, ArticleRevision
from ingest.capture import digests_in_log
from ingest.copying import copy_rows
from ingest.dockets import entry_row, read_filing
from ingest.models import DocketEntry, Feed, FeedEntry
from ingest.parsing import FeedEntry as ParsedEntry
from ingest.parsing import ParsedFeed
from ingest.selecting import select_rows

# Django would write out each row of each document anew, and each identity of it.
_KNOWN: Final = "WHERE feed_id = %s AND identity = ANY(%s)"
_ALIKE: Final = "WHERE feed_id = %s AND likeness = ANY(%s) AND identity <> ALL(%s) ORDER BY id"
_HELD: Final = "WHERE id = ANY(%s::uuid[]) OR url = ANY(%s) ORDER BY id FOR NO KEY UPDATE"
_SHARED: Final = """
    SELECT article_id FROM ingest_feedentry WHERE article_id = ANY(%s::uuid[]) AND feed_id <> %s
    UNION
    SELECT link.article_id FROM ingest_articlecapture AS link JOIN ingest_capture AS capture
    ON capture.id = link.capture_id WHERE link.article_id = ANY(%s::uuid[]) AND capture.feed_id IS NULL
"""
_QUEUE: Final = """
    INSERT INTO ingest_pendingmatch (since, article_id) SELECT %s, * FROM unnest(%s::uuid[])
    ON CONFLICT (article_id) DO UPDATE SET since = EXCLUDED.since RETURNING 1
"""


@dataclass(frozen=True, slots=True)
class Stored:
    """What became of the entries of one document."""

    entries: int
    new_articles: int
    """Articles whose text was not held before, addresses known only from citations included."""
    changed_articles: int


@dataclass(frozen=True, slots=True)
class _Draft:
    """An entry of the document, and what tells it from others."""

    entry: ParsedEntry
    identity: str
    digest: str
    page: str | None
    """The canonical address that it links to; None where it has no usable link."""
    is_of_docket: bool
    likeness: str
    """Made of link and title."""


def store_entries(feed: Feed, parsed: ParsedFeed, *, now: datetime) -> Stored:
    """Store the entries of a parsed document; each that is new or has changed waits to be matched.

    Idempotent: the same document again changes nothing but when its entries were last seen. An entry whose address
    is in the register already, from another feed or as a citation, is that article; what it said before an edit is
    kept as a revision. Nothing goes when it leaves the feed. Some ten queries for the document, and two for each
    article that has changed.
    """
    drafts = {draft.identity: draft for draft in map(_draft, parsed.entries)}
    try:
        return _store(feed, parsed, drafts, now=now)
    except IntegrityError:
        # Another worker has just entered one of them; now it is there to be found.
        return _store(feed, parsed, drafts, now=now)


@transaction.atomic
def _store(feed: Feed, parsed: ParsedFeed, drafts: Mapping[str, _Draft], *, now: datetime) -> Stored:
    known = _recognise(feed, drafts)
    to_do = [draft for draft in drafts.values() if draft.digest != getattr(known.get(draft.identity), "digest", None)]
    articles = _capture(feed, parsed, to_do, known, pages=Counter(draft.page for draft in drafts.values()), now=now)
    new: list[FeedEntry] = []
    changed = {identity: row for identity, row in known.items() if row.identity != identity}
    for draft in to_do:
        row = known.get(draft.identity)
        if row is None:
            row = FeedEntry(feed=feed, article=articles.by_identity[draft.identity], first_seen_at=now)
            row.identity = draft.identity
            new.append(row)
        else:
            changed[draft.identity] = row
        row.digest, row.likeness = draft.digest, draft.likeness
        row.published_raw, row.last_seen_at = draft.entry.published_raw, now
    for identity, row in changed.items():
        row.identity, row.last_seen_at = identity, now
    copy_rows(new)
    FeedEntry.objects.bulk_update(
        changed.values(), ["identity", "digest", "likeness", "published_raw", "last_seen_at"], batch_size=500
    )
    seen = [row.pk for identity, row in known.items() if identity not in changed]
    if seen:
        FeedEntry.objects.filter(pk__in=seen).update(last_seen_at=now)
    _enter_dockets(feed, to_do, articles.by_identity)
    _queue(articles.to_match)
    _note_faults(feed, "\n".join(parsed.faults))
    return Stored(
        entries=len(drafts),
        new_articles=len(articles.new),
        changed_articles=sum(draft.identity in known for draft in to_do),
    )


def text_digest(title: str, text: str) -> str:
    """Give the SHA-256 of an article's title and text, in hexadecimal."""
    return hashlib.sha256(f"{title}\n{text}".encode()).hexdigest()


def keep_revision(article: Article, *, now: datetime) -> None:
    """Keep what an article says before something else takes its place; call it before the change.

    Of more than `ArticleRevision.MOST` the first and the newest stay, and those whose digest the log names. In a
    transaction that holds the article. Two queries, some more for the many times edited.
    """
    if article.captured_at is None:
        return
    ArticleRevision.objects.create(
        article=article,
        title=article.title,
        text=article.text,
        digest=article.digest,
        captured_at=article.captured_at,
        replaced_at=now,
    )
    kept = list(article.revisions.order_by("replaced_at", "id").values_list("pk", flat=True))
    if len(kept) > ArticleRevision.MOST:
        surplus = ArticleRevision.objects.filter(pk__in=kept[1 : 1 - ArticleRevision.MOST])
        surplus.exclude(digest__in=digests_in_log(article.pk)).delete()


def _draft(entry: ParsedEntry) -> _Draft:
    page = _canonical(entry)
    is_of_docket = page is not None and is_docket_host(urlsplit(page).hostname or "")
    # PACER gives guids again; two filings of one moment have them twice in one document, and then the parser sees it.
    since = f"\n{entry.published_raw}" if is_of_docket and "#" not in (page or "") else ""
    # Not its date as it was read: one that lies ahead is read as the present moment.
    said: Sequence[str | None] = (entry.link, entry.title, entry.content_text, entry.author, entry.published_raw)
    return _Draft(
        entry=entry,
        identity=_sha256(f"{entry.identity}{since}"),
        digest=_sha256(json.dumps(said)),
        page=page,
        is_of_docket=is_of_docket,
        likeness=_sha256(f"{page or ''}\n{entry.title}"),
    )


def _recognise(feed: Feed, drafts: Mapping[str, _Draft]) -> dict[str, FeedEntry]:
    """Find the rows of entries that the feed has brought before, by their present identity.

    An entry whose identity is new is still an old one where it says the very same as one that the document no longer
    has: guids came to be distrusted, or have changed. And where no guid of the document is known, the feed has
    changed them all: then link and title tell, unless several share them. On dockets all filings of a case do.
    """
    rows = {row.identity: row for row in select_rows(FeedEntry, _KNOWN, (feed.pk, list(drafts)))}
    strangers = [draft for draft in drafts.values() if draft.identity not in rows]
    if not strangers:
        return rows
    alike: dict[str, list[FeedEntry]] = defaultdict(list)
    for row in select_rows(FeedEntry, _ALIKE, (feed.pk, [draft.likeness for draft in strangers], list(drafts))):
        alike[row.likeness].append(row)
    if not alike:
        return rows
    likenesses = Counter(draft.likeness for draft in strangers)
    has_changed_all = not any(drafts[identity].entry.identity.startswith("guid:") for identity in rows)
    for draft in strangers:
        like = alike[draft.likeness]
        same = next((row for row in like if row.digest == draft.digest), None)
        if same is None and has_changed_all and draft.page and not draft.is_of_docket:
            same = like[0] if len(like) == likenesses[draft.likeness] == 1 else None
        if same is not None:
            like.remove(same)
            rows[draft.identity] = same
    return rows


@dataclass(frozen=True, slots=True)
class _Captured:
    """The articles of some entries."""

    by_identity: Mapping[str, Article]
    new: Sequence[Article]
    """Those whose text was not held before."""
    to_match: Sequence[Article]


def _capture(
    feed: Feed,
    parsed: ParsedFeed,
    drafts: Sequence[_Draft],
    known: Mapping[str, FeedEntry],
    *,
    pages: Mapping[str | None, int],
    now: datetime,
) -> _Captured:
    """Enter the articles of entries, or bring them up to date.

    They are locked in the order of their ids, so that two workers never wait for each other, and not against those
    who only refer to them. One whose words were erased stays as it is.
    """
    if not drafts:
        return _Captured({}, [], [])
    addresses = {draft.identity: _address(feed, draft, pages) for draft in drafts if draft.identity not in known}
    old = [known[draft.identity].article_id for draft in drafts if draft.identity in known]
    held = select_rows(Article, _HELD, (old, list(addresses.values())))
    by_id = {article.pk: article for article in held}
    by_address = {article.url: article for article in held}
    shared = {key for (key,) in prepared.execute(_SHARED, (list(by_id), feed.pk, list(by_id)))} if by_id else set()
    by_identity: dict[str, Article] = {}
    new: list[Article] = []
    entered: dict[UUID, Article] = {}
    for draft in drafts:
        row = known.get(draft.identity)
        if row is not None:
            article = by_id[row.article_id]
        else:
            address = addresses[draft.identity]
            article = by_address.get(address) or Article(
                id=article_id(address), url=address, first_seen_at=timezone.now()
            )
            if address not in by_address:
                by_address[address] = entered[article.pk] = article
        by_identity[draft.identity] = article
        if article.erased_at is not None:
            continue
        if not article.is_captured:
            new.append(article)
        has_changed = _tell(article, draft.entry, parsed, is_own=article.pk not in shared, now=now)
        if has_changed and article.pk not in entered:
            article.save()
    copy_rows([entered[key] for key in sorted(entered)])
    return _Captured(by_identity, new, [article for article in by_identity.values() if article.erased_at is None])


def _tell(article: Article, entry: ParsedEntry, parsed: ParsedFeed, *, is_own: bool, now: datetime) -> bool:
    """Have an article say what an entry says, and keep what it said before; say whether anything has changed."""
    before = _words(article)
    title, text = entry.title[:1000], entry.content_text
    # Another feed or the page itself may give the story at greater length, and a teaser never takes the place of the
    # text. But where the words are this feed's own, it may also shorten them.
    if not article.is_captured or is_own or len(text) >= len(article.text):
        digest = text_digest(title, text)
        if digest != article.digest:
            keep_revision(article, now=now)
            article.captured_at = now
        article.title, article.text, article.digest = title, text, digest
        article.author = entry.author[:300]
        article.language = (entry.language or parsed.language or "")[:20]
        article.captured_at = article.captured_at or now
    article.published_at = article.published_at or entry.published_at
    article.source = article.source or (parsed.title or urlsplit(article.url).hostname or "")[:300]
    return _words(article) != before


def _words(article: Article) -> tuple[object, ...]:
    return article.digest, article.author, article.language, article.captured_at, article.published_at, article.source


def _address(feed: Feed, draft: _Draft, pages: Mapping[str | None, int]) -> str:
    """Give the address under which a new entry is known: the page it links to, if that is its own.

    Where several entries link to one page, and on PACER always, that page is of the case or the site, and the entry
    has a place under it.
    """
    if draft.page and pages[draft.page] == 1 and not (draft.is_of_docket and "#" not in draft.page):
        return draft.page
    return f"{draft.page or feed.url.partition('#')[0]}#entry-{draft.identity[:32]}"


def _enter_dockets(feed: Feed, drafts: Iterable[_Draft], articles: Mapping[str, Article]) -> None:
    """Enter what court feeds say of their dockets beside the articles. One query where there is any."""
    filings = {draft.identity: (draft, read_filing(draft.entry)) for draft in drafts if draft.is_of_docket}
    rows: dict[UUID, DocketEntry] = {
        articles[identity].pk: entry_row(articles[identity].pk, feed.pk, filing, draft.entry)
        for identity, (draft, filing) in filings.items()
        if filing is not None and articles[identity].erased_at is None
    }
    DocketEntry.objects.bulk_create(
        rows.values(),
        update_conflicts=True,
        unique_fields=["article"],
        update_fields=["court", "docket_number", "docket_key", "caption", "document_number", "text", "filed_at"],
    )


def _note_faults(feed: Feed, faults: str) -> None:
    """Keep what was wrong with the document. One query where that has changed."""
    if feed.faults != faults:
        Feed.objects.filter(pk=feed.pk).update(faults=faults)
        feed.faults = faults


def _queue(articles: Iterable[Article]) -> None:
    """Have articles matched; one that waits already waits anew. One query where there is any."""
    waiting = sorted({article.pk for article in articles})
    if waiting:
        prepared.execute(_QUEUE, (timezone.now(), waiting))


def _canonical(entry: ParsedEntry) -> str | None:
    """Give the address of the page that an entry links to, or None where it has no usable link."""
    try:
        return canonical_url(entry.link) if entry.link else None
    except AddressError:
        return None


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
