"""The whole way, on the real processes: from a feed over the API to evidence, and nothing twice."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from tests.end_to_end.press import EXPECTED, five_articles
from tests.support.product import SEEDED_DISPUTES, Product
from tests.support.publisher import Answer, Publisher, Request, rss
from tests.support.waiting import wait_until

pytestmark = pytest.mark.processes


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    """Serve the five articles. No two answers are the same to the byte, so each is parsed anew."""
    items = five_articles()

    def answer(request: Request) -> Answer:
        if request.path == "/feed.xml":
            return Answer(
                rss(*items, remark=str(len(server.requests))), headers={"Content-Type": "application/rss+xml"}
            )
        return Answer(b"<html><title>No feed</title></html>", headers={"Content-Type": "text/html"})

    with Publisher(answer) as server:
        yield server


@pytest.fixture
def product_settings(publisher: Publisher) -> dict[str, str]:
    return {"FETCH_ALLOW": publisher.address}


class Api:
    """The API as a program uses it."""

    def __init__(self, product: Product) -> None:
        self.root = f"{product.base_url}api/v1/"
        self.session = requests.Session()
        self.session.headers["Authorization"] = f"Token {product.create_token()}"

    def get(self, path: str) -> Any:
        answer = self.session.get(f"{self.root}{path}", timeout=30)
        answer.raise_for_status()
        return answer.json()

    def post(self, path: str, body: dict[str, str] | None = None) -> requests.Response:
        return self.session.post(f"{self.root}{path}", json=body, timeout=60)

    def evidence(self, dispute: str) -> list[str]:
        """Give the numbers of the five articles that are evidence of a dispute, doubled ones twice."""
        page = self.get(f"disputes/{dispute}/evidence/?page_size=200")
        assert page["next"] is None
        urls = [item["article"]["url"] for item in page["results"]]
        return sorted(url.removeprefix("https://press.example/") for url in urls if "press.example" in url)

    def attached(self) -> dict[str, list[str]]:
        return {dispute: self.evidence(dispute) for dispute in EXPECTED}

    def has_expected(self) -> bool:
        return all(set(numbers) >= EXPECTED[dispute] for dispute, numbers in self.attached().items())


def test_a_feed_becomes_evidence_once_and_a_restart_loses_nothing(product: Product, publisher: Publisher) -> None:
    api = Api(product)
    assert len(api.get("disputes/")["results"]) == SEEDED_DISPUTES, "the seeds are there from the first start"

    created = api.post("feeds/", {"url": publisher.url})
    assert created.status_code == 201, created.text
    feed = created.json()
    assert len(publisher.requests) == 1, "adding a feed costs one GET"
    wait_until(api.has_expected, 60, f"the articles are not evidence:\n{api.attached()}\n{product.output()[-3000:]}")
    before = api.attached()
    for dispute, numbers in before.items():
        assert len(numbers) == len(set(numbers)), f"doubled evidence of {dispute}"
    item = api.get("disputes/pm-at-v-openai-microsoft/evidence/?page_size=200")["results"]
    (scored,) = [entry for entry in item if entry["article"]["url"].endswith("press.example/000")]
    assert scored["attached_by"] == "system:matcher"
    assert scored["score"] > 0.5
    assert scored["reasons"]

    assert api.post(f"feeds/{feed['id']}/fetch/").status_code == 202
    fetches = f"feeds/{feed['id']}/fetches/"
    wait_until(lambda: len(api.get(fetches)["results"]) == 2, 60, f"no second poll:\n{product.output()[-3000:]}")
    assert api.get(fetches)["results"][0]["new_articles"] == 0
    wait_until(lambda: not _pending(product), 30, "articles wait to be matched")
    assert api.attached() == before, "a second poll attaches nothing twice"

    product.restart()
    api = Api(product)
    assert api.attached() == before, "a restart loses nothing"
    assert api.get(f"feeds/{feed['id']}/")["article_count"] == 5


def test_what_is_no_feed_or_not_allowed_is_refused_and_kept_out(product: Product, publisher: Publisher) -> None:
    api = Api(product)
    refused = {
        publisher.url.replace("feed.xml", "page.html"): "feed",
        "file:///etc/passwd": "http",
        "http://127.0.0.2/feed.xml": "127.0.0.2",
        "http://127.0.0.1:1/feed.xml": "port",
    }
    for url, word in refused.items():
        answer = api.post("feeds/", {"url": url})
        assert answer.status_code == 400, (url, answer.text)
        assert answer.headers["Content-Type"] == "application/problem+json"
        (error,) = answer.json()["errors"]
        assert error["pointer"] == "/url"
        assert word in error["detail"].lower()
    assert api.get("feeds/")["results"] == []


def _pending(product: Product) -> int:
    script = "from ingest.models import PendingMatch; print(PendingMatch.objects.count())"
    return int(product.manage("shell", "--no-imports", "-c", script).strip().splitlines()[-1])
