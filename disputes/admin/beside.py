"""The captured article beside the form that records what it says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit
from uuid import UUID

from disputes.admin.dates import show_date
from disputes.admin.labels import type_label
from disputes.admin.timeline import domain_of
from disputes.models import Article, EvidenceItem, TimelineEntry

SHOWN = 20


@dataclass(frozen=True, slots=True)
class RecordedFrom:
    """An event that cites the article already."""

    dispute: str
    dispute_title: str
    event_id: UUID
    label: str


@dataclass(frozen=True, slots=True)
class Beside:
    """An article as it stands beside a form."""

    article: Article
    domain: str
    is_link: bool
    recorded: Sequence[RecordedFrom]

    @property
    def paragraphs(self) -> list[str]:
        """The text; capturing puts each paragraph into a line."""
        return [line for line in map(str.strip, self.article.text.splitlines()) if line]


def find_article(key: object) -> Article | None:
    """Give the article of this id, or None where there is none."""
    try:
        return Article.objects.filter(pk=UUID(str(key))).first()
    except ValueError:
        return None


def article_beside(article: Article) -> Beside:
    """Tell an article and what was recorded from it. Two queries, whatever cites it; at most twenty events are told."""
    cited = EvidenceItem.objects.filter(article=article.pk, event_id__isnull=False).select_related("dispute")
    items = {item.event_id: item for item in cited.order_by("-attached_at", "-id")[:SHOWN] if item.event_id}
    entries = TimelineEntry.objects.filter(event_id__in=items, retracted_by__isnull=True).order_by("-position")
    return Beside(
        article=article,
        domain=domain_of(article.url),
        is_link=urlsplit(article.url).scheme in {"http", "https"},
        recorded=[
            RecordedFrom(
                entry.dispute_id,
                items[entry.event_id].dispute.title,
                entry.event_id,
                f"{type_label(entry.type)}, {show_date(entry.occurred)}",
            )
            for entry in entries
        ],
    )
