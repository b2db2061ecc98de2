"""Events that articles state, over the API: read, confirm, dismiss, take back."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from ingest.models import Candidate, ProposedEvent
from tests.ingest.articles import DISPUTE, SUIT, open_dispute, propose

pytestmark = pytest.mark.django_db

INBOX = "/api/v1/candidates/"
EVENTS = f"/api/v1/disputes/{DISPUTE}/events/"


@pytest.fixture
def waiting() -> Candidate:
    open_dispute()
    return propose(SUIT)


def act(client: APIClient, candidate: Candidate, verb: str, body: object = None) -> Any:
    proposal = ProposedEvent.objects.get(candidate=candidate)
    return client.post(f"{INBOX}{candidate.pk}/proposed-events/{proposal.pk}/{verb}/", body, format="json")


def test_it_works(reader: APIClient, curator: APIClient, waiting: Candidate) -> None:
    (proposed,) = reader.get(f"{INBOX}{waiting.pk}/").json()["proposed_events"]
    assert (proposed["type"], proposed["label"], proposed["state"]) == ("complaint_filed", "Complaint filed", "open")
    assert proposed["occurred"] == {"date": "2025-06-04", "precision": "day"}
    assert waiting.article.text[proposed["start"] : proposed["end"]] == proposed["quote"]
    assert proposed["known_event"] is None
    confirmed = act(curator, waiting, "confirm").json()
    assert (confirmed["state"], confirmed["proposed_events"][0]["state"]) == ("accepted", "confirmed")
    (event,) = reader.get(f"{EVENTS}?type=complaint_filed").json()["results"]
    assert event["id"] == confirmed["proposed_events"][0]["decision"]
    assert event["evidence"][0]["quote"] == proposed["quote"]
    assert confirmed["proposed_events"][0]["known_event"]["url"] == event["url"]


def test_it_is_taken_back(reader: APIClient, curator: APIClient, waiting: Candidate) -> None:
    act(curator, waiting, "confirm")
    undone = act(curator, waiting, "undo").json()
    assert (undone["state"], undone["proposed_events"][0]["state"]) == ("pending", "open")
    (event,) = reader.get(f"{EVENTS}?type=complaint_filed").json()["results"]
    assert event["retracted_by"] is not None
    assert act(curator, waiting, "dismiss").json()["proposed_events"][0]["state"] == "dismissed"


def test_a_second_account_is_told_what_it_would_be_evidence_for(
    reader: APIClient, curator: APIClient, waiting: Candidate
) -> None:
    act(curator, waiting, "confirm")
    second = propose("Reddit sued Anthropic on June 4, 2025.")
    known = reader.get(f"{INBOX}{second.pk}/").json()["proposed_events"][0]["known_event"]
    assert (known["type"], known["is_cited"]) == ("complaint_filed", False)
    other = act(curator, second, "confirm", {"as_new": True}).json()
    assert other["proposed_events"][0]["decision"] != known["id"]


def test_only_who_may_record_events_decides(reader: APIClient, operator: APIClient, waiting: Candidate) -> None:
    for verb in ("confirm", "dismiss", "undo"):
        assert act(operator, waiting, verb).status_code == 403
        assert act(reader, waiting, verb).status_code == 401
    assert ProposedEvent.objects.get().state == "open"


def test_what_does_not_fit_is_refused(curator: APIClient, waiting: Candidate) -> None:
    other, number = propose("Nothing."), ProposedEvent.objects.get().pk
    for where in (f"{other.pk}/proposed-events/{number}", f"{waiting.pk}/proposed-events/0"):
        assert curator.post(f"{INBOX}{where}/confirm/").status_code == 404
    answer = act(curator, waiting, "confirm", {"proceeding": "no such thing"})
    assert answer.json()["errors"][0]["pointer"] == "/proceeding"
    assert act(curator, waiting, "dismiss", {"colour": "red"}).status_code == 400
    assert act(curator, waiting, "undo").status_code == 409


def test_the_number_of_queries_stays_the_same(reader: APIClient, waiting: Candidate) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            reader.get(INBOX)
        return len(captured)

    assert queries() == 5, "candidates, what they state, where that is told, what the record has, what it cites"
    for _number in range(10):
        propose(SUIT)
    assert queries() == 5


def test_what_waits_for_a_curator_is_listed(reader: APIClient, curator: APIClient, waiting: Candidate) -> None:
    second = propose(SUIT)
    propose("Nothing happened.")
    act(curator, second, "dismiss")
    for state, found in (("open", [waiting.pk]), ("dismissed", [second.pk]), ("confirmed", [])):
        rows = reader.get(f"{INBOX}?proposed_event={state}").json()["results"]
        assert [row["id"] for row in rows] == found
    assert reader.get(f"{INBOX}?proposed_event=odd").status_code == 400
