"""Who may ask whom: leases of feeds and of publishers, with tokens, so that a late finisher overwrites nothing.

All workers share them through the database, by its clock. A publisher is leased to one worker at a time, and that is
how feeds are shared out: whoever holds the publisher may fetch one feed of it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, Min, OuterRef, Q
from django.db.models.functions import Coalesce, Now

from disputes import prepared
from ingest.fetching import publisher_of
from ingest.models import Feed, FeedState, Publisher
from ingest.schedule import REQUEST_PAUSE

LEASE = timedelta(minutes=3)
"""How long a lease keeps other workers off; a worker that died gives back what it held after this."""
_CHOICE = 10
_RELEASE: Final = """
    UPDATE ingest_publisher SET lease_token = NULL, lease_until = NULL, next_request_at = statement_timestamp() + %s,
    refusals = CASE WHEN %s THEN 0 ELSE refusals END
    WHERE domain = ANY(%s) AND lease_token = ANY(%s::uuid[]) RETURNING domain
"""
NEVER_FETCHED = (FeedState.GONE, FeedState.PAUSED)


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to fetch a feed and to write down what came of it; good while the feed bears the token."""

    feed: Feed
    token: UUID

    @property
    def publisher(self) -> str:
        """Whom the feed's address asks; leased under the same token."""
        return self.feed.publisher_id or ""


def name_publishers() -> None:
    """Give each feed its publisher, and each publisher that has a feed its row. Two queries where all have."""
    unnamed = list(Feed.objects.filter(publisher="").only("url"))
    for feed in unnamed:
        feed.publisher_id = publisher_of(feed.url)
    # Nobody else writes to these: a feed without a publisher can't be claimed.
    Feed.objects.bulk_update(unnamed, ["publisher"], batch_size=500)
    unknown = Feed.objects.exclude(publisher="").exclude(Exists(Publisher.objects.filter(pk=OuterRef("publisher"))))
    domains = unknown.order_by().values_list("publisher", flat=True).distinct()
    Publisher.objects.bulk_create([Publisher(domain=domain) for domain in domains], ignore_conflicts=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which feeds a poll is about; all that are due where nothing else is said."""

    feed_ids: Collection[int] | None = None
    ignore_schedule: bool = False
    """Whether feeds count that are not due yet; those that are gone or paused never do."""

    def wanted(self) -> Q:
        """Give the condition on feeds."""
        wanted = ~Q(state__in=NEVER_FETCHED)
        if not self.ignore_schedule:
            wanted &= Q(next_fetch_at__lte=Now())
        return wanted if self.feed_ids is None else wanted & Q(pk__in=self.feed_ids)


DUE = Selection()


def claim_feeds(selection: Selection = DUE, *, limit: int, leave_out: Collection[int] = ()) -> list[Claim]:
    """Claim feeds, the longest overdue first, and their publishers with them: one feed of each.

    Passed over are publishers that somebody asks already, that were asked a moment ago, or that want to be left
    alone. Two workers never hold the same feed or publisher. Four queries, one where nothing is due.
    """
    free = selection.wanted() & (Q(lease_until=None) | Q(lease_until__lt=Now())) & _may_be_asked("publisher__")
    if leave_out:
        free &= ~Q(pk__in=leave_out)
    # A publisher with very many feeds may fill the choice; it is asked then, and leaves the next choice to others.
    choice = Feed.objects.filter(free).order_by("next_fetch_at", "pk").values_list("publisher", "pk")
    first_of_each: dict[str | None, int] = {}
    for publisher, key in choice[: limit * _CHOICE]:
        first_of_each.setdefault(publisher, key)
    if not first_of_each:
        return []
    token = uuid4()
    with transaction.atomic():
        # Asked again under the locks, since a row may have changed hands between the choice and its lock.
        feeds = list(
            Feed.objects.filter(free, pk__in=list(first_of_each.values())[:limit])
            .select_related("publisher")
            .select_for_update(skip_locked=True, of=("self", "publisher"))
            .order_by("next_fetch_at", "pk")
        )
        if feeds:
            lease = {"lease_token": token, "lease_until": Now() + LEASE}
            Feed.objects.filter(pk__in=[feed.pk for feed in feeds]).update(**lease)
            Publisher.objects.filter(pk__in=[feed.publisher_id for feed in feeds]).update(**lease)
    return [Claim(feed, token) for feed in feeds]


def lease_publisher(domain: str, token: UUID) -> bool:
    """Lease one publisher, and say whether that went: it may be asked already, or want a pause. Two queries."""
    Publisher.objects.bulk_create([Publisher(domain=domain)], ignore_conflicts=True)
    free = Publisher.objects.filter(_may_be_asked(), pk=domain)
    return bool(free.update(lease_token=token, lease_until=Now() + LEASE))


def silent_until(domain: str) -> datetime | None:
    """Say until when a publisher wants to be left alone; None where it does not. One query."""
    silent = Publisher.objects.filter(pk=domain, silent_until__gt=Now())
    return silent.values_list("silent_until", flat=True).first()


def release_publishers(domains: Collection[str], tokens: Collection[UUID], *, answered: bool) -> None:
    """Give publishers back that were asked just now; after a pause they may be asked again.

    One that `answered` and did not refuse has forgiven earlier refusals. One query.
    """
    pause = REQUEST_PAUSE / settings.FETCH_TIME_SCALE
    prepared.execute(_RELEASE, (pause, answered, list(domains), list(tokens)))


def renew(claims: Collection[Claim]) -> None:
    """Hold the leases of these feeds, and of the publishers that were leased with them, a while longer."""
    tokens = {claim.token for claim in claims}
    feeds = Feed.objects.filter(pk__in=[claim.feed.pk for claim in claims], lease_token__in=tokens)
    feeds.update(lease_until=Now() + LEASE)
    Publisher.objects.filter(lease_token__in=tokens).update(lease_until=Now() + LEASE)


def next_turn(
    selection: Selection = DUE, *, publishers: Collection[str] | None = None, leave_out: Collection[int] = ()
) -> datetime | None:
    """Say when the first publisher that has such a feed may be asked again, None where there is none. One query.

    Publishers that somebody asks now do not count.
    """
    feeds = Feed.objects.filter(selection.wanted(), publisher=OuterRef("pk")).exclude(pk__in=leave_out)
    waiting = Publisher.objects.filter(Exists(feeds), _is_unleased(), _is_not_silent())
    if publishers is not None:
        waiting = waiting.filter(pk__in=publishers)
    turn: datetime | None = waiting.aggregate(turn=Min(Coalesce("next_request_at", Now())))["turn"]
    return turn


def _may_be_asked(prefix: str = "") -> Q:
    rested = Q(**{f"{prefix}next_request_at": None}) | Q(**{f"{prefix}next_request_at__lte": Now()})
    return _is_unleased(prefix) & rested & _is_not_silent(prefix)


def _is_unleased(prefix: str = "") -> Q:
    return Q(**{f"{prefix}lease_until": None}) | Q(**{f"{prefix}lease_until__lt": Now()})


def _is_not_silent(prefix: str = "") -> Q:
    return Q(**{f"{prefix}silent_until": None}) | Q(**{f"{prefix}silent_until__lte": Now()})
