"""A real Chromium before a live server."""

from collections.abc import Iterator

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db import connections
from playwright.sync_api import Browser

from tests.support.chromium import running_chromium

PASSWORD = "correct horse battery staple"


@pytest.fixture
def chromium(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Browser]:
    # Playwright runs an event loop in this thread, beside which Django would refuse the test's own queries.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    with running_chromium() as browser:
        yield browser
        # Beside the loop Django keeps connections of their own, which must not outlive the test's database.
        connections.close_all()


@pytest.fixture
def curator(transactional_db: None) -> str:
    """Make a curator who can log in; gives the name."""
    user = get_user_model().objects.create_user("carol", password=PASSWORD, is_staff=True)
    user.groups.set(Group.objects.filter(name="curator"))
    return "carol"
