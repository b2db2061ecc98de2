"""Nothing goes behind the ledger's back in the admin: no address, action or inline writes to it or to what it tells."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.db.models import Model
from django.test import Client, RequestFactory
from django.urls import reverse

from disputes.admin.read_only import ReadOnlyAdmin
from disputes.models import Event
from tests.support.addresses import Address, admin_addresses
from tests.support.populated import populate
from tests.support.screens import find, log_in

pytestmark = pytest.mark.django_db

OURS = [model for model in admin.site._registry if model._meta.app_label in {"disputes", "ingest"}]


@pytest.fixture
def addresses() -> list[Address]:
    return admin_addresses(populate())


@pytest.fixture
def root() -> Client:
    """Whom no permission stops."""
    return log_in(name="root", is_superuser=True)


def everything() -> dict[str, list[dict[str, object]]]:
    models = [*apps.get_app_config("disputes").get_models(), *apps.get_app_config("ingest").get_models()]
    return {model.__name__: list(model._default_manager.order_by("pk").values()) for model in models}


def habits(model: type[Model]) -> list[dict[str, Any]]:
    """Give the forms by which Django's admin adds, changes and deletes."""
    row = model._default_manager.order_by("pk").first()
    assert row is not None, f"there is no {model.__name__} to try it on"
    changed = {field.name: "changed" for field in model._meta.concrete_fields}
    return [
        {},
        {"post": "yes"},
        {"action": "delete_selected", "_selected_action": [str(row.pk)], "post": "yes"},
        {**changed, "_save": "Save"},
        {"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "1", "form-0-id": str(row.pk), "_save": "Save"}
        | {f"form-0-{name}": value for name, value in changed.items()},
    ]


def test_it_works() -> None:
    assert {model.__name__ for model in OURS} >= {"Dispute", "Party", "Article", "Event", "Feed", "Candidate"}
    assert all(isinstance(admin.site._registry[model], ReadOnlyAdmin) for model in OURS)


def screens_of(model: type[Model], addresses: list[Address]) -> set[str]:
    """Give the addresses that Django's admin has by habit, whether this one has them or not, but those of commands."""
    base = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    row = model._default_manager.order_by("pk").first()
    assert row is not None, f"there is no {model.__name__} to try it on"
    screens = {base, f"{base}add/", *(f"{base}{row.pk}/{screen}/" for screen in ("change", "delete", "history"))}
    return screens - {address.path for address in addresses if not address.name.endswith(("_changelist", "_change"))}


def test_no_screen_writes_not_even_for_a_superuser(addresses: list[Address], root: Client) -> None:
    before = everything()
    for model in OURS:
        for address in screens_of(model, addresses):
            for form in habits(model):
                assert root.post(address, form).status_code in {403, 404, 405}, (address, form)
            for method in (root.put, root.patch, root.delete):
                assert method(address).status_code in {403, 404, 405}, address
    assert everything() == before


def test_no_command_changes_an_event_that_stands(addresses: list[Address], root: Client) -> None:
    before = list(Event.objects.order_by("position").values())
    form = {name: value for habit in habits(Event) for name, value in habit.items()}
    for address in addresses:
        if address.name != "admin:logout":
            assert root.post(address.path, form).status_code < 500, address
    assert list(Event.objects.order_by("position").values()[: len(before)]) == before


def test_nothing_is_edited_in_a_list_or_beside_another_or_in_bulk(addresses: list[Address], root: Client) -> None:
    request = RequestFactory().get("/")
    request.user = get_user_model().objects.get(username="root")
    for model, screen in admin.site._registry.items():
        name = model._meta.label
        assert not screen.list_editable, name
        assert not screen.get_inline_instances(request), name
        assert not screen.get_actions(request), name
        assert not screen.has_delete_permission(request), name


def test_no_list_offers_to_delete(addresses: list[Address], root: Client) -> None:
    for model in OURS:
        page = root.get(reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"))
        assert b"delete_selected" not in page.content
        assert not find(page, "//a[contains(@href, '/delete/')]")


@pytest.mark.parametrize("role", ["viewer", "curator", "operator", "administrator"])
def test_a_screen_offers_what_its_reader_may_use(role: str, addresses: list[Address]) -> None:
    page = log_in(role).get(reverse("admin:disputes_dispute_change", args=["reddit-v-anthropic"]))
    record = reverse("admin:disputes_dispute_choose_type", args=["reddit-v-anthropic"])
    assert (record in page.content.decode()) is (role in {"curator", "administrator"})
