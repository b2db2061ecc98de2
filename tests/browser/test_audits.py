"""The state of the log in the browser: it goes on by itself, and what is wrong can be read."""

from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from disputes import commands
from disputes.models import LedgerAudit
from disputes.proofs.checkpoint import make_checkpoint
from tests.browser.test_curating import CONTRAST, SCHEMES, log_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

AUDITS = "/admin/disputes/ledgeraudit/"


@pytest.fixture(autouse=True)
def _home(settings: Settings, tmp_path: Path) -> None:
    """Keep keys and the checkpoint outside of the database away from those of other tests."""
    settings.TRACKER_HOME = tmp_path


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_verification_is_followed_until_it_has_found_something(
    chromium: Browser, live_server: LiveServer, curator: str, scheme: str
) -> None:
    commands.register_party("reddit", name="Reddit, Inc.", by="seeds")
    make_checkpoint()
    audit = LedgerAudit.objects.filter(
        pk=LedgerAudit.objects.create(requested_by="oscar", started_at=timezone.now(), size=2, log_size=9).pk
    )
    page = chromium.new_page(
        viewport={"width": 320, "height": 900},
        color_scheme="dark" if scheme == "dark" else "light",
        base_url=live_server.url,
    )
    page.set_default_timeout(15_000)
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    log_in(page)
    page.goto(AUDITS)
    expect(page.get_by_text("Verifying: 2 of 9 events")).to_be_visible()
    audit.update(size=5)
    expect(page.get_by_text("Verifying: 5 of 9 events")).to_be_visible()
    audit.update(finished_at=timezone.now(), ok=False, first_bad_position=6, problem="event 6 is missing")
    expect(page.get_by_role("alert")).to_contain_text("event 6 is missing")
    expect(page.get_by_role("progressbar")).to_have_count(0)
    for address in (AUDITS, "/admin/", f"{AUDITS}{audit.get().pk}/change/", "/admin/disputes/checkpoint/1/change/"):
        page.goto(address)
        overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert overflow <= 0, f"{address} is {overflow} pixels too wide"
        assert page.evaluate(CONTRAST) == [], address
    assert faults == []
    page.close()
