"""The register of articles: find one, or enter its address so that evidence can name it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final
from uuid import UUID

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db import connection
from django.db.models import Q, QuerySet

from disputes.addresses import AddressError, article_id, canonical_url
from disputes.errors import Invalid, NotFound
from disputes.events import ArticleReference
from disputes.models import Article

# Canonical JSON has its keys in order, and a quotation mark within a text is escaped, so no text can look like this.
_NAMED: Final = r"""
    SELECT named[2]::uuid, named[1], max(position) FROM disputes_event,
    regexp_matches(body, '"article":\{"digest":"([0-9a-f]{64})","id":"([0-9a-f-]{36})"', 'g') AS named
    WHERE position > %s GROUP BY 1, 2 ORDER BY 3
"""


def register_address(url: str) -> Article:
    """Enter an article that is known by its address only, or find the one that has this address.

    Idempotent: the id is derived from the canonical address, so every installation gives the same one. Raises
    Invalid where the address is none. One or two queries.
    """
    try:
        address = canonical_url(url)
    except AddressError as error:
        raise Invalid(f"{url!r} is not the address of an article: {error}") from error
    article, _created = Article.objects.get_or_create(url=address, defaults={"id": article_id(address)})
    return article


def find_article(identity: UUID) -> Article:
    """Give the article with this id. Raises NotFound."""
    try:
        return Article.objects.get(pk=identity)
    except Article.DoesNotExist as error:
        raise NotFound(f"there is no article {identity}") from error


def articles_with_words(rows: QuerySet[Article], text: str) -> QuerySet[Article]:
    """Keep the articles whose title or source has all these words, in any form; "quoted words" stand together.

    Answered by an index, whatever the number of articles.
    """
    asked = SearchQuery(text.replace("\x00", ""), config="english", search_type="websearch")
    return rows.alias(words=SearchVector("title", "source", config="english")).filter(words=asked)


def articles_at(rows: QuerySet[Article], url: str) -> QuerySet[Article]:
    """Keep the article that has this address, in any spelling, as its own or as another one; none where it is none.

    Answered by two indexes.
    """
    try:
        address = canonical_url(url)
    except AddressError:
        return rows.none()
    return rows.filter(Q(url=address) | (Q(other_urls__contains=[address]) & ~Q(other_urls=[])))


def reference(article: Article) -> ArticleReference:
    """Name an article the way events do, with the digest of what is captured now."""
    return ArticleReference(id=article.id, url=article.url, digest=article.digest or None)


def count_sources(articles: Iterable[Article]) -> int:
    """Count the independent sources among articles: all copies of one story are one."""
    return len({article.group or article.pk for article in articles})


def named_digests(*, after: int) -> Iterator[tuple[UUID, str, int]]:
    """Give the articles that the log names with a digest behind a position, each with the last position that does.

    Also what was detached, rejected, corrected or retracted since: the log goes on naming it. In order of positions.
    One query over the log behind that position, some 3 µs an event.
    """
    with connection.cursor() as cursor:
        cursor.execute(_NAMED, [after])
        yield from cursor
