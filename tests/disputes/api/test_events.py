"""The events and the evidence of a dispute, as of any two dates."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from disputes import commands
from disputes.models import Article, Event

pytestmark = pytest.mark.django_db


def read(reader: APIClient, slug: str, what: str, query: str = "") -> list[dict[str, Any]]:
    answer = reader.get(f"/api/v1/disputes/{slug}/{what}/?{query}")
    assert answer.status_code == 200, answer.json()
    found: list[dict[str, Any]] = answer.json()["results"]
    return found


def test_it_works(reader: APIClient, reddit: str) -> None:
    events = read(reader, reddit, "events")
    assert [event["version"] for event in events] == [1, 2, 3, 4, 5, 6]
    assert set(events[3]) == {
        "position", "id", "url", "version", "type", "label", "lane", "occurred", "recorded_at", "recorded_by",
        "standing", "summary", "data", "evidence", "justification", "corrects", "retracts", "corrected_by",
        "retracted_by", "erased", "corroboration",
    }  # fmt: skip
    assert events[3]["data"]["holder"] == "reddit"
    assert events[0]["occurred"] is None


@pytest.mark.parametrize(
    ("query", "versions"),
    [
        ("lane=curation", [1, 2, 3]),
        ("type=complaint_filed,trial_scheduled", [5, 6]),
        ("standing=reported", [6]),
        ("on_date=2023-04-01&lane=access,court", [4]),
        ("on_date=2023-03-31", [1, 2, 3]),
        ("ordering=-occurred&lane=access,court", [6, 5, 4]),
    ],
)
def test_events_are_narrowed(reader: APIClient, reddit: str, query: str, versions: list[int]) -> None:
    assert [event["version"] for event in read(reader, reddit, "events", query)] == versions


def test_a_retraction_was_not_known_before_it_was_recorded(reader: APIClient, reddit: str) -> None:
    event = Event.objects.get(stream=f"dispute/{reddit}", version=4)
    before = Event.objects.get(stream=f"dispute/{reddit}", version=6).recorded_at.isoformat()
    retraction = commands.retract_event(reddit, event=event.event_id, reason="Wrong", by="curator")
    now = read(reader, reddit, "events", "type=api_price_announced")[0]
    assert now["retracted_by"] == str(retraction.event_id)
    one = f"/api/v1/disputes/{reddit}/events/{event.event_id}/"
    assert reader.get(one).json() == now
    assert reader.get(one, {"as_of": before}).json()["retracted_by"] is None
    evidence = f"/api/v1/disputes/{reddit}/evidence/"
    assert reader.get(evidence, {"count": "on"}).json()["count"] == 2
    assert reader.get(evidence, {"count": "on", "as_of": before}).json()["count"] == 3


def test_an_event_of_another_dispute_is_not_found(reader: APIClient, reddit: str) -> None:
    commands.open_dispute("other", title="Other", kind="threat", summary="Another.", by="seeds")
    event = Event.objects.get(stream=f"dispute/{reddit}", version=4).event_id
    assert reader.get(f"/api/v1/disputes/other/events/{event}/").status_code == 404


def test_evidence_tells_the_article_and_why(reader: APIClient, reddit: str) -> None:
    commands.attach_evidence(
        reddit,
        article="https://news.example/apollo",
        stance="contradicts",
        score=0.91,
        reasons=[{"kind": "term", "text": "Apollo", "weight": 1.5}],
        by="system:matcher",
    )
    Article.objects.filter(url="https://news.example/apollo").update(title="Apollo", source="News", text="All of it.")
    (item,) = read(reader, reddit, "evidence", "stance=contradicts")
    assert item["article"]["title"] == "Apollo"
    assert set(item["article"]) == {"id", "url", "title", "source", "published_at", "group"}
    assert (item["score"], item["event"], item["attached_by"]) == (0.91, None, "system:matcher")
    assert item["reasons"] == [{"kind": "term", "text": "Apollo", "weight": 1.5}]
    (expanded,) = read(reader, reddit, "evidence", "stance=contradicts&expand=article")
    assert expanded["article"]["text"] == "All of it."


def test_evidence_of_what_is_to_come_is_left_out_on_a_date(reader: APIClient, reddit: str) -> None:
    assert len(read(reader, reddit, "evidence")) == 3
    (item,) = read(reader, reddit, "evidence", "on_date=2024-01-01")
    assert item["quote"] == "will charge"
    assert read(reader, reddit, "evidence", "on_date=2020-01-01") == []


def test_what_is_attached_to_the_dispute_is_there_on_every_date(reader: APIClient, reddit: str) -> None:
    commands.attach_evidence(reddit, article="https://news.example/apollo", by="curator")
    assert len(read(reader, reddit, "evidence", "on_date=2020-01-01")) == 1
    assert reader.get("/api/v1/disputes/?on_date=2020-01-01").json()["results"][0]["evidence_count"] == 1
