"""What operators may do to feeds: add, fetch now, pause, resume, import a document from disk."""

from __future__ import annotations

import asyncio
import hashlib
import logging
from pathlib import Path

from django.db import IntegrityError, transaction
from django.utils import timezone

from disputes.errors import FieldError, Invalid, NotFound, Unfit
from ingest.articles import Stored, store_entries
from ingest.doorbell import ring
from ingest.fetching import Fetcher, FetchError, FetchPolicy
from ingest.fetching.guard import check_url
from ingest.models import Feed, FeedState, Fetch, FetchOutcome
from ingest.parsing import ParseError, parse_feed_isolated
from ingest.polling import PUBLISHERS_BLOCKS, Answer, claim_feeds, fetch_feed, poll, settle

logger = logging.getLogger(__name__)

LARGEST_DOCUMENT = 10_000_000
"""Bytes of a document that is imported from disk; the same as of one that is fetched."""


def add_feed(url: str, *, by: str) -> Feed:
    """Register a feed. One GET, whose entries are stored at once; the workers match them.

    Raises Invalid where the address can't be fetched or what is there is no feed, and Unfit where it is registered
    already. Nothing is kept then.
    """
    policy = FetchPolicy.from_settings()
    try:
        address = str(check_url(url.strip(), policy))
    except FetchError as error:
        raise Invalid(f"{url!r} can't be a feed", [FieldError("/url", str(error))]) from error
    _require_new(address)
    feed = Feed(url=address, added_by=by)
    answer = asyncio.run(_fetch_alone(feed, policy))
    if answer.result is not None and answer.result.permanent_redirect is not None:
        feed.url = answer.result.permanent_redirect
        _require_new(feed.url)
    with transaction.atomic():
        try:
            feed.save()
        except IntegrityError as error:
            raise Unfit(f"{feed.url} is registered already") from error
        fetch = settle(feed, answer, token=None)
        if fetch.outcome != FetchOutcome.STORED:
            raise Invalid(
                f"{url} does not give a feed", [FieldError("/url", fetch.error or f"the answer was {fetch.outcome}")]
            )
    feed.refresh_from_db()
    return feed


def fetch_now(feed_id: int, *, by: str) -> Feed:
    """Make a feed due at once; a worker takes it. Raises NotFound, and Unfit for one that must be left alone."""
    with transaction.atomic():
        feed = _locked(feed_id)
        if feed.state in {FeedState.GONE, FeedState.PAUSED}:
            raise Unfit(f"the feed is {feed.state}; resume it first")
        now = timezone.now()
        if feed.last_status in PUBLISHERS_BLOCKS and feed.next_fetch_at and feed.next_fetch_at > now:
            raise Unfit(f"the publisher asked to be left alone until {feed.next_fetch_at:%Y-%m-%d %H:%M} UTC")
        feed.next_fetch_at = now
        feed.save(update_fields=["next_fetch_at"])
        logger.info("%s asked for feed %s to be fetched now", by, feed.pk)
        ring("ingest.tasks.poll_due_feeds")
    return feed


def pause_feed(feed_id: int, *, by: str, reason: str = "") -> Feed:
    """Stop polling a feed. Raises Unfit where it is gone or paused."""
    with transaction.atomic():
        feed = _locked(feed_id)
        if feed.state in {FeedState.GONE, FeedState.PAUSED}:
            raise Unfit(f"the feed is {feed.state} already")
        feed.state, feed.next_fetch_at = FeedState.PAUSED, None
        feed.pause_reason = (reason or f"Paused by {by}")[:300]
        feed.save(update_fields=["state", "next_fetch_at", "pause_reason"])
        logger.info("%s paused feed %s: %s", by, feed.pk, feed.pause_reason)
    return feed


def resume_feed(feed_id: int, *, by: str) -> Feed:
    """Poll a paused feed again, or try one that was gone; it is due at once. Raises Unfit for any other."""
    with transaction.atomic():
        feed = _locked(feed_id)
        if feed.state not in {FeedState.GONE, FeedState.PAUSED}:
            raise Unfit(f"the feed is {feed.state}, not paused")
        feed.state, feed.pause_reason, feed.failures = FeedState.ACTIVE, "", 0
        feed.next_fetch_at = timezone.now()
        feed.save(update_fields=["state", "pause_reason", "failures", "next_fetch_at"])
        logger.info("%s resumed feed %s", by, feed.pk)
        ring("ingest.tasks.poll_due_feeds")
    return feed


def poll_in_foreground(feed_ids: list[int] | None, *, ignore_schedule: bool) -> list[Fetch]:
    """Fetch feeds without a worker: those that are due, or all of these whatever their schedule."""
    fetches: list[Fetch] = []
    done: set[int] = set()
    while claims := claim_feeds(feed_ids=feed_ids, ignore_schedule=ignore_schedule, leave_out=done):
        done |= {claim.feed.pk for claim in claims}
        fetches += poll(claims)
    return fetches


def import_document(path: Path, *, by: str) -> tuple[Feed, Stored]:
    """Run a feed document from disk through the same pipeline, and keep it as a paused feed of its own.

    The same file again stores nothing twice. Raises Invalid where it can't be read or is no feed.
    """
    try:
        body = path.read_bytes() if path.stat().st_size <= LARGEST_DOCUMENT else None
    except OSError as error:
        raise Invalid(f"{path} can't be read: {error.strerror}") from error
    if body is None:
        raise Invalid(f"{path} is larger than {LARGEST_DOCUMENT:,} bytes")
    now = timezone.now()
    try:
        parsed = parse_feed_isolated(body, content_type=None, url=path.absolute().as_uri(), now=now)
    except ParseError as error:
        raise Invalid(f"{path} is no feed: {error}") from error
    with transaction.atomic():
        feed, _created = Feed.objects.get_or_create(
            url=f"https://import.invalid/{path.name}",
            defaults={
                "title": (parsed.title or path.name)[:300],
                "state": FeedState.PAUSED,
                "pause_reason": "Imported from a file",
                "added_by": by,
            },
        )
        stored = store_entries(feed, parsed, now=now)
        Fetch.objects.create(
            feed=feed,
            started_at=now,
            bytes=len(body),
            entries=stored.entries,
            new_articles=stored.new_articles,
            outcome=FetchOutcome.STORED,
        )
        Feed.objects.filter(pk=feed.pk).update(
            last_fetch_at=now, last_success_at=now, body_digest=hashlib.sha256(body).hexdigest()
        )
        ring("ingest.tasks.match_articles")
    return feed, stored


async def _fetch_alone(feed: Feed, policy: FetchPolicy) -> Answer:
    async with Fetcher(policy) as fetcher:
        return await fetch_feed(feed, fetcher)


def _require_new(address: str) -> None:
    there = Feed.objects.filter(url=address).first()
    if there is not None:
        raise Unfit(f"{address} is registered already, as feed {there.pk} ({there.get_state_display()})")


def _locked(feed_id: int) -> Feed:
    try:
        return Feed.objects.select_for_update().get(pk=feed_id)
    except Feed.DoesNotExist as error:
        raise NotFound(f"there is no feed {feed_id}") from error
