"""The page of a dispute in the browser: its sliders by keyboard, a comparison, from the drawing to the entry."""

import re
from collections.abc import Iterator
from itertools import combinations

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from disputes import commands
from tests.browser.conftest import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SLUG = "reddit-v-anthropic"
OCCURRENCES = (
    ("api_price_announced", "2023-04", {"summary": "Reddit announced paid access.", "holder": "reddit"}),
    ("letter_sent", "2023-04-20", {"summary": "Reddit wrote a letter."}),
    ("statement_made", "2023-04-21", {"summary": "Anthropic said something."}),
    ("statement_made", "2023-04-25", {"summary": "Reddit answered."}),
    (
        "complaint_filed",
        "2025-06-04",
        {"summary": "Reddit sued Anthropic.", "proceeding": "sf", "court": "A court", "claims": ["privacy"]},
    ),
)


@pytest.fixture
def dispute(curator: str) -> str:
    commands.register_party("reddit", name="Reddit, Inc.", by="seeds")
    commands.open_dispute(SLUG, title="Reddit v. Anthropic", kind="litigation", summary="Scraping.", by="seeds")
    for kind, occurred, data in OCCURRENCES:
        commands.record_event(
            SLUG,
            type=kind,
            occurred=occurred,
            standing="reported",
            data={**data, "actors": ["reddit"]},
            evidence=[{"article": f"https://press.example/{occurred}"}],
            by="seeds",
        )
    return SLUG


@pytest.fixture
def page(chromium: Browser, live_server: LiveServer, dispute: str) -> Iterator[Page]:
    page = chromium.new_page(viewport={"width": 1440, "height": 900}, base_url=live_server.url)
    page.set_default_timeout(15_000)
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    page.goto("/admin/")
    page.locator("[name=username]").fill("carol")
    page.locator("[name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page).to_have_title(re.compile("Front page"))
    page.goto(f"/admin/disputes/dispute/{dispute}/change/")
    yield page
    page.close()
    assert not faults


def test_it_works(page: Page) -> None:
    """Step back in time by keyboard, compare, and follow the drawing."""
    slider = page.get_by_role("slider", name="What had happened by: slider")
    slider.focus()
    expect(slider).to_have_attribute("aria-valuetext", "now")
    slider.press("Home")
    slider.press("ArrowRight")
    expect(slider).to_have_attribute("aria-valuetext", "20 April 2023: Letter sent")
    expect(page.get_by_text("What had happened by 20 April 2023, as it is known now.")).to_be_visible()
    expect(page).to_have_url(re.compile(r"\?on_date=2023-04-20$"))
    expect(page.locator("#timeline .entry")).to_have_count(2)
    expect(page.locator(".drawing .drawn-ahead[href]")).to_have_count(3)
    expect(page.get_by_role("link", name="Record event")).to_have_count(0)
    expect(slider).to_be_focused()
    slider.press("End")
    expect(page.locator("#timeline .entry")).to_have_count(5)
    expect(page.get_by_role("link", name="Record event")).to_be_visible()

    page.get_by_text("Compare with another moment").click()
    page.get_by_label("… what had happened by").fill("2023-04-22")
    page.keyboard.press("Enter")
    compared = page.get_by_role("region", name="What changed")
    expect(compared.get_by_role("row", name="Status Threatened Pleadings")).to_be_visible()
    expect(compared.get_by_role("link", name="4 June 2025: Complaint filed")).to_be_visible()
    expect(page).to_have_url(re.compile(r"\?compare_on_date=2023-04-22$"))

    mark = page.get_by_role("link", name=re.compile("^4 June 2025: Complaint filed, 1 account"))
    mark.focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("#event-"))
    expect(page.locator(".entry:target")).to_contain_text("Reddit sued Anthropic.")


def test_words_of_the_drawing_do_not_collide_and_the_page_fits_320_pixels(page: Page) -> None:
    for width in (1440, 320, 3840):
        page.set_viewport_size({"width": width, "height": 900})
        page.evaluate("document.fonts.ready")
        boxes = page.locator(".drawn").evaluate_all(
            """marks => marks.map(mark => [...mark.querySelectorAll("text, circle, .drawn-range")].map(part => {
                const {left, right, top, bottom} = part.getBoundingClientRect();
                return {left, right, top, bottom};
            }))"""
        )
        assert len(boxes) == len(OCCURRENCES)
        for one, other in combinations(boxes, 2):
            for a in one:
                for b in other:
                    assert (
                        a["right"] <= b["left"]
                        or b["right"] <= a["left"]
                        or a["bottom"] <= b["top"] + 2
                        or b["bottom"] <= a["top"] + 2
                    ), (width, a, b)
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), width
