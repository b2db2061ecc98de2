"""A press on loopback, and a storage of captures in a folder of the test's own."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_address
from pathlib import Path

import pytest
from pytest_django import Settings

from disputes import commands
from ingest.models import Feed
from tests.ingest.capture.press import ITEMS, answer
from tests.support.publisher import Publisher, rss


@pytest.fixture(autouse=True)
def storage(settings: Settings, tmp_path: Path) -> Path:
    """Keep captures in a folder of the test, and give it."""
    folder = tmp_path / "captures"
    settings.STORAGES = {
        **settings.STORAGES,
        "captures": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": folder},
        },
    }
    return folder


@pytest.fixture
def publisher(settings: Settings) -> Iterator[Publisher]:
    with Publisher(lambda _request: answer(rss(*ITEMS))) as server:
        settings.FETCH_ALLOW = frozenset({(ip_address("127.0.0.1"), server.port)})
        yield server


@pytest.fixture
def feed(publisher: Publisher, db: None) -> Feed:
    return Feed.objects.create(url=publisher.url, title="The press")


@pytest.fixture
def dispute(db: None) -> str:
    commands.open_dispute("a", title="A dispute", kind="litigation", summary="About data.", by="curator")
    return "a"
