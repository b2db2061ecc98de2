"""Which pages are to be read."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from disputes import prepared
from disputes.errors import NotFound, Unfit
from ingest.doorbell import ring
from ingest.models import FeedEntry, FullTextWish, Page, PageHost, PageState
from ingest.reading.rules import Rules, is_summary

AGAIN_AFTER: Final = timedelta(days=1)
"""A page that was read is read again after an edit in the feed, but not sooner than this after the last time."""
TASK: Final = "ingest.tasks.read_pages"
_ARTICLES: Final = """
    SELECT article.id, article.url, length(article.text), right(article.text, 60), array_agg(entry.feed_id)
    FROM disputes_article AS article LEFT JOIN ingest_feedentry AS entry ON entry.article_id = article.id
    WHERE article.id = ANY(%s::uuid[]) AND article.erased_at IS NULL GROUP BY article.id
"""
_INSERT_HOSTS: Final = """
    INSERT INTO ingest_pagehost (host, robots, robots_location, robots_failures)
    SELECT host, '', '', 0 FROM unnest(%s::text[]) AS given(host) ON CONFLICT DO NOTHING RETURNING host
"""
_INSERT_PAGES: Final = """
    INSERT INTO ingest_page (article_id, host_id, url, redirects, state, reason, failures, next_try_at)
    SELECT article, host, url, 0, 'waiting', '', 0, %s
    FROM unnest(%s::uuid[], %s::text[], %s::text[]) AS given(article, host, url)
    ON CONFLICT DO NOTHING RETURNING article_id
"""


def enlist(articles: Collection[UUID], *, now: datetime) -> int:
    """Have the pages of articles read of which their feeds carry a summary; give their number.

    Articles are those whose words have just been stored. Left out are what has no page of its own, what is erased,
    and what the rules say is not to be read; a page that was read lately stays as it is. Belongs into the
    transaction that stored the words. Four queries, two where no article seems cut short.
    """
    if not settings.READ_PAGES or not articles:
        return 0
    rules = Rules.load()
    chosen = []
    for article, url, length, end, feeds in prepared.execute(_ARTICLES, (list(articles),)):
        wish, _reason = rules.wish(url, [feed for feed in feeds if feed is not None])
        is_wanted = wish == FullTextWish.ALWAYS or (wish == FullTextWish.SUMMARIES and is_summary(length, end))
        if is_wanted and _has_page(url):
            chosen.append((article, url, host_of(url)))
    if not chosen:
        return 0
    ids, urls, hosts = (list(column) for column in zip(*sorted(chosen), strict=True))
    prepared.execute(_INSERT_HOSTS, (sorted(set(hosts)),))
    new = prepared.execute(_INSERT_PAGES, (now, ids, hosts, urls))
    if len(new) < len(chosen):
        edited = Page.objects.filter(
            Q(last_try_at=None) | Q(last_try_at__lt=now - AGAIN_AFTER),
            pk__in=ids,
            state__in=[PageState.READ, PageState.NOTHING_MORE],
        )
        edited.update(state=PageState.WAITING, next_try_at=now, redirects=0)
    ring(TASK)
    return len(chosen)


def read_again(article: UUID, *, by: str) -> Page:
    """Have a page read once more, whatever came of it. Raises NotFound, and Unfit where it must not be read."""
    with transaction.atomic():
        page = Page.objects.select_for_update(of=("self",)).select_related("article").filter(pk=article).first()
        if page is None:
            raise NotFound(f"the page of article {article} was never to be read")
        if page.article.erased_at is not None:
            raise Unfit("the words of the article were erased; it is not captured again")
        feeds = FeedEntry.objects.filter(article=article).values_list("feed_id", flat=True)
        wish, reason = Rules.load().wish(page.article.url, feeds)
        if wish == FullTextWish.NEVER:
            raise Unfit(f"the page is not to be read: {reason}")
        page.url, page.host_id, page.redirects = page.article.url, host_of(page.article.url), 0
        page.state, page.next_try_at, page.failures = PageState.WAITING, timezone.now(), 0
        page.reason = f"{by} asked for it to be read again"
        PageHost.objects.bulk_create([PageHost(host=page.host_id)], ignore_conflicts=True)
        page.save(update_fields=["url", "host", "redirects", "state", "next_try_at", "failures", "reason"])
        ring(TASK)
    return page


def forget_article(article: UUID) -> None:
    """Read the page of an article no more."""
    Page.objects.filter(pk=article).delete()


def host_of(url: str) -> str:
    """Name the server that gives a page: scheme, host and port, each of which has a robots.txt of its own."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}".lower()[:300]


def _has_page(url: str) -> bool:
    """Say whether an address is that of a page about one article; entries without one get a fragment of their own."""
    parts = urlsplit(url)
    return parts.scheme in {"http", "https"} and not parts.fragment.startswith("entry-")
