"""Articles: the list, and the page of each with its text and the disputes that rest on it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.contrib import admin
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest

from disputes.admin.attaching import AttachToView
from disputes.admin.erasure_views import ERASE, EraseArticleView
from disputes.admin.from_article import FromArticleView
from disputes.admin.keyset import KeysetAdmin, ListFilters
from disputes.admin.read_only import CommandUrl
from disputes.admin.theme import Select, TextInput, display
from disputes.admin.timeline import domain_of
from disputes.articles import articles_at, articles_with_words
from disputes.models import Article, EvidenceItem
from disputes.vocabulary import Stance, Term

_DIGEST = re.compile(r"[0-9a-f]{64}")


class ArticleFilters(ListFilters):
    """Words or an address, and whether the text is held."""

    q = forms.CharField(
        label="Words of title or source, an address, or a SHA-256",
        required=False,
        max_length=2_048,
        widget=TextInput(),
    )
    captured = forms.ChoiceField(
        label="Capture",
        choices=[("", "All"), ("yes", "Captured"), ("no", "Address only")],
        required=False,
        widget=Select(),
    )

    def narrow(self, rows: QuerySet[Any], said: dict[str, Any]) -> QuerySet[Any]:
        """Look words up in their index, and addresses and digests in theirs."""
        if captured := said.get("captured"):
            rows = rows.filter(captured_at__isnull=captured == "no")
        term = said.get("q", "").strip()
        if not term:
            return rows
        if _DIGEST.fullmatch(term.lower()):
            return rows.filter(digest=term.lower())
        return articles_at(rows, term) if "://" in term else articles_with_words(rows, term)


@admin.register(Article)
class ArticleAdmin(KeysetAdmin[Article]):
    """The register of articles."""

    list_display = ("show_title", "show_source", "show_published", "show_captured", "show_disputes")
    filter_form = ArticleFilters
    ordering = ("-first_seen_at", "id")
    page_template = "admin/disputes/article.html"
    empty_state = "No article is known yet. Add a feed, or cite an address as evidence of an event."
    command_urls = (
        CommandUrl("<uuid:article>/attach/", "attach", AttachToView),
        CommandUrl("<uuid:article>/record/", "record", FromArticleView),
        CommandUrl("<uuid:article>/erase/", "erase", EraseArticleView),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Article]:
        """Count the disputes in the same query; leave the texts out of lists."""
        # Counted for the rows that are shown: joined and grouped, all of the register would have to be read.
        resting = EvidenceItem.objects.filter(article=OuterRef("pk")).order_by().values("article")
        number = resting.annotate(number=Count("dispute", distinct=True)).values("number")
        rows = super().get_queryset(request).annotate(disputes=Coalesce(Subquery(number), 0))
        is_page = request.resolver_match is not None and "object_id" in request.resolver_match.kwargs
        return rows if is_page else rows.defer("text", "other_urls")

    @display(description="Title")
    def show_title(self, row: Article) -> str:
        """Give the title; the address where there is none."""
        text = row.title or row.url
        return text if len(text) <= 110 else f"{text[:109]}…"

    @display(description="Source")
    def show_source(self, row: Article) -> str:
        """Who published it."""
        return row.source or domain_of(row.url)

    @display(description="Published")
    def show_published(self, row: Article) -> str:
        """Give the day, as the publisher says."""
        return f"{row.published_at:%Y-%m-%d}" if row.published_at else ""

    @display(description="Captured", label={"Captured": "success", "Address only": "default"})
    def show_captured(self, row: Article) -> str:
        """Whether the text is held."""
        return "Captured" if row.is_captured else "Address only"

    @display(description="Disputes")
    def show_disputes(self, row: Any) -> int:
        """Give the number of disputes that rest on it."""
        return int(row.disputes)

    def page(self, request: HttpRequest, row: Article) -> Mapping[str, Any]:
        """Show the text, what it was before, and where it is evidence. Three queries."""
        evidence = EvidenceItem.objects.filter(article=row.pk).select_related("dispute").order_by("dispute__title")
        return {
            "article": row,
            "domain": domain_of(row.url),
            "is_link": urlsplit(row.url).scheme in {"http", "https"},
            "evidence": [(item, _label(Stance, item.stance)) for item in evidence],
            "copies": _copies(row),
            "revisions": list(row.revisions.order_by("-replaced_at", "-id")),
            "may_curate": request.user.has_perm("disputes.curate_dispute"),
            "may_erase": row.erased_at is None and request.user.has_perm(ERASE),
        }


def _copies(row: Article) -> list[Article]:
    """Give the other articles that tell the same story, at most twenty. One query where there are any."""
    if row.group is None:
        return []
    return list(Article.objects.filter(group=row.group).exclude(pk=row.pk).only("url", "title", "source")[:20])


def _label(vocabulary: type[Term], value: str) -> str:
    return vocabulary(value).label
