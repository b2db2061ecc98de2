"""People and tokens, and the ledger's own pages."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from disputes.models import Event
from disputes.tokens import make_token
from tests.support.screens import find, log_in, text_of

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


def change(person: str) -> str:
    return reverse("admin:auth_user_change", args=[User.objects.get(username=person).pk])


def test_password_and_role_changes_are_written_down_at_the_account_and_in_the_log(
    administrator: Client, caplog: pytest.LogCaptureFixture
) -> None:
    bob = User.objects.create_user("bob", is_staff=True)
    bob.groups.set(Group.objects.filter(name="viewer"))
    wanted = Group.objects.filter(name__in=["curator", "operator"])
    with caplog.at_level("INFO"):
        administrator.post(
            change("bob"), {"is_active": "on", "is_staff": "on", "groups": [str(group.pk) for group in wanted]}
        )
        words = {"usable_password": "true", "password1": "a long pass phrase", "password2": "a long pass phrase"}
        administrator.post(reverse("admin:auth_user_password_change", args=[bob.pk]), words)
    rows = find(administrator.get(change("bob")), "//section[.//h2/@id='changes-heading']//tbody/tr")
    told = [[cell.text_content().strip() for cell in row][1:] for row in rows]
    assert told == [["ada", "Changed password."], ["ada", "Roles: viewer → curator, operator."]]
    for line in (
        "ada changed the account bob: Roles: viewer → curator, operator.",
        "The account bob has the role curator",
        "The account bob has no more the role viewer",
        "The account bob has another password",
    ):
        assert line in caplog.messages
    assert "a long pass phrase" not in caplog.text


def test_one_s_own_password_is_logged_too(administrator: Client, caplog: pytest.LogCaptureFixture) -> None:
    ada = User.objects.get(username="ada")
    ada.set_password("correct horse battery")
    ada.save()
    administrator.force_login(ada)
    words = {
        "old_password": "correct horse battery",
        "new_password1": "staple and more",
        "new_password2": "staple and more",
    }
    with caplog.at_level("INFO"):
        assert administrator.post(reverse("admin:password_change"), words).status_code == 302
    assert "The account ada has another password" in caplog.messages


def test_who_is_deactivated_is_out_at_once(administrator: Client) -> None:
    bob = log_in("curator", name="bob")
    _token, secret = make_token("bob", by="ada")
    off, on = (
        reverse(f"admin:auth_user_{what}", args=[User.objects.get(username="bob").pk])
        for what in ("deactivate", "activate")
    )
    assert administrator.get(off).status_code == 405
    assert bob.get(reverse("admin:index")).status_code == 200
    assert "bob is deactivated" in text_of(administrator.post(off, follow=True))
    assert bob.get(reverse("admin:index")).status_code == 302
    api = {"Authorization": f"Token {secret}"}
    assert Client().get("/api/v1/disputes/", headers=api).status_code == 401
    assert "Deactivated." in text_of(administrator.get(change("bob")))
    administrator.post(on)
    assert bob.get(reverse("admin:index")).status_code == 200
    assert Client().get("/api/v1/disputes/", headers=api).status_code == 200


def test_nobody_locks_themself_or_a_superuser_out(administrator: Client, curator: Client) -> None:
    own = reverse("admin:auth_user_deactivate", args=[User.objects.get(username="ada").pk])
    assert "That is your own account" in text_of(administrator.post(own, follow=True))
    root = User.objects.create_superuser("root")
    for client in (administrator, curator):
        assert client.post(reverse("admin:auth_user_deactivate", args=[root.pk])).status_code == 403
    assert curator.post(own).status_code == 403
    assert administrator.post(reverse("admin:auth_user_deactivate", args=[0])).status_code == 404
    assert not User.objects.filter(is_active=False).exists()


def test_a_role_tells_what_it_may_and_who_has_it(administrator: Client, curator: Client) -> None:
    page = reverse("admin:auth_group_change", args=[Group.objects.get(name="curator").pk])
    said = text_of(administrator.get(page))
    assert "Can record, correct and retract events and judge evidence" in said
    assert "carol" in said
    assert "ada" not in said
    roles = find(
        administrator.get(reverse("admin:auth_group_changelist")), "//table[@id='result_list']//tbody//a/text()"
    )
    assert [role.strip() for role in roles] == ["viewer", "curator", "operator", "administrator"]
    assert curator.get(page).status_code == 403
    assert administrator.post(page, {"name": "x"}).status_code == 403
