"""What a newcomer does in the admin, in a real browser over the real processes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.end_to_end.press import five_articles
from tests.support.chromium import running_chromium
from tests.support.product import SEEDED_DISPUTES, Product
from tests.support.publisher import Answer, Publisher, rss

pytestmark = [pytest.mark.processes, pytest.mark.browser]


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    items = five_articles()
    with Publisher(lambda _request: Answer(rss(*items), headers={"Content-Type": "application/rss+xml"})) as server:
        yield server


@pytest.fixture
def product_settings(publisher: Publisher) -> dict[str, str]:
    return {"FETCH_ALLOW": publisher.address}


@pytest.fixture
def page() -> Iterator[Page]:
    with running_chromium() as browser:
        page = browser.new_page(viewport={"width": 1440, "height": 1000})
        page.set_default_timeout(15_000)
        yield page


def test_from_login_to_evidence(product: Product, publisher: Publisher, page: Page) -> None:
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(product.base_url)
    page.get_by_role("link", name="Admin", exact=True).click()
    page.locator("[name=username]").fill(product.admin_username)
    page.locator("[name=password]").fill(product.admin_password)
    page.locator("button[type=submit]").click()

    page.locator("a[href='/admin/disputes/dispute/']").first.click()
    expect(page.locator("#result_list tbody tr")).to_have_count(SEEDED_DISPUTES)
    page.get_by_role("link", name="Twitter (X Corp.) and Microsoft over use of Twitter data").click()
    timeline = page.locator("#timeline")
    expect(timeline.get_by_text("Threat made").first).to_be_visible()
    expect(timeline.get_by_text("December 2022").first).to_be_visible()
    dispute = page.url

    page.locator("a[href='/admin/ingest/feed/']").first.click()
    page.get_by_role("link", name="Add a feed").first.click()
    page.locator("[name=url]").fill("http://127.0.0.2/feed.xml")
    page.keyboard.press("Enter")
    expect(page.locator("#id_url_error")).to_contain_text("is not a public address")
    page.locator("[name=url]").fill(publisher.url)
    page.keyboard.press("Enter")
    expect(page.get_by_text("Stored").first).to_be_visible()

    page.goto(dispute)
    evidence = page.locator("#evidence tbody tr").filter(has_text="press.example")
    for _second in range(60):
        if evidence.count() >= 4:
            break
        page.wait_for_timeout(1_000)
        page.reload()
    assert evidence.count() == 4, product.output()[-3000:]
    expect(evidence.filter(has_text="system:matcher")).to_have_count(4)
    assert faults == []
