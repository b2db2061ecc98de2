"""The inbox over the API: read, accept, reject, take back."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from disputes import commands
from disputes.articles import register_address
from disputes.models import Dispute, EvidenceItem
from ingest.models import Candidate

pytestmark = pytest.mark.django_db

INBOX = "/api/v1/candidates/"


def propose(number: int, dispute: str = "reddit-api-pricing", **fields: object) -> Candidate:
    article = register_address(f"https://news.example/{number}")
    article.title, article.text = f"Article {number}", "The text."
    article.save()
    reasons = [{"kind": "party", "text": "Reddit", "weight": 1.5, "field": "title", "start": 0, "end": 6}]
    return Candidate.objects.create(article=article, dispute_id=dispute, score=number / 10, reasons=reasons, **fields)


@pytest.fixture
def waiting() -> Candidate:
    for slug in ("reddit-api-pricing", "other"):
        commands.open_dispute(slug, title=slug, kind="threat", summary="A dispute.", by="seeds")
    return propose(6)


def test_it_works(reader: APIClient, waiting: Candidate) -> None:
    (candidate,) = reader.get(INBOX).json()["results"]
    assert candidate["article"]["title"] == "Article 6"
    assert "text" not in candidate["article"]
    assert (candidate["dispute"], candidate["score"], candidate["state"]) == ("reddit-api-pricing", 0.6, "pending")
    assert candidate["reasons"][0]["text"] == "Reddit"
    assert reader.get(candidate["url"]).json() == candidate
    assert reader.get(f"{INBOX}?expand=article").json()["results"][0]["article"]["text"] == "The text."


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("state=pending", [3, 6]),
        ("state=accepted,rejected", [9]),
        ("dispute=other", [3]),
        ("min_score=0.6&ordering=-score", [9, 6]),
        ("ordering=score", [3, 6, 9]),
        ("ordering=-proposed", [9, 3, 6]),
    ],
)
def test_candidates_are_found(reader: APIClient, waiting: Candidate, query: str, numbers: list[int]) -> None:
    propose(3, "other")
    propose(9, state="accepted")
    found = reader.get(f"{INBOX}?{query}").json()["results"]
    scores = [round(candidate["score"] * 10) for candidate in found]
    assert (scores if "ordering" in query else sorted(scores)) == numbers


@pytest.mark.parametrize("query", ["state=maybe", "min_score=2", "min_score=nan", "min_score=x"])
def test_a_wrong_value_is_refused(reader: APIClient, query: str) -> None:
    assert reader.get(f"{INBOX}?{query}").status_code == 400


def test_a_curator_accepts_and_takes_it_back(curator: APIClient, waiting: Candidate) -> None:
    address = f"{INBOX}{waiting.pk}/"
    accepted = curator.post(f"{address}accept/")
    assert accepted.status_code == 200
    assert (accepted.json()["state"], accepted.json()["decided_by"]) == ("accepted", "somebody-curator")
    item = EvidenceItem.objects.get(dispute="reddit-api-pricing")
    assert (item.article_id, item.attached_by) == (waiting.article_id, "somebody-curator")
    assert curator.post(f"{address}accept/", {}, format="json").status_code == 409, "it is decided"
    undone = curator.post(f"{address}undo/")
    assert undone.json()["state"] == "pending"
    assert not EvidenceItem.objects.exists()
    assert curator.post(f"{address}undo/").status_code == 409


def test_a_curator_rejects_with_a_reason(curator: APIClient, waiting: Candidate) -> None:
    rejected = curator.post(f"{INBOX}{waiting.pk}/reject/", {"reason": "Off topic"}, format="json")
    assert rejected.json()["state"] == "rejected"
    assert Dispute.objects.get(slug="reddit-api-pricing").rejected_articles == [waiting.article_id]
    log = curator.get("/api/v1/disputes/reddit-api-pricing/events/?type=evidence_rejected").json()["results"]
    assert log[0]["data"]["reason"] == "Off topic"
    assert log[0]["id"] == rejected.json()["decision"]


def test_a_reason_may_be_left_out(curator: APIClient, waiting: Candidate) -> None:
    assert curator.post(f"{INBOX}{waiting.pk}/reject/").status_code == 200


@pytest.mark.parametrize("verb", ["accept", "reject", "undo"])
def test_what_is_not_taken_is_refused(curator: APIClient, waiting: Candidate, verb: str) -> None:
    answer = curator.post(f"{INBOX}{waiting.pk}/{verb}/", {"colour": "red"}, format="json")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == "/colour"


@pytest.mark.parametrize("identity", ["7", "99999999999999999999999"])
def test_an_unknown_candidate_is_not_found(curator: APIClient, identity: str) -> None:
    assert curator.get(f"{INBOX}{identity}/").status_code == 404
    assert curator.post(f"{INBOX}{identity}/accept/").status_code == 404


def test_the_number_of_queries_stays_the_same(reader: APIClient, waiting: Candidate) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            reader.get(INBOX)
        return len(captured)

    assert queries() == 2, "the candidates, and the events that their articles state"
    for number in range(30, 50):
        propose(number)
    assert queries() == 2
