"""Whatever goes wrong is told in a problem document (RFC 9457)."""

import pytest
from django.http import HttpResponse
from rest_framework.test import APIClient

from disputes.api.media import LARGEST_BODY

pytestmark = pytest.mark.django_db

EVENTS = "/api/v1/disputes/reddit-api-pricing/events/"


def assert_problem(answer: HttpResponse, status: int, name: str) -> dict[str, object]:
    assert answer.status_code == status, answer.content
    assert answer.headers["Content-Type"] == "application/problem+json"
    problem: dict[str, object] = answer.json()  # type: ignore[attr-defined] # the test client's
    assert problem["status"] == status
    assert problem["type"] == f"/api/problems/{name}"
    assert problem["title"]
    assert problem["detail"]
    return problem


@pytest.mark.parametrize("address", ["/api/v1/nothing/", "/api/nothing", "/api/v2/disputes/", "/api/v1/articles/7/"])
@pytest.mark.parametrize("method", ["get", "post", "delete", "put"])
def test_what_is_nowhere(reader: APIClient, address: str, method: str) -> None:
    assert_problem(getattr(reader, method)(address), 404, "not-found")


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
@pytest.mark.parametrize("address", ["/api/v1/disputes/", "/api/v1/events/"])
def test_what_a_resource_does_not_do(reader: APIClient, address: str, method: str) -> None:
    answer = getattr(reader, method)(address)
    assert_problem(answer, 405, "method-not-allowed")
    assert answer.headers["Allow"] == "GET, HEAD, OPTIONS"


def test_a_form_that_is_not_to_be_had(reader: APIClient) -> None:
    assert_problem(reader.get("/api/v1/disputes/", headers={"Accept": "application/xml"}), 406, "not-acceptable")


def test_a_body_that_is_no_json(curator: APIClient, reddit: str) -> None:
    answer = curator.post(EVENTS, "a=b", content_type="application/x-www-form-urlencoded")
    assert_problem(answer, 415, "unsupported-media-type")


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "empty"),
        (b"{", "not JSON"),
        (b"[1]", "no object"),
        (b'"text"', "no object"),
        (b'{"a": NaN}', "NaN is no JSON"),
        (b'{"a": 1, "a": 2}', "'a' is given twice"),
        (b'{"a": "\xff"}', "not JSON"),
        (b"[" * 200_000, "nested too deeply"),
        (b'{"a": 1' + b"0" * 5_000 + b"}", "not JSON"),
    ],
)
def test_a_body_that_cannot_be_read(curator: APIClient, reddit: str, body: bytes, words: str) -> None:
    problem = assert_problem(curator.post(EVENTS, body, content_type="application/json"), 400, "malformed")
    assert words in str(problem["detail"])


def test_a_body_that_is_too_large(curator: APIClient, reddit: str) -> None:
    body = b'{"a": "' + b"x" * LARGEST_BODY + b'"}'
    assert_problem(curator.post(EVENTS, body, content_type="application/json"), 413, "too-large")


def test_a_type_can_be_followed_to_its_meaning(reader: APIClient) -> None:
    uri = reader.get("/api/v1/disputes/?colour=red").json()["type"]
    meaning = reader.get(uri)
    assert meaning.status_code == 200
    assert meaning.json()["type"] == uri
    assert_problem(reader.get("/api/problems/unheard-of"), 404, "not-found")


def test_an_address_without_its_last_slash_keeps_method_and_query(reader: APIClient) -> None:
    answer = reader.post("/api/v1/disputes/x/events?a=b", {}, format="json")
    assert answer.status_code == 308
    assert answer.headers["Location"] == "/api/v1/disputes/x/events/?a=b"


def test_options_tell_the_methods(reader: APIClient) -> None:
    answer = reader.options(EVENTS)
    assert answer.status_code == 204
    assert answer.headers["Allow"] == "GET, POST, HEAD, OPTIONS"
