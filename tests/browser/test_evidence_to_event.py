"""From a captured article to an event in the browser: words become the quote, names complete, all with the keyboard."""

import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.contrib.auth import get_user_model
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from disputes import commands
from disputes.models import Article, Party, TimelineEntry
from tests.browser.test_curating import press

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SLUG = "reddit-v-anthropic"
TEXT = """Reddit sued Anthropic on Wednesday over scraping.
The complaint, filed in the Superior Court of California on 4 June 2025, says that its servers were hit 100,000 times.
"We will not tolerate this," said <script>alert(1)</script> Reddit's lawyer. Doe & Roe LLP represents the platform."""


@pytest.fixture
def article(curator: str) -> Article:
    commands.register_party("reddit", name="Reddit, Inc.", aliases=["Reddit"], by="seeds")
    commands.register_party("anthropic", name="Anthropic PBC", by="seeds")
    commands.register_party("redditch", name="Redditch Council", by="seeds")
    commands.open_dispute(
        SLUG, title="Reddit v. Anthropic", kind="litigation", summary="Reddit says it was scraped.", by="seeds"
    )
    commands.open_dispute("other", title="Another dispute", kind="threat", summary="Another.", by="seeds")
    commands.add_party(SLUG, party="reddit", role="plaintiff", by="seeds")
    now = timezone.now()
    return Article.objects.create(
        url="https://press.example/sued",
        title="Reddit sues Anthropic",
        source="The Press",
        text=TEXT,
        language="en",
        published_at=now,
        captured_at=now,
    )


@pytest.fixture
def faults() -> list[str]:
    return []


@pytest.fixture
def page(chromium: Browser, live_server: LiveServer, article: Article, faults: list[str]) -> Iterator[Page]:
    page = chromium.new_page(viewport={"width": 1440, "height": 900}, base_url=live_server.url)
    page.set_default_timeout(15_000)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    log_in(page, live_server.url)
    yield page
    page.close()


def log_in(page: Page, url: str) -> None:
    """Log in without the form, which has tests of its own."""
    client = Client()
    client.force_login(get_user_model().objects.get(username="carol"))
    page.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": url}])


def serious_faults(page: Page) -> list[str]:
    """Give what axe-core finds to keep people out of the page as it is now."""
    page.evaluate(AXE_SCRIPT)
    found = page.evaluate("() => axe.run(document, { resultTypes: ['violations'] })")["violations"]
    return [
        f"{fault['id']}: {node['html']}"
        for fault in found
        if fault["impact"] in {"serious", "critical"}
        for node in fault["nodes"]
    ]


def test_an_article_becomes_events_of_two_disputes_with_the_keyboard_alone(
    page: Page, article: Article, faults: list[str]
) -> None:
    page.goto(f"/admin/disputes/article/{article.pk}/change/")
    press(page.get_by_role("link", name="Record an event from it"))
    page.get_by_role("combobox", name="Dispute").focus()
    page.keyboard.type("anth")
    expect(page.get_by_role("listbox").get_by_role("option", selected=True)).to_contain_text("Reddit v. Anthropic")
    page.keyboard.press("Enter")
    page.get_by_label("What happened").select_option("Letter sent")
    press(page.get_by_role("button", name="Go on"))

    # Selected without the mouse: to the start of the text, then a line of it.
    text = page.get_by_role("textbox", name="Text of the article")
    text.focus()
    page.keyboard.press("Control+Home")
    page.keyboard.press("Shift+End")
    page.keyboard.type("q")
    quote = page.get_by_label("Quote", exact=True).first
    expect(quote).to_have_value("Reddit sued Anthropic on Wednesday over scraping.")
    page.keyboard.type("xyz")
    expect(text).not_to_contain_text("xyz")

    page.get_by_label("When").focus()
    page.keyboard.type("4 June 2025")
    expect(page.get_by_text("understood as 4 June 2025, known to the day")).to_be_visible()
    page.get_by_label("Standing").select_option("Reported")
    page.get_by_label("Summary").fill("Reddit sued.")

    actors = page.get_by_role("combobox", name="Who acted")
    actors.focus()
    page.keyboard.type("redd")
    # The dispute's own party comes before the other one of that beginning.
    expect(page.get_by_role("listbox").get_by_role("option")).to_have_text(
        [re.compile("Reddit, Inc."), re.compile("Redditch"), re.compile("Register")]
    )
    page.keyboard.press("Enter")
    expect(page.get_by_role("checkbox", name="Reddit, Inc.")).to_be_checked()
    counsel = page.get_by_role("combobox", name="Counsel")
    counsel.focus()
    page.keyboard.type("Doe & Roe LLP")
    expect(page.get_by_role("option", name="Register “Doe & Roe LLP” as a new party")).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("checkbox", name="Doe & Roe LLP (new)")).to_be_checked()
    new = page.get_by_role("group", name="New parties 1")
    expect(new.get_by_label("Name", exact=True)).to_have_value("Doe & Roe LLP")
    new.get_by_label("Other names").fill("Doe Roe; D&R")

    # It was no letter: the type changes, and nothing of this is typed again.
    page.get_by_label("Demands").fill("Stop scraping")
    page.get_by_label("Type", exact=True).select_option("Complaint filed")
    press(page.get_by_role("button", name="Change the type"))
    expect(page.get_by_role("heading", name="Complaint filed")).to_be_visible()
    expect(
        page.get_by_text("Complaint filed has no field for some of what you typed: Counsel, Demands.")
    ).to_be_visible()
    expect(page.get_by_label("Summary")).to_have_value("Reddit sued.")
    expect(quote).to_have_value("Reddit sued Anthropic on Wednesday over scraping.")
    page.get_by_label("Type", exact=True).select_option("Letter sent")
    press(page.get_by_role("button", name="Change the type"))
    expect(page.get_by_label("Demands")).to_have_value("Stop scraping")
    expect(new.get_by_label("Other names")).to_have_value("Doe Roe; D&R")

    press(page.get_by_role("button", name="Record and take the next from this article"))
    expect(page.get_by_text("Recorded: Letter sent, in Reddit v. Anthropic.")).to_be_visible()
    letter = TimelineEntry.objects.get(type="letter_sent")
    assert letter.recorded_by == "carol"
    assert letter.data["actors"] == ["reddit"]
    assert letter.data["counsel"] == ["doe-roe-llp"]
    assert letter.evidence[0]["quote"] == "Reddit sued Anthropic on Wednesday over scraping."
    assert Party.objects.get(pk="doe-roe-llp").aliases == ["Doe Roe", "D&R"]

    # The next one is of another dispute.
    page.get_by_role("checkbox", name="Reddit v. Anthropic").press("Space")
    page.get_by_role("combobox", name="Dispute").fill("Another dispute")
    page.get_by_label("What happened").select_option("Statement")
    press(page.get_by_role("button", name="Go on"))
    page.get_by_label("When").fill("2025")
    page.get_by_label("Standing").select_option("Reported")
    page.get_by_label("Summary").fill("A lawyer said so.")
    press(page.get_by_role("button", name="Record", exact=True))
    entry = page.locator("#timeline .entry", has_text="A lawyer said so.")
    expect(entry).to_contain_text("Statement")
    assert faults == []


def test_words_are_quoted_with_the_mouse_and_errors_lead_to_their_fields(page: Page, article: Article) -> None:
    page.goto(f"/admin/disputes/dispute/{SLUG}/record/letter_sent/?article={article.pk}")
    first, second = page.locator("[data-article-text] p").nth(1), page.locator("[data-article-text] p").nth(2)
    quote = page.get_by_label("Quote", exact=True)
    expect(quote).to_have_count(1)  # the further row is for those without the script
    first.click(click_count=3)
    page.get_by_role("button", name="Quote the selection").click()
    expect(quote).to_have_value(re.compile(r"^The complaint, filed .* 100,000 times\.$"))
    second.click(click_count=3)
    page.get_by_role("button", name="Add it to the quote").click()
    expect(quote).to_have_value(
        re.compile(r"100,000 times\. \[…\] \"We will not .*<script>alert\(1\)</script>.* platform\.$")
    )
    quote.fill("Words of my own")
    expect(page.get_by_text("The quote does not stand in the captured text word for word.")).to_be_visible()

    page.get_by_label("When").fill("04/05/2023")
    page.get_by_label("Standing").focus()
    expect(page.get_by_text("can be 4 May 2023 or 5 April 2023")).to_be_visible()
    page.get_by_role("combobox", name="Who acted").fill("redd")
    expect(page.get_by_role("listbox", name="Who acted").get_by_role("option").first).to_be_visible()
    assert serious_faults(page) == []
    page.get_by_text("Respond by").click()
    page.get_by_text("An amount or a range of amounts").click()
    page.get_by_label("Up to").fill("many")
    page.get_by_text("An amount or a range of amounts").click()
    # Enter in a line of text records; it does not press the first button, which changes the type.
    page.get_by_label("Where in it").press("Enter")
    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    assert serious_faults(page) == []
    press(summary.get_by_role("link", name="Money 1, up to"))
    expect(page.get_by_label("Up to")).to_be_focused()
    expect(page.get_by_label("Up to")).to_have_accessible_description(re.compile("is not a number"))
    expect(page.get_by_role("combobox", name="Who acted")).to_have_value("redd")
    expect(quote).to_have_value("Words of my own")


def test_it_works_without_javascript(
    chromium: Browser, live_server: LiveServer, article: Article, faults: list[str]
) -> None:
    page = chromium.new_page(base_url=live_server.url, java_script_enabled=False)
    log_in(page, live_server.url)
    page.goto(f"/admin/disputes/article/{article.pk}/record/")
    page.get_by_label("Dispute").fill("Reddit v. Anthropic")
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("link", name="Statement").click()
    expect(page.get_by_role("region", name="Text of the article")).to_contain_text("We will not tolerate this")
    page.get_by_label("When").fill("June 2025")
    page.get_by_label("Standing").select_option("Reported")
    page.get_by_label("Summary").fill("A lawyer said so.")
    page.get_by_label("Who acted").fill("Reddit; Doe LLP")
    page.get_by_label("Quote").first.fill("We will not tolerate this")
    page.get_by_role("button", name="Record", exact=True).click()
    expect(page.get_by_role("alert").get_by_role("link")).to_have_text(re.compile("No party is called “Doe LLP”"))
    page.get_by_text("A party that the record does not know yet").click()
    page.get_by_role("group", name="New parties 1").get_by_label("Name", exact=True).fill("Doe LLP")
    page.get_by_role("button", name="Record", exact=True).click()
    expect(page.locator("#timeline .entry", has_text="A lawyer said so.")).to_contain_text("Doe LLP")
    page.close()
