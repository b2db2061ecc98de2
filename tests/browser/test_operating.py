"""An operator's morning with the keyboard: what is wrong with the feeds, and all of them fetched at once."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.utils import timezone
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from ingest.models import Feed, FeedState, Fetch, FetchOutcome
from tests.browser.conftest import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def operator(transactional_db: None) -> None:
    user = get_user_model().objects.create_user("oscar", password=PASSWORD, is_staff=True)
    user.groups.set(Group.objects.filter(name="operator"))


@pytest.fixture
def feeds() -> None:
    later = timezone.now() + timedelta(hours=9)
    for number in range(3):
        feed = Feed.objects.create(url=f"https://press.example/{number}", title=f"Press {number}", next_fetch_at=later)
        Fetch.objects.create(feed=feed, started_at=timezone.now(), outcome=FetchOutcome.FAILED, error="no answer")
    Feed.objects.filter(title="Press 2").update(state=FeedState.PAUSED, pause_reason="Ask first")


def test_it_works(chromium: Browser, live_server: LiveServer, operator: None, feeds: None) -> None:
    page = chromium.new_page(viewport={"width": 1280, "height": 900}, base_url=live_server.url)
    page.set_default_timeout(15_000)
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    page.goto("/admin/ingest/feed/")
    page.locator("[name=username]").fill("oscar")
    page.locator("[name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("img", name="One fetch so far: failed")).to_have_count(3)
    everything = page.get_by_role("checkbox", name="Tick all of this page")
    everything.focus()
    page.keyboard.press("Space")
    expect(page.get_by_text("With 3 ticked:")).to_be_visible()
    one = page.get_by_role("checkbox", name="Tick Press 0")
    one.focus()
    page.keyboard.press("Space")
    expect(page.get_by_text("With 2 ticked:")).to_be_visible()
    assert everything.evaluate("box => box.indeterminate")
    button = page.get_by_role("button", name="Fetch now")
    button.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("1 feed is due now; a worker fetches it.")).to_be_visible()
    expect(page.get_by_text(re.compile("the feed is paused; resume it first"))).to_be_visible()
    assert list(Feed.objects.filter(next_fetch_at__lte=timezone.now()).values_list("title", flat=True)) == ["Press 1"]
    assert faults == []
    page.close()
