"""What had happened by a day, of what was known at a moment: alone, together, and by the rules of partial dates."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from disputes import commands
from disputes.models import Event, LedgerHead

pytestmark = pytest.mark.django_db

SLUG = "quarrel"
Happen = Callable[..., str]


@pytest.fixture
def happen() -> Happen:
    """Record an occurrence of a dispute; gives the moment of recording."""
    commands.open_dispute(SLUG, title="Quarrel", kind="threat", summary="About data.", by="seeds")

    def record(kind: str, occurred: Any, summary: str) -> str:
        commands.record_event(
            SLUG,
            type=kind,
            occurred=occurred,
            standing="reported",
            data={"summary": summary},
            evidence=[{"article": f"https://news.example/{summary.replace(' ', '-')}"}],
            by="seeds",
        )
        return moment()

    return record


def moment() -> str:
    return LedgerHead.objects.get().recorded_at.isoformat().replace("+00:00", "Z")


def listed(reader: APIClient, **query: str) -> dict[str, Any] | None:
    answer = reader.get("/api/v1/disputes/", query)
    assert answer.status_code == 200, answer.json()
    return next(iter(answer.json()["results"]), None)


def detail(reader: APIClient, **query: str) -> dict[str, Any]:
    found: dict[str, Any] = reader.get(f"/api/v1/disputes/{SLUG}/", query).json()
    return found


def happened(reader: APIClient, **query: str) -> list[str]:
    """The summaries of the occurrences, in the order of recording."""
    events = reader.get(f"/api/v1/disputes/{SLUG}/events/", {"lane": "demand,access", **query}).json()["results"]
    return [event["summary"] for event in events]


def cited(reader: APIClient, **query: str) -> set[str]:
    items = reader.get(f"/api/v1/disputes/{SLUG}/evidence/", query).json()["results"]
    return {item["article"]["url"].rpartition("/")[2] for item in items}


@pytest.mark.parametrize(
    ("occurred", "by", "has_happened"),
    [
        # A month may have begun, and so what is known to the month only, on each of its days.
        ("2023-04", "2023-03-31", False),
        ("2023-04", "2023-04-01", True),
        ("2023-04", "2023-04-19", True),
        ("2023-04", "2023-04-30", True),
        ("2023", "2022-12-31", False),
        ("2023", "2023-01-01", True),
        ("2023", "2023-04-19", True),
        ("2023-04-19", "2023-04-18", False),
        ("2023-04-19", "2023-04-19", True),
        # What lasted longer has happened once it can have begun.
        ({"date": "2023-04", "precision": "month", "end": "2023-06"}, "2023-04-19", True),
        ({"date": "2023-04", "precision": "month", "end": "2023-06"}, "2023-03-31", False),
    ],
)
def test_an_occurrence_has_happened_once_it_can_have_begun(
    reader: APIClient, happen: Happen, occurred: Any, by: str, has_happened: bool
) -> None:
    happen("threat_made", occurred, "A threat")
    assert happened(reader, on_date=by) == (["A threat"] if has_happened else [])
    for told in (listed(reader, on_date=by), detail(reader, on_date=by)):
        assert told is not None
        assert (told["latest"] is not None) is has_happened
        assert (told["next_date"] is None) is has_happened
        assert told["status"] == ("threatened" if has_happened else "watching")
        assert told["evidence_count"] == has_happened
    assert cited(reader, on_date=by) == ({"A-threat"} if has_happened else set())
    found = reader.get("/api/v1/disputes/", {"on_date": by, "status": "threatened", "count": "on"}).json()["count"]
    assert found == has_happened


def test_of_several_the_one_that_may_have_ended_last_has_the_last_word(reader: APIClient, happen: Happen) -> None:
    """April may have been after the 19th; what is known to the day in May was after April for certain."""
    happen("negotiation_reported", "2023-04", "Talks")
    happen("threat_made", "2023-04-19", "A threat")
    for told in (listed(reader, on_date="2023-04-19"), detail(reader, on_date="2023-04-19")):
        assert told is not None
        assert (told["latest"]["summary"], told["status"]) == ("Talks", "negotiating")
    happen("threat_made", "2023-05-01", "Another threat")
    for told in (listed(reader, on_date="2023-05-01"), detail(reader, on_date="2023-05-01")):
        assert told is not None
        assert (told["latest"]["summary"], told["status"]) == ("Another threat", "threatened")


def test_both_together_tell_what_was_known_then_of_what_had_happened(reader: APIClient, happen: Happen) -> None:
    """The letter of March was found after the threat of April: known late, it takes its place."""
    first = happen("threat_made", "2023-04-19", "A threat")
    second = happen("letter_sent", "2023-03-01", "A letter")
    expected = {
        ("2023-03-15", first): [],
        ("2023-03-15", second): ["A letter"],
        ("2023-04-19", first): ["A threat"],
        ("2023-04-19", second): ["A threat", "A letter"],
    }
    for (on_date, as_of), summaries in expected.items():
        query = {"on_date": on_date, "as_of": as_of}
        assert happened(reader, **query) == summaries, query
        assert cited(reader, **query) == {summary.replace(" ", "-") for summary in summaries}
        for told in (listed(reader, **query), detail(reader, **query)):
            assert told is not None
            assert told["evidence_count"] == len(summaries)
            assert (told["latest"]["summary"] if told["latest"] else None) == (summaries[0] if summaries else None)
    assert listed(reader, on_date="2023-04-19", as_of=first)["opened"]["date"] == "2023-04-19"  # type: ignore[index]
    assert listed(reader, on_date="2023-04-19", as_of=second)["opened"]["date"] == "2023-03-01"  # type: ignore[index]


def test_curation_holds_for_every_day(reader: APIClient, happen: Happen) -> None:
    """It has no date in the world, but it has one of recording."""
    before = moment()
    commands.note_conflict(SLUG, text="Sources disagree.", by="curator")
    assert detail(reader, on_date="1999-12-31")["conflicts"] == ["Sources disagree."]
    assert detail(reader, on_date="1999-12-31", as_of=before)["conflicts"] == []
    assert listed(reader, on_date="1999-12-31")["title"] == "Quarrel"  # type: ignore[index]


def test_what_lies_ahead_becomes_past_by_the_clock_alone(
    reader: APIClient, happen: Happen, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is written: the same rows and events tell another day."""
    today = timezone.now().date()
    ahead = today + timedelta(days=10)
    happen("threat_made", (today - timedelta(days=1)).isoformat(), "A threat")
    happen("negotiation_reported", ahead.isoformat(), "Talks")
    position = LedgerHead.objects.get().position

    def tellings(**query: str) -> list[dict[str, Any]]:
        answers = [listed(reader, **query), detail(reader, **query), listed(reader, as_of=str(today), **query)]
        return [answer for answer in answers if answer is not None]

    def check(told: dict[str, Any], *, is_past: bool) -> None:
        assert told["latest"]["summary"] == ("Talks" if is_past else "A threat")
        assert told["status"] == ("negotiating" if is_past else "threatened")
        assert (told["next_date"] is None) is is_past

    for told in tellings():
        check(told, is_past=False)
    for told in tellings(on_date=(ahead - timedelta(days=1)).isoformat()):
        check(told, is_past=False)
    for told in tellings(on_date=ahead.isoformat()):
        check(told, is_past=True)
    assert reader.get("/api/v1/disputes/?status=negotiating&count=on").json()["count"] == 0
    tag = reader.get(f"/api/v1/disputes/{SLUG}/").headers["ETag"]

    now = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: now + timedelta(days=10))
    for told in tellings():
        check(told, is_past=True)
    assert reader.get("/api/v1/disputes/?status=negotiating&count=on").json()["count"] == 1
    assert reader.get(f"/api/v1/disputes/{SLUG}/", headers={"If-None-Match": tag}).status_code == 200
    assert LedgerHead.objects.get().position == position


def test_titles_of_related_disputes_are_those_of_then(reader: APIClient, happen: Happen) -> None:
    commands.open_dispute("other", title="The other one", kind="threat", summary="Another.", by="seeds")
    commands.relate_disputes(SLUG, other="other", note="Same data", by="seeds")
    then = moment()
    commands.describe_dispute("other", title="Renamed", kind="threat", summary="Another.", by="seeds")
    assert detail(reader)["related"][0]["title"] == "Renamed"
    assert detail(reader, as_of=then)["related"][0]["title"] == "The other one"
    assert Event.objects.filter(stream="dispute/other").count() == 2
