"""Operators see how reading goes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from ingest.models import Page
from ingest.reading.health import reading_health
from tests.ingest.reading.conftest import Site

pytestmark = pytest.mark.django_db


def test_it_works(site: Site, client: Client) -> None:
    site.read(site.page("/1"))
    waiting = site.page("/2")
    Page.objects.filter(pk=waiting.pk).update(next_try_at=timezone.now() - timedelta(minutes=10))
    health = reading_health()
    assert (health.pages["read"], health.pages["waiting"], health.pages["paywall"], health.due) == (1, 1, 0, 1)
    assert 600 <= health.lag_seconds < 660
    said = client.get("/metrics").content.decode()
    assert 'tracker_pages{state="read"} 1.0' in said
    assert "tracker_pages_due 1.0" in said


def test_where_nothing_waits_there_is_no_lag() -> None:
    health = reading_health()
    assert (health.due, health.lag_seconds) == (0, 0.0)
    assert not any(health.pages.values())
