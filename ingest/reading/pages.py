"""Reading what is due: ask, judge, write down."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from disputes.models import Article
from ingest import judging
from ingest.articles import keep_revision, text_digest
from ingest.capture import keep, link
from ingest.doorbell import ring
from ingest.fetching import (
    BadAddressError,
    BadEncodingError,
    BadRedirectError,
    Fetcher,
    FetchError,
    FetchPolicy,
    FetchResult,
    ForbiddenAddressError,
    TooLargeError,
)
from ingest.models import Capture, FeedEntry, FullTextWish, Page, PageHost, PageState, PendingMatch
from ingest.reading.enlisting import host_of
from ingest.reading.extraction import PageText
from ingest.reading.isolation import ReadingFailedError, reader
from ingest.reading.robots import MOST_BYTES
from ingest.reading.rules import Rules
from ingest.reading.turns import PAUSE, Turn, release, take_turns
from ingest.silence import note_refusal

logger = logging.getLogger(__name__)

AT_ONCE: Final = 10
"""Pages that one task asks for at once, each of another host; their bodies are in memory together."""
RUN_SECONDS: Final = 5.0
"""A run takes on what is due for so long; the next is asked for every few seconds, and other stages come between."""
MOST_REDIRECTS: Final = 5
MOST_FAILURES: Final = 5
"""Tries after which a page is given up."""
ROBOTS_LIFETIME: Final = timedelta(hours=24)
"""RFC 9309, section 2.4: a robots.txt should not be used for longer."""
RETRY_FIRST: Final = timedelta(hours=1)
BETTER: Final = 1.1
"""A page's text takes the place of the feed's where it is at least so many times as long."""
ACCEPT: Final = "text/html,application/xhtml+xml;q=0.9,*/*;q=0.1"
_FINAL: Final = (BadAddressError, BadEncodingError, BadRedirectError, ForbiddenAddressError, TooLargeError)
"""Errors of a fetch that another try would meet again, at the same cost for the server."""
_WALLS: Final = {
    HTTPStatus.UNAUTHORIZED: (PageState.LOGIN, "The server wants a login"),
    HTTPStatus.PAYMENT_REQUIRED: (PageState.PAYWALL, "The server wants a payment"),
    HTTPStatus.FORBIDDEN: (PageState.REFUSED, "The server refuses us the page"),
    HTTPStatus.UNAVAILABLE_FOR_LEGAL_REASONS: (PageState.REFUSED, "The page is withheld for legal reasons"),
    HTTPStatus.NOT_FOUND: (PageState.GONE, "The page is not found"),
    HTTPStatus.GONE: (PageState.GONE, "The page is gone for good"),
}


@dataclass(frozen=True, slots=True)
class _Answer:
    started_at: datetime
    result: FetchResult | None
    error: FetchError | None


@dataclass(frozen=True, slots=True)
class _Verdict:
    """What an answer means: one of the three."""

    text: PageText | None = None
    changes: Mapping[str, Any] = field(default_factory=dict)
    retry: str = ""
    """Why the page is to be tried again."""


def read_pages(*, seconds: float = RUN_SECONDS) -> int:
    """Read what is due, and what becomes due meanwhile; give the number of requests.

    Takes on nothing more when its time is over: the slowest batch after that ends within the time limit of a task.
    """
    if not settings.READ_PAGES:
        return 0
    until = time.monotonic() + seconds
    requests = 0
    while done := read_due_pages():
        requests += done
        if time.monotonic() > until:
            break
    return requests


def read_due_pages(*, limit: int = AT_ONCE) -> int:
    """Make the requests that are due, one for each host, and write down what came of them; give their number."""
    turns = _still_wanted(take_turns(limit=limit))
    if not turns:
        return 0
    answers: Sequence[_Answer] = asyncio.run(_ask_all(turns))
    for turn, answer in zip(turns, answers, strict=True):
        try:
            _settle(turn, answer)
        except Exception:
            # One page must never stop another. Its lease runs out and it is tried again.
            logger.exception("The page %s could not be settled", turn.page.url)
        refused = answer.result is not None and answer.result.status in judging.REFUSALS
        release([turn], answered=answer.result is not None and not refused)
    return len(turns)


def _still_wanted(turns: Sequence[Turn]) -> list[Turn]:
    """Take out what an operator has forbidden, or robots.txt disallows: nothing of it is asked for."""
    rules = Rules.load() if turns else Rules([])
    wanted = []
    for turn in turns:
        feeds = FeedEntry.objects.filter(article=turn.page.pk).values_list("feed_id", flat=True)
        outcome: dict[str, Any] | None = None
        for url in (turn.page.article.url, turn.page.url):
            wish, reason = rules.wish(url, feeds)
            if wish == FullTextWish.NEVER:
                outcome = _settled(PageState.UNWANTED, reason)
        if outcome is None and not turn.is_robots:
            outcome = _ask_robots(turn)
        if outcome is None:
            wanted.append(turn)
        else:
            _write(turn, outcome)
            release([turn], answered=False)
    return wanted


def _ask_robots(turn: Turn) -> dict[str, Any] | None:
    """Give what becomes of a page that its host's robots.txt does not allow; None where it does."""
    rules = turn.page.host.robots
    if not rules:
        return None
    try:
        permission = reader.ask_robots(rules, turn.page.url)
    except ReadingFailedError as error:
        return _settled(PageState.DISALLOWED, f"robots.txt can't be read, so nothing is taken for allowed: {error}")
    if permission.delay > PAUSE.total_seconds():
        pause = timedelta(seconds=permission.delay) / settings.FETCH_TIME_SCALE
        PageHost.objects.filter(pk=turn.page.host_id).update(next_request_at=timezone.now() + pause)
    return None if permission.is_allowed else _settled(PageState.DISALLOWED, "robots.txt disallows it")


async def _ask_all(turns: Sequence[Turn]) -> list[_Answer]:
    async with Fetcher(FetchPolicy.from_settings()) as fetcher:
        return list(await asyncio.gather(*(_ask(turn, fetcher) for turn in turns)))


async def _ask(turn: Turn, fetcher: Fetcher) -> _Answer:
    started_at = timezone.now()
    accept = "text/plain,*/*;q=0.1" if turn.is_robots else ACCEPT
    try:
        # Each redirect is a request of its own, with a turn and a robots.txt of its own.
        return _Answer(started_at, await fetcher.fetch(turn.url, accept=accept, follow_redirects=False), None)
    except FetchError as error:
        return _Answer(started_at, None, error)
    except Exception as error:  # noqa: BLE001 (what a hostile server provokes must have a state as well)
        return _Answer(started_at, None, FetchError(f"the fetch failed in an unforeseen way: {error!r}"[:500]))


def _settle(turn: Turn, answer: _Answer) -> None:
    now = timezone.now()
    if turn.is_robots:
        with transaction.atomic():
            _settle_robots(turn, answer, now=now)
        return
    result = answer.result
    # Outside of any transaction: it may take seconds.
    verdict = _explain(answer.error) if result is None else _judge(turn, result)
    with transaction.atomic():
        if verdict.retry:
            changes = _later(turn, verdict.retry, result, now=now)
        elif verdict.text is not None and result is not None:
            changes = _store(turn, answer.started_at, result, verdict.text, now=now)
        else:
            changes = dict(verdict.changes)
        _write(turn, {**changes, "last_try_at": answer.started_at, "last_status": result.status if result else None})


def _explain(error: FetchError | None) -> _Verdict:
    """Say whether another try could go better where there was no usable answer."""
    if isinstance(error, _FINAL):
        return _Verdict(changes=_settled(PageState.UNREADABLE, str(error)))
    return _Verdict(retry=str(error))


def _judge(turn: Turn, result: FetchResult) -> _Verdict:
    """Say what an answer is: the text of the page, what stands in its place, or nothing yet."""
    if result.redirect is not None:
        return _Verdict(changes=_redirected(turn, result.redirect))
    if result.status in _WALLS:
        state, reason = _WALLS[HTTPStatus(result.status)]
        return _Verdict(changes=_settled(state, f"{reason} (status {result.status})"))
    if not result.is_success:
        return _Verdict(retry=f"The server answered with status {result.status}")
    headers = {name.lower(): value for name, value in result.response_headers}
    article = turn.page.article
    try:
        found = reader.read_page(
            result.body, headers=headers, url=result.url, expected=f"{article.title} {article.text[:2_000]}"
        )
    except ReadingFailedError as error:
        return _Verdict(changes=_settled(PageState.UNREADABLE, f"The page can't be read: {error}"))
    if found.state != PageState.READ:
        return _Verdict(changes=_settled(PageState(found.state), found.reason))
    return _Verdict(text=found)


def _redirected(turn: Turn, target: str) -> dict[str, Any]:
    if turn.page.redirects >= MOST_REDIRECTS:
        return _settled(PageState.UNREADABLE, f"More than {MOST_REDIRECTS} redirects, the last one to {target}")
    if len(target) > 2_048:
        return _settled(PageState.UNREADABLE, "It redirects to an address that is too long to be one")
    PageHost.objects.bulk_create([PageHost(host=host_of(target))], ignore_conflicts=True)
    return {
        "url": target,
        "host_id": host_of(target),
        "redirects": turn.page.redirects + 1,
        "reason": f"Redirected to {target}",
        "next_try_at": timezone.now(),
    }


def _store(turn: Turn, fetched_at: datetime, result: FetchResult, found: PageText, *, now: datetime) -> dict[str, Any]:
    """Let the article have the page's text where that is better; what it said before stays as a revision.

    The bytes are kept with it, and it waits to be matched again.
    """
    article = Article.objects.select_for_update(no_key=True).get(pk=turn.page.pk)
    if article.erased_at is not None:
        return _settled(PageState.UNWANTED, "The words of the article were erased meanwhile")
    previous = _capture_of(turn.page)
    is_edit = previous is not None and found.text != article.text
    if not is_edit and len(found.text) < BETTER * len(article.text):
        return _settled(PageState.NOTHING_MORE, f"The page has {len(found.text):,} characters of text")
    title = article.title or found.title
    digest = text_digest(title, found.text)
    if digest != article.digest:
        keep_revision(article, now=now)
        article.title, article.text, article.digest, article.captured_at = title, found.text, digest, now
    article.language = article.language or found.language
    article.author = article.author or found.author
    article.save(update_fields=["title", "text", "digest", "captured_at", "language", "author"])
    capture = keep(result, fetched_at=fetched_at, stored_at=now)
    link(capture, [(article.pk, digest)])
    PendingMatch.objects.update_or_create(article=article)
    ring("ingest.tasks.match_articles")
    return {**_settled(PageState.READ, ""), "capture": capture, "failures": 0}


def _capture_of(page: Page) -> Capture | None:
    return Capture.objects.filter(pk=page.capture_id).first() if page.capture_id else None


def _settle_robots(turn: Turn, answer: _Answer, *, now: datetime) -> None:
    """Write down what robots.txt says: 4xx allows all, and while it can't be received nothing is asked for."""
    result = answer.result
    host = PageHost.objects.select_for_update().get(pk=turn.page.host_id)
    page: dict[str, Any] = {"last_try_at": answer.started_at, "next_try_at": now}
    lifetime = ROBOTS_LIFETIME / settings.FETCH_TIME_SCALE
    if result is not None and result.redirect is not None and host.robots_failures < MOST_REDIRECTS:
        host.robots_location = result.redirect[:2_048]
        host.robots_failures += 1
    elif (
        result is not None
        and (result.is_success or 400 <= result.status < 500)
        and result.status not in judging.REFUSALS
    ):
        rules = result.body[:MOST_BYTES].decode("utf-8", "replace").replace("\x00", "")
        host.robots = rules if result.is_success else ""
        host.robots_expires_at, host.robots_location, host.robots_failures = now + lifetime, "", 0
    else:
        what = str(answer.error) if result is None else f"the server answered with status {result.status}"
        host.robots_location, host.robots_failures = "", 0
        page |= _later(turn, f"robots.txt can't be received, so nothing is asked for: {what}", result, now=now)
    host.save(update_fields=["robots", "robots_expires_at", "robots_location", "robots_failures"])
    _write(turn, page)


def _later(turn: Turn, reason: str, result: FetchResult | None, *, now: datetime) -> dict[str, Any]:
    """Put a page off, twice as long each time, or give it up; leave the publisher alone that asks for it."""
    if result is not None and result.status in judging.REFUSALS:
        until = note_refusal(result, now=now).at
        return {"reason": f"{turn.publisher} asks to be left alone (status {result.status})", "next_try_at": until}
    failures = turn.page.failures + 1
    if failures >= MOST_FAILURES:
        return {**_settled(PageState.FAILED, f"Given up after {failures} tries: {reason}"), "failures": failures}
    wait = RETRY_FIRST * 2 ** (failures - 1) / settings.FETCH_TIME_SCALE
    return {"reason": reason, "failures": failures, "next_try_at": now + wait}


def _settled(state: PageState, reason: str) -> dict[str, Any]:
    return {"state": state, "reason": reason[:1_000], "next_try_at": None}


def _write(turn: Turn, changes: dict[str, Any]) -> None:
    """Write to the page that is still held; a late finisher overwrites nothing."""
    held = Page.objects.filter(pk=turn.page.pk, lease_token=turn.token)
    if not held.update(**changes, lease_token=None, lease_until=None):
        logger.info("The page %s was taken over by another worker; its state is left alone", turn.page.url)
