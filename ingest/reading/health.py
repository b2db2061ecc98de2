"""How reading goes, in numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min, Q
from django.db.models.functions import Now
from django.utils import timezone

from ingest.models import Page, PageState


@dataclass(frozen=True, slots=True)
class ReadingHealth:
    """What operators watch."""

    pages: Mapping[str, int]
    """Pages in each state; every state is named."""
    due: int
    lag_seconds: float
    """For how long the longest overdue page has been due."""


def reading_health() -> ReadingHealth:
    """Count. One query, linear in the pages."""
    is_due = Q(next_try_at__lte=Now())
    rows = (
        Page.objects.order_by()
        .values("state")
        .annotate(pages=Count("pk"), due=Count("pk", filter=is_due), first=Min("next_try_at", filter=is_due))
    )
    pages = dict.fromkeys(PageState.values, 0)
    due, first = 0, None
    for row in rows:
        pages[row["state"]] = row["pages"]
        due += row["due"]
        moment: datetime | None = row["first"]
        first = moment if first is None else min(first, moment or first)
    return ReadingHealth(pages, due, (timezone.now() - first).total_seconds() if first is not None else 0.0)
