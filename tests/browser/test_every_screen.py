"""Every screen that the URL resolver has: within the policy, for every eye, by keyboard alone, from 320 pixels on."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.db import connections
from pytest_django.live_server_helper import LiveServer
from pytest_django.plugin import DjangoDbBlocker

from tests.support.addresses import Address, admin_addresses, screens
from tests.support.chromium import running_chromium
from tests.support.database import fresh_database
from tests.support.populated import SLUG, populate
from tests.support.screens import log_in
from tests.support.survey import ACCESS, CONTRAST, KEYBOARD, POLICY, SCRIPT, WIDTH, Fault, Survey

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

FORMS = ("complaint_filed", "api_price_announced", "licence_signed")
"""Types of events whose forms have every kind of field."""


@pytest.fixture(scope="module")
def faults(database_template: str, django_db_blocker: DjangoDbBlocker) -> list[Fault]:
    """Go once over all screens, with one browser and one server, as whom no permission stops."""
    with django_db_blocker.unblock(), fresh_database(database_template), pytest.MonkeyPatch.context() as patch:
        # Playwright runs an event loop in this thread, beside which Django would refuse the test's own queries.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        client = log_in(name="root", is_superuser=True)
        addresses = screens(client, admin_addresses(populate()))
        addresses += [Address(kind, f"/admin/disputes/dispute/{SLUG}/record/{kind}/") for kind in FORMS]
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        server = LiveServer("localhost")
        with running_chromium() as browser:
            found: list[Fault] = []
            inside = Survey(browser, server.url, (settings.SESSION_COOKIE_NAME, session))
            for address in addresses:
                found += inside.visit(address.name, address.path)
            inside.close()
            outside = Survey(browser, server.url)
            for path in ("/", "/admin/login/", "/api/docs/"):
                found += outside.visit(path, path, keyboard=False)
            outside.close()
        server.stop()
        connections.close_all()
    return found


def told(faults: list[Fault], *kinds: str) -> str:
    """Give the faults of some kinds, a line each."""
    return "\n".join(f"{fault.screen}: {fault.what}" for fault in faults if fault.kind in kinds)


def test_nothing_is_refused_by_the_policy_and_no_script_fails(faults: list[Fault]) -> None:
    assert not (said := told(faults, POLICY, SCRIPT)), said


def test_axe_finds_no_serious_fault_in_either_scheme(faults: list[Fault]) -> None:
    assert not (said := told(faults, ACCESS, CONTRAST)), said


def test_no_screen_scrolls_sideways_at_320_pixels(faults: list[Fault]) -> None:
    assert not (said := told(faults, WIDTH)), said


def test_every_screen_is_walked_by_keyboard(faults: list[Fault]) -> None:
    assert not (said := told(faults, KEYBOARD)), said
