"""Everything that was ever said of an event: its first words, and each amendment with its reason, in order."""

from typing import Any
from uuid import UUID

import pytest
from rest_framework.test import APIClient

from disputes import commands
from disputes.models import Event

pytestmark = pytest.mark.django_db


def correct(slug: str, event: UUID, summary: str, reason: str) -> UUID:
    return commands.correct_event(
        slug,
        event=event,
        reason=reason,
        occurred="2023-04-18",
        standing="confirmed",
        data={"summary": summary},
        justification="For the tests",
        by="carol",
    ).event_id


def announced(slug: str) -> UUID:
    return Event.objects.get(stream=f"dispute/{slug}", type="api_price_announced").event_id


def read(reader: APIClient, slug: str, event: UUID, **query: str) -> dict[str, Any]:
    answer = reader.get(f"/api/v1/disputes/{slug}/events/{event}/", {"readings": "all", **query})
    assert answer.status_code == 200, answer.json()
    found: dict[str, Any] = answer.json()
    return found


def test_it_works(reader: APIClient, reddit: str) -> None:
    event = announced(reddit)
    first = correct(reddit, event, "Second words.", "The day was known")
    second = correct(reddit, event, "Third words.", "The price was known")
    commands.retract_event(reddit, event=event, reason="It was another company", by="dora")
    told = read(reader, reddit, event)
    assert told["summary"] == "Third words.", "the present reading is told as ever"
    assert told["first_words"]["summary"] == "Reddit announced paid access."
    assert told["first_words"]["occurred"] == {"date": "2023-04", "precision": "month"}
    said = [(one["type"], one["reason"], one["recorded_by"], one["in_force"]) for one in told["amendments"]]
    assert said == [
        ("event_corrected", "The day was known", "carol", False),
        ("event_corrected", "The price was known", "carol", True),
        ("event_retracted", "It was another company", "dora", True),
    ]
    assert [one["id"] for one in told["amendments"][:2]] == [str(first), str(second)]
    assert [one["words"] and one["words"]["summary"] for one in told["amendments"]] == [
        "Second words.",
        "Third words.",
        None,
    ]


def test_corrections_of_corrections_stand_inside_of_them(reader: APIClient, reddit: str) -> None:
    event = announced(reddit)
    correction = correct(reddit, event, "Second words.", "First")
    inner = correct(reddit, correction, "Better second words.", "A slip of the pen")
    retraction = commands.retract_event(reddit, event=inner, reason="No slip", by="dora")
    commands.retract_event(reddit, event=retraction.event_id, reason="A slip after all", by="carol")
    told = read(reader, reddit, event)
    assert told["summary"] == "Better second words."
    (outer,) = told["amendments"]
    assert (outer["words"]["summary"], outer["in_force"]) == ("Second words.", True)
    (nested,) = outer["amendments"]
    assert (nested["words"]["summary"], nested["in_force"]) == ("Better second words.", True)
    (retracted,) = nested["amendments"]
    assert (retracted["reason"], retracted["in_force"]) == ("No slip", False)
    assert [one["reason"] for one in retracted["amendments"]] == ["A slip after all"]


def test_the_timeline_tells_the_present_unless_asked(reader: APIClient, reddit: str) -> None:
    correct(reddit, announced(reddit), "Second words.", "First")
    address = f"/api/v1/disputes/{reddit}/events/"
    present = reader.get(address).json()["results"]
    everything = reader.get(address, {"readings": "all"}).json()["results"]
    assert not any("amendments" in event or "first_words" in event for event in present)
    assert [event["id"] for event in everything] == [event["id"] for event in present]
    assert [len(event["amendments"]) for event in everything] == [0, 0, 0, 1, 0, 0, 0]
    assert reader.get(address, {"readings": "some"}).status_code == 400
    limited = reader.get(address, {"fields": "amendments,version"}).json()["results"]
    assert limited[0] == {"version": 1}, "a field that was not asked to be told is absent"


def test_what_was_said_later_was_not_said_then(reader: APIClient, reddit: str) -> None:
    event = announced(reddit)
    first = correct(reddit, event, "Second words.", "First")
    then = Event.objects.get(event_id=first).recorded_at.isoformat().replace("+00:00", "Z")
    correct(reddit, event, "Third words.", "Second")
    told = read(reader, reddit, event, as_of=then)
    assert [one["reason"] for one in told["amendments"]] == ["First"]
    assert told["summary"] == "Second words."


def test_what_is_told_of_a_moment_links_to_that_moment(reader: APIClient, reddit: str) -> None:
    event = announced(reddit)
    then = Event.objects.get(event_id=event).recorded_at.isoformat().replace("+00:00", "Z")
    correct(reddit, event, "Second words.", "First")
    told = read(reader, reddit, event, as_of=then)
    assert told["url"] == f"http://testserver/api/v1/disputes/{reddit}/events/{event}/?as_of={then.replace(':', '%3A')}"
    assert reader.get(told["url"]).json()["summary"] == "Reddit announced paid access."
    assert "as_of" not in read(reader, reddit, event)["url"]
