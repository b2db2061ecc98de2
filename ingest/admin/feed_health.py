"""How feeds are doing, at a glance: what their last fetches came to, and how much they bring."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Literal

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Subquery, Sum
from django.utils import timezone

from ingest.models import Feed, FeedState, Fetch, FetchOutcome

SHOWN: Final = 20
"""Fetches of which a strip is drawn."""
WEEKS: Final = 4
"""Over which what a feed brings is averaged, or over as much as the log of fetches is kept."""

IN_TROUBLE: Final = (FeedState.BACKING_OFF, FeedState.FAILING, FeedState.GONE)
"""States of feeds that do not come."""

Colour = Literal["good", "quiet", "poor", "bad"]
COLOURS: Final[dict[FetchOutcome, Colour]] = {
    FetchOutcome.STORED: "good",
    FetchOutcome.NOT_MODIFIED: "quiet",
    FetchOutcome.UNCHANGED: "quiet",
    FetchOutcome.REFUSED: "poor",
    FetchOutcome.GONE: "bad",
    FetchOutcome.FAILED: "bad",
}
WORKED: Final = frozenset({FetchOutcome.STORED, FetchOutcome.NOT_MODIFIED, FetchOutcome.UNCHANGED})


@dataclass(frozen=True, slots=True)
class FeedHealth:
    """What the last fetches of a feed came to."""

    outcomes: tuple[FetchOutcome, ...] = ()
    """Of at most `SHOWN` fetches, the oldest first."""
    per_week: float = 0.0
    """Articles that were new, on average over the last weeks, or since it was added."""

    @property
    def worked(self) -> int:
        """How many of the fetches worked."""
        return sum(outcome in WORKED for outcome in self.outcomes)

    @property
    def strip(self) -> list[Colour]:
        """Give a colour for each fetch, the oldest first."""
        return [COLOURS[outcome] for outcome in self.outcomes]

    @property
    def rate(self) -> str:
        """Give the share that worked, as in "18 of 20"."""
        return f"{self.worked} of {len(self.outcomes)}" if self.outcomes else "none yet"

    @property
    def words(self) -> str:
        """Say what the strip shows."""
        if not self.outcomes:
            return "Not fetched yet"
        last = self.outcomes[-1].label.lower()
        if len(self.outcomes) == 1:
            return f"One fetch so far: {last}"
        return f"{self.worked} of the last {len(self.outcomes)} fetches worked; the newest: {last}"

    @property
    def weekly(self) -> str:
        """Give the articles of a week, rounded; a feed that brings fewer than one a week still says so."""
        if self.per_week == 0:
            return "0"
        return f"{self.per_week:,.0f}" if self.per_week >= 1 else "< 1"


def health_of(feeds: Collection[Feed]) -> dict[int, FeedHealth]:
    """Give the health of each feed, by its id. One query over two indexes, which reads a few rows for each."""
    now = timezone.now()
    span = min(timedelta(weeks=WEEKS), settings.KEEP_FETCHES or timedelta.max)
    fetches = Fetch.objects.filter(feed=OuterRef("pk"))
    brought = (
        fetches.filter(new_articles__gt=0, started_at__gte=now - span)
        .order_by()
        .values("feed")
        .annotate(total=Sum("new_articles"))
        .values("total")
    )
    rows = (
        Feed.objects.filter(pk__in=[feed.pk for feed in feeds])
        .annotate(
            last=ArraySubquery(fetches.order_by("-started_at").values("outcome")[:SHOWN]), brought=Subquery(brought)
        )
        .values_list("pk", "last", "brought", "added_at")
    )
    return {
        key: FeedHealth(
            tuple(FetchOutcome(outcome) for outcome in reversed(last)),
            # Of a feed that is days old, its first week tells.
            (brought or 0) / max(min(now - added_at, span) / timedelta(weeks=1), 1.0),
        )
        for key, last, brought, added_at in rows
    }
