"""The inbox in the browser: worked by keyboard alone, and by two curators at once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.utils import timezone
from playwright.sync_api import Browser, Locator, Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from disputes import commands
from disputes.models import Article, EvidenceItem, TimelineEntry
from ingest.models import Candidate
from tests.browser.conftest import PASSWORD
from tests.ingest.admin.conftest import propose

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

INBOX = "/admin/ingest/candidate/"
SLUG = "reddit-v-anthropic"


@pytest.fixture(autouse=True)
def _home(settings: Settings, tmp_path: Path) -> None:
    """Keep keys outside of the database away from those of other tests."""
    settings.TRACKER_HOME = tmp_path


@pytest.fixture
def stories(curator: str) -> dict[int, Candidate]:
    """Let nine stories wait, the first the newest, for one of two disputes."""
    user = get_user_model().objects.create_user("dave", password=PASSWORD, is_staff=True)
    user.groups.set(Group.objects.filter(name="curator"))
    for slug, title in ((SLUG, "Reddit v. Anthropic"), ("getty", "Getty Images v. Stability AI")):
        commands.open_dispute(slug, title=title, kind="litigation", summary="A suit.", by="seeds")
    found = {number: propose(SLUG, number) for number in range(1, 10)}
    for number, candidate in found.items():
        moment = timezone.now() - timedelta(hours=number)
        Article.objects.filter(pk=candidate.article_id).update(published_at=moment)
    return found


@pytest.fixture
def faults() -> list[str]:
    return []


def enter(chromium: Browser, live_server: LiveServer, name: str, faults: list[str]) -> Page:
    """Log somebody in, in a window with cookies of its own, and open the inbox."""
    page = chromium.new_context(viewport={"width": 1440, "height": 900}, base_url=live_server.url).new_page()
    page.set_default_timeout(15_000)
    page.on("pageerror", lambda error: faults.append(str(error)))
    # What is refused is answered with 422, which the console notes; anything else is a fault.
    page.on(
        "console",
        lambda said: faults.append(said.text) if said.type == "error" and "422" not in said.text else None,
    )
    page.goto(INBOX)
    page.locator("[name=username]").fill(name)
    page.locator("[name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page).to_have_title(re.compile("Inbox"))
    expect(page.locator("[data-help-open]")).to_be_visible()
    return page


@pytest.fixture
def page(
    chromium: Browser, live_server: LiveServer, stories: dict[int, Candidate], faults: list[str]
) -> Iterator[Page]:
    page = enter(chromium, live_server, "carol", faults)
    yield page
    page.context.close()


def row(page: Page, number: int) -> Locator:
    return page.locator("[data-row]", has_text=f"Story {number}")


def expect_open(page: Page, number: int) -> None:
    """Expect a story in the pane, marked in the list and with the focus there."""
    expect(page.locator("#item-title")).to_have_text(f"Story {number}")
    expect(row(page, number).locator("[aria-current=true]")).to_be_focused()


def test_a_curator_works_through_the_inbox_by_keyboard_alone(
    page: Page, stories: dict[int, Candidate], faults: list[str]
) -> None:
    keys = page.keyboard
    expect(page.locator("#item-title")).to_have_text("Story 1")
    expect(page.locator("[data-item] mark")).to_have_text("Reddit sues")
    keys.press("j")
    expect_open(page, 2)
    keys.press("k")
    expect_open(page, 1)
    keys.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    keys.press("Escape")

    keys.press("a")
    expect_open(page, 2)
    expect(page.get_by_role("status").filter(has_text="1 candidate accepted")).to_be_visible()
    keys.press("r")
    keys.press("1")
    expect_open(page, 3)
    keys.press("r")
    page.get_by_label("In your words").focus()
    # Letters are a note's here, and decide nothing.
    keys.type("A jar of jam, aka rum")
    keys.press("Enter")
    expect_open(page, 4)
    keys.press("s")
    keys.press("2")
    expect_open(page, 5)
    _choose(page, "d", "getty")
    expect_open(page, 6)
    _choose(page, "m", "getty")
    expect_open(page, 7)
    keys.press("x")
    keys.press("j")
    expect_open(page, 8)
    keys.press("x")
    expect(page.locator("[data-about]")).to_have_text("About 2 ticked stories.")
    keys.press("r")
    keys.press("4")
    expect_open(page, 9)
    expect(page.locator("[data-row]")).to_have_count(1)
    keys.press("u")
    expect(page.locator("[data-row]")).to_have_count(3)
    expect(page.get_by_role("status").filter(has_text="Undone: 2 candidates as before")).to_be_visible()

    for candidate in stories.values():
        candidate.refresh_from_db()
    states = [stories[number].state for number in range(1, 10)]
    assert states == [
        *("accepted", "rejected", "rejected", "snoozed", "rejected", "accepted", "pending", "pending", "pending"),
    ]
    reasons = {entry.data.get("reason") for entry in TimelineEntry.objects.filter(type="evidence_rejected")}
    assert {"About something else", "A jar of jam, aka rum"} <= reasons
    moved = EvidenceItem.objects.filter(dispute="getty").values_list("article", flat=True)
    assert set(moved) == {stories[5].article_id, stories[6].article_id}
    assert faults == []


def _choose(page: Page, key: str, typed: str) -> None:
    """Open a choice by its key, choose what is found and carry it out."""
    page.keyboard.press(key)
    choice = page.locator(f"[data-choice={key}]")
    expect(choice.get_by_role("combobox")).to_be_focused()
    page.keyboard.type(typed)
    expect(choice.get_by_role("option", selected=True)).to_contain_text("Getty Images")
    page.keyboard.press("Enter")
    expect(choice.get_by_role("checkbox", name="Getty Images")).to_be_checked()
    page.keyboard.press("Enter")


def test_two_curators_see_each_other_and_lose_nothing_that_was_typed(
    page: Page, chromium: Browser, live_server: LiveServer, faults: list[str]
) -> None:
    other = enter(chromium, live_server, "dave", faults)
    expect(other.locator("[data-item-holder]")).to_contain_text("carol has this story open")
    expect(row(other, 1)).to_contain_text("carol has it open")
    other.keyboard.press("j")
    expect_open(other, 2)
    # The next story is dave's, so the one behind it follows.
    page.keyboard.press("a")
    expect_open(page, 3)

    page.keyboard.press("r")
    page.get_by_label("In your words").fill("It speaks of a game")
    other.keyboard.press("j")
    expect_open(other, 3)
    expect(other.locator("[data-item-holder]")).to_contain_text("carol")
    other.keyboard.press("a")
    expect_open(other, 4)
    page.get_by_label("In your words").press("Enter")
    expect(page.get_by_role("alert").filter(has_text="accepted already, by dave")).to_be_visible()
    expect(page.get_by_label("In your words")).to_have_value("It speaks of a game")
    expect(page.locator("[data-item]")).to_contain_text("Accepted by dave")
    other.context.close()
    assert faults == []
