"""A real Chromium before a live server."""

import shutil
from collections.abc import Iterator

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db import connections
from playwright.sync_api import Browser, sync_playwright

CHROMIUM = shutil.which("chromium")
ARGUMENTS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PASSWORD = "correct horse battery staple"


@pytest.fixture
def chromium(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("there is no chromium; `make browser` installs it on Debian")
    # Playwright runs an event loop in this thread, beside which Django would refuse the test's own queries.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        yield browser
        browser.close()
        # Beside the loop Django keeps connections of their own, which must not outlive the test's database.
        connections.close_all()


@pytest.fixture
def curator(transactional_db: None) -> str:
    """Make a curator who can log in; gives the name."""
    user = get_user_model().objects.create_user("carol", password=PASSWORD, is_staff=True)
    user.groups.set(Group.objects.filter(name="curator"))
    return "carol"
