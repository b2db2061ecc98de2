"""Polling: what is due is fetched, settled and put off as its publisher wants."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from ipaddress import ip_address

import pytest
from django.utils import timezone
from pytest_django import Settings

from disputes.errors import Invalid, Unfit
from disputes.models import Article
from ingest import feeds, leases, polling
from ingest.models import Feed, FeedState, Fetch, FetchOutcome, Publisher
from tests.support import publisher as loopback
from tests.support.publisher import Answer, Item, rss

pytestmark = pytest.mark.django_db

ITEM = Item("https://press.example/1", "Article 1", "The text.")
GOOD = Answer(rss(ITEM), headers={"ETag": '"one"', "Last-Modified": "Wed, 19 Apr 2023 10:00:00 GMT"})


@pytest.fixture
def publisher(settings: Settings) -> Iterator[loopback.Publisher]:
    with loopback.Publisher(lambda _request: GOOD) as server:
        settings.FETCH_ALLOW = frozenset({(ip_address("127.0.0.1"), server.port)})
        yield server


@pytest.fixture
def feed(publisher: loopback.Publisher) -> Feed:
    return feeds.add_feed(publisher.url, by="operator")


def make_due() -> None:
    """Let the time of all feeds come, and the pauses and silences of their publishers end."""
    Feed.objects.exclude(state__in=leases.NEVER_FETCHED).update(next_fetch_at=timezone.now())
    Publisher.objects.update(next_request_at=None, silent_until=None)


def poll(feed: Feed) -> Fetch:
    """Let the feed's time come, and poll what is due."""
    make_due()
    (fetch,) = polling.poll()
    feed.refresh_from_db()
    return fetch


def claim() -> list[leases.Claim]:
    leases.name_publishers()
    return leases.claim_feeds(limit=10)


def test_it_works(publisher: loopback.Publisher, feed: Feed) -> None:
    assert (feed.title, feed.state, feed.last_status, feed.etag) == ("The press", FeedState.ACTIVE, 200, '"one"')
    assert Article.objects.get().title == "Article 1"
    assert len(publisher.requests) == 1, "adding a feed costs one GET"
    assert feed.next_fetch_at is not None
    assert timedelta(minutes=59) < feed.next_fetch_at - timezone.now() < timedelta(minutes=67)
    assert feed.next_fetch_reason == "no feed is fetched more often than every 1 hour"
    assert claim() == [], "it is not due yet"


def test_validators_are_sent_back_byte_for_byte(publisher: loopback.Publisher, feed: Feed) -> None:
    publisher.answer = lambda _request: Answer(status=304)
    fetch = poll(feed)
    sent = publisher.requests[-1].headers
    assert (sent["If-None-Match"], sent["If-Modified-Since"]) == ('"one"', "Wed, 19 Apr 2023 10:00:00 GMT")
    assert fetch.outcome == FetchOutcome.NOT_MODIFIED
    assert feed.state == FeedState.ACTIVE


def test_the_same_body_is_not_stored_again(feed: Feed) -> None:
    assert poll(feed).outcome == FetchOutcome.UNCHANGED


def test_validators_of_a_body_that_could_not_be_parsed_are_not_kept(publisher: loopback.Publisher, feed: Feed) -> None:
    publisher.answer = lambda _request: Answer(b"<html><title>Sorry</title></html>", headers={"ETag": '"broken"'})
    fetch = poll(feed)
    assert fetch.outcome == FetchOutcome.FAILED
    assert fetch.error
    assert (feed.etag, feed.state, feed.last_error) == ('"one"', FeedState.BACKING_OFF, fetch.error)


def test_failures_are_put_off_longer_each_time_and_a_success_forgives(
    publisher: loopback.Publisher, feed: Feed
) -> None:
    publisher.answer = lambda _request: Answer(status=500)
    waits = []
    for _failure in range(5):
        poll(feed)
        assert feed.next_fetch_at is not None
        waits.append(feed.next_fetch_at - timezone.now())
    assert waits == sorted(waits)
    assert waits[-1] > timedelta(hours=15)
    assert (feed.state, feed.failures) == (FeedState.FAILING, 5)
    publisher.answer = lambda _request: GOOD
    poll(feed)
    assert (feed.state, feed.failures, feed.last_error) == (FeedState.ACTIVE, 0, "")


@pytest.mark.parametrize("status", [429, 503])
def test_a_publisher_that_asks_to_be_left_alone_is_left_alone(
    publisher: loopback.Publisher, feed: Feed, status: int
) -> None:
    publisher.answer = lambda _request: Answer(status=status, headers={"Retry-After": "172800"})
    assert poll(feed).outcome == FetchOutcome.REFUSED
    assert feed.next_fetch_at is not None
    assert feed.next_fetch_at - timezone.now() > timedelta(hours=47)
    with pytest.raises(Unfit, match="left alone until"):
        feeds.fetch_now(feed.pk, by="operator")
    assert polling.poll(ignore_schedule=True) == []


def test_gone_is_for_good(publisher: loopback.Publisher, feed: Feed) -> None:
    publisher.answer = lambda _request: Answer(status=410)
    assert poll(feed).outcome == FetchOutcome.GONE
    assert (feed.state, feed.next_fetch_at) == (FeedState.GONE, None)
    assert polling.poll(ignore_schedule=True) == []


def test_not_modified_without_having_been_asked_is_a_failure(publisher: loopback.Publisher, feed: Feed) -> None:
    Feed.objects.update(etag="", last_modified="")
    publisher.answer = lambda _request: Answer(status=304)
    assert "304" in poll(feed).error


def test_a_server_may_ask_for_more_patience_but_not_for_ever(publisher: loopback.Publisher, feed: Feed) -> None:
    for age, at_least, at_most in (("7200", 2, 2.3), ("315360000", 24, 26.5), ("1", 1, 1.2)):
        publisher.answer = lambda _request, age=age: Answer(  # type: ignore[misc]
            rss(ITEM, remark=age), headers={"ETag": age, "Cache-Control": f"max-age={age}"}
        )
        poll(feed)
        assert feed.next_fetch_at is not None
        wait = feed.next_fetch_at - timezone.now()
        assert timedelta(hours=at_least - 0.1) < wait < timedelta(hours=at_most)


def test_a_claimed_feed_is_nobody_elses_and_a_late_finisher_overwrites_nothing(feed: Feed) -> None:
    make_due()
    (first,) = claim()
    assert claim() == []
    past = timezone.now() - timedelta(seconds=1)
    Feed.objects.update(lease_until=past)
    Publisher.objects.update(lease_until=past)
    (other,) = claim()
    assert polling.fetch_claimed([first]) == [], "what it fetched is left to the one who holds the lease"
    feed.refresh_from_db()
    assert feed.lease_token == other.token
    (publisher,) = Publisher.objects.all()
    assert publisher.lease_token == other.token
    assert len(polling.fetch_claimed([other])) == 1
    assert not Feed.objects.exclude(lease_token=None).exists()
    assert not Publisher.objects.exclude(lease_token=None).exists()
    assert Fetch.objects.count() == 2, "one when it was added, one now"


def test_a_feed_that_is_paused_in_mid_fetch_stays_paused(feed: Feed) -> None:
    make_due()
    claims = claim()
    feeds.pause_feed(feed.pk, by="operator")
    assert polling.fetch_claimed(claims) == []
    feed.refresh_from_db()
    assert (feed.state, feed.next_fetch_at) == (FeedState.PAUSED, None)
    assert Publisher.objects.get().lease_token is None


def test_one_feed_that_fails_does_not_stop_another(publisher: loopback.Publisher, feed: Feed) -> None:
    Feed.objects.create(url="http://127.0.0.2/feed.xml", next_fetch_at=timezone.now() - timedelta(days=1))
    make_due()
    outcomes = {fetch.feed_id == feed.pk: fetch.outcome for fetch in polling.poll()}
    assert outcomes == {True: FetchOutcome.UNCHANGED, False: FetchOutcome.FAILED}


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("file:///etc/passwd", "http"),
        ("nonsense", "http"),
        ("http://127.0.0.2/feed.xml", "127.0.0.2"),
        ("http://user:secret@news.example/feed", "user"),
        ("http://127.0.0.1:1/feed.xml", "port"),
    ],
)
def test_what_may_not_be_fetched_is_no_feed(publisher: loopback.Publisher, url: str, words: str) -> None:
    with pytest.raises(Invalid) as refusal:
        feeds.add_feed(url, by="operator")
    (error,) = refusal.value.errors
    assert error.pointer == "/url"
    assert words in error.detail
    assert not Feed.objects.exists()
    assert publisher.requests == []


@pytest.mark.parametrize(
    "answer",
    [
        Answer(b"<html><title>Welcome</title></html>", headers={"Content-Type": "text/html"}),
        Answer(b""),
        Answer(b"no feed at all"),
        Answer(status=404),
        Answer(status=500),
    ],
)
def test_what_is_no_feed_is_not_registered(publisher: loopback.Publisher, answer: Answer) -> None:
    publisher.answer = lambda _request: answer
    with pytest.raises(Invalid, match="does not give a feed"):
        feeds.add_feed(publisher.url, by="operator")
    assert not Feed.objects.exists()
    assert not Fetch.objects.exists()


def test_a_feed_is_registered_once(publisher: loopback.Publisher, feed: Feed) -> None:
    with pytest.raises(Unfit, match="registered already"):
        feeds.add_feed(publisher.url, by="operator")
    assert len(publisher.requests) == 1


def test_a_paused_feed_rests_until_it_is_resumed(feed: Feed) -> None:
    feeds.pause_feed(feed.pk, by="operator", reason="Asked by the publisher")
    assert polling.poll(ignore_schedule=True) == []
    with pytest.raises(Unfit, match="resume it first"):
        feeds.fetch_now(feed.pk, by="operator")
    feeds.resume_feed(feed.pk, by="operator")
    make_due()
    assert [found.feed.pk for found in claim()] == [feed.pk]
