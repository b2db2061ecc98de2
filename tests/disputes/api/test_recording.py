"""Recording events over the API: what is taken, what is refused and where it says why."""

import json
import uuid
from typing import Any

import pytest
from rest_framework.test import APIClient

from disputes import ledger
from disputes.models import Dispute, EvidenceItem, TimelineEntry
from disputes.streams import dispute_stream

pytestmark = pytest.mark.django_db

EVENTS = "/api/v1/disputes/reddit-api-pricing/events/"
LETTER: dict[str, Any] = {
    "type": "letter_sent",
    "occurred": {"date": "2024-05", "precision": "month"},
    "standing": "reported",
    "data": {"summary": "Reddit wrote to Anthropic.", "actors": ["reddit"], "targets": ["anthropic"]},
    "evidence": [{"article": "https://news.example/letter", "quote": "sent a letter"}],
}


def post(client: APIClient, body: dict[str, Any], **headers: str) -> Any:
    return client.post(EVENTS, body, format="json", headers=headers)


def events(client: APIClient) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.get(EVENTS).json()["results"]
    return found


def test_it_works(curator: APIClient, reddit: str) -> None:
    answer = post(curator, LETTER)
    assert answer.status_code == 201, answer.json()
    event = answer.json()
    assert (event["version"], event["type"], event["standing"]) == (7, "letter_sent", "reported")
    assert event["occurred"] == {"date": "2024-05", "precision": "month"}
    assert event["recorded_by"] == "somebody-curator"
    assert event["evidence"][0]["quote"] == "sent a letter"
    assert answer.headers["Location"] == event["url"]
    assert curator.get(event["url"]).json() == event
    assert Dispute.objects.get(slug=reddit).evidence_count == 4


def test_a_justification_stands_in_for_evidence(curator: APIClient, reddit: str) -> None:
    body = {**LETTER, "evidence": [], "occurred": "2024-05-02", "justification": "Seen in the court's file"}
    assert post(curator, body).json()["justification"] == "Seen in the court's file"


@pytest.mark.parametrize(
    ("changes", "pointer", "words"),
    [
        ({"type": "leter_sent"}, "/type", "did you mean 'letter_sent'"),
        ({"type": "dispute_opened"}, "/type", "not recorded here"),
        ({"type": "party_registered"}, "/type", "not recorded here"),
        ({"type": 7}, "/type", "string"),
        ({"colour": "red"}, "/colour", "not permitted"),
        ({"occurred": "2023-02-30"}, "/occurred", "exists"),
        ({"occurred": ["2023"]}, "/occurred", "string or an object"),
        ({"occurred": {"date": "2023", "precision": "week"}}, "/occurred/precision", "'day', 'month' or 'year'"),
        ({"occurred": None}, "/occurred", "say when"),
        ({"standing": "sure"}, "/standing", "none of alleged"),
        ({"data": {"summary": "x", "actors": ["redit"]}}, "/data/actors", "did you mean 'reddit'"),
        ({"data": {"summary": "x", "sumary": "y"}}, "/data/sumary", "not permitted"),
        ({"data": {}}, "/data/summary", "required"),
        ({"data": {"summary": "a\x00b"}}, "/data/summary", "U+0000"),
        ({"data": []}, "/data", "dictionary"),
        ({"evidence": []}, "/evidence", "justification"),
        ({"evidence": [{"article": "ftp://news.example/"}]}, "/evidence/0/article", "address"),
        ({"evidence": [{"article": str(uuid.uuid4())}]}, "/evidence/0/article", "no article"),
        ({"evidence": [{"article": 7}]}, "/evidence/0/article", "string or an object"),
        ({"evidence": [{"article": {}}]}, "/evidence/0/article", "id or its address"),
        ({"evidence": [{"article": "https://news.example/a", "stance": "maybe"}]}, "/evidence/0/stance", "supports"),
        ({"evidence": [], "justification": "a\x07b"}, "/justification", "U+0007"),
    ],
)
def test_bad_input_is_refused_by_field_and_records_nothing(
    curator: APIClient, reddit: str, changes: dict[str, Any], pointer: str, words: str
) -> None:
    answer = post(curator, LETTER | changes)
    assert answer.status_code == 400, answer.json()
    assert answer.headers["Content-Type"] == "application/problem+json"
    found = {error["pointer"]: error["detail"] for error in answer.json()["errors"]}
    assert words in found[pointer]
    assert ledger.stream_version(dispute_stream(reddit)) == 6


@pytest.mark.parametrize("change", [{"data": {"summary": "\ud800"}}, {"\udfff": 1}])
def test_half_a_character_is_refused(curator: APIClient, reddit: str, change: dict[str, Any]) -> None:
    """Python's JSON reads a lone surrogate; nothing after it could write it."""
    answer = curator.post(EVENTS, json.dumps(LETTER | change), content_type="application/json")
    assert answer.status_code == 400
    assert "surrogate" in answer.json()["detail"]


def test_an_unknown_dispute_is_not_found(curator: APIClient) -> None:
    assert curator.post("/api/v1/disputes/nowhere/events/", LETTER, format="json").status_code == 404


def test_an_event_is_corrected(curator: APIClient, reddit: str) -> None:
    event = post(curator, LETTER).json()["id"]
    reading = {
        "occurred": "2024-06-01",
        "standing": "confirmed",
        "data": {"summary": "Reddit wrote to Anthropic and others."},
        "evidence": [{"article": "https://news.example/letter"}],
    }
    body = {"type": "event_corrected", "data": {"event": event, "reason": "Wrong month", "reading": reading}}
    correction = post(curator, body)
    assert correction.status_code == 201, correction.json()
    assert correction.json()["corrects"] == event
    corrected = next(found for found in events(curator) if found["id"] == event)
    assert corrected["corrected_by"] == correction.json()["id"]
    assert corrected["summary"] == "Reddit wrote to Anthropic and others."
    assert corrected["occurred"] == {"date": "2024-06-01", "precision": "day"}
    logged = curator.get("/api/v1/events/?page_size=200").json()["results"]
    as_recorded = next(found for found in logged if found["id"] == event)
    assert as_recorded["summary"] == "Reddit wrote to Anthropic.", "the log tells what was recorded"
    amendment = next(found for found in logged if found["id"] == correction.json()["id"])
    assert amendment["corrects"] == event


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"reason": ""}, "/data/reason"),
        ({"reading": {"data": {}}}, "/data/reading/data/summary"),
        ({"reading": {"data": {"summary": "x"}}}, "/data/reading/occurred"),
        ({"event": "seven"}, "/data/event"),
        ({"why": "so"}, "/data/why"),
    ],
)
def test_a_wrong_correction_points_into_the_reading(
    curator: APIClient, reddit: str, change: dict[str, Any], pointer: str
) -> None:
    event = post(curator, LETTER).json()["id"]
    data = {"event": event, "reason": "Wrong", "reading": {"data": {"summary": "x"}}} | change
    answer = post(curator, {"type": "event_corrected", "data": data})
    assert answer.status_code == 400
    assert pointer in [error["pointer"] for error in answer.json()["errors"]]


def test_an_event_is_retracted_once(curator: APIClient, reddit: str) -> None:
    event = post(curator, LETTER).json()["id"]
    body = {"type": "event_retracted", "data": {"event": event, "reason": "It was another company"}}
    retraction = post(curator, body)
    assert retraction.status_code == 201
    assert retraction.json()["retracts"] == event
    assert TimelineEntry.objects.get(event_id=event).retracted_by == uuid.UUID(retraction.json()["id"])
    again = post(curator, body)
    assert again.status_code == 409
    assert "retracted already" in again.json()["detail"]


def test_an_event_of_another_dispute_is_not_found(curator: APIClient, reddit: str) -> None:
    body = {"type": "event_retracted", "data": {"event": str(uuid.uuid4()), "reason": "x"}}
    assert post(curator, body).status_code == 404


def test_an_article_is_attached_and_detached(curator: APIClient, reddit: str) -> None:
    article = {"article": "https://news.example/apollo"}
    body = {"type": "evidence_attached", "data": {**article, "quote": "Apollo shuts down", "stance": "supports"}}
    assert post(curator, body).status_code == 201
    assert EvidenceItem.objects.filter(dispute=reddit, attached_by="somebody-curator").count() == 1
    assert post(curator, body).status_code == 409
    assert post(curator, {"type": "evidence_detached", "data": {**article, "reason": "Off topic"}}).status_code == 201
    assert post(curator, {"type": "evidence_rejected", "data": article}).status_code == 201
    assert not EvidenceItem.objects.filter(dispute=reddit, attached_by="somebody-curator").exists()
    unknown = post(curator, {"type": "evidence_attached", "data": {"article": str(uuid.uuid4())}})
    assert unknown.json()["errors"][0]["pointer"] == "/data/article"


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("dispute_described", {"title": "New", "kind": "threat", "summary": "Anew."}),
        ("conflict_noted", {"text": "Sources disagree."}),
        ("dispute_closed", {"reason": "Done."}),
        ("party_joined", {"party": "anthropic", "role": "defendant"}),
        ("party_left", {"party": "anthropic", "role": "ai_developer"}),
        ("watch_terms_changed", {"rules": [{"kind": "any", "phrases": ["Apollo"]}]}),
        ("watch_terms_changed", {}),
    ],
)
def test_curation_has_its_data_only(curator: APIClient, reddit: str, name: str, data: dict[str, Any]) -> None:
    refused = post(curator, {"type": name, "data": data, "standing": "reported", "occurred": "2024"})
    assert [error["pointer"] for error in refused.json()["errors"]] == ["/occurred", "/standing"]
    answer = post(curator, {"type": name, "data": data})
    assert answer.status_code == 201, answer.json()
    assert answer.json()["occurred"] is answer.json()["standing"] is None
    assert post(curator, {"type": name, "data": {**data, "by": "somebody else"}}).status_code == 400


def test_a_relation_is_recorded_to_a_dispute_that_there_is(curator: APIClient, reddit: str) -> None:
    answer = post(curator, {"type": "dispute_related", "data": {"other": "nowhere"}})
    assert answer.json()["errors"][0]["pointer"] == "/data/other"
