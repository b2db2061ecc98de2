"""Pages by cursor: every ordering yields each thing once, whatever is recorded meanwhile."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from rest_framework.test import APIClient

from disputes import commands
from disputes.models import Article

pytestmark = pytest.mark.django_db

ORDERINGS = ["latest", "opened", "title", "evidence_count", "updated"]
Answer = dict[str, Any]


def add(slug: str, title: str, *days: str) -> None:
    commands.open_dispute(slug, title=title, kind="threat", summary="A threat.", by="seeds")
    for day in days:
        commands.record_event(
            slug,
            type="threat_made",
            occurred=day,
            standing="reported",
            data={"summary": "Threatened."},
            evidence=[{"article": f"https://news.example/{day}"}],
            by="seeds",
        )


@pytest.fixture
def many() -> list[str]:
    """Disputes with ties in every value, some without a date."""
    for number in range(11):
        days = [f"2023-0{1 + number % 3}"] if number % 4 else []
        add(f"dispute-{number:02}", f"Title {number // 3}", *days, *(["2024"] if number % 5 == 1 else []))
    return [f"dispute-{number:02}" for number in range(11)]


def pages(reader: APIClient, address: str, direction: str = "next") -> Iterator[Answer]:
    following: str | None = address
    while following:
        answer = reader.get(following)
        assert answer.status_code == 200, answer.json()
        yield answer.json()
        following = answer.json()[direction]


@pytest.mark.parametrize("ordering", [sign + name for name in ORDERINGS for sign in ("", "-")])
def test_each_ordering_yields_each_dispute_once_forth_and_back(
    reader: APIClient, many: list[str], ordering: str
) -> None:
    address = f"/api/v1/disputes/?ordering={ordering}"
    whole = [dispute["slug"] for dispute in reader.get(address).json()["results"]]
    assert sorted(whole) == many
    forth = list(pages(reader, f"{address}&page_size=3"))
    assert [dispute["slug"] for page in forth for dispute in page["results"]] == whole
    assert [len(page["results"]) for page in forth] == [3, 3, 3, 2]
    back = list(pages(reader, forth[-1]["previous"], "previous"))
    assert [page["results"] for page in back] == [page["results"] for page in reversed(forth[:-1])]
    assert back[-1]["previous"] is None
    assert [page["results"] for page in pages(reader, back[-1]["next"])] == [page["results"] for page in forth[1:]]


@pytest.mark.parametrize("ordering", ["opened", "-opened", "latest", "-latest"])
def test_what_has_no_value_comes_last(reader: APIClient, many: list[str], ordering: str) -> None:
    found = reader.get(f"/api/v1/disputes/?ordering={ordering}").json()["results"]
    dates = [dispute[ordering.removeprefix("-")] for dispute in found]
    assert [date is None for date in dates] == sorted(date is None for date in dates)
    known = [date["date"] for date in dates if date]
    assert known == sorted(known, reverse=ordering.startswith("-"))


def test_what_is_recorded_meanwhile_repeats_nothing(reader: APIClient, many: list[str]) -> None:
    first = reader.get("/api/v1/disputes/?ordering=title&page_size=4").json()
    add("dispute-early", "A title before all others")
    add("dispute-late", "Title zzz")
    rest = [dispute["slug"] for page in pages(reader, first["next"]) for dispute in page["results"]]
    seen = [dispute["slug"] for dispute in first["results"]] + rest
    assert len(seen) == len(set(seen))
    assert set(seen) == {*many, "dispute-late"}


def test_a_page_keeps_what_was_asked(reader: APIClient, many: list[str]) -> None:
    first = reader.get("/api/v1/disputes/?page_size=2&fields=slug&count=on&opened_after=2023-02").json()
    second = reader.get(first["next"]).json()
    assert second["count"] == first["count"]
    assert all(list(dispute) == ["slug"] for dispute in second["results"])


def test_the_count_is_given_where_it_is_asked_for(reader: APIClient, many: list[str]) -> None:
    assert "count" not in reader.get("/api/v1/disputes/").json()
    assert "count" not in reader.get("/api/v1/disputes/?count=off").json()
    assert reader.get("/api/v1/disputes/?count=on&page_size=1").json()["count"] == 11


@pytest.mark.parametrize(
    ("part", "other"),
    [("ordering=updated", "ordering=-updated"), ("/disputes/", "/parties/")],
)
def test_a_cursor_of_another_list_or_ordering_is_refused(
    reader: APIClient, many: list[str], part: str, other: str
) -> None:
    following = reader.get("/api/v1/disputes/?ordering=updated&page_size=2").json()["next"]
    answer = reader.get(following.replace(part, other))
    assert answer.status_code == 400
    assert "belongs to another" in answer.json()["detail"]


def test_a_cursor_that_was_altered_is_refused(reader: APIClient, many: list[str]) -> None:
    following = reader.get("/api/v1/disputes/?page_size=2").json()["next"]
    at = following.index("cursor=") + len("cursor=")
    assert reader.get(following[:at] + "X" + following[at + 1 :]).status_code == 400


@pytest.mark.parametrize("ordering", ["position", "-position", "occurred", "-occurred"])
def test_events_of_a_dispute_come_in_pages(reader: APIClient, reddit: str, ordering: str) -> None:
    address = f"/api/v1/disputes/{reddit}/events/?ordering={ordering}"
    whole = reader.get(address).json()["results"]
    forth = list(pages(reader, f"{address}&page_size=4"))
    assert [event for page in forth for event in page["results"]] == whole
    assert reader.get(forth[-1]["previous"]).json()["results"] == forth[0]["results"]
    if ordering.endswith("occurred"):
        assert [event["occurred"] is None for event in whole] == [False] * 3 + [True] * 3


@pytest.mark.parametrize("ordering", ["attached", "-attached", "score", "-score"])
def test_evidence_comes_in_pages(reader: APIClient, reddit: str, ordering: str) -> None:
    for number, score in enumerate([0.5, 0.9, 0.5]):
        commands.attach_evidence(reddit, article=f"https://news.example/{number}", score=score, by="system:matcher")
    address = f"/api/v1/disputes/{reddit}/evidence/?ordering={ordering}"
    whole = reader.get(address).json()["results"]
    assert len(whole) == 6
    assert [item for page in pages(reader, f"{address}&page_size=2") for item in page["results"]] == whole
    if ordering == "-score":
        assert [item["score"] for item in whole] == [0.9, 0.5, 0.5, None, None, None]


@pytest.mark.parametrize("ordering", ["name", "-name", "updated", "-updated"])
def test_parties_come_in_pages(reader: APIClient, ordering: str) -> None:
    for number in range(5):
        commands.register_party(f"party-{number}", name=f"Name {number // 2}", by="seeds")
    found = [
        party["slug"]
        for page in pages(reader, f"/api/v1/parties/?page_size=2&ordering={ordering}")
        for party in page["results"]
    ]
    assert found == sorted(found, reverse=ordering.startswith("-"))
    assert len(found) == 5


@pytest.mark.parametrize("ordering", ["first_seen", "-first_seen", "published", "-published"])
def test_articles_come_in_pages(reader: APIClient, reddit: str, ordering: str) -> None:
    address = f"/api/v1/articles/?ordering={ordering}"
    whole = reader.get(address).json()["results"]
    assert len(whole) == 3
    assert [item for page in pages(reader, f"{address}&page_size=1") for item in page["results"]] == whole


@pytest.mark.parametrize("ordering", [sign + name for name in ("published", "first_seen") for sign in ("", "-")])
def test_rows_without_a_value_come_last_and_are_paged_like_the_others(reader: APIClient, ordering: str) -> None:
    for number in range(9):
        Article.objects.create(
            url=f"https://press.example/{number}",
            published_at=datetime(2026, 1, 1 + number % 3, tzinfo=UTC) if number % 2 else None,
        )
    address = f"/api/v1/articles/?ordering={ordering}"
    rows = reader.get(address).json()["results"]
    whole = [row["id"] for row in rows]
    assert len(set(whole)) == 9
    if "published" in ordering:
        dates = [row["published_at"] for row in rows]
        assert dates[4:] == [None] * 5
        assert dates[:4] == sorted(dates[:4], reverse=ordering.startswith("-"))
    forth = list(pages(reader, f"{address}&page_size=2"))
    assert [row["id"] for page in forth for row in page["results"]] == whole
    back = list(pages(reader, forth[-1]["previous"], "previous"))
    assert [page["results"] for page in back] == [page["results"] for page in reversed(forth[:-1])]
