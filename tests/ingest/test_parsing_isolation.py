"""A document that never ends, eats memory or kills its parser takes nothing else with it."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import psutil
import pytest

from ingest.parsing import NotAFeed, ParsedFeed, ParseError, ParserPool, parse_feed, parse_feed_isolated
from ingest.parsing.protocol import Request

NOW = datetime(2025, 6, 1, 12, 0, tzinfo=UTC)
URL = "https://example.org/feed"
FEED = (
    b"<rss version='2.0'><channel><title>F</title><ttl>60</ttl><item><guid>1</guid><title>caf\xc3\xa9</title>"
    b"<link>/1</link><pubDate>Wed, 05 Mar 2025 10:00:00 GMT</pubDate></item></channel></rss>"
)
# Two seconds of work and 1 GB on a quick machine: an element with millions of others in it.
SLOW = b"<rss><channel><item>" + b"<a/>" * 6_000_000 + b"</item></channel></rss>"
ROOMY = 2 * 1024**3
"""Bytes of memory that let a document be slow."""
REQUEST = Request(content_type=None, url=URL, now=NOW, trust_guids=True)


@pytest.fixture
def pool() -> Iterator[ParserPool]:
    pool = ParserPool(timeout=10, processor=10, memory=ROOMY)
    yield pool
    pool.close()


def test_it_works() -> None:
    isolated = parse_feed_isolated(FEED, content_type="text/xml", url=URL, now=NOW)
    assert isolated == parse_feed(FEED, content_type="text/xml", url=URL, now=NOW)
    assert isolated.entries[0].title == "caf\u00e9"


def test_errors_come_through_with_their_reason(pool: ParserPool) -> None:
    with pytest.raises(NotAFeed) as caught:
        pool.parse(b"", REQUEST)
    assert caught.value.reason == "empty"
    with pytest.raises(ParseError) as other:
        pool.parse(b"<!DOCTYPE rss [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><rss/>", REQUEST)
    assert other.value.reason == "entities"
    assert not isinstance(other.value, NotAFeed)


def _children() -> set[int]:
    return {child.pid for child in psutil.Process().children() if "ingest.parsing.child" in child.cmdline()}


def test_a_child_is_used_again(pool: ParserPool) -> None:
    before = _children()
    pool.parse(FEED, REQUEST)
    first = _children() - before
    pool.parse(FEED, REQUEST)
    assert _children() - before == first
    assert len(first) == 1
    pool.close()
    assert not first & _children()


def test_a_child_is_replaced_after_its_share_of_documents() -> None:
    before = _children()
    pool = ParserPool(timeout=10, documents=1)
    pool.parse(FEED, REQUEST)
    assert _children() == before


def test_a_document_that_takes_too_long_is_killed_and_the_next_one_is_read() -> None:
    pool = ParserPool(timeout=1, memory=ROOMY)
    started = time.monotonic()
    with pytest.raises(ParseError) as caught:
        pool.parse(SLOW, REQUEST)
    assert caught.value.reason == "parse_timeout"
    assert time.monotonic() - started < 5
    assert len(pool.parse(FEED, REQUEST).entries) == 1
    pool.close()


def test_a_document_that_takes_too_much_memory_is_refused_and_the_next_one_is_read() -> None:
    pool = ParserPool()
    with pytest.raises(ParseError) as caught:
        pool.parse(SLOW, REQUEST)
    assert caught.value.reason == "parse_memory"
    assert len(pool.parse(FEED, REQUEST).entries) == 1
    pool.close()


def test_a_document_that_takes_too_much_processor_time_is_refused_however_long_it_may_wait() -> None:
    pool = ParserPool(timeout=60, processor=0.5, memory=ROOMY)
    with pytest.raises(ParseError) as caught:
        pool.parse(SLOW, REQUEST)
    assert caught.value.reason == "parse_timeout"
    assert "processor time" in caught.value.message
    assert len(pool.parse(FEED, REQUEST).entries) == 1
    pool.close()


FLOODS = {
    "unclosed items": b"<rss><channel>" + b"<item><title>x</title>" * 280_000,
    "attributes": b"<rss><channel><item " + b" ".join(b"a%d='>'" % number for number in range(800_000)) + b"/>",
    "items": b"<rss><channel>" + b"<item/>" * 1_400_000,
    "broken items": b"<rss><channel>" + b"<item><title>AT&T <b></title></item>" * 250_000,
    "titles in an item": b"<rss><channel><item>" + b"<title>x</title>" * 600_000,
    "unclosed tags": b"<rss><channel>"
    + (b"<item><description>" + b"&lt;b id=1&gt;" * 4_000 + b"&lt;/p&gt;" * 3_900 + b"</description></item>") * 100
    + b"</channel>",
    "ampersands": b"<rss><channel><item><title>" + b"&" * 9_900_000,
    "JSON": b'{"version":"https://jsonfeed.org/version/1","items":[' + b"{}," * 3_000_000 + b"{}]}",
}


@pytest.mark.parametrize("flood", FLOODS)
def test_ten_megabytes_made_to_hurt_end_in_time_with_what_could_be_read_or_a_reason(flood: str) -> None:
    pool = ParserPool()
    before = _children()
    pool.parse(FEED, REQUEST)
    (pid,) = _children() - before
    child = psutil.Process(pid)
    assert child.rlimit(psutil.RLIMIT_AS)[0] == 200_000_000
    try:
        outcome = "read" if pool.parse(FLOODS[flood], REQUEST).flagged else "taken for sound"
    except ParseError as error:
        outcome = error.reason
    assert outcome in {"read", "too_deep", "parse_memory", "parse_timeout"}
    if pid in _children():
        times = child.cpu_times()
        assert times.user + times.system < 3
    pool.close()


@pytest.mark.parametrize(("title", "last"), [("x", "x"), ("x", "\u4e2d"), ("\U0001f600", "x")])
def test_the_largest_documents_that_are_fetched_are_read(title: str, last: str) -> None:
    # One wide letter makes a whole text take two or four bytes for each.
    words = "&lt;p&gt;Some words, for a paragraph.&lt;/p&gt;" * 100 + last
    item = f"<item><guid>%d</guid><title>{title}</title><description>{words}</description></item>"
    body = f"<rss><channel>{''.join(item % number for number in range(2_000))}</channel></rss>".encode()
    assert 8_500_000 < len(body) < 10_000_000
    pool = ParserPool()
    assert len(pool.parse(body, REQUEST).entries) == 2_000
    pool.close()


def test_a_child_that_dies_while_idle_is_replaced(pool: ParserPool) -> None:
    before = _children()
    pool.parse(FEED, REQUEST)
    (pid,) = _children() - before
    os.kill(pid, signal.SIGKILL)
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
    assert len(pool.parse(FEED, REQUEST).entries) == 1


def test_a_child_that_dies_at_work_is_an_error(pool: ParserPool) -> None:
    before = _children()
    pool.parse(FEED, REQUEST)
    (pid,) = _children() - before
    killer = threading.Timer(0.3, os.kill, (pid, signal.SIGSEGV))
    killer.start()
    with pytest.raises(ParseError) as caught:
        pool.parse(SLOW, REQUEST)
    killer.join()
    assert caught.value.reason == "parse_crash"


def test_many_threads_share_a_pool(pool: ParserPool) -> None:
    results: list[ParsedFeed] = []
    bodies = [FEED.replace(b"<title>F", b"<title>%d" % number) for number in range(4)]
    threads = [threading.Thread(target=lambda body=body: results.append(pool.parse(body, REQUEST))) for body in bodies]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(feed.title for feed in results) == ["0", "1", "2", "3"]


def test_a_fork_does_not_share_its_parents_child(pool: ParserPool) -> None:
    pool.parse(FEED, REQUEST)
    pid = os.fork()
    if pid == 0:
        # Nothing of pytest may run in here.
        try:
            good = len(pool.parse(FEED, REQUEST).entries) == 1
            pool.close()
        finally:
            os._exit(0 if good else 1)
    assert os.waitpid(pid, 0)[1] == 0
    assert len(pool.parse(FEED, REQUEST).entries) == 1


def test_the_child_sees_no_secrets(pool: ParserPool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "not for strangers")
    before = _children()
    pool.parse(FEED, REQUEST)
    (pid,) = _children() - before
    assert "SECRET_KEY" not in psutil.Process(pid).environ()
