"""The poller's numbers: feeds by state, what is due, and the last hour of fetches."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from ingest.health import poller_health
from ingest.models import Feed, FeedState, Fetch, FetchOutcome

pytestmark = pytest.mark.django_db


def test_it_works(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    now = timezone.now()
    feed = Feed.objects.create(url="https://a.example/", next_fetch_at=now - timedelta(seconds=90))
    Feed.objects.create(url="https://b.example/", next_fetch_at=now + timedelta(hours=1))
    Feed.objects.create(
        url="https://c.example/", state=FeedState.BACKING_OFF, next_fetch_at=now - timedelta(seconds=30)
    )
    Feed.objects.create(url="https://d.example/", state=FeedState.PAUSED)
    for minutes, outcome, new, parse_ms in (
        (1, FetchOutcome.STORED, 3, 20),
        (2, FetchOutcome.STORED, 4, 40),
        (3, FetchOutcome.FAILED, 0, None),
        (61, FetchOutcome.STORED, 9, 9_000),
    ):
        Fetch.objects.create(
            feed=feed, started_at=now - timedelta(minutes=minutes), outcome=outcome, new_articles=new, parse_ms=parse_ms
        )
    with django_assert_num_queries(2):
        health = poller_health()
    assert health.feeds == {"active": 2, "backing_off": 1, "failing": 0, "gone": 0, "paused": 1}
    assert health.due == 2
    assert 90 <= health.lag_seconds < 120
    assert {outcome: count for outcome, count in health.fetches.items() if count} == {"stored": 2, "failed": 1}
    assert health.new_articles == 7
    assert health.parse_seconds == pytest.approx({"0.5": 0.03, "0.95": 0.039, "1": 0.04})


def test_an_empty_tracker_has_numbers_too() -> None:
    health = poller_health()
    assert (health.due, health.lag_seconds, health.new_articles, health.parse_seconds) == (0, 0.0, 0, {})


def test_prometheus_reads_them(client: Client) -> None:
    Feed.objects.create(url="https://a.example/", next_fetch_at=timezone.now() - timedelta(seconds=5))
    text = client.get("/metrics").content.decode()
    assert 'tracker_feeds{state="active"} 1.0' in text
    assert "tracker_feeds_due 1.0" in text
    assert 'tracker_fetches_last_hour{outcome="stored"} 0.0' in text
    assert "tracker_feeds_lag_seconds" in text
