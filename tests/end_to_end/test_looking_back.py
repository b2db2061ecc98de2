"""A rule that is made today finds yesterday's article, promptly, on the real processes."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.support.product import Product
from tests.support.publisher import Item, rss
from tests.support.waiting import wait_until

pytestmark = pytest.mark.processes

STORY = Item("https://press.example/kumquat", "Kumquat accord", "Reddit signed the kumquat accord on Monday.")
CAUGHT_UP = 'tracker_subscription_lag_events{subscription="look-back"} 0.0'


def test_a_rule_finds_what_was_captured_before_it(product: Product, tmp_path: Path) -> None:
    document = tmp_path / "feed.xml"
    document.write_bytes(rss(STORY))
    product.manage("import_feed", str(document))
    root = f"{product.base_url}api/v1/disputes/reddit-api-pricing/"
    session = requests.Session()
    session.headers["Authorization"] = f"Token {product.create_token()}"

    def is_caught_up() -> bool:
        return CAUGHT_UP in session.get(f"{product.base_url}metrics", timeout=30).text

    def is_found() -> bool:
        address = f"{product.base_url}api/v1/candidates/?dispute=reddit-api-pricing&page_size=200"
        items = session.get(address, timeout=30).json()["results"]
        return any(item["article"]["url"] == STORY.link for item in items)

    def watch(phrase: str) -> float:
        """Change the rules, and give the seconds until that was delivered."""
        rules: Any = [{"kind": "any", "phrases": [phrase], "weight": 5}]
        answer = session.post(
            f"{root}events/", json={"type": "watch_terms_changed", "data": {"rules": rules}}, timeout=60
        )
        assert answer.status_code == 201, answer.text
        recorded = time.monotonic()
        wait_until(is_caught_up, 30, f"it is not delivered:\n{product.output()[-3000:]}")
        return time.monotonic() - recorded

    wait_until(is_caught_up, 60, f"the seeds are not delivered:\n{product.output()[-3000:]}")
    waits = [watch("nothing like it"), watch("nothing like that"), watch("nothing of the kind")]
    assert not is_found()
    waits.append(watch("kumquat accord"))
    wait_until(is_found, 30, f"the article does not wait in the inbox:\n{product.output()[-3000:]}")
    # Without the doorbell each would wait for the next round, five seconds in the mean.
    assert max(waits) < 3, waits
