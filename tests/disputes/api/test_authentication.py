"""Who writes is known by a token or a session, and nothing that is sent in their place is a fault of ours."""

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from knox.models import AuthToken
from rest_framework.test import APIClient

pytestmark = pytest.mark.django_db

EVENTS = "/api/v1/disputes/reddit-api-pricing/events/"
NOTE = {"type": "conflict_noted", "data": {"text": "Sources disagree."}}


@pytest.fixture
def user() -> Any:
    found = get_user_model().objects.create_user("somebody")
    found.groups.add(Group.objects.get(name="curator"))
    return found


def post(client: APIClient, token: str | None = None) -> Any:
    headers = {} if token is None else {"Authorization": token}
    return client.post(EVENTS, NOTE, format="json", headers=headers)


def test_a_token_is_taken_and_only_its_hash_is_kept(reader: APIClient, user: Any, reddit: str) -> None:
    stored, token = AuthToken.objects.create(user)
    assert post(reader, f"Token {token}").status_code == 201
    assert token not in {stored.digest, stored.token_key}


@pytest.mark.parametrize(
    "token",
    [None, "Token", "Token nonsense", "Token " + "0" * 64, "Token a b", "Token \xff\xfe", "Bearer x", "Token é"],
)
def test_who_is_not_known_is_told_how(reader: APIClient, reddit: str, token: str | None) -> None:
    answer = post(reader, token)
    assert answer.status_code == 401
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["WWW-Authenticate"] == "Token"


def test_a_wrong_token_is_refused_for_reading_too(reader: APIClient) -> None:
    assert reader.get("/api/v1/", headers={"Authorization": "Token nonsense"}).status_code == 401


def test_a_token_ends_with_its_account(reader: APIClient, user: Any, reddit: str) -> None:
    _stored, token = AuthToken.objects.create(user)
    user.is_active = False
    user.save()
    assert post(reader, f"Token {token}").status_code == 401


def test_a_session_writes_with_its_csrf_token_only(user: Any, reddit: str) -> None:
    browser = APIClient(enforce_csrf_checks=True)
    browser.force_login(user)
    refused = post(browser)
    assert refused.status_code == 403
    assert refused.headers["Content-Type"] == "application/problem+json"
    assert "CSRF" in refused.json()["detail"]
    browser.get("/admin/login/")
    browser.cookies["csrftoken"] = "a" * 32
    assert browser.post(EVENTS, NOTE, format="json", headers={"X-CSRFToken": "a" * 32}).status_code == 201
