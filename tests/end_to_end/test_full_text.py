"""On the real processes: from a summary in a feed to the text of its page, as evidence, and out as a web archive."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.end_to_end.press import five_articles
from tests.support.product import Product
from tests.support.publisher import Answer, Item, Publisher, Request, rss
from tests.support.waiting import wait_until

pytestmark = pytest.mark.processes
SUMMARY = "More of it on our page."


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    """Serve one of the five articles: its summary in the feed, its text on a page."""
    title, text = next((item.title, item.text) for item in five_articles() if item.link.endswith("/001"))
    paragraphs = "".join(f"<p>{line}</p>" for line in text.splitlines() if line.strip())
    page = f"<html lang='en'><title>{title}</title><body><article><h1>{title}</h1>{paragraphs}</article></body></html>"

    def answer(request: Request) -> Answer:
        if request.path == "/feed.xml":
            item = Item(f"http://{server.address}/1", title, SUMMARY)
            return Answer(rss(item), headers={"Content-Type": "application/rss+xml"})
        if request.path == "/robots.txt":
            return Answer(b"User-agent: *\nAllow: /\n", headers={"Content-Type": "text/plain"})
        return Answer(page.encode(), headers={"Content-Type": "text/html; charset=utf-8"})

    with Publisher(answer) as server:
        yield server


@pytest.fixture
def product_settings(publisher: Publisher) -> dict[str, str]:
    return {"FETCH_ALLOW": publisher.address, "FETCH_TIME_SCALE": "10", "READ_PAGES": "on"}


def test_a_summary_becomes_evidence_by_the_text_of_its_page(
    product: Product, publisher: Publisher, tmp_path: Path
) -> None:
    api = f"{product.base_url}api/v1/"
    headers = {"Authorization": f"Token {product.create_token()}"}
    added = requests.post(f"{api}feeds/", json={"url": publisher.url}, headers=headers, timeout=60)
    assert added.status_code == 201, added.text

    def evidence() -> list[str]:
        address = f"{api}disputes/twitter-v-microsoft/evidence/?page_size=200"
        answer = requests.get(address, headers=headers, timeout=30).json()
        return [item["article"]["url"] for item in answer["results"]]

    url = f"http://{publisher.address}/1"
    wait_until(lambda: url in evidence(), 60, f"the page is not evidence:\n{product.output()[-3000:]}")
    assert [request.path for request in publisher.requests][:3] == ["/feed.xml", "/robots.txt", "/1"]
    file = tmp_path / "twitter-v-microsoft.wacz"
    product.manage("export_evidence", "twitter-v-microsoft", str(file))
    with zipfile.ZipFile(file) as package:
        assert url in package.read("pages/pages.jsonl").decode()
