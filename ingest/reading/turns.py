"""Whose turn it is: one page of a host at a time, so many seconds apart, shared by all workers through the database."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now

from ingest.fetching import publisher_of
from ingest.leases import lease_publisher, release_publishers
from ingest.models import Page, PageHost

PAUSE: Final = timedelta(seconds=5)
"""Between two requests to a host for pages or its robots.txt; its Crawl-delay where that is longer."""
LEASE: Final = timedelta(minutes=4)
"""How long a turn keeps other workers off; a worker that died gives its pages back after this."""


@dataclass(frozen=True, slots=True)
class Turn:
    """The right to make one request for a page, to its host alone, and to write down what came of it."""

    page: Page
    token: UUID
    url: str
    """The page, or the robots.txt of its host."""
    is_robots: bool

    @property
    def publisher(self) -> str:
        """Who is asked; leased under the token, so that feeds of the same domain wait as well."""
        return publisher_of(self.url)


def take_turns(*, limit: int) -> list[Turn]:
    """Take the turns that are due, the longest overdue first: one for each host.

    Passed over are hosts that were asked a moment ago, and publishers that somebody asks now or that want to be left
    alone. Three queries, and three for each turn.
    """
    rested = Q(host__next_request_at=None) | Q(host__next_request_at__lte=Now())
    free = Q(next_try_at__lte=Now()) & (Q(lease_until=None) | Q(lease_until__lt=Now())) & rested
    first_of_each = Page.objects.filter(free).order_by("host", "next_try_at", "pk").distinct("host")
    token = uuid4()
    with transaction.atomic():
        # Asked again under the locks, since a row may have changed hands between the choice and its lock.
        pages = list(
            Page.objects.filter(free, pk__in=first_of_each.values("pk"))
            .select_related("host", "article")
            .select_for_update(skip_locked=True, of=("self", "host"))
            .order_by("next_try_at", "pk")[:limit]
        )
        Page.objects.filter(pk__in=[page.pk for page in pages]).update(lease_token=token, lease_until=Now() + LEASE)
        pause = PAUSE / settings.FETCH_TIME_SCALE
        PageHost.objects.filter(pk__in=[page.host_id for page in pages]).update(next_request_at=Now() + pause)
        now = PageHost.objects.values_list(Now(), flat=True).first()
    turns = []
    for page in pages:
        fresh = page.host.robots_expires_at is not None and now is not None and page.host.robots_expires_at > now
        robots = page.host.robots_location or f"{page.host_id}/robots.txt"
        turn = Turn(page, token, page.url if fresh else robots, is_robots=not fresh)
        if lease_publisher(turn.publisher, token):
            turns.append(turn)
        else:
            give_back([turn])
    return turns


def give_back(turns: Collection[Turn]) -> None:
    """Let go of pages that were not asked for; they stay due. One query."""
    held = Page.objects.filter(pk__in=[turn.page.pk for turn in turns], lease_token__in={turn.token for turn in turns})
    held.update(lease_token=None, lease_until=None)


def release(turns: Collection[Turn], *, answered: bool) -> None:
    """Let go of the publishers that were asked. One query."""
    if turns:
        release_publishers({turn.publisher for turn in turns}, {turn.token for turn in turns}, answered=answered)
