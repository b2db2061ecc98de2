"""Ours: the admin on an installation, from the request to the whole answer, in this process."""

from __future__ import annotations

import time
from collections.abc import Sequence
from statistics import median

from benchmarks.contestants import ours  # noqa: F401 (sets Django up)
from benchmarks.contestants.serving import Done, Run, serve

# isort: split
from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import reverse
from lxml import html  # type: ignore[import-untyped]

from benchmarks.contestants.screens import Screen, find_screens, logged_in

PATIENCE = 20_000
"""Milliseconds after which the database gives a statement up; the screen then counts with that time."""
REQUESTS = 3
FOLLOWING = 12
"""Stories that the script of the inbox names as what may be shown next."""

# Nothing is collected for a benchmark; where a file lies takes no time worth telling.
settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}

_found: list[Screen] = []


def screens() -> Run:
    """Open every screen that can be found."""
    client = _ready()
    if not _found:
        _found.extend(find_screens(client))

    def run() -> Done:
        processor = time.process_time()
        parts = {screen.name: _milliseconds(client, screen.addresses) for screen in _found}
        seconds = sum(parts.values()) / 1_000
        return Done(len(parts), seconds, time.process_time() - processor, 0.0, parts=parts)

    return run


def accept_and_next(decisions: int) -> Run:
    """Accept the stories on top of the inbox one after the other, as its script does; the answer shows the next one."""
    client = _ready()
    inbox = reverse("admin:ingest_candidate_changelist")

    def run() -> Done:
        processor = time.process_time()
        seconds = 0.0
        for _ in range(decisions):
            action, values = _form_to_accept(client, inbox)
            begun = time.perf_counter()
            answer = client.post(action, {**values, "act": "accept"}, headers={"Accept": "application/json"})
            seconds += time.perf_counter() - begun
            assert answer.status_code == 200, answer.content
            assert answer.json()["done"]
            assert answer.json()["item"], "the next story is shown"
        return Done(decisions, seconds, time.process_time() - processor, 0.0)

    return run


def _form_to_accept(client: Client, inbox: str) -> tuple[str, dict[str, list[str]]]:
    """Open the inbox and give the form that its button to accept is in, with what a browser would send."""
    page = html.fromstring(client.get(inbox).content.decode())
    (button, *_) = page.xpath("//button[@name='act'][@value='accept']")
    form = page.get_element_by_id(button.get("form")) if button.get("form") else button.xpath("ancestor::form")[0]
    values: dict[str, list[str]] = {}
    for name, value in form.form_values():
        values.setdefault(name, []).append(value)
    # As the script does: what follows in the list, of which the first that nobody has open is shown next.
    values["next"] = page.xpath("//@data-row")[1:FOLLOWING]
    return form.get("action"), values


def _ready() -> Client:
    client = logged_in()
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = %s", [PATIENCE])
    return client


def _milliseconds(client: Client, addresses: Sequence[str]) -> float:
    """Give what a screen takes: the middle of its addresses, each by the quickest of some requests.

    What makes the others slower is whoever else uses the machine, the collector, a cache that was emptied.
    """
    return median(min(_once(client, address) for _ in range(REQUESTS)) for address in addresses)


def _once(client: Client, address: str) -> float:
    begun = time.perf_counter()
    answer = client.get(address)
    # What is told as it is sent is asked for here.
    b"".join(answer) if answer.streaming else answer.content
    return (time.perf_counter() - begun) * 1_000


if __name__ == "__main__":
    serve({"screens": screens, "accept_and_next": accept_and_next})
