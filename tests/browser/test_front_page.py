"""The front page's plots and the calendar in the browser: drawn in both schemes, and used by keyboard."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from disputes import commands
from ingest.models import Feed, Fetch, FetchOutcome
from tests.browser.test_curating import CONTRAST, log_in
from tests.ingest.admin.conftest import propose

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# The colours of the opaque pixels of each plot, in order of their number.
DRAWN = """() => [...document.querySelectorAll("canvas[data-plot]")].map((canvas) => {
  const pixels = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
  const found = new Map();
  for (let at = 0; at < pixels.length; at += 4) {
    if (pixels[at + 3] < 255) continue;
    const colour = `${pixels[at]} ${pixels[at + 1]} ${pixels[at + 2]}`;
    found.set(colour, (found.get(colour) || 0) + 1);
  }
  return [...found].sort((one, other) => other[1] - one[1]).slice(0, 1).map(([colour]) => colour)[0];
})"""


@pytest.fixture(autouse=True)
def _home(settings: Settings, tmp_path: Path) -> None:
    """Keep keys and the checkpoint outside of the database away from those of other tests."""
    settings.TRACKER_HOME = tmp_path


@pytest.fixture
def record(transactional_db: None) -> None:
    """Give each plot something to draw, and the calendar a hearing."""
    commands.open_dispute("reddit-v-anthropic", title="Reddit v. Anthropic", kind="litigation", summary="…", by="carol")
    for name, occurred in (("complaint_filed", "2025-06-04"), ("hearing_scheduled", "2031-03-12")):
        commands.record_event(
            "reddit-v-anthropic",
            type=name,
            occurred=occurred,
            standing="reported",
            data={"summary": name, "proceeding": "nd-cal", **({"court": "N.D. Cal."} if "filed" in name else {})},
            evidence=[{"article": "https://press.example/1"}],
            by="carol",
        )
    propose("reddit-v-anthropic", 2, state="accepted", decided_by="carol")
    feed = Feed.objects.create(url="https://press.example/feed")
    Fetch.objects.create(feed=feed, started_at=timezone.now(), outcome=FetchOutcome.FAILED)


def test_plots_are_drawn_in_both_schemes_and_tables_open_by_keyboard(
    chromium: Browser, live_server: LiveServer, curator: str, record: None
) -> None:
    page = chromium.new_page(viewport={"width": 1440, "height": 900}, color_scheme="light", base_url=live_server.url)
    page.set_default_timeout(15_000)
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    # A breach of the content security policy is written to the console as an error.
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    log_in(page)
    page.goto("/admin/")
    light = page.evaluate(DRAWN)
    # Court, people, accepted, failed: the bars that there are.
    assert light == ["109 40 217", "3 105 161", "4 120 87", "220 38 38"]
    assert page.evaluate(CONTRAST) == []
    page.get_by_text("carol", exact=True).first.click()
    page.get_by_text("Dark", exact=True).click()
    expect(page.locator("html")).to_have_class("dark")
    page.wait_for_function(f"light => JSON.stringify(({DRAWN})()) !== JSON.stringify(light)", arg=light)
    assert page.evaluate(DRAWN) == ["167 139 250", "56 189 248", "52 211 153", "248 113 113"]
    assert page.evaluate(CONTRAST) == []
    _open_table(page)
    _turn_months(page)
    page.set_viewport_size({"width": 320, "height": 900})
    for address in ("/admin/", "/admin/disputes/dispute/calendar/?month=2031-03"):
        page.goto(address)
        overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert overflow <= 0, f"{address} is {overflow} pixels too wide"
    expect(page.locator("td:visible")).to_have_text(
        re.compile(r"12 March 2031\s+Hearing scheduled Reddit v. Anthropic")
    )
    assert faults == []
    page.close()


def _open_table(page: Page) -> None:
    table = page.get_by_role("table", name="Disputes by status")
    expect(table).to_have_count(0)
    page.get_by_text("The figures as a table").first.focus()
    page.keyboard.press("Enter")
    expect(table.get_by_role("row").nth(1)).to_have_text("Today11")
    page.keyboard.press("Tab")
    expect(page.get_by_role("region", name="Disputes by status: the figures")).to_be_focused()


def _turn_months(page: Page) -> None:
    page.goto("/admin/disputes/dispute/calendar/?month=2031-02")
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("heading", name="March 2031")).to_be_visible()
    expect(page.get_by_role("table", name="What is set for March 2031, by day")).to_contain_text("Reddit v. Anthropic")
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_role("heading", name="February 2031")).to_be_visible()
    page.get_by_label("Dispute", exact=True).press("ArrowRight")
    expect(page.get_by_role("heading", name="February 2031")).to_be_visible()
