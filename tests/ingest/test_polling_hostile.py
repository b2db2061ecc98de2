"""Polling a hostile server: whatever it does, the feed has a state, a reason and a next try, and others go on."""

from __future__ import annotations

import asyncio
import gzip
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from datetime import timedelta
from ipaddress import ip_address

import pytest
from django.utils import timezone
from pytest_django import Settings

from disputes.models import Article
from ingest import polling
from ingest.models import Feed, FeedState, Fetch, FetchOutcome, Publisher
from tests.ingest.hostile_server import FORBIDDEN_HOST, HostileServer, Respond, always, answer, redirect
from tests.support.publisher import Item, rss

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
FEED = rss(Item("https://press.example/1", "Article 1", "The text."))


@contextmanager
def serving(respond: Respond) -> Iterator[HostileServer]:
    """Run a hostile server in a thread of its own."""
    server = HostileServer(respond)
    loop = asyncio.new_event_loop()
    ready: Future[None] = Future()
    done = asyncio.Event()

    async def serve() -> None:
        async with server:
            ready.set_result(None)
            await done.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=[serve()])
    thread.start()
    try:
        ready.result(10)
        yield server
    finally:
        loop.call_soon_threadsafe(done.set)
        thread.join()
        loop.close()


@pytest.fixture
def poll(settings: Settings) -> Callable[[HostileServer], Feed]:
    def poll(server: HostileServer) -> Feed:
        settings.FETCH_ALLOW |= {(ip_address("127.0.0.1"), server.port)}
        feed, _new = Feed.objects.get_or_create(url=server.url("/feed"))
        Feed.objects.filter(pk=feed.pk).update(next_fetch_at=timezone.now())
        Publisher.objects.update(next_request_at=None, silent_until=None)
        polling.poll(feed_ids=[feed.pk])
        feed.refresh_from_db()
        return feed

    return poll


def wait(feed: Feed) -> timedelta:
    assert feed.next_fetch_at is not None
    return feed.next_fetch_at - timezone.now()


async def never_ending(_request: object, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        writer.write(b"10000\r\n" + b"x" * 65_536 + b"\r\n")
        await writer.drain()


FLOOD = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n" + b"".join(b"X-%d: y\r\n" % number for number in range(5_000))
BOMB = gzip.compress(bytes(50_000_000), 9)

ATTACKS: dict[str, tuple[Respond, str]] = {
    "a body that never ends": (never_ending, "larger than 5,000,000 bytes"),
    "a gzip bomb": (always(answer(200, {"Content-Encoding": "gzip"}, BOMB)), "larger than 10,000,000 bytes"),
    "half a gzip": (always(answer(200, {"Content-Encoding": "gzip"}, gzip.compress(FEED)[:-9])), "cut it off"),
    "brotli": (always(answer(200, {"Content-Encoding": "br"}, b"\x1b")), "encoded as 'br'"),
    "a length that lies": (always(answer(200, {}, FEED, length=len(FEED) + 9), close=True), "before its declared end"),
    "a length beyond all": (always(answer(200, {}, FEED, length=10**12)), "is declared as"),
    "a flood of headers": (always(FLOOD + b"\r\n"), "no proper HTTP answer"),
    "no HTTP": (always(b"SSH-2.0-OpenSSH_9.6\r\n", close=True), "no proper HTTP answer"),
    "silence": (always(b"", close=True), "hung up without an answer"),
    "redirects in a circle": (always(redirect("/feed")), "in a circle"),
    "a redirect to the forbidden host": (always(redirect(f"http://{FORBIDDEN_HOST}/")), "not a public address"),
    "a redirect to a file": (always(redirect("file:///etc/passwd")), "only http and https"),
    "304 to an unconditional request": (always(answer(304)), "304"),
    "an empty body": (always(answer(200)), "empty"),
    "a page": (always(answer(200, {"Content-Type": "text/html"}, b"<html><title>Sorry</title></html>")), "page"),
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_every_failure_has_a_state_a_reason_and_a_next_try(attack: str, poll: Callable[[HostileServer], Feed]) -> None:
    respond, reason = ATTACKS[attack]
    with serving(respond) as hostile, serving(always(answer(200, {"ETag": "1"}, FEED))) as friendly:
        assert poll(friendly).state == FeedState.ACTIVE
        Feed.objects.update(etag="", last_modified="")
        feed = poll(hostile)
    assert feed.state == FeedState.BACKING_OFF
    assert reason in feed.last_error
    assert HOUR * 0.99 < wait(feed) < HOUR * 1.11
    assert "failure 1 in a row" in feed.next_fetch_reason
    assert feed.lease_token is None
    assert Fetch.objects.get(feed=feed).outcome == FetchOutcome.FAILED
    assert Article.objects.count() == 1


@pytest.mark.parametrize(
    "validator", ['W/"1"', "unquoted", '"', "x" * 300, "'; DROP TABLE ingest_feed; --", "\u00fcml\u00e4ut \u2603"]
)
def test_validators_come_back_byte_for_byte(validator: str, poll: Callable[[HostileServer], Feed]) -> None:
    with serving(always(answer(200, {"ETag": validator, "Last-Modified": validator}, FEED))) as server:
        assert poll(server).state == FeedState.ACTIVE
        assert poll(server).state == FeedState.ACTIVE
    sent = server.requests[1].headers
    for name in ("if-none-match", "if-modified-since"):
        assert sent[name].encode("latin-1") == validator.encode()


def test_a_server_whose_validators_lie_loses_nothing(poll: Callable[[HostileServer], Feed]) -> None:
    """The same ETag for another document: what counts is the document."""
    with serving(always(answer(200, {"ETag": "same"}, FEED))) as server:
        poll(server)
        server.respond = always(
            answer(200, {"ETag": "same"}, rss(Item("https://press.example/2", "Article 2", "The text.")))
        )
        poll(server)
    assert Article.objects.count() == 2


@pytest.mark.parametrize(
    ("headers", "hours"),
    [
        ({"Retry-After": "rubbish"}, 1),
        ({"Retry-After": "-5"}, 1),
        ({"Retry-After": "99999999999999999999999999"}, 1),
        ({"Retry-After": "9999999999"}, 168),
        ({"Retry-After": "Fri, 31 Dec 9999 23:59:59 GMT"}, 168),
        ({"Retry-After": "Wed, 19 Apr 2023 10:00:00 GMT"}, 1),
        ({"Cache-Control": "max-age=315360000"}, 24),
        ({"Cache-Control": "max-age=rubbish", "Expires": "0"}, 1),
        ({"Expires": "Fri, 31 Dec 9999 23:59:59 GMT"}, 24),
    ],
)
def test_no_header_makes_a_feed_wait_for_ever_or_not_at_all(
    headers: dict[str, str], hours: float, poll: Callable[[HostileServer], Feed]
) -> None:
    with serving(always(answer(200, {"ETag": "1", **headers}, FEED))) as server:
        feed = poll(server)
    assert feed.state == FeedState.ACTIVE
    assert hours * HOUR * 0.99 < wait(feed) < hours * HOUR * 1.11
