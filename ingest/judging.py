"""What the answer to a fetch means for its feed: the outcome, the state, and when it is fetched next.

Nothing here touches the database.
"""

from __future__ import annotations

import hashlib
import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

from django.conf import settings

from ingest import schedule
from ingest.fetching import Answer, FetchResult
from ingest.models import Feed, FeedState, FetchOutcome
from ingest.parsing import ParsedFeed
from ingest.schedule import Wishes

REFUSALS = frozenset({HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE})
"""By these a publisher asks to be left alone; no operator's hurry overrides them."""
COURTS = frozenset({"uscourts.gov"})
"""Publishers whose feeds are the courts' own."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of a fetch, and the columns of its feed that change."""

    outcome: FetchOutcome
    error: str
    changes: dict[str, Any]

    @property
    def is_refusal(self) -> bool:
        """Whether the publisher asked to be left alone, with all of its feeds."""
        return self.outcome == FetchOutcome.REFUSED


def judge(feed: Feed, answer: Answer, *, now: datetime, parsed: ParsedFeed | None = None, problem: str = "") -> Verdict:
    """Judge the answer to a fetch; `parsed` is its new body, `problem` why that could not be read or stored."""
    result = answer.result
    if result is not None and result.status == HTTPStatus.GONE:
        gone = {"state": FeedState.GONE, "next_fetch_at": None, "next_fetch_reason": ""}
        return Verdict(FetchOutcome.GONE, "The server says that the feed is gone for good", gone)
    reason = (str(answer.error) if answer.error else problem) or _reason_against(feed, result)
    if result is None or reason:
        is_refusal = result is not None and result.status in REFUSALS
        outcome = FetchOutcome.REFUSED if is_refusal else FetchOutcome.FAILED
        return Verdict(outcome, reason, _failed(feed, result, now=now))
    changes: dict[str, Any] = {"state": FeedState.ACTIVE, "failures": 0, "last_success_at": now}
    changes |= _moved(feed, result, now=now)
    if result.is_not_modified:
        outcome = FetchOutcome.NOT_MODIFIED
    else:
        outcome = FetchOutcome.UNCHANGED if parsed is None else FetchOutcome.STORED
        changes |= {
            "etag": result.etag or "",
            "last_modified": result.last_modified or "",
            "body_digest": digest(result.body),
        }
    if parsed is not None:
        changes |= _told_by(parsed, now=now)
    return Verdict(outcome, "", changes | _next_fetch(feed, result, changes, now=now))


def refusal(publisher: str, refusals: int, result: FetchResult, *, now: datetime) -> schedule.NextFetch:
    """Say until when a publisher wants to be left alone that has refused so many times in a row."""
    return schedule.after_refusal(
        refusals,
        now=now,
        status=result.status,
        publisher=publisher,
        retry_after=_seconds(result.retry_after),
        jitter=_chance(),
        scale=settings.FETCH_TIME_SCALE,
    )


def digest(body: bytes) -> str:
    """Give the SHA-256 of a body, in hexadecimal."""
    return hashlib.sha256(body).hexdigest()


def _reason_against(feed: Feed, result: FetchResult | None) -> str:
    """Say why an answer is no good, or nothing where it is."""
    if result is None or result.is_success:
        return ""
    if result.status in REFUSALS:
        return f"The server asks to be left alone (status {result.status})"
    if not result.is_not_modified:
        return f"The server answered with status {result.status}"
    if not (feed.etag or feed.last_modified):
        return "The server answered 304 to a request that did not ask for changes only"
    return ""


def _failed(feed: Feed, result: FetchResult | None, *, now: datetime) -> dict[str, Any]:
    failures = feed.failures + 1
    planned = schedule.after_failure(
        failures,
        now=now,
        is_court=feed.publisher_id in COURTS,
        retry_after=_seconds(result.retry_after) if result else None,
        jitter=_chance(),
        scale=settings.FETCH_TIME_SCALE,
    )
    return {
        "state": FeedState.FAILING if failures >= schedule.FAILING_AFTER else FeedState.BACKING_OFF,
        "failures": failures,
        "next_fetch_at": planned.at,
        "next_fetch_reason": planned.reason,
    }


def _next_fetch(feed: Feed, result: FetchResult, changes: dict[str, Any], *, now: datetime) -> dict[str, Any]:
    # A 304 need not repeat the validators; that there was something to match shows that the server knows them.
    has_validators = result.is_not_modified or bool(changes["etag"] or changes["last_modified"])
    wishes = Wishes(
        is_court=feed.publisher_id in COURTS,
        has_validators=has_validators,
        rhythm=changes.get("rhythm", feed.rhythm),
        ttl=changes.get("ttl", feed.ttl),
        max_age=_seconds(result.max_age),
        retry_after=_seconds(result.retry_after),
        skip_hours=frozenset(changes.get("skip_hours", feed.skip_hours)),
    )
    planned = schedule.after_success(wishes, now=now, jitter=_chance(), scale=settings.FETCH_TIME_SCALE)
    return {"next_fetch_at": planned.at, "next_fetch_reason": planned.reason}


def _told_by(parsed: ParsedFeed, *, now: datetime) -> dict[str, Any]:
    """Give what a document says of its feed. A later 304 says none of it, so it is kept."""
    dates = (entry.published_at for entry in parsed.entries)
    changes: dict[str, Any] = {
        "ttl": parsed.ttl,
        "skip_hours": sorted(parsed.skip_hours),
        "rhythm": schedule.find_rhythm(date for date in dates if date is not None and date <= now),
    }
    if parsed.repeats_guids:
        changes["repeats_guids"] = True
    if parsed.title:
        changes["title"] = parsed.title[:300]
    return changes


def _moved(feed: Feed, result: FetchResult, *, now: datetime) -> dict[str, Any]:
    """Count how often the server has said in a row that the feed has moved for good to one and the same address."""
    target = result.permanent_redirect or ""
    if not target or target == feed.url:
        return {"moved_to": "", "moved_since": None, "moved_sightings": 0}
    if target != feed.moved_to or feed.moved_since is None:
        return {"moved_to": target, "moved_since": now, "moved_sightings": 1}
    return {"moved_sightings": feed.moved_sightings + 1}


def _seconds(number: int | None) -> timedelta | None:
    return None if number is None else timedelta(seconds=number)


def _chance() -> float:
    return random.random()  # noqa: S311 (no secret)
