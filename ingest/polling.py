"""Polling feeds: claim what is due, fetch it, settle what came back."""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from ingest import schedule
from ingest.articles import store_entries
from ingest.doorbell import ring
from ingest.fetching import Fetcher, FetchError, FetchPolicy, FetchResult
from ingest.models import Feed, FeedState, Fetch, FetchOutcome
from ingest.parsing import ParsedFeed, ParseError, parse_feed_isolated

logger = logging.getLogger(__name__)

PUBLISHERS_BLOCKS = frozenset({HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE})
"""By these a publisher asks to be left alone; no operator's hurry overrides them."""
BATCH = 20
"""Feeds in flight in one task; bodies of all of them are in memory at once."""
LEASE = timedelta(minutes=4)
"""How long a claim keeps other workers off; a worker that died gives its feeds back after this."""
BATCH_SECONDS = 120
"""How long the fetches of one batch may take; what is not done by then stays due."""


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to fetch a feed and to write down what came of it; good while the feed bears the token."""

    feed: Feed
    token: UUID


@dataclass(frozen=True, slots=True)
class Answer:
    """What a fetch brought: an answer of the server, or why there was none."""

    started_at: datetime
    result: FetchResult | None
    error: FetchError | None


def poll_due_feeds(*, limit: int = BATCH) -> int:
    """Fetch the feeds that are due, up to a limit; give their number."""
    return len(poll(claim_feeds(limit=limit)))


def claim_feeds(
    *,
    limit: int = BATCH,
    feed_ids: Sequence[int] | None = None,
    leave_out: Collection[int] = (),
    ignore_schedule: bool = False,
) -> list[Claim]:
    """Claim feeds that are due and that nobody else holds, the longest overdue first.

    With `ignore_schedule` feeds are claimed that are not due yet, but never one that is gone, paused or asked to be
    left alone. Two workers never hold the same feed.
    """
    now = timezone.now()
    feeds = Feed.objects.filter(Q(lease_until=None) | Q(lease_until__lt=now)).exclude(
        state__in=[FeedState.GONE, FeedState.PAUSED]
    )
    if feed_ids is not None:
        feeds = feeds.filter(pk__in=feed_ids)
    if leave_out:
        feeds = feeds.exclude(pk__in=leave_out)
    if ignore_schedule:
        feeds = feeds.exclude(Q(last_status__in=PUBLISHERS_BLOCKS) & Q(next_fetch_at__gt=now))
    else:
        feeds = feeds.filter(next_fetch_at__lte=now)
    token = uuid4()
    with transaction.atomic():
        claimed = list(feeds.select_for_update(skip_locked=True).order_by("next_fetch_at", "pk")[:limit])
        Feed.objects.filter(pk__in=[feed.pk for feed in claimed]).update(lease_token=token, lease_until=now + LEASE)
    return [Claim(feed, token) for feed in claimed]


def poll(claims: Sequence[Claim]) -> list[Fetch]:
    """Fetch the claimed feeds, many at once, and settle each; give the log of the fetches.

    What can't be fetched within the batch's time is let go and stays due.
    """
    if not claims:
        return []
    answers = asyncio.run(_fetch_all([claim.feed for claim in claims]))
    fetches = []
    for claim, answer in zip(claims, answers, strict=True):
        if answer is None:
            Feed.objects.filter(pk=claim.feed.pk, lease_token=claim.token).update(lease_token=None, lease_until=None)
            continue
        try:
            fetches.append(settle(claim.feed, answer, token=claim.token))
        except Exception:
            # One feed must never stop another. Its lease runs out and it is tried again.
            logger.exception("Feed %s could not be settled", claim.feed.pk)
    return fetches


async def fetch_feed(feed: Feed, fetcher: Fetcher) -> Answer:
    """Fetch one feed, conditionally where it gave validators."""
    started_at = timezone.now()
    try:
        result = await fetcher.fetch(feed.url, etag=feed.etag or None, last_modified=feed.last_modified or None)
    except FetchError as error:
        return Answer(started_at, None, error)
    return Answer(started_at, result, None)


async def _fetch_all(feeds: Sequence[Feed]) -> list[Answer | None]:
    async with Fetcher(FetchPolicy.from_settings()) as fetcher:
        tasks = [asyncio.create_task(fetch_feed(feed, fetcher)) for feed in feeds]
        _done, late = await asyncio.wait(tasks, timeout=BATCH_SECONDS)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
    return [task.result() if not task.cancelled() and task.exception() is None else None for task in tasks]


def settle(feed: Feed, answer: Answer, *, token: UUID | None) -> Fetch:
    """Write down what came of a fetch: entries, validators, state, next time, and a line in the log.

    One transaction. A finisher whose lease was given to another stores the entries, which is harmless twice, but
    leaves the schedule to the other.
    """
    parsed, problem = _parse(feed, answer)
    now = timezone.now()
    with transaction.atomic():
        fetch = Fetch(
            feed=feed,
            started_at=answer.started_at,
            duration_ms=int((now - answer.started_at).total_seconds() * 1000),
            status=answer.result.status if answer.result else None,
            bytes=answer.result.wire_bytes if answer.result else 0,
        )
        changes = _judge(feed, answer, parsed, problem, fetch, now=now)
        if parsed is not None:
            stored = store_entries(feed, parsed, now=now)
            fetch.entries, fetch.new_articles = stored.entries, stored.new_articles
            if stored.new_articles or stored.changed_articles:
                ring("ingest.tasks.match_articles")
        fetch.save()
        changes |= {"last_fetch_at": answer.started_at, "last_status": fetch.status, "last_error": fetch.error}
        holders = Feed.objects.filter(pk=feed.pk)
        if token is not None:
            holders = holders.filter(lease_token=token)
        if not holders.update(**changes, lease_token=None, lease_until=None):
            logger.info("Feed %s was taken over by another worker; its schedule is left alone", feed.pk)
    return fetch


def _parse(feed: Feed, answer: Answer) -> tuple[ParsedFeed | None, ParseError | None]:
    """Parse the body where there is a new one. Outside of any transaction: it may take seconds."""
    result = answer.result
    if result is None or not result.is_success or _digest(result.body) == feed.body_digest:
        return None, None
    try:
        return (
            parse_feed_isolated(
                result.body,
                content_type=result.content_type,
                url=result.url,
                now=timezone.now(),
                trust_guids=not feed.repeats_guids,
            ),
            None,
        )
    except ParseError as error:
        return None, error


def _judge(
    feed: Feed,
    answer: Answer,
    parsed: ParsedFeed | None,
    problem: ParseError | None,
    fetch: Fetch,
    *,
    now: datetime,
) -> dict[str, object]:
    """Name the outcome in the log line, and say how the feed changes."""
    result = answer.result
    if result is not None and result.status == HTTPStatus.GONE:
        fetch.outcome, fetch.error = FetchOutcome.GONE, "The server says that the feed is gone for good"
        return {"state": FeedState.GONE, "next_fetch_at": None}
    reason = str(answer.error or problem or "") or _reason_against(feed, result)
    if result is None or reason:
        refused = result is not None and result.status in PUBLISHERS_BLOCKS
        fetch.outcome, fetch.error = FetchOutcome.REFUSED if refused else FetchOutcome.FAILED, reason
        return _failed(feed, now=now, retry_after=_seconds(result.retry_after) if result else None)
    max_age = _seconds(result.max_age)
    changes: dict[str, object] = {
        "state": FeedState.ACTIVE,
        "failures": 0,
        "last_success_at": now,
        "next_fetch_at": now + schedule.interval(ttl=parsed.ttl if parsed else None, max_age=max_age),
    }
    if result.is_not_modified:
        fetch.outcome = FetchOutcome.NOT_MODIFIED
        return changes
    fetch.outcome = FetchOutcome.STORED if parsed is not None else FetchOutcome.UNCHANGED
    changes |= {
        "etag": result.etag or "",
        "last_modified": result.last_modified or "",
        "body_digest": _digest(result.body),
    }
    if parsed is not None and parsed.repeats_guids:
        changes["repeats_guids"] = True
    if parsed is not None and parsed.title:
        changes["title"] = parsed.title[:300]
    return changes


def _reason_against(feed: Feed, result: FetchResult | None) -> str:
    """Say why an answer is no good, or nothing where it is."""
    if result is None or result.is_success:
        return ""
    if result.status in PUBLISHERS_BLOCKS:
        return f"The server asks to be left alone (status {result.status})"
    if not result.is_not_modified:
        return f"The server answered with status {result.status}"
    if not (feed.etag or feed.last_modified):
        return "The server answered 304 to a request that did not ask for changes only"
    return ""


def _failed(feed: Feed, *, now: datetime, retry_after: timedelta | None) -> dict[str, object]:
    failures = feed.failures + 1
    return {
        "state": FeedState.FAILING if failures >= schedule.FAILING_AFTER else FeedState.BACKING_OFF,
        "failures": failures,
        "next_fetch_at": now + schedule.backoff(failures, retry_after=retry_after),
    }


def _seconds(number: int | None) -> timedelta | None:
    return None if number is None else timedelta(seconds=number)


def _digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()
