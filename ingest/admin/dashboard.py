"""The front page of the admin: whether the log is in order, what needs a person, what is coming, what came last."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone

from disputes.admin.dates import show_date
from disputes.admin.labels import type_label
from disputes.admin.ledger_state import ledger_state
from disputes.models import Dispute, Event, TimelineEntry
from disputes.streams import DISPUTE, PARTY, split_stream
from disputes.subscriptions.lag import FAILING, subscription_lags
from ingest.looking_back import look_back_progress
from ingest.models import Candidate, CandidateState, Feed, FeedState

SHOWN = 8
UNHEALTHY = (FeedState.FAILING, FeedState.GONE, FeedState.BACKING_OFF)

admin.site.index_template = "admin/ingest/dashboard.html"
admin.site.index_title = "Front page"


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Add what the front page shows to its context; some fourteen queries, each over an index and a few rows.

    While stored articles are matched anew two more count these.
    """
    may = request.user.has_perm
    today = timezone.now().date()
    shown: dict[str, Any] = {}
    if may("disputes.view_ledgeraudit"):
        shown |= ledger_state(request)
    if may("disputes.view_subscription"):
        shown["troubled"] = [lag for lag in subscription_lags() if lag.condition == FAILING or lag.parked_streams]
    if may("ingest.view_candidate"):
        pending = Candidate.objects.filter(state=CandidateState.PENDING)
        shown["pending"] = list(pending.select_related("article", "dispute").defer("article__text")[:SHOWN])
        shown["pending_count"] = pending.count()
        shown["looking_back"] = look_back_progress()
    if may("ingest.view_feed"):
        shown["unhealthy"] = list(Feed.objects.filter(state__in=UNHEALTHY).order_by("state", "title")[:SHOWN])
        shown["feed_count"] = Feed.objects.count()
    if may("disputes.view_dispute"):
        shown["upcoming"] = _upcoming(today)
        shown["dispute_count"] = Dispute.objects.filter(merged_into="").count()
    if may("disputes.view_event"):
        shown["latest"] = [
            {
                "event": event,
                "label": type_label(event.type),
                "category": split_stream(event.stream)[0],
                "key": split_stream(event.stream)[1],
            }
            for event in Event.objects.defer("body", "leaf_hash").order_by("-position")[:SHOWN]
        ]
    context.update(shown, categories={"dispute": DISPUTE, "party": PARTY})
    return context


def _upcoming(today: date) -> list[dict[str, Any]]:
    entries = (
        TimelineEntry.objects.filter(
            first_day__gt=today, first_day__lte=today + timedelta(days=3 * 366), retracted_by__isnull=True
        )
        .select_related("dispute")
        .order_by("first_day", "position")[:SHOWN]
    )
    return [{"entry": entry, "date": show_date(entry.occurred), "label": type_label(entry.type)} for entry in entries]
