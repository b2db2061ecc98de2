"""The register of articles: find one, or enter its address so that evidence can name it."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from disputes.addresses import AddressError, article_id, canonical_url
from disputes.errors import Invalid, NotFound
from disputes.events import ArticleReference
from disputes.models import Article


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


def reference(article: Article) -> ArticleReference:
    """Name an article the way events do, with the digest of what is captured now."""
    return ArticleReference(id=article.id, url=article.url, digest=article.digest or None)


def count_sources(articles: Iterable[Article]) -> int:
    """Count the independent sources among articles: all copies of one story are one."""
    return len({article.group or article.pk for article in articles})
