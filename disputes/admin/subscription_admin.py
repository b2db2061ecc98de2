"""Subscriptions: the list with their lag, and the page of each with what is parked and what was skipped."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.db.models import Count, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils import timezone
from django.utils.timesince import timesince

from disputes.admin import subscription_views
from disputes.admin.labels import type_label
from disputes.admin.read_only import CommandUrl, ReadOnlyAdmin
from disputes.admin.theme import display
from disputes.models import Event, ParkedStream, ParkedStreamState, Subscription
from disputes.subscriptions.lag import FAILING, PAUSED, RUNNING, UNDECLARED, Lag, lag_of, with_lag
from disputes.subscriptions.registry import CONSUMERS

CONDITION_LABEL = {RUNNING: "Running", FAILING: "Failing", PAUSED: "Paused", UNDECLARED: "No longer declared"}
CONDITION_COLOUR = {RUNNING: "success", FAILING: "danger", PAUSED: "default", UNDECLARED: "warning"}
SHOWN = 50


@admin.register(Subscription)
class SubscriptionAdmin(ReadOnlyAdmin[Subscription]):
    """Who follows the log, and how far each is."""

    list_display = (
        "name",
        "show_condition",
        "position",
        "show_lag",
        "show_parked",
        "show_delivered",
        "show_error",
    )
    ordering = ("name",)
    page_template = "admin/disputes/subscription.html"
    empty_state = "No subscription yet. A worker makes one for each consumer that the code declares."
    command_urls = (
        CommandUrl("<slug:name>/pause/", "pause", subscription_views.PauseView),
        CommandUrl("<slug:name>/resume/", "resume", subscription_views.ResumeView),
        CommandUrl("<slug:name>/hurry/", "hurry", subscription_views.HurryView),
        CommandUrl("<slug:name>/retry/", "retry_everything", subscription_views.RetryEverythingView),
        CommandUrl("<slug:name>/events/<int:position>/retry/", "retry", subscription_views.RetryView),
        CommandUrl("<slug:name>/events/<int:position>/skip/", "skip", subscription_views.SkipView),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Subscription]:
        """Compute the lag in the same query."""
        return with_lag(super().get_queryset(request))

    @display(
        description="State", label={label: CONDITION_COLOUR[condition] for condition, label in CONDITION_LABEL.items()}
    )
    def show_condition(self, row: Subscription) -> str:
        """Give the condition, coloured."""
        return CONDITION_LABEL[lag_of(row).condition]

    @display(description="Behind")
    def show_lag(self, row: Subscription) -> str:
        """Give the lag in events and in time."""
        return say_lag(lag_of(row))

    @display(description="Parked streams", ordering="parked")
    def show_parked(self, row: Any) -> int:
        """Give the number of streams that wait for a person."""
        return int(row.parked)

    @display(description="Last delivery", ordering="last_delivered_at")
    def show_delivered(self, row: Subscription) -> str:
        """How long ago an event was last delivered."""
        return f"{_first(timesince(row.last_delivered_at))} ago" if row.last_delivered_at else "never"

    @display(description="Last error")
    def show_error(self, row: Subscription) -> str:
        """Why the last delivery failed, where it did."""
        return row.last_error[:90]

    def page(self, request: HttpRequest, row: Subscription) -> Mapping[str, Any]:
        """Show the facts, what is parked and what was skipped. Two queries."""
        lag = lag_of(row)
        consumer = CONSUMERS.get(row.name)
        return {
            "subscription": row,
            "condition": lag.condition,
            "condition_label": CONDITION_LABEL[lag.condition],
            "condition_colour": CONDITION_COLOUR[lag.condition],
            "lag": say_lag(lag),
            "parked_streams": lag.parked_streams,
            "wants": sorted(type_label(name) for name in consumer.event_types or ()) if consumer else [],
            "wants_all": consumer is not None and consumer.event_types is None,
            "attempts_allowed": consumer.retry.attempts if consumer else None,
            "waits_to_retry": lag.condition == FAILING and row.next_try_at is not None,
            "parked": [
                {
                    "row": parked,
                    "label": type_label(parked.type),
                    "behind": max(0, getattr(parked, "waiting", 0) - 1),
                    "is_retrying": parked.state == ParkedStreamState.RETRYING,
                }
                for parked in _parked_with_waiting(row)
            ],
            "skipped": [(skipped, type_label(skipped.type)) for skipped in row.skipped_events.all()[:SHOWN]],
            "may_manage": request.user.has_perm(subscription_views.MANAGE),
        }


def say_lag(lag: Lag) -> str:
    """Say how far a subscription is behind: "3 events, 2 minutes"."""
    if lag.events <= 0:
        return "nothing"
    now = timezone.now()
    since = timesince(now - timedelta(seconds=lag.seconds), now)
    return f"{lag.events} event{'' if lag.events == 1 else 's'}, {_first(since)}"


def _parked_with_waiting(row: Subscription) -> QuerySet[ParkedStream]:
    """Count the events of each parked stream, the failing one included."""
    events = (
        Event.objects.filter(
            stream=OuterRef("stream"),
            version__gte=OuterRef("version"),
            position__lte=OuterRef("subscription__position"),
        )
        .order_by()
        .values("stream")
        .annotate(number=Count("position"))
    )
    counted = row.parked_streams.annotate(waiting=Coalesce(Subquery(events.values("number")), 0))
    return counted.order_by(F("parked_at"), F("position"))[:SHOWN]


def _first(duration: str) -> str:
    """Keep the largest unit of "2 hours, 3 minutes"."""
    return duration.split(",", maxsplit=1)[0].replace("\N{NO-BREAK SPACE}", " ")
