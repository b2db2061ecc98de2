"""A key names a write before it exists: sent again it gets the first answer, and records nothing twice."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import pytest
from django.db import connections
from rest_framework.test import APIClient

from disputes import commands, ledger
from disputes.models import Article, Event
from disputes.streams import dispute_stream

pytestmark = pytest.mark.django_db

EVENTS = "/api/v1/disputes/reddit-api-pricing/events/"
LETTER: dict[str, Any] = {
    "type": "letter_sent",
    "occurred": "2024-05",
    "standing": "reported",
    "data": {"summary": "Reddit wrote to Anthropic."},
    "evidence": [{"article": "https://news.example/letter"}],
}


def post(client: APIClient, body: dict[str, Any], key: str = "7f2c", **headers: str) -> Any:
    return client.post(EVENTS, body, format="json", headers={"Idempotency-Key": key, **headers})


def test_the_first_answer_comes_again(curator: APIClient, reddit: str) -> None:
    first, again = post(curator, LETTER), post(curator, LETTER)
    assert first.status_code == again.status_code == 201
    assert first.content == again.content
    assert first.headers["Location"] == again.headers["Location"]
    assert ledger.stream_version(dispute_stream(reddit)) == 7


def test_the_first_answer_comes_again_whatever_happened_since(curator: APIClient, reddit: str) -> None:
    """Also with the version that was current the first time, after a capture and after a retraction."""
    first = post(curator, LETTER, **{"If-Match": '"6"'})
    assert first.status_code == 201
    Article.objects.update(digest="0" * 64)
    commands.retract_event(reddit, event=UUID(first.json()["id"]), reason="Wrong", by="another")
    again = post(curator, LETTER, **{"If-Match": '"6"'})
    assert again.content == first.content


def test_amendments_come_again_too(curator: APIClient, reddit: str) -> None:
    event = post(curator, LETTER, "first").json()["id"]
    reading = {name: LETTER[name] for name in ("occurred", "standing", "data", "evidence")}
    bodies = {
        "correct": {"type": "event_corrected", "data": {"event": event, "reason": "Wrong", "reading": reading}},
        "attach": {"type": "evidence_attached", "data": {"article": "https://news.example/more"}},
        "detach": {"type": "evidence_detached", "data": {"article": "https://news.example/more", "reason": "No"}},
        "retract": {"type": "event_retracted", "data": {"event": event, "reason": "Wrong"}},
    }
    answers = {key: post(curator, body, key) for key, body in bodies.items()}
    assert {answer.status_code for answer in answers.values()} == {201}
    Article.objects.update(digest="1" * 64)
    for key, body in bodies.items():
        assert post(curator, body, key).content == answers[key].content, key


@pytest.mark.django_db(transaction=True)
def test_another_body_under_the_same_key_is_refused(curator: APIClient, reddit: str) -> None:
    post(curator, LETTER)
    answer = post(curator, LETTER | {"standing": "alleged"})
    assert answer.status_code == 409
    assert answer.json()["type"] == "/api/problems/idempotency-key-reused"
    another_article = LETTER | {"evidence": [{"article": "https://news.example/other"}]}
    assert post(curator, another_article).status_code == 409
    assert ledger.stream_version(dispute_stream(reddit)) == 7


def test_keys_of_two_writers_do_not_meet(curator: APIClient, writer: Callable[..., APIClient], reddit: str) -> None:
    other = writer("curator", "viewer")
    assert post(curator, LETTER).json()["id"] != post(other, LETTER).json()["id"]


def test_quotes_around_a_key_are_no_part_of_it(curator: APIClient, reddit: str) -> None:
    assert post(curator, LETTER, "abc").content == post(curator, LETTER, '"abc"').content


@pytest.mark.parametrize("key", ["", '""', "x" * 256, "naïve"])
def test_what_is_no_key_is_refused(curator: APIClient, reddit: str, key: str) -> None:
    answer = post(curator, LETTER, key)
    assert answer.status_code == 400
    assert "Idempotency-Key" in answer.json()["detail"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("match", ["*", '"6"'])
def test_the_same_request_many_times_at_once_records_once(curator: APIClient, reddit: str, match: str) -> None:
    def send(_number: int) -> bytes:
        try:
            answer = post(curator, LETTER, **{"If-Match": match})
            assert answer.status_code == 201, answer.content
            return bytes(answer.content)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        answers = set(pool.map(send, range(8)))
    assert len(answers) == 1
    assert Event.objects.filter(stream=dispute_stream(reddit), type="letter_sent").count() == 1
