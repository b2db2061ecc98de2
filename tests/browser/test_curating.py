"""A curator's work in the browser, with the keyboard alone, in both colour schemes and from 320 pixels on."""

import re
from collections.abc import Iterator
from uuid import UUID

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from disputes import commands
from disputes.models import TimelineEntry
from tests.browser.conftest import PASSWORD
from tests.ingest.admin.conftest import propose

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SCHEMES = ("light", "dark")
SLUG = "reddit-v-anthropic"


@pytest.fixture
def dispute(curator: str) -> str:
    commands.register_party("reddit", name="Reddit, Inc.", aliases=["Reddit"], by="seeds")
    commands.register_party("anthropic", name="Anthropic PBC", by="seeds")
    commands.open_dispute(
        SLUG, title="Reddit v. Anthropic", kind="litigation", summary="Reddit says it was scraped.", by="seeds"
    )
    commands.add_party(SLUG, party="reddit", role="plaintiff", by="seeds")
    commands.record_event(
        SLUG,
        type="api_price_announced",
        occurred="2023-04",
        standing="reported",
        data={"summary": "Reddit announced paid access.", "actors": ["reddit"]},
        evidence=[{"article": "https://press.example/price"}],
        by="seeds",
    )
    return SLUG


@pytest.fixture
def faults() -> list[str]:
    return []


@pytest.fixture
def page(chromium: Browser, live_server: LiveServer, dispute: str, faults: list[str]) -> Iterator[Page]:
    page = chromium.new_page(viewport={"width": 1440, "height": 900}, base_url=live_server.url)
    page.set_default_timeout(15_000)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    log_in(page)
    yield page
    page.close()


def log_in(page: Page) -> None:
    page.goto("/admin/")
    page.locator("[name=username]").fill("carol")
    page.locator("[name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page).to_have_title(re.compile("Front page"))


def press(at: Locator) -> None:
    """Press a link or a button without the mouse."""
    at.focus()
    expect(at).to_be_focused()
    at.press("Enter")


def choose_party(page: Page, label: str, typed: str, name: str) -> None:
    """Choose a party in the field of this label as somebody does who types."""
    field = page.locator(".field", has=page.get_by_text(label, exact=True))
    field.get_by_role("combobox").focus()
    page.keyboard.type(typed)
    expect(field.get_by_role("option", selected=True)).to_contain_text(name)
    page.keyboard.press("Enter")
    expect(field.get_by_role("checkbox", name=name)).to_be_checked()


def test_an_event_is_recorded_and_corrected_with_the_keyboard(page: Page, faults: list[str]) -> None:
    press(page.locator("#nav-sidebar a[href='/admin/disputes/dispute/']"))
    press(page.get_by_role("link", name="Reddit v. Anthropic"))
    press(page.get_by_role("link", name="Record event"))
    press(page.get_by_role("link", name="Letter sent"))
    page.get_by_label("When").focus()
    page.keyboard.type("31 February 2023")
    page.keyboard.press("Tab")
    page.keyboard.type("Rep")
    page.get_by_label("Summary").focus()
    page.keyboard.type("Reddit wrote to Anthropic.")
    choose_party(page, "Who acted", "redd", "Reddit, Inc.")
    choose_party(page, "Towards whom", "anthr", "Anthropic PBC")
    press(page.get_by_role("button", name="Record"))

    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    expect(summary.get_by_role("link", name="is not a day that exists")).to_be_visible()
    expect(
        summary.get_by_role("link", name="Give evidence, or say in the justification why there is none.")
    ).to_be_visible()
    expect(page.get_by_label("Summary")).to_have_value("Reddit wrote to Anthropic.")
    page.get_by_label("When").fill("19 April 2023")
    evidence = page.get_by_role("group", name="Evidence", exact=True)
    evidence.get_by_label("or its address").fill("https://press.example/letter")
    press(evidence.get_by_role("button", name="Add another"))
    second = page.get_by_role("group", name="Evidence 2")
    second.get_by_label("or its address").fill("https://other.example/denied")
    second.get_by_label("It", exact=True).select_option("Contradicts")
    press(page.get_by_role("button", name="Record"))

    entry = page.locator("#timeline .entry", has_text="Reddit wrote to Anthropic.")
    expect(entry).to_contain_text("19 April 2023")
    expect(entry).to_contain_text("Letter sent")
    expect(entry).to_contain_text("contradicted")
    expect(entry.get_by_role("link", name="Anthropic PBC")).to_be_visible()
    event = TimelineEntry.objects.get(type="letter_sent")
    assert event.recorded_by == "carol"
    assert len(event.evidence) == 2

    press(entry.get_by_role("link", name="Correct"))
    page.get_by_label("Reason for the correction").fill("The letter is dated in May")
    page.get_by_label("When").fill("May 2023")
    press(page.get_by_role("button", name="Record correction"))
    expect(entry).to_contain_text("May 2023")
    expect(entry).to_contain_text("The letter is dated in May")
    press(entry.locator("summary", has_text="What it said before"))
    expect(entry.locator("del")).to_have_text("19 April 2023")
    dates = page.locator("#timeline .entry-when").all_inner_texts()
    assert dates == ["April 2023", "May 2023"]
    assert [fault for fault in faults if "422" not in fault] == []


def test_a_dispute_is_merged_looked_back_at_and_comes_back(page: Page, faults: list[str]) -> None:
    commands.open_dispute("twin", title="A twin", kind="threat", summary="The same.", by="seeds")
    page.goto("/admin/disputes/dispute/twin/change/")
    press(page.get_by_role("link", name="Merge into…"))
    page.get_by_role("combobox", name="Merge into").focus()
    page.keyboard.type("anthropic")
    expect(page.get_by_role("option", selected=True)).to_contain_text("Reddit v. Anthropic")
    page.keyboard.press("Enter")
    press(page.get_by_role("button", name="Show what will happen"))
    expect(page.get_by_text("The address of twin leads to reddit-v-anthropic")).to_be_visible()
    page.get_by_label("Reason").fill("The same quarrel")
    press(page.get_by_role("button", name="Merge"))
    expect(page.get_by_text("Merged “A twin” into this dispute.")).to_be_visible()

    page.get_by_label("What had happened by", exact=True).fill("2023-03-31")
    press(page.get_by_role("button", name="Look back"))
    expect(page).to_have_url(re.compile(r"on_date=2023-03-31"))
    expect(page.get_by_text("What had happened by 31 March 2023, as it is known now.")).to_be_visible()
    expect(page.locator("#timeline .entry")).to_have_count(0)
    expect(page.get_by_role("link", name="Record event")).to_have_count(0)
    press(page.get_by_role("link", name="Show the present."))
    expect(page.locator("#timeline .entry")).to_have_count(1)

    page.goto("/admin/disputes/dispute/twin/change/")
    expect(page.get_by_text("“A twin” (twin) was merged into this dispute.")).to_be_visible()
    press(page.get_by_role("link", name="Undo the merge of twin"))
    page.get_by_label("Reason").fill("Two quarrels")
    press(page.get_by_role("button", name="Undo merge"))
    expect(page).to_have_title(re.compile("A twin"))
    assert faults == []


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", [320, 1440])
def test_every_screen_fits_and_is_readable(
    chromium: Browser, live_server: LiveServer, dispute: str, scheme: str, width: int
) -> None:
    propose(dispute, 1)
    event = TimelineEntry.objects.get(type="api_price_announced")
    first = correct(dispute, event.event_id, "Second words.", "The day was known")
    correct(dispute, first, "Better words.", "A slip of the pen")
    commands.open_dispute("twin", title="A twin", kind="threat", summary="The same.", by="seeds")
    today = timezone.now().date().isoformat()
    page = chromium.new_page(
        viewport={"width": width, "height": 900},
        color_scheme="dark" if scheme == "dark" else "light",
        base_url=live_server.url,
    )
    log_in(page)
    base = f"/admin/disputes/dispute/{dispute}"
    for address in (
        "/admin/",
        "/admin/disputes/dispute/",
        f"/admin/disputes/dispute/?on_date=2023-04-19&as_of={today}",
        f"{base}/change/",
        f"{base}/change/?everything=1&on_date=2023-04-19&as_of={today}",
        f"{base}/change/?on_date=whenever",
        "/admin/disputes/dispute/twin/merge/",
        f"/admin/disputes/dispute/twin/merge/?into={dispute}",
        f"{base}/record/",
        f"{base}/record/licence_signed/",
        f"{base}/events/{event.event_id}/correct/",
        f"{base}/events/{event.event_id}/retract/",
        f"{base}/watch-rules/",
        "/admin/disputes/party/reddit/change/",
        "/admin/disputes/article/",
        f"/admin/disputes/event/{event.position}/change/",
        "/admin/ingest/candidate/",
        "/admin/ingest/feed/",
    ):
        page.goto(address)
        overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert overflow <= 0, f"{address} is {overflow} pixels too wide at {width}"
        unreadable = page.evaluate(CONTRAST)
        assert unreadable == [], f"{address} in {scheme}"
    page.close()


def correct(slug: str, event: UUID, summary: str, reason: str) -> UUID:
    return commands.correct_event(
        slug,
        event=event,
        reason=reason,
        occurred="2023-04-18",
        standing="reported",
        data={"summary": summary},
        justification="For the tests",
        by="carol",
    ).event_id


CONTRAST = """() => {
  // Contrast of text with what is behind it, as WCAG 2 computes it; 4.5 is asked of text of this size.
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const rgb = (colours) => {
    canvas.clearRect(0, 0, 1, 1);
    for (const colour of colours) { canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1); }
    return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const luminance = (parts) => {
    const [r, g, b] = parts.map((v) => { v /= 255; return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const bad = new Set();
  for (const element of document.querySelectorAll('.tracker *')) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
    if (!own || !element.checkVisibility()) continue;
    if (element.closest('.sr-only, .select2-container, .material-symbols-outlined')) continue;
    const grounds = [];
    for (let at = element; at; at = at.parentElement) grounds.unshift(getComputedStyle(at).backgroundColor);
    const ground = rgb(grounds);
    const text = rgb([...grounds, getComputedStyle(element).color]);
    const [light, dark] = [luminance(ground), luminance(text)].sort((a, b) => b - a);
    const ratio = (light + 0.05) / (dark + 0.05);
    if (ratio < 4.5) bad.add(`${element.tagName}.${element.className}: ${ratio.toFixed(2)}`);
  }
  return [...bad];
}"""
