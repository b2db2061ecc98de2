"""What is past its time goes, by the operator's settings; the last fetch of a feed and what is evidence stay."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django import Settings

from ingest import retention
from ingest.models import Capture, CapturedBody, Feed, Fetch, FetchOutcome
from ingest.retention import Pruned, prune
from ingest.tasks import prune as prune_task

pytestmark = pytest.mark.django_db

NOW = timezone.now()


@pytest.fixture(autouse=True)
def _storage(settings: Settings, tmp_path: Path) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "captures": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}},
    }


def feed_with_fetches(number: int, *days_ago: int) -> Feed:
    feed = Feed.objects.create(url=f"https://press.example/{number}")
    for days in days_ago:
        Fetch.objects.create(feed=feed, started_at=NOW - timedelta(days=days), outcome=FetchOutcome.NOT_MODIFIED)
    return feed


def ages(feed: Feed) -> list[int]:
    return [(NOW - fetch.started_at).days for fetch in feed.fetches.order_by("-started_at")]


def capture(days_ago: int) -> None:
    moment = NOW - timedelta(days=days_ago)
    body = CapturedBody.objects.create(digest=f"{days_ago:064}", size=1, name="", stored_size=1, response_size=1)
    Capture.objects.create(
        url="https://press.example/1", sort_key="example,press)/1", fetched_at=moment, stored_at=moment, status=200,
        body=body, is_original=True,
    )  # fmt: skip


def test_it_works(settings: Settings) -> None:
    settings.KEEP_FETCHES, settings.KEEP_CAPTURES = timedelta(days=30), timedelta(days=90)
    feed = feed_with_fetches(1, 1, 29, 31, 400)
    capture(89)
    capture(91)
    assert prune(now=NOW) == Pruned(fetches=2, bodies=1)
    assert ages(feed) == [1, 29]
    assert Capture.objects.count() == 1
    assert prune(now=NOW) == Pruned(0, 0)


def test_the_last_fetch_of_each_feed_stays_however_old(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.KEEP_FETCHES, settings.KEEP_CAPTURES = timedelta(days=30), None
    monkeypatch.setattr(retention, "FEEDS_AT_ONCE", 2)
    feeds = [feed_with_fetches(number, 100, 200, 300) for number in range(5)]
    assert prune(now=NOW).fetches == 10
    assert [ages(feed) for feed in feeds] == [[100]] * 5


def test_what_is_kept_forever_stays(settings: Settings) -> None:
    settings.KEEP_FETCHES = settings.KEEP_CAPTURES = None
    feed = feed_with_fetches(1, 1, 9_000)
    capture(9_000)
    prune_task()
    assert ages(feed) == [1, 9_000]
    assert Capture.objects.count() == 1
