"""create_api_token prints a token that works, keeps only its hash, and refuses who may not have one."""

from io import StringIO

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from knox.auth import TokenAuthentication
from knox.models import AuthToken
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory

pytestmark = pytest.mark.django_db


def create_api_token(name: str) -> str:
    output = StringIO()
    call_command("create_api_token", name, stdout=output)
    return output.getvalue()


def test_the_token_stands_alone_and_authenticates() -> None:
    user = User.objects.create_user("reader")
    printed = create_api_token("reader")
    token = printed.removesuffix("\n")
    assert token.isalnum()
    request = Request(APIRequestFactory().get("/", headers={"Authorization": f"Token {token}"}))
    authenticated = TokenAuthentication().authenticate(request)
    assert authenticated is not None
    assert authenticated[0] == user


def test_only_its_hash_is_stored_and_it_does_not_expire() -> None:
    User.objects.create_user("reader")
    token = create_api_token("reader").strip()
    stored = AuthToken.objects.get()
    assert token not in (stored.digest, stored.token_key)
    assert stored.expiry is None


def test_an_unknown_user_is_named() -> None:
    with pytest.raises(CommandError, match=r"There is no user 'nobody'.*createsuperuser"):
        create_api_token("nobody")


def test_an_inactive_user_gets_none() -> None:
    User.objects.create_user("former", is_active=False)
    with pytest.raises(CommandError, match="not active"):
        create_api_token("former")
    assert not AuthToken.objects.exists()
