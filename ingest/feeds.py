"""What operators may do to feeds: add, fetch now, pause, resume, import a document from disk."""

from __future__ import annotations

import hashlib
import logging
import time
from datetime import datetime
from pathlib import Path
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.utils import timezone

from disputes.errors import FieldError, Invalid, NotFound, Unfit
from ingest import discovery, leases
from ingest.articles import Stored, store_entries
from ingest.doorbell import ring
from ingest.feed_lists import is_template
from ingest.fetching import Answer, FetchError, FetchPolicy, publisher_of
from ingest.fetching.guard import check_url
from ingest.judging import REFUSALS
from ingest.leases import Claim
from ingest.models import Feed, FeedState, Fetch, FetchOutcome
from ingest.parsing import ParseError, parse_feed_isolated
from ingest.polling import fetch_once
from ingest.settling import Finished, ring_for_matching, settle
from ingest.silence import note_refusal

logger = logging.getLogger(__name__)

LARGEST_DOCUMENT = 10_000_000
"""Bytes of a document that is imported from disk; the same as of one that is fetched."""

PATIENCE = 20.0
"""Seconds for which adding a feed waits for the turn of its publisher."""


def add_feed(url: str, *, by: str) -> Feed:
    """Register a feed. One GET, whose entries are stored at once; the workers match them.

    Raises Invalid where the address can't be fetched or what is there is no feed, and Unfit where it is registered
    already or its publisher may not be asked now. Nothing is kept then. Waits some seconds for a publisher that is
    asked by a worker.
    """
    policy = FetchPolicy.from_settings()
    try:
        address = str(check_url(url.strip(), policy))
    except FetchError as error:
        raise Invalid(f"{url!r} can't be a feed", [FieldError("/url", str(error))]) from error
    _require_new(address)
    token = uuid4()
    feed = Feed(url=address, publisher_id=publisher_of(address), added_by=by, lease_token=token)
    answer, publisher = _fetch_first(address, publisher_of(address), token)
    try:
        if answer.result is not None and answer.result.permanent_redirect is not None:
            _require_new(answer.result.permanent_redirect)
        _keep(feed, Finished(Claim(feed, token), answer, publisher))
    finally:
        leases.release_publishers({publisher}, {token}, answered=False)
    feed.refresh_from_db()
    return feed


def fetch_now(feed_id: int, *, by: str) -> Feed:
    """Make a feed due at once; a worker takes it. Raises NotFound, and Unfit for one that must be left alone."""
    with transaction.atomic():
        feed = _locked(feed_id)
        if feed.state in {FeedState.GONE, FeedState.PAUSED}:
            raise Unfit(f"the feed is {feed.state}; resume it first")
        _require_not_silent(publisher_of(feed.url))
        feed.next_fetch_at, feed.next_fetch_reason = timezone.now(), f"{by} asked for it"[:300]
        feed.save(update_fields=["next_fetch_at", "next_fetch_reason"])
        logger.info("%s asked for feed %s to be fetched now", by, feed.pk)
        ring("ingest.tasks.poll_due_feeds")
    return feed


def pause_feed(feed_id: int, *, by: str, reason: str = "") -> Feed:
    """Stop polling a feed. Raises Unfit where it is gone or paused."""
    with transaction.atomic():
        feed = _locked(feed_id)
        if feed.state in {FeedState.GONE, FeedState.PAUSED}:
            raise Unfit(f"the feed is {feed.state} already")
        feed.state, feed.next_fetch_at, feed.next_fetch_reason = FeedState.PAUSED, None, ""
        feed.pause_reason = (reason or f"Paused by {by}")[:300]
        # Whoever fetches it just now must not set it going again.
        feed.lease_token = feed.lease_until = None
        feed.save(
            update_fields=["state", "next_fetch_at", "next_fetch_reason", "pause_reason", "lease_token", "lease_until"]
        )
        logger.info("%s paused feed %s: %s", by, feed.pk, feed.pause_reason)
    return feed


def resume_feed(feed_id: int, *, by: str) -> Feed:
    """Poll a paused feed again, or try one that was gone; it is due at once. Raises Unfit for any other."""
    with transaction.atomic():
        feed = _locked(feed_id)
        if feed.state not in {FeedState.GONE, FeedState.PAUSED}:
            raise Unfit(f"the feed is {feed.state}, not paused")
        if is_template(feed.url):
            raise Unfit("its address is a template; add a feed with your search words in place of the braces")
        feed.state, feed.pause_reason, feed.failures = FeedState.ACTIVE, "", 0
        feed.next_fetch_at, feed.next_fetch_reason = timezone.now(), f"{by} resumed it"[:300]
        feed.save(update_fields=["state", "pause_reason", "failures", "next_fetch_at", "next_fetch_reason"])
        logger.info("%s resumed feed %s", by, feed.pk)
        ring("ingest.tasks.poll_due_feeds")
    return feed


def why_not_fetched(feed: Feed, *, ignore_schedule: bool = False) -> str:
    """Say why a poll passes a feed over now, and what to do; one query."""
    if feed.state in leases.NEVER_FETCHED:
        return f"it is {feed.state}{f' ({feed.pause_reason})' if feed.pause_reason else ''}; resume it first"
    until = leases.silent_until(publisher_of(feed.url))
    if until is not None:
        return f"its publisher asked to be left alone until {_utc(until)}"
    if feed.next_fetch_at and feed.next_fetch_at > timezone.now() and not ignore_schedule:
        return f"it is due at {_utc(feed.next_fetch_at)}, since {feed.next_fetch_reason}; --now fetches it at once"
    return "a worker asks its publisher just now; try again in a minute"


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


def _fetch_first(address: str, publisher: str, token: UUID) -> tuple[Answer, str]:
    """Fetch an address that is no feed yet, in its publisher's turn; say also which publisher was asked last."""
    deadline = time.monotonic() + PATIENCE
    while not leases.lease_publisher(publisher, token):
        _require_not_silent(publisher)
        if time.monotonic() > deadline:
            raise Unfit(f"{publisher} is being asked for another feed; try again in a minute")
        time.sleep(0.05)
    return fetch_once(address, publisher, token)


def _keep(feed: Feed, finished: Finished) -> None:
    """Store a feed and what it brought, or nothing where it brought nothing."""
    result = finished.answer.result
    if result is not None and result.status in REFUSALS:
        # That the publisher wants to be left alone counts for its other feeds, though this one is not kept.
        with transaction.atomic():
            until = note_refusal(result, now=timezone.now()).at
        detail = f"{finished.publisher} asks to be left alone (status {result.status}); try again after {_utc(until)}"
        raise Invalid(f"{feed.url} does not give a feed now", [FieldError("/url", detail)])
    with transaction.atomic():
        try:
            with transaction.atomic():
                feed.save()
        except IntegrityError as error:
            raise Unfit(f"{feed.url} is registered already") from error
        (fetch,) = settle([finished])
        ring_for_matching([fetch])
        if fetch.outcome != FetchOutcome.STORED:
            detail = fetch.error or f"the answer was {fetch.outcome}"
            if hint := discovery.hint(result, policy=FetchPolicy.from_settings()):
                detail = f"{detail}. {hint}"
            raise Invalid(f"{feed.url} does not give a feed", [FieldError("/url", detail)])


def _require_not_silent(publisher: str) -> None:
    until = leases.silent_until(publisher)
    if until is not None:
        raise Unfit(f"the publisher asked to be left alone until {_utc(until)}")


def _utc(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"


def _require_new(address: str) -> None:
    there = Feed.objects.filter(url=address).first()
    if there is not None:
        raise Unfit(f"{address} is registered already, as feed {there.pk} ({there.get_state_display()})")


def _locked(feed_id: int) -> Feed:
    try:
        return Feed.objects.select_for_update().get(pk=feed_id)
    except Feed.DoesNotExist as error:
        raise NotFound(f"there is no feed {feed_id}") from error
