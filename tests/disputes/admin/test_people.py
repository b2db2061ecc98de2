"""People and tokens, and the ledger's own pages."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from knox.models import AuthToken

from disputes.models import Event
from tests.support.screens import log_in, text_of

pytestmark = pytest.mark.django_db

User = get_user_model()


@pytest.fixture
def administrator() -> Client:
    return log_in("administrator", name="ada")


def test_it_works(administrator: Client) -> None:
    answer = administrator.post(
        reverse("admin:auth_user_add"),
        {
            "username": "bob",
            "usable_password": "true",
            "password1": "a long pass phrase",
            "password2": "a long pass phrase",
        },
    )
    assert answer.status_code == 302
    bob = User.objects.get(username="bob")
    change = reverse("admin:auth_user_change", args=[bob.pk])
    sent = {"is_active": "on", "is_staff": "on", "groups": [str(Group.objects.get(name="curator").pk)]}
    assert administrator.post(change, sent).status_code == 302
    bob.refresh_from_db()
    assert bob.has_perm("disputes.curate_dispute")


def test_names_that_stand_in_the_ledger_are_not_changed_or_freed(administrator: Client) -> None:
    bob = User.objects.create_user("bob")
    change = reverse("admin:auth_user_change", args=[bob.pk])
    administrator.post(change, {"username": "carol", "is_active": "on"})
    bob.refresh_from_db()
    assert bob.username == "bob"
    root = log_in(name="root", is_superuser=True)
    for client in (administrator, root):
        assert client.post(reverse("admin:auth_user_delete", args=[bob.pk]), {"post": "yes"}).status_code == 403
    assert User.objects.filter(username="bob").exists()


def test_an_administrator_makes_nobody_a_superuser(administrator: Client) -> None:
    ada = User.objects.get(username="ada")
    change = reverse("admin:auth_user_change", args=[ada.pk])
    administrator.post(change, {"is_active": "on", "is_staff": "on", "is_superuser": "on"})
    ada.refresh_from_db()
    assert not ada.is_superuser
    root = User.objects.create_superuser("root")
    password = reverse("admin:auth_user_password_change", args=[root.pk])
    assert administrator.get(password).status_code == 403
    assert administrator.post(reverse("admin:auth_user_change", args=[root.pk]), {"is_active": ""}).status_code == 403


def test_a_token_is_shown_by_its_beginning_and_revoked(administrator: Client, curator: Client) -> None:
    token, secret = AuthToken.objects.create(User.objects.get(username="carol"))
    tokens = reverse("admin:knox_authtoken_changelist")
    said = text_of(administrator.get(tokens))
    assert token.token_key in said
    assert "carol" in said
    assert secret not in said
    assert administrator.get(reverse("admin:knox_authtoken_add")).status_code == 403
    action = {"action": "delete_selected", "_selected_action": [token.pk], "post": "yes"}
    assert curator.post(tokens, action).status_code == 403
    assert AuthToken.objects.count() == 1
    administrator.post(tokens, action)
    assert AuthToken.objects.count() == 0


def test_the_ledger_shows_an_event_as_it_was_recorded(viewer: Client, dispute: str) -> None:
    event = Event.objects.get(type="complaint_filed")
    answer = viewer.get(reverse("admin:disputes_event_change", args=[event.position]))
    said = text_of(answer)
    assert f"Event {event.position}" in said
    assert '"docket_number": "CGC-25-625892"' in said
    assert bytes(event.leaf_hash).hex() in said
    assert reverse("admin:disputes_dispute_change", args=[dispute]) in answer.content.decode()
    assert "Complaint filed" in text_of(viewer.get(reverse("admin:disputes_event_changelist") + "?q=anthropic"))


def test_the_sidebar_shows_only_what_may_be_opened(viewer: Client, administrator: Client) -> None:
    links = [reverse(f"admin:{name}_changelist") for name in ("auth_user", "auth_group", "knox_authtoken")]
    for client, expected in ((viewer, False), (administrator, True)):
        body = client.get(reverse("admin:index")).content.decode()
        assert all((f'href="{link}"' in body) is expected for link in links)
        assert f'href="{reverse("admin:disputes_dispute_changelist")}"' in body
