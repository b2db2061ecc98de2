"""The log over the API: a reader that passes on the last position it has seen misses nothing."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from disputes import commands

pytestmark = pytest.mark.django_db


def follow(reader: APIClient, after: int, size: int) -> list[dict[str, Any]]:
    seen: list[dict[str, Any]] = []
    following: str | None = f"/api/v1/events/?after={after}&page_size={size}"
    while following:
        page = reader.get(following).json()
        seen += page["results"]
        following = page["next"]
    return seen


def test_it_works(reader: APIClient, reddit: str) -> None:
    seen = follow(reader, 0, 3)
    assert [event["position"] for event in seen] == list(range(1, 9))
    assert [event["stream"] for event in seen[:3]] == ["party/reddit", "party/anthropic", f"dispute/{reddit}"]
    filed = seen[-2]
    assert (filed["type"], filed["label"], filed["version"]) == ("complaint_filed", "Complaint filed", 5)
    assert filed["occurred"] == {"date": "2025-06-04", "precision": "day"}
    assert filed["evidence"][0]["article"]["url"] == "https://news.example/sued"
    assert filed["recorded_at"].endswith("Z")


def test_a_copy_is_kept_in_step(reader: APIClient, reddit: str) -> None:
    last = follow(reader, 0, 200)[-1]["position"]
    assert follow(reader, last, 200) == []
    commands.rename_party("reddit", name="Reddit Holdings", by="curator")
    commands.note_conflict(reddit, text="Sources disagree.", by="curator")
    assert [event["type"] for event in follow(reader, last, 1)] == ["party_renamed", "conflict_noted"]


def test_the_count_is_of_what_lies_behind(reader: APIClient, reddit: str) -> None:
    assert reader.get("/api/v1/events/?count=on").json()["count"] == 8
    assert reader.get("/api/v1/events/?count=on&after=6&page_size=1").json()["count"] == 2
    assert reader.get("/api/v1/events/?count=on&after=100").json()["count"] == 0


@pytest.mark.parametrize("after", ["-1", "x", "1e3", "9" * 19, ""])
def test_what_is_no_position_is_refused(reader: APIClient, after: str) -> None:
    assert reader.get(f"/api/v1/events/?after={after}").status_code == 400
