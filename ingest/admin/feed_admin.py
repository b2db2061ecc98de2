"""Feeds: the list with their health at a glance, and the page of each with its last fetches and what they brought."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar, NamedTuple

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import format_html
from django.utils.timesince import timesince, timeuntil

from disputes.admin.choice_filter import ChoiceFilter
from disputes.admin.read_only import Button, CommandUrl, CountedOnce, ReadOnlyAdmin, address
from disputes.admin.theme import ChangeList, display
from ingest.admin import discovery_views, feed_views, list_views
from ingest.admin.docket_panel import docket_of_feed
from ingest.admin.feed_health import IN_TROUBLE, FeedHealth, health_of
from ingest.models import Capture, Feed, FeedEntry, FeedState, Fetch, FetchOutcome

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


class FetchLine(NamedTuple):
    """A fetch, and the bytes that it brought."""

    fetch: Fetch
    label: str
    colour: str
    capture: int | None
    """What was received; none where nothing was new, or where it is kept no more."""


class StateFilter(ChoiceFilter):
    """By state."""

    title = "state"
    parameter_name = "state"

    def options(self) -> Sequence[tuple[str, str]]:
        """List every state, and those in trouble together."""
        return [("in_trouble", "In trouble"), *((state.value, str(state.label)) for state in FeedState)]

    def choose(self, rows: QuerySet[Any], value: str) -> QuerySet[Any]:
        """Compare the column."""
        return rows.filter(state__in=IN_TROUBLE) if value == "in_trouble" else rows.filter(state=value)


class FeedList(CountedOnce):
    """A list whose rows know their health."""

    def get_results(self, request: HttpRequest) -> None:
        """Ask for the health of the rows that are shown. One query more."""
        super().get_results(request)
        rows: list[Any] = list(self.result_list)
        health = health_of(rows)
        for row in rows:
            row.health = health.get(row.pk, FeedHealth())
        self.result_list = rows
        # The states stand above the list, each with its number; a second place to choose them would only be in the way.
        self.has_filters = False


@admin.register(Feed)
class FeedAdmin(ReadOnlyAdmin[Feed]):
    """The sources that are polled."""

    COLUMNS: ClassVar[tuple[str, ...]] = (
        "show_title",
        "show_state",
        "show_strip",
        "show_success",
        "show_next",
        "show_weekly",
        "show_reason",
    )
    list_display = COLUMNS
    list_display_links = ("show_title",)
    list_filter = (StateFilter,)
    search_fields = ("title", "url")
    search_help_text = "Title or address"
    ordering = ("title", "url")
    change_list_template = "admin/ingest/feeds.html"
    list_before_template = "admin/ingest/parts/feed_bulk.html"
    page_template = "admin/ingest/feed.html"
    empty_state = "No feed is registered yet. Add one by its address, or find those of a page, with the buttons above."
    command_urls = (
        CommandUrl("add-by-address/", "add_by_address", feed_views.AddFeedView),
        CommandUrl("discover/", "discover", discovery_views.DiscoverView),
        CommandUrl("import/", "import", list_views.ImportView),
        CommandUrl("export/", "export", list_views.ExportView),
        CommandUrl("bulk/", "bulk", feed_views.BulkView),
        CommandUrl("<int:pk>/fetch/", "fetch", feed_views.FetchNowView),
        CommandUrl("<int:pk>/pause/", "pause", feed_views.PauseView),
        CommandUrl("<int:pk>/resume/", "resume", feed_views.ResumeView),
    )

    def get_list_display(self, request: HttpRequest) -> tuple[str, ...]:
        """Let those tick feeds who may do something to them."""
        return ("show_tick", *self.COLUMNS) if request.user.has_perm(feed_views.MANAGE) else self.COLUMNS

    def get_changelist(self, request: HttpRequest, **_options: Any) -> type[ChangeList]:
        """Tell the health of each row."""
        return FeedList

    def changelist_view(self, request: HttpRequest, extra_context: Mapping[str, Any] | None = None) -> HttpResponse:
        """Show above the list how many feeds are in each state. One query more, over a few thousand rows at most."""
        counts = dict(Feed.objects.order_by().values_list("state").annotate(Count("pk")))
        asked = request.GET.get("state", "")
        extra = {
            "may_manage": request.user.has_perm(feed_views.MANAGE),
            "query": request.GET.urlencode(),
            "tabs": [("All", "", sum(counts.values()), asked not in FeedState.values)]
            + [(state.label, state.value, counts.get(state, 0), asked == state) for state in FeedState],
        }
        return super().changelist_view(request, {**extra, **(extra_context or {})})

    @display(description="Tick")
    def show_tick(self, row: Feed) -> str:
        """Offer a box that belongs to the form above the list."""
        return format_html(
            '<input type="checkbox" form="bulk" name="feed" value="{}" class="tick-row" aria-label="Tick {}">',
            row.pk,
            row,
        )

    @display(description="Feed", ordering="title")
    def show_title(self, row: Feed) -> str:
        """Give the title; the address where there is none."""
        return str(row)[:110]

    @display(description="State", ordering="state", label={str(state.label): c for state, c in STATE_COLOUR.items()})
    def show_state(self, row: Feed) -> str:
        """Give the state, coloured."""
        return str(FeedState(row.state).label)

    @display(description="Last fetches")
    def show_strip(self, row: Any) -> str:
        """Draw how the last fetches went, and give the share that worked."""
        return render_to_string("admin/ingest/parts/strip.html", {"health": row.health})

    @display(description="Last success", ordering="last_success_at")
    def show_success(self, row: Feed) -> str:
        """How long ago it last worked."""
        return f"{_first(timesince(row.last_success_at))} ago" if row.last_success_at else "never"

    @display(description="Next fetch", ordering="next_fetch_at")
    def show_next(self, row: Feed) -> str:
        """When it is due, and why then."""
        if row.next_fetch_at is None:
            return "not scheduled"
        when = "due" if row.next_fetch_at <= timezone.now() else f"in {_first(timeuntil(row.next_fetch_at))}"
        return format_html('{} <span class="cell-why">{}</span>', when, row.next_fetch_reason[:120])

    @display(description="Articles a week")
    def show_weekly(self, row: Any) -> str:
        """Give what it brings."""
        weekly: str = row.health.weekly
        return weekly

    @display(description="Last error, or why it is paused")
    def show_reason(self, row: Feed) -> str:
        """Why it is paused, or why the last fetch failed."""
        return (row.pause_reason if row.state == FeedState.PAUSED else row.last_error)[:120]

    def list_buttons(self, request: HttpRequest) -> list[Button]:
        """Let an operator add feeds, and take lists in and out."""
        if not request.user.has_perm(feed_views.MANAGE):
            return []
        return [
            Button("Add a feed", address(self, "add_by_address"), "add", primary=True),
            Button("Find the feeds of a page", address(self, "discover"), "travel_explore"),
            Button("Import OPML", address(self, "import"), "upload"),
            Button("Export OPML", address(self, "export"), "download"),
        ]

    def page(self, request: HttpRequest, row: Feed) -> Mapping[str, Any]:
        """Show the facts, the last fetches, and what it brought of dockets; some six queries, eight for a court's."""
        fetches, older = _fetches(row, request.GET.get("before", ""))
        return {
            "feed": row,
            "health": health_of([row])[row.pk],
            "article_count": FeedEntry.objects.filter(feed=row.pk).aggregate(Count("article", distinct=True))[
                "article__count"
            ],
            "state_label": FeedState(row.state).label,
            "state_colour": STATE_COLOUR[FeedState(row.state)],
            "is_due": row.next_fetch_at is not None and row.next_fetch_at <= timezone.now(),
            "is_stopped": row.state in {FeedState.PAUSED, FeedState.GONE},
            "fetches": fetches,
            "older": older,
            "is_older": bool(request.GET.get("before")),
            "docket": docket_of_feed(row),
            "may_manage": request.user.has_perm(feed_views.MANAGE),
            "may_see_captures": request.user.has_perm("ingest.view_capture"),
        }


def _fetches(feed: Feed, before: str) -> tuple[list[FetchLine], int | None]:
    """Give the last fetches, or those before one of them, and the last of these where there are more.

    Two queries, and one more for an older page.
    """
    rows = Fetch.objects.filter(feed=feed.pk)
    if before.isascii() and before.isdigit() and len(before) < 19:
        last = rows.filter(pk=before).first()
        if last is not None:
            rows = rows.filter(started_at__lte=last.started_at).exclude(started_at=last.started_at, pk__gte=last.pk)
    found = list(rows[: FETCHES + 1])
    shown = found[:FETCHES]
    captures = _captures(feed, shown)
    lines = [
        FetchLine(
            fetch,
            str(FetchOutcome(fetch.outcome).label),
            OUTCOME_COLOUR[FetchOutcome(fetch.outcome)],
            captures.get(fetch.started_at),
        )
        for fetch in shown
    ]
    return lines, shown[-1].pk if len(found) > FETCHES else None


def _captures(feed: Feed, fetches: Sequence[Fetch]) -> dict[datetime, int]:
    """Give the capture of each fetch by the moment when it was asked for. One query of so many keys of an index."""
    asked = [fetch.started_at for fetch in fetches if fetch.outcome == FetchOutcome.STORED]
    captures = Capture.objects.filter(feed=feed.pk, fetched_at__in=asked).order_by()
    return dict(captures.values_list("fetched_at", "pk"))


def _first(duration: str) -> str:
    """Keep the largest unit of "2 hours, 3 minutes"."""
    return duration.split(",", maxsplit=1)[0].replace("\N{NO-BREAK SPACE}", " ")
