"""The register of articles."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import ClassVar
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpResponse
from rest_framework.request import Request

from disputes.addresses import AddressError, canonical_url
from disputes.api import parameters as asked
from disputes.api import shapes
from disputes.api.filters import Filters, ReadFilter
from disputes.api.links import Links
from disputes.api.paging import Ordering
from disputes.api.parameters import read_switch, read_text
from disputes.api.resource import Resource, TableResource
from disputes.api.schema import operation, page_schema, reference
from disputes.articles import articles_at, find_article
from disputes.as_known import as_known
from disputes.merged import present_slug
from disputes.models import Article, Dispute, EvidenceItem
from disputes.moments import read_moment

MOMENT = {"type": "string", "format": "date-time"}


def read_address(text: str) -> str:
    """Read the address of a document in any spelling."""
    try:
        return canonical_url(text)
    except AddressError as error:
        raise ValueError(f"{text[:100]!r} is not the address of a document: {error}") from error


class ArticleFilters(Filters):
    """Narrows articles."""

    q = ReadFilter(read=read_text, help_text="Words that the title, the source or the address hold.", method="_search")
    url = ReadFilter(
        read=read_address,
        help_text="The address of a document, in any spelling.",
        schema={"type": "string", "format": "uri"},
        method="_at",
    )
    dispute = ReadFilter(
        read=read_text, help_text="The slug of a dispute that it is evidence of.", method="_evidence_of"
    )
    source = ReadFilter(read=read_text, help_text="Part of the publisher's name, in any case.", lookup_expr="icontains")
    language = ReadFilter(read=read_text, help_text="Such as en.")
    group = ReadFilter(
        read=UUID,
        help_text="The group of copies of one story.",
        schema={"type": "string", "format": "uuid"},
    )
    captured = ReadFilter(
        read=read_switch,
        help_text="`on`: its text is held; `off`: only its address is known.",
        schema={"type": "string", "enum": ["on", "off"]},
        method="_captured",
    )
    published_after = ReadFilter(
        read=read_moment,
        help_text="Published at this moment or later.",
        schema=MOMENT,
        field_name="published_at",
        lookup_expr="gte",
    )
    published_before = ReadFilter(
        read=read_moment,
        help_text="Published before this moment.",
        schema=MOMENT,
        field_name="published_at",
        lookup_expr="lt",
    )
    first_seen_after = ReadFilter(
        read=read_moment,
        help_text="Met by the tracker after this moment.",
        schema=MOMENT,
        field_name="first_seen_at",
        lookup_expr="gt",
    )

    @staticmethod
    def _search(rows: QuerySet[Article], _name: str, text: str) -> QuerySet[Article]:
        for word in text.split():
            rows = rows.filter(Q(title__icontains=word) | Q(source__icontains=word) | Q(url__icontains=word))
        return rows

    @staticmethod
    def _at(rows: QuerySet[Article], _name: str, address: str) -> QuerySet[Article]:
        return articles_at(rows, address)

    @staticmethod
    def _evidence_of(rows: QuerySet[Article], _name: str, slug: str) -> QuerySet[Article]:
        return rows.filter(
            Exists(EvidenceItem.objects.filter(article=OuterRef("pk"), dispute=present_slug(Dispute, slug)))
        )

    @staticmethod
    def _captured(rows: QuerySet[Article], _name: str, is_captured: bool) -> QuerySet[Article]:  # noqa: FBT001 (django-filter calls it so)
        return rows.filter(captured_at__isnull=not is_captured)


class ArticleList(TableResource[Article]):
    """All articles."""

    filters = ArticleFilters
    asks = (asked.AS_OF,)
    fields_of = shapes.Article
    orderings: ClassVar = {"first_seen": Ordering("first_seen_at", "id"), "published": Ordering("published_at", "id")}
    default_ordering = "-first_seen"

    @operation("list_articles", tag="articles", answers=page_schema(shapes.Article))
    def get(self, _request: Request) -> HttpResponse:
        """List articles, without their texts.

        With `as_of` those are left out that the tracker met later, and the disputes are those that it knew them to
        be evidence of then. What was captured of an article is told as it is held now.
        """
        as_of = self.asked.get(asked.AS_OF)
        rows = Article.objects.defer("text", "other_urls")
        with as_known(as_of):
            page, count = self.page(self.filtered(rows.filter(first_seen_at__lte=as_of) if as_of else rows))
            items = tell_articles(page.rows, self.links)
        return self.answer_page(page, count, items)


class ArticleDetail(Resource):
    """One article."""

    fields_of = shapes.ArticleDetail

    @operation("get_article", tag="articles", answers=reference(shapes.ArticleDetail))
    def get(self, _request: Request, article: UUID) -> HttpResponse:
        """Tell an article with its text."""
        found = find_article(article)
        told = shapes.ArticleDetail(
            **tell_articles([found], self.links)[0], text=found.text, other_urls=found.other_urls
        )
        return self.answer(self.chosen(told))


def tell_articles(articles: Sequence[Article], links: Links) -> list[shapes.Article]:
    """Tell articles without their texts. One query: the disputes they are evidence of."""
    of: dict[UUID, dict[str, str]] = defaultdict(dict)
    items = EvidenceItem.objects.filter(article__in=[article.id for article in articles])
    for article, slug, title in items.order_by("dispute").values_list("article", "dispute", "dispute__title"):
        of[article][slug] = title
    return [
        shapes.Article(
            id=article.id,
            url=article.url,
            permalink=links.article(article.id),
            title=article.title,
            source=article.source,
            author=article.author,
            language=article.language,
            published_at=article.published_at,
            first_seen_at=article.first_seen_at,
            captured_at=article.captured_at,
            digest=article.digest or None,
            erased_at=article.erased_at,
            group=article.group,
            disputes=[shapes.DisputeOfArticle(slug=slug, title=title) for slug, title in of[article.id].items()],
        )
        for article in articles
    ]
