"""How long is kept what nothing rests on: the log of fetches, and the bytes that were received.

The operator sets both (KEEP_FETCHES, KEEP_CAPTURES). The ledger, articles and their revisions have no end.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import connection
from django.utils import timezone

from ingest.capture import delete_captures
from ingest.models import Feed

logger = logging.getLogger(__name__)

FEEDS_AT_ONCE = 200
"""Feeds whose old fetches are deleted in one transaction; by feed, because the log has its index so."""

_DELETE_FETCHES = """
    DELETE FROM ingest_fetch AS old
    WHERE feed_id = ANY(%s) AND started_at < %s
    AND EXISTS (
        SELECT FROM ingest_fetch AS newer WHERE newer.feed_id = old.feed_id AND newer.started_at > old.started_at
    )
"""


@dataclass(frozen=True, slots=True)
class Pruned:
    """What went."""

    fetches: int
    bodies: int


def prune(*, now: datetime | None = None) -> Pruned:
    """Delete what is older than the operator wants to keep. May be run twice, at once, and be stopped half-way.

    Never goes what evidence of a dispute was taken from, or words that the log names, and the last fetch of a feed,
    however old.
    """
    now = now or timezone.now()
    fetches = delete_fetches(now - settings.KEEP_FETCHES) if settings.KEEP_FETCHES else 0
    bodies = delete_captures(now - settings.KEEP_CAPTURES) if settings.KEEP_CAPTURES else 0
    if fetches or bodies:
        logger.info("%d fetches and %d captured bodies were past their time and are deleted", fetches, bodies)
    return Pruned(fetches, bodies)


def delete_fetches(before: datetime) -> int:
    """Delete the log of fetches before a moment but for the last of each feed; give their number."""
    deleted = 0
    feeds = list(Feed.objects.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(feeds), FEEDS_AT_ONCE):
        with connection.cursor() as cursor:
            cursor.execute(_DELETE_FETCHES, [feeds[start : start + FEEDS_AT_ONCE], before])
            deleted += cursor.rowcount
    return deleted
