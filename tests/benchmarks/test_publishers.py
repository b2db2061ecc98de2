"""The publishers on loopback that feed readers are measured on."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import feedparser
import pytest

from benchmarks.contestants.addresses import simulated_feed
from benchmarks.contestants.processor_time import seconds_of_tree
from tests.support.product import ROOT


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """Run the publishers with one real document, and give where they are."""
    (tmp_path / "a.atom").write_bytes(b"<feed/>")
    with subprocess.Popen(
        [sys.executable, "-m", "benchmarks.contestants.publishers", str(tmp_path)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        found = json.loads(process.stdout.readline())
        assert found["documents"] == 1
        yield f"http://127.0.0.1:{found['port']}"
        process.stdin.close()
        assert process.wait(10) == 0


def get(url: str, **headers: str) -> tuple[int, bytes, str]:
    request = urllib.request.Request(url, headers=headers)  # noqa: S310 (of this test's own server)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
            return answer.status, answer.read(), answer.headers["ETag"]
    except urllib.error.HTTPError as error:
        return error.code, b"", error.headers["ETag"]


def test_it_works(address: str) -> None:
    status, body, etag = get(f"{address}/real/0")
    assert (status, body) == (200, b"<feed/>")
    assert get(f"{address}/real/0", **{"If-None-Match": etag})[0] == 304


def test_a_simulated_feed_is_new_to_whoever_knows_an_older_revision(address: str) -> None:
    url = f"{address}/simulated/7?revision=2&entries=3"
    status, body, etag = get(url, **{"If-None-Match": '"1"'})
    assert (status, etag) == (200, '"2"')
    entries = feedparser.parse(body).entries
    assert len({entry.id for entry in entries}) == len({entry.description for entry in entries}) == 3
    assert get(url, **{"If-None-Match": etag})[0] == 304
    assert get(f"{address}/simulated/8?revision=2&entries=3")[1] != body


def test_haste_is_seen(address: str) -> None:
    for host in ("one.example", "one.example", "other.example"):
        get(f"{address}/simulated/1", Host=host)
    found = json.loads(get(f"{address}/witness")[1])
    assert (found["requests"], found["most_at_once"]) == (3, 1)
    assert 0 <= found["shortest_pause"] < 2


def test_feeds_of_one_platform_share_a_host() -> None:
    addresses = {
        simulated_feed(number, 80, platform=number // 2, revision=1, entries=1, delay=0.0).split("/")[2]
        for number in range(4)
    }
    assert len(addresses) == 2


def test_the_time_of_a_tree_has_that_of_children_which_have_ended() -> None:
    before = seconds_of_tree(os.getpid())
    burn = "import time\nwhile time.process_time() < 0.3: pass"
    began = time.monotonic()
    subprocess.run([sys.executable, "-c", burn], check=True)
    assert 0.25 <= seconds_of_tree(os.getpid()) - before <= time.monotonic() - began + 1.0
