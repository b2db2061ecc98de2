"""Tokens of the API in the admin: made once, known by their last use, revoked."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from knox.models import AuthToken

from disputes import tokens
from disputes.models import TokenUse
from disputes.tokens import make_token, note_use
from tests.support.screens import errors_at, find, log_in, open_form, text_of

pytestmark = pytest.mark.django_db

LIST = reverse("admin:knox_authtoken_changelist")
MAKE = reverse("admin:knox_authtoken_make")
User = get_user_model()


@pytest.fixture
def administrator() -> Client:
    return log_in("administrator", name="ada")


@pytest.fixture(autouse=True)
def _nothing_noted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens, "_noted", {})


def use(secret: str) -> int:
    return Client().get("/api/v1/disputes/", headers={"Authorization": f"Token {secret}"}).status_code


def test_it_works(administrator: Client) -> None:
    User.objects.create_user("carol")
    assert MAKE in administrator.get(LIST).content.decode()
    form = open_form(administrator, MAKE + "?user=carol")
    assert form.values["user"] == ["carol"]
    made = form.send({"purpose": "Nightly copy", "lifetime": "90"})
    assert made.status_code == 200
    assert "no-store" in made["Cache-Control"]
    (secret,) = find(made, "//input[@id='secret']/@value")
    token = AuthToken.objects.get()
    assert token.expiry is not None
    assert timedelta(days=89) < token.expiry - timezone.now() < timedelta(days=91)
    assert use(secret) == 200
    said = text_of(administrator.get(LIST))
    for part in (token.token_key, "carol", "Nightly copy", "by ada"):
        assert part in said
    for address in (LIST, reverse("admin:knox_authtoken_change", args=[token.pk])):
        assert secret not in administrator.get(address).content.decode(), "it is shown once"
    assert secret not in " ".join(LogEntry.objects.values_list("change_message", flat=True))
    revoke = reverse("admin:knox_authtoken_revoke", args=[token.pk])
    assert administrator.get(revoke).status_code == 405
    assert "is revoked" in text_of(administrator.post(revoke, follow=True))
    assert use(secret) == 401
    assert administrator.post(revoke).status_code == 404
    account = text_of(
        administrator.get(reverse("admin:auth_user_change", args=[User.objects.get(username="carol").pk]))
    )
    assert f"Made the token {token.token_key}… for: Nightly copy." in account
    assert f"Revoked the token {token.token_key}…." in account


def test_only_administrators_see_make_and_revoke(viewer: Client, curator: Client) -> None:
    token, _secret = make_token("carol", by="ada")
    page = reverse("admin:knox_authtoken_change", args=[token.pk])
    revoke = reverse("admin:knox_authtoken_revoke", args=[token.pk])
    for client in (viewer, curator, log_in("operator")):
        for address in (LIST, MAKE, page):
            assert client.get(address).status_code == 403, address
        assert client.post(MAKE, {"user": "carol", "purpose": "x"}).status_code == 403
        assert client.post(revoke).status_code == 403
    assert AuthToken.objects.count() == 1


def test_an_administrator_gets_no_token_of_a_superuser(administrator: Client) -> None:
    User.objects.create_superuser("root")
    refused = open_form(administrator, MAKE).send({"user": "root", "purpose": "x"})
    assert refused.status_code == 422
    assert "only a superuser" in errors_at(refused, "user")
    token, _secret = make_token("root", by="root")
    assert administrator.post(reverse("admin:knox_authtoken_revoke", args=[token.pk])).status_code == 403
    assert AuthToken.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "says"), [("nobody", "there is no user"), ("former", "is not active"), ("", "required")]
)
def test_for_whom_none_can_be_made_is_said_at_the_field(administrator: Client, name: str, says: str) -> None:
    User.objects.create_user("former", is_active=False)
    refused = open_form(administrator, MAKE).send({"user": name, "purpose": "x"})
    assert refused.status_code == 422
    assert says in errors_at(refused, "user")
    assert not AuthToken.objects.exists()


def test_the_last_use_is_noted_once_a_minute() -> None:
    User.objects.create_user("carol")
    token, secret = make_token("carol", by="ada")
    assert TokenUse.objects.get().last_used_at is None
    use(secret)
    first = TokenUse.objects.get().last_used_at
    assert first is not None
    assert timezone.now() - first < timedelta(minutes=1)
    with CaptureQueriesContext(connection) as queries:
        use(secret)
    assert not [query for query in queries if "disputes_tokenuse" in query["sql"]], "this process has noted it"
    tokens._noted.clear()
    note_use(token)
    assert TokenUse.objects.get().last_used_at == first, "another process has noted it"
    TokenUse.objects.update(last_used_at=first - timedelta(minutes=2))
    tokens._noted.clear()
    note_use(token)
    again = TokenUse.objects.get().last_used_at
    assert again is not None
    assert again >= first


def test_a_token_of_an_older_version_is_listed_and_noted(administrator: Client) -> None:
    token, secret = AuthToken.objects.create(User.objects.get(username="ada"))
    assert "never" in text_of(administrator.get(LIST))
    assert administrator.get(reverse("admin:knox_authtoken_change", args=[token.pk])).status_code == 200
    assert use(secret) == 200
    assert TokenUse.objects.get().token == token


def test_the_number_of_queries_does_not_grow_with_the_rows(administrator: Client) -> None:
    administrator.get(LIST)
    with CaptureQueriesContext(connection) as few:
        administrator.get(LIST)
    for number in range(10):
        User.objects.create_user(f"user-{number}")
        make_token(f"user-{number}", by="ada")
    with CaptureQueriesContext(connection) as many:
        administrator.get(LIST)
    assert len(many) == len(few)
    account = reverse("admin:auth_user_change", args=[User.objects.get(username="user-1").pk])
    administrator.get(account)
    with CaptureQueriesContext(connection) as few:
        administrator.get(account)
    for _ in range(10):
        make_token("user-1", by="ada")
    with CaptureQueriesContext(connection) as many:
        administrator.get(account)
    assert len(many) == len(few)
