"""How far each subscription is behind, for the metrics and the admin."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Min, OuterRef, QuerySet, Subquery
from django.utils import timezone

from disputes.models import Event, LedgerHead, Subscription, SubscriptionState
from disputes.subscriptions.registry import CONSUMERS

RUNNING, FAILING, PAUSED, UNDECLARED = "running", "failing", "paused", "undeclared"
CONDITIONS = (RUNNING, FAILING, PAUSED, UNDECLARED)


@dataclass(frozen=True, slots=True)
class Lag:
    """How one subscription is doing. What is parked does not count as lag: the subscription went on without it."""

    subscription: Subscription
    condition: str
    """"running"; "failing": the last delivery failed and is tried again; "paused"; or "undeclared": no consumer of
    this name is in the code."""
    events: int
    """Events of the log that it has not seen yet."""
    seconds: float
    """Age of the oldest of them, 0 where there is none."""
    parked_streams: int
    """Streams that wait for a person, with one failing event each."""
    parked_seconds: float
    """For how long the longest parked of them is, 0 where there is none."""


def with_lag(rows: QuerySet[Subscription]) -> QuerySet[Subscription]:
    """Add to each row, in the same query, what its lag is computed from: `head`, `oldest`, `parked`, `parked_since`."""
    return rows.annotate(
        head=Subquery(LedgerHead.objects.values("position")[:1]),
        oldest=Subquery(Event.objects.filter(position=OuterRef("position") + 1).values("recorded_at")),
        parked=Count("parked_streams"),
        parked_since=Min("parked_streams__parked_at"),
    )


def subscription_lags() -> list[Lag]:
    """Tell of every subscription, by name. One query."""
    return [lag_of(row) for row in with_lag(Subscription.objects.order_by("name"))]


def lag_of(row: Any) -> Lag:
    """Tell of a subscription that was read by `with_lag`."""
    now = timezone.now()
    return Lag(
        subscription=row,
        condition=condition(row),
        events=row.head - row.position,
        seconds=_age(row.oldest, now),
        parked_streams=row.parked,
        parked_seconds=_age(row.parked_since, now),
    )


def condition(subscription: Subscription) -> str:
    """Name the condition of a subscription, one of CONDITIONS."""
    if subscription.name not in CONSUMERS:
        return UNDECLARED
    if subscription.state == SubscriptionState.PAUSED:
        return PAUSED
    return FAILING if subscription.last_error else RUNNING


def _age(moment: datetime | None, now: datetime) -> float:
    return max(0.0, (now - moment).total_seconds()) if moment is not None else 0.0
