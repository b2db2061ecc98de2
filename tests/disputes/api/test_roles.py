"""Roles and what each may write: every writing method of every resource is in the table below."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command
from django.urls import URLPattern, URLResolver, get_resolver
from rest_framework.test import APIClient

from disputes.access import ROLES
from disputes.api.resource import Resource

pytestmark = pytest.mark.django_db

WRITERS = {
    ("POST", "api-dispute-events"): {"curator", "administrator"},
    ("POST", "api-dispute-merge"): {"curator", "administrator"},
    ("POST", "api-dispute-undo-merge"): {"curator", "administrator"},
    ("POST", "api-party-merge"): {"curator", "administrator"},
    ("POST", "api-party-undo-merge"): {"curator", "administrator"},
    ("POST", "api-candidate-accept"): {"curator", "administrator"},
    ("POST", "api-candidate-reject"): {"curator", "administrator"},
    ("POST", "api-candidate-undo"): {"curator", "administrator"},
    ("POST", "api-proposed-event-confirm"): {"curator", "administrator"},
    ("POST", "api-proposed-event-dismiss"): {"curator", "administrator"},
    ("POST", "api-proposed-event-undo"): {"curator", "administrator"},
    ("POST", "api-watch-rule-trial"): {"curator", "administrator"},
    ("POST", "api-feeds"): {"operator", "administrator"},
    ("POST", "api-feed-fetch"): {"operator", "administrator"},
}
"""(method, name of the address) -> the roles that may."""


def patterns(found: list[URLPattern | URLResolver]) -> Iterator[URLPattern]:
    for pattern in found:
        if isinstance(pattern, URLResolver):
            yield from patterns(pattern.url_patterns)
        else:
            yield pattern


RESOURCES = {
    pattern.name: pattern
    for pattern in patterns(get_resolver().url_patterns)
    if issubclass(getattr(pattern.callback, "cls", object), Resource) and pattern.name
}


def address_of(name: str) -> str:
    route = str(RESOURCES[name].pattern)
    for parameter in ("<slug:slug>", "<int:candidate>", "<int:proposal>", "<int:feed>"):
        route = route.replace(parameter, "1")
    return f"/api/v1/{route}"


def test_every_writing_method_states_its_permission() -> None:
    stated = {
        (method, name)
        for name, pattern in RESOURCES.items()
        for method in pattern.callback.cls().allowed_methods  # type: ignore[attr-defined] # the framework sets it
        if method not in {"GET", "HEAD", "OPTIONS"}
    }
    assert stated == set(WRITERS)
    for method, name in stated:
        label, codename = RESOURCES[name].callback.cls.permissions[method].split(".")  # type: ignore[attr-defined]
        assert Permission.objects.filter(content_type__app_label=label, codename=codename).exists()


@pytest.mark.parametrize("role", [None, *ROLES])
@pytest.mark.parametrize(("method", "name"), WRITERS)
def test_a_role_may_what_it_should(writer: Callable[..., APIClient], method: str, name: str, role: str | None) -> None:
    client = writer(*([role] if role else []))
    answer = getattr(client, method.lower())(address_of(name), {}, format="json")
    if role in WRITERS[method, name]:
        assert answer.status_code in {400, 404}, "allowed, and then found to be empty or about nothing"
    else:
        assert answer.status_code == 403
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert "WWW-Authenticate" not in answer.headers


@pytest.mark.parametrize(("method", "name"), WRITERS)
def test_without_an_account_nobody_writes(reader: APIClient, method: str, name: str) -> None:
    answer = getattr(reader, method.lower())(address_of(name), {}, format="json")
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Token"


def permissions(role: str) -> set[str]:
    found: Any = Permission.objects.filter(group__name=role)
    return {f"{one.content_type.app_label}.{one.codename}" for one in found.select_related("content_type")}


def test_the_roles_are_groups_with_their_permissions() -> None:
    viewing = permissions("viewer")
    assert {"disputes.view_dispute", "disputes.view_event", "ingest.view_feed", "ingest.view_candidate"} <= viewing
    assert all(name.split(".")[1].startswith("view_") for name in viewing)
    assert permissions("curator") - viewing == {
        "disputes.curate_dispute",
        "disputes.manage_party",
        "ingest.judge_candidate",
    }
    assert permissions("operator") - viewing == {
        "ingest.manage_feed",
        "disputes.audit_ledger",
        "disputes.manage_subscription",
    }
    assert permissions("administrator") >= permissions("curator") | permissions("operator") | {
        "auth.change_user",
        "auth.change_group",
        "knox.delete_authtoken",
    }


def test_migrating_again_restores_the_roles_and_keeps_what_was_added() -> None:
    group = Group.objects.get(name="viewer")
    added = Permission.objects.get(codename="judge_candidate")
    group.permissions.set([added])
    call_command("migrate", verbosity=0)
    assert {"disputes.view_dispute", "ingest.judge_candidate"} <= permissions("viewer")
