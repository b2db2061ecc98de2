"""Leaving a publisher alone that asks for it, by 429 or 503, whatever it was asked for: a feed, a page, robots.txt."""

from __future__ import annotations

from datetime import datetime

from ingest import judging
from ingest.fetching import FetchResult, publisher_of
from ingest.models import Feed, Publisher
from ingest.schedule import NextFetch


def note_refusal(result: FetchResult, *, now: datetime) -> NextFetch:
    """Leave all feeds and pages of a publisher alone that asked for it; say until when. Four queries."""
    domain = publisher_of(result.url)
    publisher, _created = Publisher.objects.select_for_update().get_or_create(domain=domain)
    publisher.refusals += 1
    planned = judging.refusal(domain, publisher.refusals, result, now=now)
    planned = NextFetch(max(planned.at, publisher.silent_until or planned.at), planned.reason)
    publisher.silent_until = planned.at
    publisher.save(update_fields=["refusals", "silent_until"])
    sooner = Feed.objects.filter(publisher=domain, next_fetch_at__lt=planned.at)
    sooner.update(next_fetch_at=planned.at, next_fetch_reason=planned.reason)
    return planned
