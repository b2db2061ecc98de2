"""Feeds: the list with their health, and the page of each with its last fetches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import admin
from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils import timezone
from django.utils.timesince import timesince, timeuntil

from disputes.admin.choice_filter import ChoiceFilter
from disputes.admin.read_only import Button, CommandUrl, ReadOnlyAdmin, address
from disputes.admin.theme import display
from ingest.admin import feed_views, list_views
from ingest.admin.docket_panel import docket_of_feed
from ingest.models import Feed, FeedEntry, FeedState, Fetch, FetchOutcome

STATE_COLOUR = {
    FeedState.ACTIVE: "success",
    FeedState.BACKING_OFF: "warning",
    FeedState.FAILING: "danger",
    FeedState.GONE: "danger",
    FeedState.PAUSED: "default",
}
OUTCOME_COLOUR = {
    FetchOutcome.STORED: "success",
    FetchOutcome.NOT_MODIFIED: "default",
    FetchOutcome.UNCHANGED: "default",
    FetchOutcome.REFUSED: "warning",
    FetchOutcome.GONE: "danger",
    FetchOutcome.FAILED: "danger",
}
FETCHES = 50


class StateFilter(ChoiceFilter):
    """By state."""

    title = "state"
    parameter_name = "state"

    def options(self) -> Sequence[tuple[str, str]]:
        """List every state."""
        return [(state.value, str(state.label)) for state in FeedState]

    def choose(self, rows: QuerySet[Any], value: str) -> QuerySet[Any]:
        """Compare the column."""
        return rows.filter(state=value)


@admin.register(Feed)
class FeedAdmin(ReadOnlyAdmin[Feed]):
    """The sources that are polled."""

    list_display = ("show_title", "show_state", "show_success", "show_next", "show_reason", "show_articles")
    list_filter = (StateFilter,)
    search_fields = ("title", "url")
    search_help_text = "Title or address"
    ordering = ("title", "url")
    page_template = "admin/ingest/feed.html"
    empty_state = "No feed is registered yet. Add one by its address with the button above."
    command_urls = (
        CommandUrl("add-by-address/", "add_by_address", feed_views.AddFeedView),
        CommandUrl("import/", "import", list_views.ImportView),
        CommandUrl("export/", "export", list_views.ExportView),
        CommandUrl("<int:pk>/fetch/", "fetch", feed_views.FetchNowView),
        CommandUrl("<int:pk>/pause/", "pause", feed_views.PauseView),
        CommandUrl("<int:pk>/resume/", "resume", feed_views.ResumeView),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Feed]:
        """Count the articles in the same query."""
        entries = (
            FeedEntry.objects.filter(feed=OuterRef("pk"))
            .order_by()
            .values("feed")
            .annotate(articles=Count("article", distinct=True))
        )
        counted = Coalesce(Subquery(entries.values("articles"), output_field=IntegerField()), 0)
        return super().get_queryset(request).annotate(articles=counted)

    @display(description="Feed", ordering="title")
    def show_title(self, row: Feed) -> str:
        """Give the title; the address where there is none."""
        return str(row)[:110]

    @display(description="State", ordering="state", label={str(state.label): c for state, c in STATE_COLOUR.items()})
    def show_state(self, row: Feed) -> str:
        """Give the state, coloured."""
        return str(FeedState(row.state).label)

    @display(description="Last success", ordering="last_success_at")
    def show_success(self, row: Feed) -> str:
        """How long ago it last worked."""
        return f"{_first(timesince(row.last_success_at))} ago" if row.last_success_at else "never"

    @display(description="Next fetch", ordering="next_fetch_at")
    def show_next(self, row: Feed) -> str:
        """When it is due."""
        if row.next_fetch_at is None:
            return "not scheduled"
        if row.next_fetch_at <= timezone.now():
            return "due"
        return f"in {_first(timeuntil(row.next_fetch_at))}"

    @display(description="Reason")
    def show_reason(self, row: Feed) -> str:
        """Why it is paused, or why the last fetch failed."""
        return (row.pause_reason if row.state == FeedState.PAUSED else row.last_error)[:90]

    @display(description="Articles", ordering="articles")
    def show_articles(self, row: Any) -> int:
        """Give the number of articles it brought."""
        return int(row.articles)

    def list_buttons(self, request: HttpRequest) -> list[Button]:
        """Let an operator add a feed, and take lists in and out."""
        if not request.user.has_perm(feed_views.MANAGE):
            return []
        return [
            Button("Add a feed", address(self, "add_by_address"), "add", primary=True),
            Button("Import OPML", address(self, "import"), "upload"),
            Button("Export OPML", address(self, "export"), "download"),
        ]

    def page(self, request: HttpRequest, row: Feed) -> Mapping[str, Any]:
        """Show the facts, the last fetches and what it brought of dockets. Two queries, three for a court's."""
        return {
            "feed": row,
            "state_label": FeedState(row.state).label,
            "state_colour": STATE_COLOUR[FeedState(row.state)],
            "is_due": row.next_fetch_at is not None and row.next_fetch_at <= timezone.now(),
            "is_stopped": row.state in {FeedState.PAUSED, FeedState.GONE},
            "fetches": [
                (fetch, FetchOutcome(fetch.outcome).label, OUTCOME_COLOUR[FetchOutcome(fetch.outcome)])
                for fetch in Fetch.objects.filter(feed=row.pk)[:FETCHES]
            ],
            "docket": docket_of_feed(row),
            "may_manage": request.user.has_perm(feed_views.MANAGE),
        }


def _first(duration: str) -> str:
    """Keep the largest unit of "2 hours, 3 minutes"."""
    return duration.split(",", maxsplit=1)[0].replace("\N{NO-BREAK SPACE}", " ")
