"""Finding the feeds of a page: those that it names, else those at the usual addresses."""

from __future__ import annotations

import io
from collections.abc import Iterator
from ipaddress import ip_address

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from disputes.errors import Invalid, Unfit
from ingest.discovery import feeds_of_page, find_feeds
from ingest.feeds import resume_feed
from ingest.fetching import FetchPolicy
from ingest.models import Feed, FeedState
from tests.support.publisher import Answer, Item, Publisher, Request, rss

FEED = Answer(rss(Item("https://press.example/1", "Article 1", "The text.")))
PAGE = b"""<!doctype html><html><head><title>The press</title>
<link rel="alternate" type="application/rss+xml" title="Comments" href="/comments/feed">
<link rel="alternate" type="application/rss+xml; charset=utf-8" title="All  news" href="/feed.xml">
<link rel="ALTERNATE" type="application/atom+xml" href="atom?a=1&amp;b=2">
<link rel="alternate" hreflang="de" href="/de/">
<link rel="alternate" type="application/rss+xml" href="javascript:alert(1)">
<link rel="alternate" type="application/rss+xml" href="file:///etc/passwd">
<link rel="alternate" type="application/rss+xml" href="http://127.0.0.2/feed">
<link rel="stylesheet" type="text/css" href="/style.css">
</head><body></body></html>"""


@pytest.fixture
def policy() -> FetchPolicy:
    return FetchPolicy.from_settings()


@pytest.fixture
def publisher(settings: Settings) -> Iterator[Publisher]:
    settings.FETCH_TIME_SCALE = 1000
    with Publisher(lambda _request: FEED) as server:
        settings.FETCH_ALLOW = frozenset({(ip_address("127.0.0.1"), server.port)})
        yield server


def test_it_works(policy: FetchPolicy) -> None:
    found = feeds_of_page(PAGE, url="https://press.example/section/", policy=policy)
    assert [(feed.url, feed.title) for feed in found] == [
        ("https://press.example/feed.xml", "All news"),
        ("https://press.example/section/atom?a=1&b=2", ""),
        ("https://press.example/comments/feed", "Comments"),
    ]


def test_a_base_counts(policy: FetchPolicy) -> None:
    page = b'<base href="https://other.example/x/"><link rel=alternate type=application/rss+xml href=feed>'
    assert [feed.url for feed in feeds_of_page(page, url="https://a.example/", policy=policy)] == [
        "https://other.example/x/feed"
    ]


@pytest.mark.parametrize(
    "page",
    [
        b"",
        b"\x00\xff",
        b"{}",
        b"<",
        b"<link rel=alternate type=application/rss+xml href='http://[::1'>",
        b"<a>" * 90_000,
    ],
)
def test_rubbish_names_no_feed(policy: FetchPolicy, page: bytes) -> None:
    assert feeds_of_page(page, url="https://press.example/", policy=policy) == []


def test_a_page_that_names_thousands_is_cut(policy: FetchPolicy) -> None:
    links = b"".join(b'<link rel=alternate type=application/rss+xml href="/%d">' % number for number in range(9000))
    assert len(feeds_of_page(links, url="https://press.example/", policy=policy)) == 20


def test_a_feed_is_itself(publisher: Publisher) -> None:
    assert [feed.url for feed in find_feeds(publisher.url)] == [publisher.url]
    assert len(publisher.requests) == 1


def test_a_page_that_names_its_feeds_costs_one_request(publisher: Publisher) -> None:
    publisher.answer = lambda _request: Answer(PAGE)
    assert len(find_feeds(publisher.url)) == 3
    assert len(publisher.requests) == 1


def test_the_usual_addresses_are_tried_in_turn_until_one_is_a_feed(publisher: Publisher) -> None:
    def answer(request: Request) -> Answer:
        return {"/": Answer(b"<html><p>Welcome</p></html>"), "/rss.xml": FEED}.get(request.path, Answer(status=404))

    publisher.answer = answer
    found = find_feeds(f"http://{publisher.address}/")
    assert [(feed.url, feed.title) for feed in found] == [(f"http://{publisher.address}/rss.xml", "The press")]
    assert [request.path for request in publisher.requests] == ["/", "/feed", "/rss.xml"]


def test_the_command_lists_feeds_or_fails(publisher: Publisher) -> None:
    out = io.StringIO()
    call_command("find_feeds", publisher.url, stdout=out)
    assert publisher.url in out.getvalue()
    publisher.answer = lambda _request: Answer(b"<html><p>Nothing</p></html>")
    with pytest.raises(CommandError, match="names no feed"):
        call_command("find_feeds", publisher.url)
    publisher.answer = lambda _request: Answer(status=500)
    with pytest.raises(CommandError, match="status 500"):
        call_command("find_feeds", publisher.url)


@pytest.mark.parametrize("url", ["", "press", "file:///etc/passwd", "http://127.0.0.2/", "http://127.0.0.1:9/"])
def test_what_can_not_be_fetched_is_refused(url: str) -> None:
    with pytest.raises(Invalid):
        find_feeds(url)


@pytest.mark.django_db
def test_adding_a_page_says_which_feeds_it_names(publisher: Publisher) -> None:
    publisher.answer = lambda _request: Answer(PAGE)
    with pytest.raises(CommandError) as refused:
        call_command("add_feed", publisher.url)
    assert f"http://{publisher.address}/feed.xml (All news)" in str(refused.value)
    assert "add one by its address" in str(refused.value)
    assert len(publisher.requests) == 1
    assert not Feed.objects.exists(), "nothing is kept"
    publisher.answer = lambda _request: Answer(b"<html><p>Nothing here</p></html>")
    with pytest.raises(CommandError, match="find_feeds"):
        call_command("add_feed", publisher.url)


@pytest.mark.django_db
def test_a_template_is_not_resumed() -> None:
    feed = Feed.objects.create(url="https://search.example/?q={query}", state=FeedState.PAUSED)
    with pytest.raises(Unfit, match="template"):
        resume_feed(feed.pk, by="operator")
