"""Writing down what came of fetches: entries, validators, state, next time, and a line in the log."""

from __future__ import annotations

import json
import logging
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError, transaction
from django.utils import timezone

from disputes import prepared
from ingest import judging
from ingest.articles import store_entries
from ingest.capture import keep_feed_document
from ingest.doorbell import ring
from ingest.fetching import Answer, publisher_of
from ingest.judging import Verdict, judge
from ingest.leases import Claim, release_publishers
from ingest.models import Feed, FeedState, Fetch, FetchOutcome
from ingest.parsing import ParsedFeed, ParseError, parse_feed_isolated
from ingest.reading.enlisting import enlist
from ingest.schedule import has_moved
from ingest.silence import note_refusal

logger = logging.getLogger(__name__)

NO_TIME: Final = "It was fetched, but the documents before it took so long that no time was left to read it"
_TYPES: Final = {
    "url": "text",
    "publisher_id": "text",
    "title": "text",
    "state": "text",
    "pause_reason": "text",
    "etag": "text",
    "last_modified": "text",
    "body_digest": "text",
    "repeats_guids": "boolean",
    "next_fetch_at": "timestamptz",
    "next_fetch_reason": "text",
    "ttl": "interval",
    "rhythm": "interval",
    "skip_hours": "jsonb",
    "moved_to": "text",
    "moved_since": "timestamptz",
    "moved_sightings": "integer",
    "last_fetch_at": "timestamptz",
    "last_success_at": "timestamptz",
    "last_status": "integer",
    "last_error": "text",
    "failures": "integer",
}
"""The columns of a feed that a fetch may change."""
_WRITE: Final = (
    f"UPDATE ingest_feed SET lease_token = NULL, lease_until = NULL, "  # noqa: S608 (names from above)
    f"{', '.join(f'{column} = given.{column}' for column in _TYPES)} "
    f"FROM jsonb_to_recordset(%s::jsonb) AS given(id bigint, token uuid, "
    f"{', '.join(f'{column} {kind}' for column, kind in _TYPES.items())}) "
    "WHERE ingest_feed.id = given.id AND ingest_feed.lease_token = given.token RETURNING ingest_feed.id"
)

_HOLD: Final = "SELECT id FROM ingest_feed WHERE id = %s AND lease_token = %s FOR UPDATE"
_LOGGED: Final = {
    "feed_id": "bigint",
    "started_at": "timestamptz",
    "duration_ms": "integer",
    "status": "integer",
    "bytes": "integer",
    "entries": "integer",
    "new_articles": "integer",
    "parse_ms": "integer",
    "outcome": "text",
    "error": "text",
}
"""The columns of the log."""
_LOG: Final = (
    f"INSERT INTO ingest_fetch ({', '.join(_LOGGED)}) "  # noqa: S608 (names from above)
    f"SELECT * FROM unnest({', '.join(f'%s::{kind}[]' for kind in _LOGGED.values())}) RETURNING id"
)


@dataclass(frozen=True, slots=True)
class Finished:
    """A claimed feed and what its fetch brought."""

    claim: Claim
    answer: Answer
    publisher: str
    """Who was asked last, and is still leased under the claim's token."""

    @property
    def feed(self) -> Feed:
        """The feed as it was when it was claimed."""
        return self.claim.feed

    @property
    def has_new_body(self) -> bool:
        """Whether there is something to parse."""
        result = self.answer.result
        return result is not None and result.is_success and judging.digest(result.body) != self.feed.body_digest


def settle(finished: Sequence[Finished], *, may_parse: bool = True) -> list[Fetch]:
    """Write down what came of fetches; give their log.

    What brought nothing new is written together, in one transaction of a few queries; what has to be stored one by
    one, each in a transaction of its own, so that no feed stops another. A finisher whose lease was given to another,
    or taken by an operator, writes nothing. Unless it `may_parse`, new bodies count as failures for want of time.
    The caller rings for the matcher, see `ring_for_matching`. Raises OperationalError where the database went away;
    the same call again then writes what is missing.
    """
    fetches = _settle_unchanged([one for one in finished if not one.has_new_body])
    for one in finished:
        if one.has_new_body:
            fetches += _settle_new_body(one, may_parse=may_parse)
    return fetches


def ring_for_matching(fetches: Sequence[Fetch]) -> None:
    """Have the articles matched that some fetches brought; a message costs as much as matching an article."""
    if any(fetch.new_articles or fetch.outcome == FetchOutcome.STORED for fetch in fetches):
        ring("ingest.tasks.match_articles")


def _settle_unchanged(finished: Sequence[Finished]) -> list[Fetch]:
    if not finished:
        return []
    now = timezone.now()
    verdicts = [(one, judge(one.feed, one.answer, now=now)) for one in finished]
    try:
        with transaction.atomic():
            return _write(verdicts, now=now)
    except (OperationalError, InterfaceError):
        raise
    except DatabaseError:
        if len(finished) == 1:
            raise
        # One row that the database refuses must not keep out the others.
        return [fetch for one in finished for fetch in _settle_unchanged([one])]


def _settle_new_body(one: Finished, *, may_parse: bool) -> list[Fetch]:
    started = time.perf_counter()
    parsed, problem = _parse(one) if may_parse else (None, NO_TIME)
    parse_ms = int((time.perf_counter() - started) * 1000)
    now = timezone.now()
    verdict = judge(one.feed, one.answer, now=now, parsed=parsed, problem=problem)
    if parsed is not None:
        try:
            return _store(one, verdict, parsed, now=now, parse_ms=parse_ms)
        except (OperationalError, InterfaceError, SoftTimeLimitExceeded):
            raise
        except Exception as error:
            # It would fail again in a moment, so it needs a state, a reason and a later try like any other failure.
            logger.exception("Feed %s could not be stored", one.feed.pk)
            verdict = judge(
                one.feed, one.answer, now=now, problem=f"What it brought could not be stored: {error!r}"[:500]
            )
    with transaction.atomic():
        return _write([(one, verdict)], now=now, parse_ms=parse_ms)


@transaction.atomic
def _store(one: Finished, verdict: Verdict, parsed: ParsedFeed, *, now: datetime, parse_ms: int) -> list[Fetch]:
    if not prepared.execute(_HOLD, (one.feed.pk, one.claim.token)):
        return _write([(one, verdict)], now=now)
    stored = store_entries(one.feed, parsed, now=now)
    if one.answer.result is not None:
        told = keep_feed_document(one.feed, one.answer.result, fetched_at=one.answer.started_at, stored_at=now)
        enlist(told, now=now)
    counts = {"entries": stored.entries, "new_articles": stored.new_articles, "parse_ms": parse_ms}
    (fetch,) = _write([(one, verdict)], now=now, **counts)
    return [fetch]


def _parse(one: Finished) -> tuple[ParsedFeed | None, str]:
    """Parse a new body. Outside of any transaction: it may take seconds."""
    result = one.answer.result
    if result is None:
        return None, ""
    try:
        parsed = parse_feed_isolated(
            result.body,
            content_type=result.content_type,
            url=result.url,
            now=timezone.now(),
            trust_guids=not one.feed.repeats_guids,
        )
    except ParseError as error:
        return None, str(error)
    return parsed, ""


def _write(verdicts: Sequence[tuple[Finished, Verdict]], *, now: datetime, **counts: int) -> list[Fetch]:
    """Change the feeds that are still held, log their fetches with these counts, and let their publishers go."""
    for one, verdict in verdicts:
        if verdict.is_refusal and one.answer.result is not None:
            silence = note_refusal(one.answer.result, now=now)
            own = verdict.changes["next_fetch_at"]
            verdict.changes.update(next_fetch_at=max(silence.at, own), next_fetch_reason=silence.reason)
        elif _wants_new_address(one, verdict, now=now):
            _adopt(one, verdict)
    rows = [_row(one, verdict) for one, verdict in verdicts]
    held = {key for (key,) in prepared.execute(_WRITE, [json.dumps(rows)])}
    fetches = []
    for one, verdict in verdicts:
        if one.feed.pk not in held:
            logger.info("Feed %s was taken over meanwhile; what was fetched of it is left to the other", one.feed.pk)
            continue
        fetches.append(_log_line(one, verdict, **counts))
    _log(fetches)
    _release([one for one, _verdict in verdicts])
    return fetches


def _log(fetches: Sequence[Fetch]) -> None:
    """Write the log, and give its lines their ids. One query."""
    columns = [[getattr(fetch, name) for fetch in fetches] for name in _LOGGED]
    for fetch, (key,) in zip(fetches, prepared.execute(_LOG, columns), strict=True):
        fetch.pk = key


def _release(finished: Sequence[Finished]) -> None:
    groups: defaultdict[bool, list[Finished]] = defaultdict(list)
    for one in finished:
        result = one.answer.result
        groups[result is not None and result.status not in judging.REFUSALS].append(one)
    for answered, group in groups.items():
        release_publishers({one.publisher for one in group}, {one.claim.token for one in group}, answered=answered)


def _wants_new_address(one: Finished, verdict: Verdict, *, now: datetime) -> bool:
    sightings, since = verdict.changes.get("moved_sightings", 0), one.feed.moved_since
    return since is not None and has_moved(sightings, since=since, now=now, scale=settings.FETCH_TIME_SCALE)


def _adopt(one: Finished, verdict: Verdict) -> None:
    """Fetch a feed from where it has moved, unless that is a feed of its own already. One query."""
    target = one.feed.moved_to
    other = Feed.objects.filter(url=target).exclude(pk=one.feed.pk).first()
    if other is None:
        logger.info("Feed %s has moved for good from %s to %s", one.feed.pk, one.feed.url, target)
        verdict.changes.update(url=target, publisher_id=publisher_of(target))
    else:
        reason = f"It has moved for good to {target}, which is feed {other.pk} already"
        verdict.changes.update(
            state=FeedState.PAUSED, pause_reason=reason[:300], next_fetch_at=None, next_fetch_reason=""
        )
    verdict.changes.update(moved_to="", moved_since=None, moved_sightings=0)


def _row(one: Finished, verdict: Verdict) -> dict[str, Any]:
    result = one.answer.result
    row = {column: getattr(one.feed, column) for column in _TYPES}
    row |= verdict.changes
    row |= {
        "last_fetch_at": one.answer.started_at,
        "last_status": result.status if result else None,
        "last_error": verdict.error,
    }
    return {
        "id": one.feed.pk,
        "token": str(one.claim.token),
        **{column: _as_text(value) for column, value in row.items()},
    }


def _as_text(value: Any) -> Any:
    match value:
        case datetime():
            return value.isoformat()
        case timedelta():
            return f"{value.total_seconds()} seconds"
        case str():
            # What came from outside may hold what PostgreSQL's text and JSON's UTF-8 can't.
            return value.replace("\x00", "").encode(errors="replace").decode()
        case _:
            return value


def _log_line(one: Finished, verdict: Verdict, **counts: int) -> Fetch:
    answer = one.answer
    return Fetch(
        feed=one.feed,
        started_at=answer.started_at,
        duration_ms=int((answer.ended_at - answer.started_at).total_seconds() * 1000),
        status=answer.result.status if answer.result else None,
        bytes=answer.result.wire_bytes if answer.result else 0,
        outcome=verdict.outcome,
        error=str(_as_text(verdict.error)),
        **counts,
    )
