"""Every screen that the URL resolver has: within the policy, for every eye, by keyboard alone, from 320 pixels on."""

from __future__ import annotations

from typing import NamedTuple

import pytest
from django.conf import settings
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from tests.support.addresses import Address, admin_addresses, screens
from tests.support.populated import SLUG, populate
from tests.support.screens import log_in
from tests.support.survey import Fault, Survey

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

FORMS = ("complaint_filed", "api_price_announced", "licence_signed")
"""Types of events whose forms have every kind of field."""

OUTSIDE = ("/", "/admin/login/", "/api/docs/", "/nowhere/")
RECORD = "/admin/disputes/"
"""The half of the screens is below it; the two halves may be looked at by two processes."""


class Inside(NamedTuple):
    """What somebody sees whom no permission stops, and the session as which to look."""

    addresses: list[Address]
    session: tuple[str, str]


@pytest.fixture
def inside(transactional_db: None) -> Inside:
    client = log_in(name="root", is_superuser=True)
    addresses = screens(client, admin_addresses(populate()))
    addresses += [Address(kind, f"{RECORD}dispute/{SLUG}/record/{kind}/") for kind in FORMS]
    name = settings.SESSION_COOKIE_NAME
    return Inside(addresses, (name, client.cookies[name].value))


def told(faults: list[Fault]) -> str:
    """Give the faults, a line each, those of a kind together."""
    return "\n".join(f"{fault.kind}: {fault.screen}: {fault.what}" for fault in sorted(faults, key=lambda it: it.kind))


def test_the_screens_before_the_login(chromium: Browser, live_server: LiveServer) -> None:
    survey = Survey(chromium, live_server.url)
    found = [fault for path in OUTSIDE for fault in survey.visit(path, path, keyboard=False)]
    survey.close()
    faults = [fault for fault in found if "status of 404" not in fault.what]
    assert not faults, told(faults)


@pytest.mark.parametrize("below", [RECORD, "/admin/"], ids=["record", "others"])
def test_the_screens_of_the_admin(inside: Inside, chromium: Browser, live_server: LiveServer, below: str) -> None:
    survey = Survey(chromium, live_server.url, inside.session)
    of_this_half = [it for it in inside.addresses if it.path.startswith(RECORD) is (below == RECORD)]
    assert len(of_this_half) > 20
    faults = [fault for address in of_this_half for fault in survey.visit(*address)]
    survey.close()
    assert not faults, told(faults)
