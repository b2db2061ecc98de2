"""Logging in: guessing passwords is throttled without shutting anybody else out, and sessions are strict."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from datetime import timedelta
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.test import Client, RequestFactory
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries
from rest_framework.settings import api_settings

from tests.support.product import ROOT
from tests.support.screens import find, log_in, text_of
from tracker.login import client_address

pytestmark = pytest.mark.django_db

PASSWORD = "correct horse battery staple"
LOGIN = "/admin/login/"
LIST = "/admin/axes/accessattempt/"
OFFICE, ELSEWHERE = "203.0.113.5", "2001:db8::7"


@pytest.fixture(autouse=True)
def carol() -> Any:
    user = get_user_model().objects.create_user("carol", password=PASSWORD, is_staff=True)
    user.groups.set(Group.objects.filter(name="curator"))
    return user


def attempt(password: str, *, name: str = "carol", address: str = OFFICE, program: str = "browser") -> Any:
    return Client().post(
        LOGIN, {"username": name, "password": password}, REMOTE_ADDR=address, headers={"User-Agent": program}
    )


def guess(times: int, **whence: str) -> Any:
    for number in range(times):
        answer = attempt(f"guess {number}", **whence)
    return answer


def move_back(duration: timedelta) -> None:
    for failed in AccessAttempt.objects.all():
        AccessAttempt.objects.filter(pk=failed.pk).update(attempt_time=failed.attempt_time - duration)


def test_it_works() -> None:
    assert attempt("a slip of the finger").status_code == 200
    answer = attempt(PASSWORD)
    assert (answer.status_code, answer["Location"]) == (302, "/admin/")
    assert not AccessAttempt.objects.exists(), "a login forgets the failures before it"


def test_five_wrong_passwords_and_the_right_one_comes_too_late() -> None:
    assert guess(4).status_code == 200
    answer = guess(1)
    assert answer.status_code == 429
    assert 14 * 60 < int(answer["Retry-After"]) <= 15 * 60
    assert "Try again from" in text_of(answer)
    assert "administrator" in text_of(answer)
    assert attempt(PASSWORD).status_code == 429


def test_nobody_else_is_locked_out() -> None:
    guess(5)
    assert attempt(PASSWORD, address=ELSEWHERE).status_code == 302
    get_user_model().objects.create_user("bob", password=PASSWORD, is_staff=True)
    assert attempt(PASSWORD, name="bob").status_code == 302


def test_another_browser_is_the_same_guesser() -> None:
    for number in range(5):
        answer = attempt("guess", program=f"browser {number}")
    assert answer.status_code == 429


def test_a_name_that_does_not_exist_is_answered_alike() -> None:
    guess(5)
    guess(5, name="nobody-of-that-name")
    known, unknown = attempt("guess"), attempt("guess", name="nobody-of-that-name")
    assert known.status_code == unknown.status_code == 429
    assert "carol" not in text_of(known)


def test_the_wait_is_over_when_it_was_said_to_be_though_tried_meanwhile() -> None:
    guess(5)
    move_back(timedelta(minutes=14))
    assert int(guess(3)["Retry-After"]) <= 60
    move_back(timedelta(minutes=1))
    assert attempt(PASSWORD).status_code == 302


def test_an_administrator_sees_who_is_locked_out_and_lets_them_in() -> None:
    guess(5)
    guess(1, name="bob", address=ELSEWHERE)
    administrator = log_in("administrator", name="ada")
    said = text_of(administrator.get(LIST))
    assert re.search(r"bob 2001:db8::7 May try .* carol 203\.0\.113\.5 Locked out until", said), said
    row = AccessAttempt.objects.get(username="carol")
    detail = reverse("admin:axes_accessattempt_change", args=[row.pk])
    assert "Let in again" in text_of(administrator.get(detail))
    answer = administrator.post(reverse("admin:axes_accessattempt_lift", args=[row.pk]), follow=True)
    assert "carol may log in from 203.0.113.5 again" in text_of(answer)
    assert attempt(PASSWORD).status_code == 302
    assert AccessAttempt.objects.filter(username="bob").exists()


def test_the_list_costs_the_same_for_many(django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    administrator = log_in("administrator", name="ada")
    for number in range(20):
        guess(1, name=f"name-{number}")
    with django_assert_max_num_queries(8):
        assert text_of(administrator.get(LIST)).count("May try") == 20


@pytest.mark.parametrize("role", ["viewer", "curator", "operator"])
def test_who_tried_from_where_is_for_administrators(role: str) -> None:
    guess(5)
    row = AccessAttempt.objects.get()
    client = log_in(role)
    for address in (LIST, reverse("admin:axes_accessattempt_change", args=[row.pk])):
        assert client.get(address).status_code == 403
    assert client.post(reverse("admin:axes_accessattempt_lift", args=[row.pk])).status_code == 403
    assert LIST not in find(client.get("/admin/"), "//a/@href")
    assert AccessAttempt.objects.exists()


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "6.6.6.6", OFFICE),
        (1, ELSEWHERE, ELSEWHERE),
        (1, f"6.6.6.6, {ELSEWHERE}", ELSEWHERE),
        (1, "no address", OFFICE),
        (1, "", OFFICE),
    ],
)
def test_behind_a_proxy_the_address_is_what_the_proxy_says(
    monkeypatch: pytest.MonkeyPatch, proxies: int, forwarded: str, address: str
) -> None:
    monkeypatch.setattr(api_settings, "NUM_PROXIES", proxies)
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    assert client_address(RequestFactory().get("/", headers=headers, REMOTE_ADDR=OFFICE)) == address


def test_a_local_socket_has_no_address() -> None:
    assert client_address(RequestFactory().get("/", REMOTE_ADDR="")) is None
    assert guess(5, address="").status_code == 429


def test_a_session_is_strict_and_new_at_login() -> None:
    client = Client()
    session = client.session
    session["planted"] = "by a stranger"
    session.save()
    before = session.session_key or ""
    client.cookies[settings.SESSION_COOKIE_NAME] = before
    assert client.post(LOGIN, {"username": "carol", "password": PASSWORD}).status_code == 302
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    assert cookie.value != before
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie["max-age"] == 12 * 3600
    assert Client(headers={"Cookie": f"{settings.SESSION_COOKIE_NAME}={before}"}).get("/admin/").status_code == 302


@pytest.mark.parametrize("behind_tls", ["1", ""])
def test_behind_tls_cookies_are_bound_to_the_host_and_to_https(behind_tls: str) -> None:
    asked = "SESSION_COOKIE_NAME, CSRF_COOKIE_NAME, SESSION_COOKIE_SECURE, CSRF_COOKIE_SECURE"
    names = ", ".join(f"settings.{name}" for name in asked.split(", "))
    done = subprocess.run(
        [sys.executable, "-c", f"from django.conf import settings; print({names})"],
        cwd=ROOT, env={**os.environ, "BEHIND_TLS": behind_tls}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    expected = "__Host-sessionid __Host-csrftoken True True" if behind_tls else "sessionid csrftoken False False"
    assert done.stdout.strip() == expected


def test_an_account_that_is_deactivated_is_out_at_once(carol: Any) -> None:
    client = Client()
    client.force_login(carol)
    assert client.get("/admin/").status_code == 200
    carol.is_active = False
    carol.save()
    assert client.get("/admin/").status_code == 302


def test_a_new_password_ends_the_sessions_that_the_old_one_began(carol: Any) -> None:
    here, there = Client(), Client()
    for client in (here, there):
        client.post(LOGIN, {"username": "carol", "password": PASSWORD})
    new = "staple battery horse correct"
    here.post(reverse("admin:password_change"), {"old_password": PASSWORD, "new_password1": new, "new_password2": new})
    assert here.get("/admin/").status_code == 200
    assert there.get("/admin/").status_code == 302
