"""Feeds in the admin: their health, and what operators do."""

from collections.abc import Iterator
from datetime import timedelta
from ipaddress import ip_address

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from ingest.models import Feed, FeedState, Fetch, FetchOutcome
from tests.support.publisher import Answer, Item, Publisher, rss
from tests.support.screens import errors_at, find, log_in, open_form, text_of

pytestmark = pytest.mark.django_db

LIST = "/admin/ingest/feed/"
ITEM = Item("https://press.example/1", "Article 1", "The text.")
ADD = "/admin/ingest/feed/add-by-address/"


def url(what: str, feed: Feed) -> str:
    return reverse(f"admin:ingest_feed_{what}", args=[feed.pk])


@pytest.fixture
def feed() -> Feed:
    feed = Feed.objects.create(
        url="https://press.example/feed",
        title="The Press",
        state=FeedState.FAILING,
        last_error="the server answered 500",
        last_success_at=timezone.now() - timedelta(hours=30),
        next_fetch_at=timezone.now() + timedelta(hours=2, minutes=1),
        next_fetch_reason="failure 5 in a row, so it is left alone for 16 hours",
    )
    Fetch.objects.create(
        feed=feed, started_at=timezone.now(), status=500, outcome=FetchOutcome.FAILED, error="the server answered 500"
    )
    return feed


@pytest.fixture
def viewer() -> Client:
    return log_in("viewer", name="victor")


@pytest.fixture
def publisher(settings: Settings) -> Iterator[Publisher]:
    with Publisher(lambda _request: Answer(rss(ITEM), headers={"Content-Type": "application/rss+xml"})) as server:
        settings.FETCH_ALLOW = frozenset({(ip_address("127.0.0.1"), server.port)})
        yield server


def test_it_works(operator: Client, feed: Feed) -> None:
    said = text_of(operator.get(LIST))
    for part in ("The Press", "Failing", "1 day ago", "in 2 hours", "the server answered 500"):
        assert part in said
    page = text_of(operator.get(url("change", feed)))
    assert "Last fetches" in page
    assert "failure 5 in a row, so it is left alone for 16 hours" in page
    assert "Failed" in page
    assert "500" in page


def test_an_operator_pauses_resumes_and_fetches(operator: Client, feed: Feed) -> None:
    assert operator.post(url("pause", feed), {"reason": "Moving"}).status_code == 302
    feed.refresh_from_db()
    assert (feed.state, feed.pause_reason) == (FeedState.PAUSED, "Moving")
    page = operator.get(url("change", feed))
    assert "Moving" in text_of(page)
    assert find(page, "//button[text()='Fetch now']") == []
    assert "resume it first" in text_of(operator.post(url("fetch", feed), follow=True))
    assert operator.post(url("resume", feed)).status_code == 302
    feed.refresh_from_db()
    assert feed.state == FeedState.ACTIVE
    Feed.objects.update(next_fetch_at=timezone.now() + timedelta(days=1))
    assert "The feed is due now" in text_of(operator.post(url("fetch", feed), follow=True))
    feed.refresh_from_db()
    assert feed.next_fetch_at is not None
    assert feed.next_fetch_at <= timezone.now()


def test_reading_an_address_does_nothing(operator: Client, feed: Feed) -> None:
    for what in ("pause", "resume", "fetch"):
        assert operator.get(url(what, feed)).status_code == 405
    feed.refresh_from_db()
    assert feed.state == FeedState.FAILING


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("", "required"),
        ("file:///etc/passwd", "http"),
        ("http://127.0.0.2/feed", "is not a public address"),
        ("not an address", ""),
    ],
)
def test_what_can_not_be_a_feed_is_said_at_the_field(operator: Client, address: str, says: str) -> None:
    refused = open_form(operator, ADD).send({"url": address})
    assert refused.status_code == 422
    assert says in errors_at(refused, "url")
    assert errors_at(refused, "url")
    assert not Feed.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_feed_is_added_by_its_address(operator: Client, publisher: Publisher) -> None:
    answer = open_form(operator, ADD).send({"url": publisher.url})
    assert answer.status_code == 302, text_of(answer)
    feed = Feed.objects.get()
    assert feed.added_by == "oscar"
    assert answer["Location"] == url("change", feed)
    assert "registered already" in errors_at(open_form(operator, ADD).send({"url": publisher.url}), "url")


def test_a_curator_looks_and_does_not_touch(curator: Client, feed: Feed) -> None:
    page = curator.get(url("change", feed))
    assert page.status_code == 200
    assert find(page, "//div[@class='tracker']//button") == []
    assert "Add a feed" not in text_of(curator.get(LIST))
    assert curator.get(ADD).status_code == 403
    for what in ("pause", "resume", "fetch"):
        assert curator.post(url(what, feed)).status_code == 403
    feed.refresh_from_db()
    assert feed.state == FeedState.FAILING


def test_an_unknown_feed_is_not_found(operator: Client) -> None:
    for what in ("pause", "resume", "fetch"):
        assert operator.post(reverse(f"admin:ingest_feed_{what}", args=[7])).status_code == 404
    assert operator.get(reverse("admin:ingest_feed_change", args=[7])).status_code == 404


def test_feeds_are_filtered_by_state(operator: Client, feed: Feed) -> None:
    assert "The Press" in text_of(operator.get(LIST + "?state=failing"))
    assert "The Press" not in text_of(operator.get(LIST + "?state=active"))


def test_the_number_of_queries_does_not_grow_with_the_rows(operator: Client, feed: Feed) -> None:
    operator.get(LIST)
    with CaptureQueriesContext(connection) as few:
        operator.get(LIST)
    for number in range(10):
        other = Feed.objects.create(url=f"https://press.example/{number}")
        for _ in range(5):
            Fetch.objects.create(feed=other, started_at=timezone.now(), outcome=FetchOutcome.STORED, new_articles=3)
    with CaptureQueriesContext(connection) as many:
        operator.get(LIST)
    assert len(many) == len(few)
    with CaptureQueriesContext(connection) as page:
        operator.get(url("change", feed))
    assert len(page) <= 12


def test_the_list_says_why_a_feed_is_paused(operator: Client) -> None:
    Feed.objects.create(url="https://a.example/", state=FeedState.PAUSED, pause_reason="Ask its publisher first")
    assert "Ask its publisher first" in text_of(operator.get(LIST))


def test_the_list_tells_the_health_at_a_glance(viewer: Client) -> None:
    feed = Feed.objects.create(url="https://press.example/feed", title="The Press")
    Feed.objects.update(added_at=timezone.now() - timedelta(weeks=10))
    now = timezone.now()
    outcomes = [FetchOutcome.STORED] * 18 + [FetchOutcome.NOT_MODIFIED, FetchOutcome.REFUSED, FetchOutcome.FAILED]
    for number, outcome in enumerate(outcomes):
        Fetch.objects.create(
            feed=feed,
            started_at=now - timedelta(days=len(outcomes) - number),
            outcome=outcome,
            new_articles=6 if outcome == FetchOutcome.STORED else 0,
        )
    Fetch.objects.create(
        feed=feed, started_at=now - timedelta(weeks=5), outcome=FetchOutcome.STORED, new_articles=1_000
    )
    page = viewer.get(LIST)
    (strip,) = find(page, "//*[@role='img']")
    assert strip.get("aria-label") == "18 of the last 20 fetches worked; the newest: failed"
    assert [bar.get("class") for bar in strip][-3:] == ["strip-quiet", "strip-poor", "strip-bad"]
    (weekly,) = find(page, "//td[contains(@class, 'field-show_weekly')]")
    assert weekly.text_content().strip() == "27", "18 times 6 in four weeks"


def test_many_feeds_are_handled_at_once(operator: Client, feed: Feed) -> None:
    paused = Feed.objects.create(url="https://b.example/", title="B", state=FeedState.PAUSED)
    page = operator.get(LIST + "?q=example")
    boxes = find(page, "//input[@name='feed' and @form='bulk']")
    assert [box.get("value") for box in boxes] == [str(paused.pk), str(feed.pk)]
    assert boxes[0].get("aria-label") == "Tick B"
    sent = {"feed": [feed.pk, paused.pk, 99], "do": "fetch", "query": "q=example"}
    answer = operator.post(LIST + "bulk/", sent)
    assert answer["Location"] == LIST + "?q=example"
    said = text_of(operator.get(LIST))
    assert "1 feed is due now" in said
    assert f"feed {paused.pk}: the feed is paused; resume it first" in said
    assert "there is no feed 99" in said
    feed.refresh_from_db()
    assert feed.next_fetch_at is not None
    assert feed.next_fetch_at <= timezone.now()
    operator.post(LIST + "bulk/", {"feed": [feed.pk], "do": "pause", "reason": "Holidays"})
    operator.post(LIST + "bulk/", {"feed": [paused.pk], "do": "resume"})
    feed.refresh_from_db()
    paused.refresh_from_db()
    assert (feed.state, feed.pause_reason, paused.state) == (FeedState.PAUSED, "Holidays", FeedState.ACTIVE)


@pytest.mark.parametrize("sent", [{}, {"do": "delete", "feed": "1"}, {"do": "fetch", "feed": "x"}, {"do": "fetch"}])
def test_what_was_not_ticked_is_left_alone(operator: Client, feed: Feed, sent: dict[str, str]) -> None:
    assert "nothing was done" in text_of(operator.post(LIST + "bulk/", sent, follow=True))
    assert Feed.objects.get().state == FeedState.FAILING


def test_a_viewer_is_offered_no_boxes_and_may_not_send_them(viewer: Client, feed: Feed) -> None:
    assert find(viewer.get(LIST), "//input[@name='feed']") == []
    assert viewer.post(LIST + "bulk/", {"feed": feed.pk, "do": "pause"}).status_code == 403
    assert viewer.post(LIST + "discover/", {"add": "1", "feed": "https://press.example/"}).status_code == 403
    assert Feed.objects.get().state == FeedState.FAILING


def test_earlier_fetches_are_reached(operator: Client, feed: Feed) -> None:
    now = timezone.now()
    Fetch.objects.bulk_create(
        Fetch(feed=feed, started_at=now - timedelta(hours=hour), outcome=FetchOutcome.UNCHANGED, bytes=hour)
        for hour in range(1, 60)
    )
    page = operator.get(url("change", feed))
    (older,) = find(page, "//a[@rel='next']/@href")
    page = operator.get(url("change", feed) + older.partition("#")[0])
    shown = find(page, "//td[@data-label='Bytes']/text()")
    assert shown == [str(hour) for hour in range(50, 60)]
    assert operator.get(url("change", feed) + "?before=%00").status_code == 200


def test_what_a_publisher_calls_its_feed_is_text(operator: Client) -> None:
    feed = Feed.objects.create(
        url="https://press.example/",
        title='"><script>steal()</script>',
        last_error="<img src=x>",
        next_fetch_reason="<b>",
    )
    for address in (LIST, url("change", feed)):
        page = operator.get(address).content.decode()
        assert "<script>steal" not in page
        assert "<img src=x>" not in page
        assert "<b>" not in page
