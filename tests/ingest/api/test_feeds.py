"""Feeds over the API: register, read their health, fetch at once."""

from collections.abc import Iterator
from datetime import timedelta
from ipaddress import ip_address

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings
from rest_framework.test import APIClient
from rest_framework.throttling import ScopedRateThrottle

from disputes.models import Article
from ingest.models import Feed, FeedState, Fetch, FetchOutcome
from tests.support.publisher import Answer, Item, Publisher, rss

pytestmark = pytest.mark.django_db

FEEDS = "/api/v1/feeds/"


@pytest.fixture
def publisher(settings: Settings) -> Iterator[Publisher]:
    items = [Item(f"https://press.example/{number}", f"Article {number}", "The text.") for number in range(3)]
    with Publisher(lambda _request: Answer(rss(*items))) as server:
        settings.FETCH_ALLOW = frozenset({(ip_address("127.0.0.1"), server.port)})
        yield server


def test_it_works(operator: APIClient, publisher: Publisher) -> None:
    answer = operator.post(FEEDS, {"url": publisher.url}, format="json")
    assert answer.status_code == 201, answer.json()
    feed = answer.json()
    assert answer.headers["Location"] == feed["permalink"]
    assert (feed["url"], feed["title"], feed["state"]) == (publisher.url, "The press", "active")
    assert (feed["article_count"], feed["last_status"], feed["last_error"]) == (3, 200, None)
    assert feed["added_by"] == "somebody-operator"
    assert "neither ETag nor Last-Modified" in feed["next_fetch_reason"]
    assert operator.get(feed["permalink"]).json() == feed
    assert operator.get(FEEDS).json()["results"] == [feed]
    assert len(publisher.requests) == 1, "one GET"
    (fetch,) = operator.get(f"{feed['permalink']}fetches/").json()["results"]
    assert (fetch["outcome"], fetch["status"], fetch["entries"], fetch["new_articles"]) == ("stored", 200, 3, 3)
    assert fetch["bytes"] > 0
    assert Article.objects.count() == 3


def test_a_feed_is_registered_once(operator: APIClient, publisher: Publisher) -> None:
    operator.post(FEEDS, {"url": publisher.url}, format="json")
    again = operator.post(FEEDS, {"url": publisher.url}, format="json")
    assert again.status_code == 409
    assert "registered already" in again.json()["detail"]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"url": "file:///etc/passwd"}, ""),
        ({"url": "http://127.0.0.2/feed.xml"}, ""),
        ({"url": "not an address"}, ""),
        ({"url": ""}, "at least 1"),
        ({"url": 7}, "string"),
        ({"url": "https://" + "x" * 2048}, "at most 2048"),
        ({"address": "https://news.example/"}, "required"),
    ],
)
def test_what_cannot_be_a_feed_is_refused_and_nothing_is_kept(
    operator: APIClient, body: dict[str, object], words: str
) -> None:
    answer = operator.post(FEEDS, body, format="json")
    assert answer.status_code == 400
    errors = {error["pointer"]: error["detail"] for error in answer.json()["errors"]}
    assert words in errors["/url"]
    assert not Feed.objects.exists()


def test_a_page_that_is_no_feed_is_refused(operator: APIClient, publisher: Publisher) -> None:
    publisher.answer = lambda _request: Answer(b"<html><body>Hello</body></html>")
    answer = operator.post(FEEDS, {"url": publisher.url}, format="json")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == "/url"
    assert not Feed.objects.exists()


def test_a_feed_is_asked_to_be_fetched_at_once(operator: APIClient) -> None:
    later = timezone.now() + timedelta(hours=1)
    feed = Feed.objects.create(url="https://news.example/feed", next_fetch_at=later)
    answer = operator.post(f"{FEEDS}{feed.pk}/fetch/")
    assert answer.status_code == 202
    feed.refresh_from_db()
    assert feed.next_fetch_at is not None
    assert feed.next_fetch_at <= timezone.now()


def test_what_must_be_left_alone_is_not_fetched(operator: APIClient) -> None:
    feed = Feed.objects.create(url="https://news.example/feed", state=FeedState.PAUSED)
    answer = operator.post(f"{FEEDS}{feed.pk}/fetch/")
    assert answer.status_code == 409
    assert "resume it" in answer.json()["detail"]


def test_feeds_and_fetches_are_found(reader: APIClient) -> None:
    now = timezone.now()
    good = Feed.objects.create(url="https://news.example/good", title="Good", last_fetch_at=now)
    Feed.objects.create(url="https://news.example/bad", title="Bad", state=FeedState.FAILING)

    def titles(query: str) -> list[str]:
        return [feed["title"] for feed in reader.get(f"{FEEDS}?{query}").json()["results"]]

    assert titles("") == ["Bad", "Good"]
    assert titles("state=failing,gone") == ["Bad"]
    assert titles("q=GOOD") == ["Good"]
    assert titles("ordering=last_fetch") == titles("ordering=-last_fetch") == ["Good", "Bad"]
    assert titles("ordering=-added") == ["Bad", "Good"]
    for minutes, outcome in enumerate([FetchOutcome.STORED, FetchOutcome.FAILED, FetchOutcome.NOT_MODIFIED]):
        Fetch.objects.create(feed=good, started_at=now + timedelta(minutes=minutes), outcome=outcome)
    address = f"{FEEDS}{good.pk}/fetches/"
    assert [fetch["outcome"] for fetch in reader.get(address).json()["results"]] == [
        "not_modified",
        "failed",
        "stored",
    ]
    first = reader.get(f"{address}?page_size=2").json()
    assert [fetch["outcome"] for fetch in reader.get(first["next"]).json()["results"]] == ["stored"]
    assert len(reader.get(f"{address}?outcome=failed").json()["results"]) == 1


@pytest.mark.parametrize("address", ["7/", "7/fetches/", "99999999999999999999999/"])
def test_an_unknown_feed_is_not_found(reader: APIClient, address: str) -> None:
    assert reader.get(f"{FEEDS}{address}").status_code == 404


def test_what_makes_us_fetch_has_a_rate_of_its_own(operator: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ScopedRateThrottle, "THROTTLE_RATES", {"fetch": "1/min"})
    assert operator.post(f"{FEEDS}7/fetch/").status_code == 404
    assert operator.post(f"{FEEDS}7/fetch/").status_code == 429
    assert operator.get(FEEDS).status_code == 200, "reading goes on"


def test_the_number_of_queries_stays_the_same(reader: APIClient) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            reader.get(FEEDS)
        return len(captured)

    for number in range(30):
        Feed.objects.create(url=f"https://news.example/{number}")
        if number in {2, 29}:
            # The feeds, and how many articles came from each.
            assert queries() == 2
