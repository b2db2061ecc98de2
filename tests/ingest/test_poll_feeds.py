"""The command `poll_feeds`: it polls without a worker, and says why it passes a feed over."""

from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from ipaddress import ip_address

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django import Settings

from ingest.models import Feed, FeedState, Publisher
from tests.support import publisher as loopback
from tests.support.publisher import Answer, Item, rss

pytestmark = pytest.mark.django_db

GOOD = Answer(rss(Item("https://press.example/1", "Article 1", "The text.")), headers={"ETag": "1"})


@pytest.fixture
def press(settings: Settings) -> Iterator[loopback.Publisher]:
    with loopback.Publisher(lambda _request: GOOD) as server:
        settings.FETCH_ALLOW = frozenset({(ip_address("127.0.0.1"), server.port)})
        settings.FETCH_TIME_SCALE = 100
        yield server


def poll(*arguments: str) -> str:
    output = StringIO()
    call_command("poll_feeds", *arguments, stdout=output)
    return output.getvalue()


def due_feed(server: loopback.Publisher, path: str = "feed") -> Feed:
    return Feed.objects.create(url=f"http://{server.address}/{path}", next_fetch_at=timezone.now())


def test_it_works(press: loopback.Publisher) -> None:
    feed = due_feed(press)
    output = poll()
    assert f"Feed {feed.pk}: Stored: 1 entries, 1 new articles" in output
    assert "1 feeds polled, 0 failed" in output
    assert "0 feeds polled" in poll()


def test_now_ignores_the_schedule_and_fetches_each_feed_once(press: loopback.Publisher) -> None:
    feeds = [due_feed(press, path) for path in "abc"]
    poll()
    assert "Not fetched: it is due at" in poll("--feed", str(feeds[0].pk))
    assert "3 feeds polled, 0 failed" in poll("--now")
    assert len(press.requests) == 6
    assert "1 feeds polled" in poll("--now", "--feed", str(feeds[0].pk))


def test_it_says_why_a_feed_is_passed_over(press: loopback.Publisher) -> None:
    feed = due_feed(press)

    def refusal() -> str:
        return poll("--now", "--feed", str(feed.pk))

    until = timezone.now() + timedelta(minutes=1)
    publisher = Publisher.objects.create(domain=press.address, silent_until=until)
    assert "Not fetched: its publisher asked to be left alone until" in refusal()
    Publisher.objects.filter(pk=publisher.pk).update(silent_until=None, lease_until=until)
    assert "a worker asks its publisher just now" in refusal()
    Feed.objects.update(state=FeedState.PAUSED, pause_reason="Moving")
    assert "it is paused (Moving); resume it first" in refusal()
    assert press.requests == []


def test_an_unknown_feed_is_an_error() -> None:
    with pytest.raises(CommandError, match="There is no feed 7"):
        poll("--feed", "7")
