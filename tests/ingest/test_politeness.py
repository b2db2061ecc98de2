"""Politeness: what publishers ask for holds for all their feeds, and nobody is asked in haste."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from itertools import pairwise

import pytest
from django.utils import timezone
from pytest_django import Settings

from disputes.errors import Invalid, Unfit
from ingest import feeds, leases, polling
from ingest.fetching import publisher_of
from ingest.models import Feed, FeedState, FetchOutcome, Publisher
from tests.support import publisher as loopback
from tests.support.publisher import Answer, Item, Request, rss

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
ITEM = Item("https://press.example/1", "Article 1", "The text.")
GOOD = Answer(rss(ITEM), headers={"ETag": '"one"'})
TOO_MANY = Answer(status=429, headers={"Retry-After": "7200"})

Start = Callable[[], loopback.Publisher]


@pytest.fixture
def start(settings: Settings) -> Iterator[Start]:
    """Start publishers, each on a port of its own and so each a publisher of its own."""
    with ExitStack() as stack:

        def start() -> loopback.Publisher:
            server = stack.enter_context(loopback.Publisher(lambda _request: GOOD))
            settings.FETCH_ALLOW |= {(ip_address("127.0.0.1"), server.port)}
            return server

        yield start


@pytest.fixture
def press(start: Start) -> loopback.Publisher:
    return start()


@pytest.fixture
def _hurry(settings: Settings) -> None:
    """Divide all waits, so that a redirect is followed at once."""
    settings.FETCH_TIME_SCALE = 100


def due_feed(server: loopback.Publisher, path: str = "feed.xml") -> Feed:
    long_ago = timezone.now() - timedelta(days=1)
    return Feed.objects.create(url=f"http://{server.address}/{path}", next_fetch_at=long_ago)


def poll_again(feed: Feed) -> Feed:
    """Let the feed's time come and poll it, as if its publisher had rested."""
    Publisher.objects.update(next_request_at=None, silent_until=None)
    Feed.objects.filter(pk=feed.pk).update(next_fetch_at=timezone.now())
    polling.poll(feed_ids=[feed.pk])
    feed.refresh_from_db()
    return feed


def wait(feed: Feed) -> timedelta:
    assert feed.next_fetch_at is not None
    return feed.next_fetch_at - timezone.now()


def answer_by_path(table: dict[str, Answer]) -> Callable[[Request], Answer]:
    return lambda request: table.get(request.path, Answer(status=404))


def test_it_works(press: loopback.Publisher) -> None:
    feed = due_feed(press)
    polling.poll_due_feeds()
    feed.refresh_from_db()
    assert (feed.state, feed.publisher_id) == (FeedState.ACTIVE, press.address)
    assert HOUR * 0.99 < wait(feed) < HOUR * 1.1
    publisher = Publisher.objects.get()
    assert publisher.next_request_at is not None
    assert publisher.next_request_at - timezone.now() > timedelta(seconds=1), "two seconds of rest"


@pytest.mark.parametrize(
    ("url", "publisher"),
    [
        ("https://ecf.cand.uscourts.gov/cgi-bin/rss_outside.pl", "uscourts.gov"),
        ("https://feeds.bbci.co.uk:8443/news/rss.xml", "bbci.co.uk"),
        ("http://127.0.0.1:8990/feed", "127.0.0.1:8990"),
        ("http://[2001:db8::1]/feed", "2001:db8::1:80"),
        ("http://localhost:8000/", "localhost:8000"),
    ],
)
def test_a_publisher_is_a_registrable_domain(url: str, publisher: str) -> None:
    assert publisher_of(url) == publisher


@pytest.mark.parametrize("status", [429, 503])
def test_one_refusal_silences_all_feeds_of_the_publisher_and_no_other(
    press: loopback.Publisher, start: Start, status: int
) -> None:
    other = start()
    press.answer = lambda _request: Answer(status=status, headers={"Retry-After": "7200"})
    mine, sister, stranger = due_feed(press, "a"), due_feed(press, "b"), due_feed(other)
    polling.poll_due_feeds()
    for feed in (mine, sister, stranger):
        feed.refresh_from_db()
    assert [request.path for request in press.requests] == ["/a"], "the sister is not even tried"
    assert len(other.requests) == 1
    for feed in (mine, sister):
        assert 2 * HOUR * 0.99 < wait(feed) < 2.3 * HOUR
        assert (
            f"{press.address} asked to be left alone (status {status}, Retry-After 2 hours)" in feed.next_fetch_reason
        )
    assert (mine.state, sister.state) == (FeedState.BACKING_OFF, FeedState.ACTIVE)
    assert stranger.state == FeedState.ACTIVE

    with pytest.raises(Unfit, match="left alone until"):
        feeds.fetch_now(sister.pk, by="operator")
    with pytest.raises(Unfit, match="left alone until"):
        feeds.add_feed(f"http://{press.address}/c", by="operator")
    assert polling.poll(feed_ids=[mine.pk, sister.pk], ignore_schedule=True) == []
    assert len(press.requests) == 1


def test_a_refusal_counts_although_the_feed_is_not_kept(press: loopback.Publisher) -> None:
    press.answer = lambda _request: TOO_MANY
    with pytest.raises(Invalid) as refusal:
        feeds.add_feed(press.url, by="operator")
    assert "left alone (status 429)" in refusal.value.errors[0].detail
    assert not Feed.objects.exists()
    with pytest.raises(Unfit, match="left alone until"):
        feeds.add_feed(press.url, by="operator")
    assert len(press.requests) == 1


def test_refusals_in_a_row_silence_longer_and_an_answer_forgives(press: loopback.Publisher) -> None:
    press.answer = lambda _request: Answer(status=429)
    hours = [wait(poll_again(due_feed(press, str(number)))) / HOUR for number in range(3)]
    assert [round(number * 0.96) for number in hours] == [1, 2, 4], "although each feed was refused once only"
    press.answer = lambda _request: GOOD
    poll_again(due_feed(press, "good"))
    assert Publisher.objects.get().refusals == 0


def test_a_publisher_is_asked_once_at_a_time_and_not_in_haste(press: loopback.Publisher, settings: Settings) -> None:
    settings.FETCH_TIME_SCALE = 10
    lock, begun, ended = threading.Lock(), list[float](), list[float]()

    def answer(request: Request) -> Answer:
        assert lock.acquire(blocking=False), "two requests at once"
        begun.append(time.monotonic())
        time.sleep(0.02)
        ended.append(time.monotonic())
        lock.release()
        return Answer(status=302, headers={"Location": "/d"}) if request.path == "/c" else GOOD

    press.answer = answer
    for path in "abc":
        due_feed(press, path)
    assert polling.poll_due_feeds() == 3
    gaps = [start - end for end, start in zip(ended, begun[1:], strict=False)]
    assert len(gaps) == 3, "a redirect is a request like any other"
    assert min(gaps) > 0.19


def test_a_start_after_a_long_rest_makes_no_burst(press: loopback.Publisher, settings: Settings) -> None:
    """Feeds that were due for a day are fetched once each, not for each time that was missed, and in turn."""
    settings.FETCH_TIME_SCALE = 100
    begun: list[tuple[float, str]] = []

    def answer(request: Request) -> Answer:
        begun.append((time.monotonic(), request.path))
        return GOOD

    press.answer = answer
    feeds_of_the_press = [due_feed(press, f"{number}") for number in range(12)]
    assert polling.poll_due_feeds() == 12
    assert polling.poll_due_feeds() == 0, "the second run, as beat asks for it, finds nothing due"
    assert sorted(path for _, path in begun) == sorted(f"/{number}" for number in range(12))
    assert min(later - earlier for (earlier, _), (later, _) in pairwise(begun)) > 0.019
    for feed in feeds_of_the_press:
        feed.refresh_from_db()
        assert wait(feed) > HOUR / 100 - timedelta(seconds=5)


def test_one_run_fetches_many_publishers_at_once(start: Start) -> None:
    everybody = threading.Barrier(5, timeout=10)

    def answer(_request: Request) -> Answer:
        everybody.wait()
        return GOOD

    for _number in range(5):
        server = start()
        server.answer = answer
        due_feed(server)
    assert [fetch.outcome for fetch in polling.poll()] == [FetchOutcome.STORED] * 5


def test_a_redirect_waits_for_the_publisher_to_whom_it_leads(press: loopback.Publisher, start: Start) -> None:
    target = start()
    press.answer = lambda _request: Answer(status=302, headers={"Location": target.url})
    feed = due_feed(press)
    asked_until = timezone.now() + timedelta(seconds=0.6)
    Publisher.objects.create(domain=target.address, lease_token=feed.lease_token, lease_until=asked_until)
    seen: list[datetime] = []

    def answer(_request: Request) -> Answer:
        seen.append(datetime.now(UTC))
        return GOOD

    target.answer = answer
    (fetch,) = polling.poll()
    assert fetch.outcome == FetchOutcome.STORED
    assert seen[0] >= asked_until, "another worker was asking it"
    assert not Publisher.objects.exclude(lease_until=None).exists()
    assert Publisher.objects.exclude(next_request_at=None).count() == 2, "both rest now"


def test_a_redirect_to_a_publisher_that_wants_to_be_left_alone_is_not_followed(
    press: loopback.Publisher, start: Start
) -> None:
    target = start()
    press.answer = lambda _request: Answer(status=302, headers={"Location": target.url})
    Publisher.objects.create(domain=target.address, silent_until=timezone.now() + HOUR)
    feed = due_feed(press)
    (fetch,) = polling.poll()
    assert fetch.outcome == FetchOutcome.FAILED
    assert f"redirects to {target.address}, who asked to be left alone" in fetch.error
    assert target.requests == []
    feed.refresh_from_db()
    assert feed.state == FeedState.BACKING_OFF


@pytest.mark.usefixtures("_hurry")
@pytest.mark.parametrize("status", [301, 308])
def test_a_move_for_good_is_believed_after_three_sightings_over_two_days(
    press: loopback.Publisher, status: int
) -> None:
    press.answer = answer_by_path({"/old": Answer(status=status, headers={"Location": "/new"}), "/new": GOOD})
    feed, old, new = due_feed(press, "old"), f"http://{press.address}/old", f"http://{press.address}/new"
    for sighting in (1, 2, 3, 4):
        assert poll_again(feed).url == old
        assert (feed.moved_to, feed.moved_sightings) == (new, sighting)
    Feed.objects.update(moved_since=timezone.now() - 48 * HOUR)
    assert poll_again(feed).url == new
    assert (feed.moved_to, feed.moved_since, feed.moved_sightings) == ("", None, 0)
    before = len(press.requests)
    poll_again(feed)
    assert [request.path for request in press.requests[before:]] == ["/new"]


@pytest.mark.usefixtures("_hurry")
def test_a_server_that_changes_its_mind_has_not_moved(press: loopback.Publisher) -> None:
    feed = due_feed(press, "old")
    for target in ("/a", "/b", "/a"):
        press.answer = answer_by_path({"/old": Answer(status=301, headers={"Location": target}), target: GOOD})
        assert poll_again(feed).moved_sightings == 1
    press.answer = lambda _request: GOOD
    assert poll_again(feed).moved_to == ""


@pytest.mark.usefixtures("_hurry")
def test_a_move_for_the_time_being_is_never_believed(press: loopback.Publisher) -> None:
    press.answer = answer_by_path({"/old": Answer(status=302, headers={"Location": "/new"}), "/new": GOOD})
    feed = due_feed(press, "old")
    for _sighting in range(4):
        assert poll_again(feed).moved_to == ""
    assert feed.url.endswith("/old")


@pytest.mark.usefixtures("_hurry")
def test_a_feed_that_moves_onto_another_is_paused(press: loopback.Publisher) -> None:
    press.answer = answer_by_path({"/old": Answer(status=301, headers={"Location": "/new"}), "/new": GOOD})
    feed, there = due_feed(press, "old"), due_feed(press, "new")
    for _sighting in range(2):
        poll_again(feed)
    Feed.objects.filter(pk=feed.pk).update(moved_since=timezone.now() - 48 * HOUR)
    assert poll_again(feed).state == FeedState.PAUSED
    assert f"which is feed {there.pk} already" in feed.pause_reason
    assert feed.next_fetch_at is None


@pytest.mark.usefixtures("_hurry")
def test_the_address_of_a_new_feed_is_kept_although_it_has_moved(press: loopback.Publisher) -> None:
    press.answer = answer_by_path({"/old": Answer(status=301, headers={"Location": "/new"}), "/new": GOOD})
    feed = feeds.add_feed(f"http://{press.address}/old", by="operator")
    assert (feed.url, feed.moved_sightings) == (f"http://{press.address}/old", 1)
    Publisher.objects.update(next_request_at=None)
    feeds.add_feed(f"http://{press.address}/new", by="operator")
    Publisher.objects.update(next_request_at=None)
    press.answer = answer_by_path({"/older": Answer(status=301, headers={"Location": "/new"}), "/new": GOOD})
    with pytest.raises(Unfit, match="registered already"):
        feeds.add_feed(f"http://{press.address}/older", by="operator")


def test_a_server_without_validators_is_asked_once_a_day(press: loopback.Publisher) -> None:
    press.answer = lambda _request: Answer(rss(ITEM))
    feed = poll_again(due_feed(press))
    assert 24 * HOUR * 0.99 < wait(feed) < 26.5 * HOUR
    assert "neither ETag nor Last-Modified" in feed.next_fetch_reason


def test_what_a_feed_asked_for_holds_when_nothing_has_changed(press: loopback.Publisher) -> None:
    body = GOOD.body.replace(b"<item>", b"<ttl>180</ttl><item>", 1)
    press.answer = lambda _request: Answer(body, headers={"ETag": '"one"'})
    feed = poll_again(due_feed(press))
    assert 3 * HOUR * 0.99 < wait(feed) < 3.4 * HOUR
    press.answer = lambda _request: Answer(status=304)
    assert 3 * HOUR * 0.99 < wait(poll_again(feed)) < 3.4 * HOUR
    assert "asks for 3 hours" in feed.next_fetch_reason


def test_a_slow_feed_is_asked_slowly(press: loopback.Publisher) -> None:
    dates = [f"<pubDate>{day:02} Apr 2023 10:00:00 GMT</pubDate></item>".encode() for day in (1, 2, 3, 4)]
    body = rss(*(Item(f"https://press.example/{number}", "Title", "Text") for number in range(4)))
    for date in dates:
        body = body.replace(b"</description></item>", b"</description>" + date, 1)
    press.answer = lambda _request: Answer(body, headers={"ETag": '"one"'})
    feed = poll_again(due_feed(press))
    assert feed.rhythm == 24 * HOUR
    assert 12 * HOUR * 0.99 < wait(feed) < 13.3 * HOUR
    assert "about 24 hours apart" in feed.next_fetch_reason


def test_a_feed_that_can_not_be_stored_has_a_state_and_a_later_try(
    press: loopback.Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_arguments: object, **_options: object) -> None:
        raise LookupError("no place")

    monkeypatch.setattr("ingest.settling.store_entries", fail)
    feed = poll_again(due_feed(press))
    assert (feed.state, feed.etag) == (FeedState.BACKING_OFF, "")
    assert "could not be stored: LookupError" in feed.last_error
    assert wait(feed) > HOUR * 0.99


def test_feeds_that_were_entered_together_get_their_publishers(press: loopback.Publisher) -> None:
    Feed.objects.bulk_create(Feed(url=f"https://press{number}.example.org/feed") for number in range(3))
    leases.name_publishers()
    assert set(Feed.objects.values_list("publisher", flat=True)) == {"example.org"}
    assert [publisher.pk for publisher in Publisher.objects.all()] == ["example.org"]


def test_a_feed_is_not_asked_in_the_hours_that_it_names(press: loopback.Publisher) -> None:
    hours = [number for number in range(24) if number != 17]
    skip = "<skipHours>" + "".join(f"<hour>{hour}</hour>" for hour in hours) + "</skipHours><item>"
    press.answer = lambda _request: Answer(GOOD.body.replace(b"<item>", skip.encode(), 1), headers={"ETag": '"one"'})
    feed = poll_again(due_feed(press))
    assert feed.skip_hours == hours
    assert feed.next_fetch_at is not None
    assert feed.next_fetch_at.astimezone(UTC).hour == 17


def test_documents_that_take_too_long_do_not_make_others_be_fetched_in_haste(
    press: loopback.Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(polling, "PARSE_SECONDS", 0)
    feed = due_feed(press)
    polling.poll_due_feeds()
    feed.refresh_from_db()
    assert (feed.state, feed.etag) == (FeedState.BACKING_OFF, "")
    assert "no time was left to read it" in feed.last_error
    assert wait(feed) > HOUR * 0.99
