"""Watch rules over the API, tried on the stored articles before they are recorded."""

import pytest
from rest_framework.test import APIClient

from disputes.models import Event
from tests.ingest.articles import DISPUTE, open_dispute
from tests.ingest.test_watch_rules import CERTAIN, RULES, capture

pytestmark = pytest.mark.django_db

TRY = f"/api/v1/disputes/{DISPUTE}/watch-rules/try/"


@pytest.fixture(autouse=True)
def dispute() -> str:
    return open_dispute()


def test_it_works(curator: APIClient) -> None:
    article = capture(CERTAIN)
    position = Event.objects.latest("position").position
    trial = curator.post(TRY, {"rules": RULES}, format="json").json()
    assert (trial["attached"], trial["newly_attached"], trial["stored"], trial["looked_at"]) == (1, 1, 1, 1)
    (found,) = trial["articles"]
    assert (found["article"]["id"], found["standing"], found["would_attach"]) == (str(article.pk), "new", True)
    assert found["reasons"][0]["text"]
    assert Event.objects.latest("position").position == position


def test_a_rule_that_cannot_be_used_is_named(curator: APIClient) -> None:
    rules = [*RULES, {"kind": "any", "phrases": ["su*"]}]
    for address, body in (
        (TRY, {"rules": rules}),
        (f"/api/v1/disputes/{DISPUTE}/events/", {"type": "watch_terms_changed", "data": {"rules": rules}}),
    ):
        answer = curator.post(address, body, format="json")
        assert answer.status_code == 400, answer.content
        (error,) = answer.json()["errors"]
        assert error["pointer"].endswith("/rules/1/phrases")
        assert "spell the words out" in error["detail"]


def test_what_is_not_taken_is_refused(curator: APIClient) -> None:
    assert curator.post(TRY, {"rules": RULES, "colour": "red"}, format="json").status_code == 400
    assert curator.post(TRY, {"rules": [{}] * 201}, format="json").status_code == 400
    assert curator.post(TRY, {}, format="json").status_code == 400
    assert curator.post(TRY.replace(DISPUTE, "nowhere"), {"rules": RULES}, format="json").status_code == 404


def test_only_who_may_set_rules_tries_them(reader: APIClient, operator: APIClient) -> None:
    assert reader.post(TRY, {"rules": RULES}, format="json").status_code == 401
    assert operator.post(TRY, {"rules": RULES}, format="json").status_code == 403


def test_a_window_is_recorded_and_told(curator: APIClient) -> None:
    since = {"date": "2025-06", "precision": "month"}
    body = {"type": "watch_terms_changed", "data": {"rules": RULES, "since": since}}
    answer = curator.post(f"/api/v1/disputes/{DISPUTE}/events/", body, format="json")
    assert answer.status_code == 201, answer.content
    told = curator.get(f"/api/v1/disputes/{DISPUTE}/").json()
    assert (told["watch_since"], told["watch_until"]) == (since, None)
    assert curator.post(TRY, {"rules": RULES, "since": since}, format="json").status_code == 200
    odd = curator.post(TRY, {"rules": RULES, "since": {"date": "June"}}, format="json")
    assert odd.status_code == 400
    assert odd.json()["errors"][0]["pointer"].startswith("/since")
