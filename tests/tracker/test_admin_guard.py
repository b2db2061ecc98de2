"""Nothing goes behind the ledger's back in the admin: no address of any screen writes to it or to what it derives."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db.models import Model
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from disputes import commands
from disputes.admin.read_only import ReadOnlyAdmin
from disputes.models import Checkpoint, Event, LedgerAudit, Subscription
from ingest import learning
from ingest.matching.weights import stored_weights
from ingest.models import (
    Candidate,
    Capture,
    CapturedBody,
    Feed,
    FullTextRule,
    FullTextWish,
    MatcherVersion,
    Page,
    PageHost,
)

pytestmark = pytest.mark.django_db

OURS = [model for model in admin.site._registry if model._meta.app_label in {"disputes", "ingest"}]

OPERATED = {Feed, FullTextRule, LedgerAudit, Page, Subscription}
"""What operators have commands for; all else is for curators."""


def staff(role: str, *, is_superuser: bool = False) -> Client:
    user = get_user_model().objects.create_user(role, is_staff=True, is_superuser=is_superuser)
    user.groups.set(Group.objects.filter(name=role))
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture(autouse=True)
def _something_to_show() -> None:
    commands.register_party("reddit", name="Reddit, Inc.", by="alice")
    commands.open_dispute("reddit", title="Reddit", kind="api_pricing", summary="Reddit charges.", by="alice")
    event = commands.record_event(
        "reddit",
        type="api_price_announced",
        occurred="2023-04-18",
        standing="confirmed",
        data={"summary": "Reddit announced paid access.", "actors": ["reddit"]},
        evidence=[{"article": "https://press.example/1"}],
        by="alice",
    )
    article = event.evidence[0]["article"]["id"]
    Candidate.objects.create(article_id=article, dispute_id="reddit", score=0.5)
    Feed.objects.create(url="https://press.example/feed", title="The press")
    host = PageHost.objects.create(host="https://press.example")
    Page.objects.create(article_id=article, host=host, url="https://press.example/1")
    FullTextRule.objects.create(domain="press.example", wish=FullTextWish.NEVER)
    body = CapturedBody.objects.create(digest="0" * 64, size=1, name="", stored_size=0, response_size=0)
    Capture.objects.create(
        url="https://press.example/1",
        sort_key="example,press)/1",
        fetched_at=timezone.now(),
        stored_at=timezone.now(),
        status=200,
        body=body,
        is_original=True,
    )
    Subscription.objects.create(name="follower", position=1)
    LedgerAudit.objects.create(requested_by="alice")
    learning.set_thresholds(automatic=0.9, inbox=0.1, reason="Ask about more.", by="alice")
    MatcherVersion.objects.create(
        version="fitted-2",
        weights=stored_weights().as_json(),
        decisions=40,
        held_back=20,
        loss=0.1,
        loss_before=0.2,
        is_adopted=True,
    )
    Checkpoint.objects.create(size=1, root=bytes(32), note="A note", made_at=timezone.now())
    commands.register_party("somebody", name="Nemo Placeholder", kind="person", by="alice")


def everything() -> dict[str, list[dict[str, object]]]:
    models = [*apps.get_app_config("disputes").get_models(), *apps.get_app_config("ingest").get_models()]
    return {model.__name__: list(model._default_manager.order_by("pk").values()) for model in models}


def screens(model: type[Model]) -> Iterator[str]:
    """Give the addresses that Django's admin has by habit, whether this one has them or not."""
    base = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    row = model._default_manager.order_by("pk").first()
    assert row is not None, f"there is no {model.__name__} to try it on"
    yield base
    yield f"{base}add/"
    for screen in ("change", "delete", "history"):
        yield f"{base}{row.pk}/{screen}/"


def test_it_works() -> None:
    assert {model.__name__ for model in OURS} >= {"Dispute", "Party", "Article", "Event", "Feed", "Candidate"}


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_every_screen_opens_for_whoever_may_look(model: type[Model]) -> None:
    client = staff("viewer")
    addresses = list(screens(model))
    for address in (addresses[0], addresses[2]):
        assert client.get(address).status_code == 200, address
    assert Client().get(addresses[0]).status_code == 302, "a stranger is asked to log in"


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_no_address_of_habit_writes_not_even_for_a_superuser(model: type[Model]) -> None:
    client = staff("root", is_superuser=True)
    before = everything()
    row = model._default_manager.order_by("pk").first()
    assert row is not None
    forms = [
        {},
        {"post": "yes"},
        {"action": "delete_selected", "_selected_action": [str(row.pk)], "post": "yes"},
        {field.name: "changed" for field in model._meta.concrete_fields} | {"_save": "Save"},
    ]
    for address in screens(model):
        for form in forms:
            assert client.post(address, form).status_code in {403, 404, 405}, (address, form)
        for method in (client.put, client.patch, client.delete):
            assert method(address).status_code in {403, 404, 405}, address
    assert everything() == before


def test_no_list_offers_to_delete() -> None:
    client = staff("root", is_superuser=True)
    for model in OURS:
        page = client.get(reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"))
        assert b"delete_selected" not in page.content


def commands_of(model: type[Model]) -> Iterator[str]:
    """Give the address of every command that the screens of a model offer."""
    event = Event.objects.get(type="api_price_announced")
    values = {
        "slug": "reddit",
        "kind": "statement_made",
        "event": event.event_id,
        "article": Candidate.objects.get().article_id,
        "party": "reddit",
        "role": "data_holder",
        "pk": Feed.objects.get().pk,
        "name": "follower",
        "subject": "party/somebody",
        "position": event.position,
    }
    screen = admin.site._registry[model]
    assert isinstance(screen, ReadOnlyAdmin), f"{model.__name__} has screens that can write by themselves"
    for command in screen.command_urls:
        if command.name == "download":
            continue  # a way to look, open to whoever may
        arguments = {name: values[name] for name in re.findall(r"<\w+:(\w+)>", command.route)}
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}_{command.name}"
        yield reverse(name, kwargs=arguments)


@pytest.mark.parametrize("role", ["viewer", "curator", "operator", "administrator"])
def test_a_role_is_refused_the_commands_that_are_not_its_own(role: str) -> None:
    client = staff(role)
    before = everything()
    tried = 0
    for model in OURS:
        is_own = role in {"administrator", "operator" if model in OPERATED else "curator"}
        for address in commands_of(model):
            tried += 1
            # What nobody can undo is for administrators alone.
            may = role == "administrator" if address.endswith("/erase/") else is_own
            assert (client.get(address).status_code == 403) is not may, (role, address)
            if not may:
                assert client.post(address, {"reason": "No"}).status_code == 403, (role, address)
    assert tried > 20
    assert everything() == before
    page = client.get(reverse("admin:disputes_dispute_change", args=["reddit"])).content.decode()
    offered = reverse("admin:disputes_dispute_choose_type", args=["reddit"]) in page
    assert offered is (role in {"curator", "administrator"})
