"""How the poller does, in numbers for those who watch it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.db import connection
from django.db.models import Count, Min, Q
from django.utils import timezone

from ingest.models import Feed, FeedState, FetchOutcome

RECENT: Final = timedelta(hours=1)
QUANTILES: Final = ("0.5", "0.95", "1")

# One pass over the last hour, found by the index of times.
_RECENT_FETCHES: Final = """
    SELECT outcome, count(*), sum(new_articles), NULL
    FROM ingest_fetch WHERE started_at >= %(since)s GROUP BY outcome
    UNION ALL
    SELECT NULL, NULL, NULL, percentile_cont(ARRAY[0.5, 0.95, 1]) WITHIN GROUP (ORDER BY parse_ms)
    FROM ingest_fetch WHERE started_at >= %(since)s AND parse_ms IS NOT NULL
"""


@dataclass(frozen=True, slots=True)
class PollerHealth:
    """The state of the feeds, and the fetches of the last hour."""

    feeds: Mapping[str, int]
    """Of each state, those without any feed included."""
    due: int
    lag_seconds: float
    """For how long the longest overdue feed has been due."""
    fetches: Mapping[str, int]
    """Of each outcome, in the last hour."""
    new_articles: int
    parse_seconds: Mapping[str, float]
    """By quantile; empty where nothing was parsed."""


def poller_health() -> PollerHealth:
    """Count. Two queries: one over the feeds, one over the last hour of the log."""
    now = timezone.now()
    waiting = Q(next_fetch_at__lte=now)
    rows = (
        Feed.objects.order_by()
        .values("state")
        .annotate(feeds=Count("pk"), due=Count("pk", filter=waiting), since=Min("next_fetch_at", filter=waiting))
    )
    states = dict.fromkeys(FeedState.values, 0)
    due, lag = 0, 0.0
    for row in rows:
        states[row["state"]] = row["feeds"]
        if row["due"]:
            due += row["due"]
            lag = max(lag, (now - row["since"]).total_seconds())
    fetches = dict.fromkeys(FetchOutcome.values, 0)
    new_articles = 0
    parsing: dict[str, float] = {}
    with connection.cursor() as cursor:
        cursor.execute(_RECENT_FETCHES, {"since": now - RECENT})
        for outcome, count, articles, milliseconds in cursor.fetchall():
            if outcome is not None:
                fetches[outcome] = count
                new_articles += articles
            elif milliseconds is not None:
                parsing = {name: value / 1000 for name, value in zip(QUANTILES, milliseconds, strict=True)}
    return PollerHealth(states, due, lag, fetches, new_articles, parsing)
