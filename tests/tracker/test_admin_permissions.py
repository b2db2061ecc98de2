"""Who may look at and who may use every address of the admin, found in the URL resolver: none goes without saying."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from disputes.access import ADMINISTRATOR, CURATOR, OPERATOR, ROLES
from tests.support.addresses import Address, admin_addresses
from tests.support.populated import populate
from tests.support.screens import log_in

pytestmark = pytest.mark.django_db

WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE|TRUNCATE|COPY)\b")

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")

NOBODY: frozenset[str] = frozenset()
EVERYBODY = frozenset(ROLES)
CURATORS = frozenset({CURATOR, ADMINISTRATOR})
OPERATORS = frozenset({OPERATOR, ADMINISTRATOR})
JUDGES = EVERYBODY - {"viewer"}
ADMINISTRATORS = frozenset({ADMINISTRATOR})

LOOKING: Mapping[str, tuple[frozenset[str], str]] = {
    "disputes_article": (EVERYBODY, "changelist change"),
    "disputes_checkpoint": (EVERYBODY, "changelist change note"),
    "disputes_dispute": (EVERYBODY, "changelist change calendar complete read_date export proof"),
    "disputes_event": (EVERYBODY, "changelist change"),
    "disputes_ledgeraudit": (EVERYBODY, "changelist change checkpoint keys"),
    "disputes_party": (EVERYBODY, "changelist change"),
    "disputes_subjectkey": (EVERYBODY, "changelist change"),
    "disputes_subscription": (EVERYBODY, "changelist change"),
    "ingest_candidate": (EVERYBODY, "changelist change item rows"),
    "ingest_capture": (EVERYBODY, "changelist change download text"),
    "ingest_feed": (EVERYBODY, "changelist change"),
    "ingest_fulltextrule": (EVERYBODY, "changelist change"),
    "ingest_matcherversion": (EVERYBODY, "changelist change"),
    "ingest_page": (EVERYBODY, "changelist change"),
    "ingest_thresholds": (EVERYBODY, "changelist change"),
    "auth_user": (ADMINISTRATORS, "changelist history"),
    "auth_group": (ADMINISTRATORS, "changelist change"),
    "knox_authtoken": (ADMINISTRATORS, "changelist change"),
    "axes_accessattempt": (ADMINISTRATORS, "changelist change"),
}
"""Screens that show and take nothing: who may see them. Nobody sends anything there."""

USING: Mapping[str, tuple[frozenset[str], str]] = {
    "disputes_article": (CURATORS, "attach record"),
    "disputes_dispute": (
        CURATORS,
        """open choose_type record correct retract attach detach describe watch_rules note_conflict add_party
        remove_party relate close reopen merge undo_merge""",
    ),
    "disputes_ledgeraudit": (OPERATORS, "verify"),
    "disputes_party": (
        CURATORS,
        """register rename add_alias remove_alias change_parent merge undo_merge correct retract duplicates tell_apart
        suggest_again""",
    ),
    "disputes_subscription": (OPERATORS, "pause resume hurry retry_everything retry skip"),
    "ingest_candidate": (CURATORS, "decide decide_event claim save_view remove_view"),
    "ingest_feed": (OPERATORS, "add_by_address import export fetch pause resume bulk discover"),
    "ingest_fulltextrule": (OPERATORS, "set"),
    "ingest_page": (OPERATORS, "read_again"),
    "ingest_thresholds": (CURATORS, "set"),
    "auth_user": (ADMINISTRATORS, "add change password_change activate deactivate"),
    "knox_authtoken": (ADMINISTRATORS, "make revoke"),
    "axes_accessattempt": (ADMINISTRATORS, "lift"),
}
"""Commands, each with the form that asks for it: who may open and who may send them."""

NO_WAY_BACK: Mapping[str, tuple[frozenset[str], str]] = {
    "disputes_article": (ADMINISTRATORS, "erase"),
    "disputes_subjectkey": (ADMINISTRATORS, "erase"),
}
"""Commands that nobody can undo."""

REFUSED: Mapping[str, str] = {"auth_user": "delete"}
"""Addresses that the theme has for itself and that are for nobody."""

OF_THE_SITE = {"index", "search", "logout", "password_change", "password_change_done", "jsi18n"}
"""What is for whoever is logged in as staff."""

ELSEWHERE = {"login", "autocomplete", "view_on_site"}
"""Open to all; answered by each model for itself, and tested there; of no use, since nothing has a page of its own."""


class Stated:
    """Who may look at an address and who may send to it."""

    def __init__(self) -> None:
        self.look: dict[str, frozenset[str]] = {}
        self.send: dict[str, frozenset[str]] = {}
        for model, (roles, names) in LOOKING.items():
            self.state(model, names, look=roles, send=NOBODY)
        for table in (USING, NO_WAY_BACK):
            for model, (roles, names) in table.items():
                self.state(model, names, look=roles, send=roles)
        for model, names in REFUSED.items():
            self.state(model, names, look=NOBODY, send=NOBODY)

    def state(self, model: str, names: str, *, look: frozenset[str], send: frozenset[str]) -> None:
        for name in names.split():
            address = f"admin:{model}_{name}"
            assert address not in self.look, f"{address} is stated twice"
            self.look[address], self.send[address] = look, send


STATED = Stated()


@pytest.fixture
def addresses() -> list[Address]:
    return admin_addresses(populate())


@pytest.fixture
def of_models(addresses: list[Address]) -> list[Address]:
    return [address for address in addresses if address.name in STATED.look]


def test_it_is_stated_of_every_address_who_may_use_it(addresses: list[Address]) -> None:
    names = {address.name for address in addresses} - {f"admin:{name}" for name in OF_THE_SITE | ELSEWHERE}
    new, gone = names - set(STATED.look), set(STATED.look) - names
    assert (new, gone) == (set(), set()), "state above who may look at new addresses and send to them"


class Answer(NamedTuple):
    status: int
    wrote: bool
    """Whether anything was written, which is taken back."""


def answers(client: Client, method: str, addresses: list[Address]) -> dict[str, Answer]:
    """Send a method to each address."""
    found = {}
    for address in addresses:
        with transaction.atomic(), CaptureQueriesContext(connection) as queries:
            status = client.generic(method, address.path).status_code
            transaction.set_rollback(True)
        found[address.name] = Answer(status, any(WRITES.match(query["sql"]) for query in queries))
    return found


def is_expected(answer: Answer, *, may_look: bool, may_send: bool = False) -> bool:
    """Whoever may neither look nor send is refused. Whoever may look alone is shown what is there, or refused."""
    if may_send:
        return answer.status in {200, 302, 400, 405, 422}
    return not answer.wrote and answer.status in ({200, 302, 400, 403, 405} if may_look else {403, 405})


@pytest.mark.parametrize("role", ROLES)
def test_a_role_sees_what_is_stated_for_it(role: str, of_models: list[Address]) -> None:
    for name, answer in answers(log_in(role), "GET", of_models).items():
        may_look = role in STATED.look[name]
        assert is_expected(answer, may_look=may_look), (name, answer)
        assert (answer.status == 403) is not may_look or answer.status == 405, (name, answer)


@pytest.mark.parametrize("role", ROLES)
def test_a_role_uses_what_is_stated_for_it(role: str, of_models: list[Address]) -> None:
    for name, answer in answers(log_in(role), "POST", of_models).items():
        may_look, may_send = role in STATED.look[name], role in STATED.send[name]
        assert is_expected(answer, may_look=may_look, may_send=may_send), (name, answer)


@pytest.mark.parametrize("role", ROLES)
def test_no_other_method_writes(role: str, of_models: list[Address]) -> None:
    client = log_in(role)
    for method in ("PUT", "PATCH", "DELETE"):
        for name, answer in answers(client, method, of_models).items():
            assert is_expected(answer, may_look=role in STATED.look[name]), (method, name, answer)


def test_staff_without_a_role_sees_nothing(of_models: list[Address]) -> None:
    client = log_in()
    for method in ("GET", "POST"):
        for name, answer in answers(client, method, of_models).items():
            assert is_expected(answer, may_look=False), (method, name, answer)


@pytest.mark.parametrize("is_logged_in", [False, True], ids=["stranger", "no-staff"])
def test_whoever_is_no_staff_is_asked_to_log_in(is_logged_in: bool, addresses: list[Address]) -> None:
    client = log_in("administrator", is_staff=False) if is_logged_in else Client()
    for method in METHODS:
        found = answers(client, method, addresses)
        del found["admin:login"]
        assert set(found.values()) == {Answer(302, wrote=False)}, method
