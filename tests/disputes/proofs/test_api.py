"""Checkpoints and proofs over the API, checked the way a stranger would."""

from base64 import b64decode
from typing import Any

import pytest
from rest_framework.test import APIClient

from disputes.models import Checkpoint
from disputes.proofs import merkle
from disputes.proofs.checkpoint import make_checkpoint
from disputes.proofs.keys import Keyring
from disputes.proofs.signed_note import VerifierKey
from disputes.proofs.tree_head import open_checkpoint
from tests.disputes.proofs.conftest import Append, Superuser, unguarded

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader() -> APIClient:
    return APIClient()


def told(reader: APIClient, address: str) -> dict[str, Any]:
    answer = reader.get(f"/api/v1/ledger/{address}")
    assert answer.status_code == 200, answer.content
    found: dict[str, Any] = answer.json()
    return found


def test_it_works(reader: APIClient, append: Append, keyring: Keyring) -> None:
    append(3)
    make_checkpoint()
    first = told(reader, "checkpoint/")
    assert (first["origin"], first["size"]) == ("example.org/log", 3)
    assert first["public_keys"] == [str(key) for key in keyring.verifier_keys()]
    head = open_checkpoint(first["note"], [VerifierKey.parse(key) for key in first["public_keys"]])
    assert (head.size, head.root) == (3, b64decode(first["root"]))

    append(4)
    make_checkpoint()
    second = told(reader, "checkpoint/")
    proof = told(reader, "consistency/?from=3&to=7")
    assert (proof["old_root"], proof["new_root"]) == (first["root"], second["root"])
    merkle.verify_consistency(
        old=3,
        new=7,
        old_root=b64decode(first["root"]),
        new_root=b64decode(second["root"]),
        path=[b64decode(found) for found in proof["path"]],
    )
    proof = told(reader, "inclusion/?position=2&size=7")
    assert '"Note 1: ' in proof["leaf"]
    assert b64decode(proof["leaf_hash"]) == merkle.hash_leaf(proof["leaf"].encode())
    merkle.verify_inclusion(
        index=1,
        size=7,
        leaf_hash=merkle.hash_leaf(proof["leaf"].encode()),
        path=[b64decode(found) for found in proof["path"]],
        root=b64decode(second["root"]),
    )


def test_the_note_itself_for_those_who_take_plain_text(reader: APIClient, append: Append) -> None:
    append(3)
    note = make_checkpoint().note
    answer = reader.get("/api/v1/ledger/checkpoint/", headers={"accept": "text/plain"})
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.content.decode() == note
    assert "Accept" in answer["Vary"]
    again = reader.get("/api/v1/ledger/checkpoint/", headers={"accept": "text/plain", "if-none-match": answer["ETag"]})
    assert again.status_code == 304
    other = reader.get("/api/v1/ledger/checkpoint/", headers={"if-none-match": answer["ETag"]})
    assert other.status_code == 200
    for accept in ("application/json", "*/*", "text/html, application/json;q=0.9, */*;q=0.1"):
        assert (
            reader.get("/api/v1/ledger/checkpoint/", headers={"accept": accept})["Content-Type"] == "application/json"
        )


def test_before_the_first_checkpoint(reader: APIClient, append: Append) -> None:
    for accept in ("application/json", "text/plain"):
        answer = reader.get("/api/v1/ledger/checkpoint/", headers={"accept": accept})
        assert answer.status_code == 404
        assert "no checkpoint yet" in answer.json()["detail"]
    assert not Checkpoint.objects.exists()
    append(2)
    assert told(reader, "inclusion/?position=2")["size"] == 2


def test_a_size_that_is_not_told_is_that_of_the_newest_checkpoint(reader: APIClient, append: Append) -> None:
    append(3)
    make_checkpoint()
    append(2)
    assert told(reader, "inclusion/?position=2")["size"] == 3
    assert told(reader, "consistency/?from=2")["new_size"] == 3
    assert told(reader, "inclusion/?position=5&size=5")["size"] == 5


@pytest.mark.parametrize(
    ("address", "pointer", "detail"),
    [
        ("inclusion/", "/position", "position is needed"),
        ("inclusion/?position=1&size=6", "/size", "the log has 5 events, so it has not been of size 6 yet"),
        ("inclusion/?position=6&size=5", "/position", "the log of 5 events has positions 1 to 5, and not 6"),
        ("inclusion/?position=0&size=5", "/position", "not a whole number from 1"),
        ("inclusion/?position=1&size=0", "/size", "not a whole number from 1"),
        ("inclusion/?position=99999999999999999999&size=5", "/position", "not a whole number from 1"),
        ("inclusion/?position=one", "/position", "not a whole number"),
        ("inclusion/?postion=1", "/postion", "did you mean 'position'"),
        ("consistency/", "/from", "from is needed"),
        ("consistency/?from=4&to=3", "/from", "from is the smaller size"),
        ("consistency/?from=1&to=6", "/to", "the log has 5 events"),
        ("consistency/?from=0&to=5", "/from", "not a whole number from 1"),
    ],
)
def test_what_is_not_there_is_said(reader: APIClient, append: Append, address: str, pointer: str, detail: str) -> None:
    append(5)
    answer = reader.get(f"/api/v1/ledger/{address}")
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    (error,) = answer.json()["errors"]
    assert (error["pointer"], detail in error["detail"]) == (pointer, True), error


def test_an_empty_log_has_no_proofs(reader: APIClient) -> None:
    answer = reader.get("/api/v1/ledger/inclusion/?position=1")
    assert answer.status_code == 400
    assert "the log has 0 events" in answer.json()["detail"]


DELETED = "DELETE FROM disputes_event WHERE position = 4"
CHANGED = "UPDATE disputes_event SET body = replace(body, 'Note', 'Lie') WHERE position = 4"


@pytest.mark.parametrize(
    ("statement", "address", "detail"),
    [
        (DELETED, "inclusion/?position=4&size=9", "event 4 is missing"),
        (DELETED, "inclusion/?position=7&size=9", "event 4 is missing"),
        (DELETED, "consistency/?from=5&to=9", "event 4 is missing"),
        (CHANGED, "inclusion/?position=4&size=9", "event 4 does not have the content"),
    ],
)
def test_a_log_that_was_altered_proves_nothing_and_says_so(
    append: Append, superuser: Superuser, statement: str, address: str, detail: str
) -> None:
    append(9)
    make_checkpoint()
    with unguarded(superuser):
        superuser.execute(statement.encode())
    reader = APIClient()
    answer = reader.get(f"/api/v1/ledger/{address}")
    assert answer.status_code == 503
    assert answer["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert (problem["type"], problem["first_bad_position"]) == ("/api/problems/log-altered", 4)
    assert detail in problem["detail"]
    assert reader.get(problem["type"]).status_code == 200


def test_an_event_that_is_missing_below_a_stored_node_is_missed(
    reader: APIClient, append: Append, superuser: Superuser
) -> None:
    """Where all that a path needs is stored, the leaf itself is still looked at."""
    append(512)
    make_checkpoint()
    with unguarded(superuser):
        superuser.execute("DELETE FROM disputes_event WHERE position = 4")
    answer = reader.get("/api/v1/ledger/inclusion/?position=4&size=512")
    assert (answer.status_code, answer.json()["first_bad_position"]) == (503, 4)
    # What does not need it can still be proven.
    assert reader.get("/api/v1/ledger/inclusion/?position=300&size=512").status_code == 200
