"""The evidence of a dispute."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, cast
from uuid import UUID

from django.http import HttpResponse
from rest_framework.request import Request

from disputes.api import parameters as asked
from disputes.api import shapes
from disputes.api.paging import Ordering
from disputes.api.parameters import term_list
from disputes.api.resource import ListResource
from disputes.api.schema import operation, page_schema
from disputes.api.telling import load
from disputes.dispute import EvidenceItem
from disputes.models import Article
from disputes.vocabulary import Stance

STANCE = term_list("stance", Stance, "Whether the article reports it so or otherwise.")


@dataclass(frozen=True, slots=True)
class _Row:
    item: EvidenceItem
    key: str


class EvidenceList(ListResource[_Row]):
    """The articles that a dispute rests on."""

    may_be_merged = True
    asks = (STANCE, asked.ON_DATE, asked.AS_OF)
    fields_of = shapes.Evidence
    expandable = ("article",)
    orderings: ClassVar = {"attached": Ordering("item.attached_at", "key"), "score": Ordering("item.score", "key")}
    default_ordering = "-attached"

    @operation("list_evidence", tag="disputes", answers=page_schema(shapes.Evidence))
    def get(self, _request: Request, slug: str) -> HttpResponse:
        """List the articles that a dispute, or one event of it, rests on.

        `on_date` leaves out what only later events cite, `as_of` what was attached later.
        """
        on_date = self.asked.get(asked.ON_DATE) or dt.date.max
        stances = self.asked.get(STANCE)
        state = load(slug, on_date=on_date, as_of=self.asked.get(asked.AS_OF))
        rows = [
            _Row(item, f"{article} {event or ''}")
            for (article, event), item in state.evidence.items()
            if stances is None or item.stance in stances
        ]
        page, count = self.page(rows)
        articles = articles_by_id([row.item.article for row in page.rows])
        expanded = self.is_expanded("article")
        items = [_tell(row.item, articles, expanded=expanded) for row in page.rows]
        return self.answer_page(page, count, items, version=state.version)


def articles_by_id(identities: Sequence[UUID]) -> dict[UUID, Article]:
    """Look articles up. One query."""
    return Article.objects.in_bulk(identities)


def tell_article_in_evidence(article: Article, *, expanded: bool) -> shapes.ArticleInEvidence:
    """Tell an article in short, or with its text."""
    told = shapes.ArticleInEvidence(
        id=article.id,
        url=article.url,
        title=article.title,
        source=article.source,
        published_at=article.published_at,
        group=article.group,
    )
    if expanded:
        told["author"] = article.author
        told["language"] = article.language
        told["first_seen_at"] = article.first_seen_at
        told["captured_at"] = article.captured_at
        told["digest"] = article.digest or None
        told["text"] = article.text
    return told


def _tell(item: EvidenceItem, articles: Mapping[UUID, Article], *, expanded: bool) -> shapes.Evidence:
    article = articles.get(item.article) or Article(id=item.article, url=item.url)
    return shapes.Evidence(
        article=tell_article_in_evidence(article, expanded=expanded and article.first_seen_at is not None),
        event=item.event,
        stance=item.stance,
        quote=item.quote,
        locator=item.locator,
        score=item.score,
        reasons=[cast("shapes.MatchReason", dict(reason)) for reason in item.reasons],
        attached_by=item.attached_by,
        attached_at=item.attached_at,
    )
