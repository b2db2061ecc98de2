"""The ledger's screens: the list by position with its filters, and the page of an event with its proof."""

import datetime as dt
from base64 import b64encode
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from disputes import commands
from disputes.admin import event_list
from disputes.admin.event_list import first_position_since
from disputes.admin.ledger_admin import EventAdmin
from disputes.models import Checkpoint, Event
from disputes.proofs.checkpoint import make_checkpoint
from disputes.proofs.tree import prove_inclusion
from tests.support.screens import find, text_of

pytestmark = pytest.mark.django_db

LIST = reverse("admin:disputes_event_changelist")


@pytest.fixture
def log() -> int:
    """Eleven parties; gives the position of the newest event."""
    for number in range(1, 12):
        commands.register_party(f"party-{number}", name=f"Party {number}", by="carol" if number == 3 else "seeds")
    commands.rename_party("party-1", name="Party One", by="carol")
    return Event.objects.count()


def positions(client: Client, address: str) -> list[int]:
    page = client.get(address)
    assert page.status_code == 200
    return [int(text) for text in find(page, "//*[contains(@class, 'field-position')]//a/text()")]


def link(client: Client, address: str, relation: str) -> str | None:
    found = find(client.get(address), f"//nav[@aria-label='Pages']/a[@rel='{relation}']/@href")
    return LIST + found[0] if found else None


def test_it_works(viewer: Client, log: int) -> None:
    assert positions(viewer, LIST) == list(range(log, 0, -1))
    said = text_of(viewer.get(LIST))
    assert "party/party-11" in said
    assert "Party renamed" in said
    assert link(viewer, LIST, "next") is None


def test_pages_go_on_where_the_last_ended(viewer: Client, log: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(EventAdmin, "list_per_page", 5)
    met, address = [], LIST
    while address:
        met += positions(viewer, address)
        last, address = address, link(viewer, address, "next") or ""
    assert met == list(range(log, 0, -1))
    back = link(viewer, last, "prev")
    assert back is not None
    assert positions(viewer, back) == [7, 6, 5, 4, 3]
    # What is recorded meanwhile shifts nothing.
    second = link(viewer, LIST, "next")
    assert second is not None
    commands.add_alias("party-1", alias="One", by="carol")
    assert positions(viewer, second) == [7, 6, 5, 4, 3]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?type=party_renamed", [12]),
        ("?by=carol", [12, 3]),
        ("?by=carol&type=party_registered", [3]),
        ("?stream=party-1", [12, 1]),
        ("?stream=party/party-2", [2]),
        ("?stream=nowhere", []),
        ("?since=2000-01-01&until=2001-01-01", []),
        ("?since=2000-01-01&stream=party-2", [2]),
        ("?type=no-such-type", list(range(12, 0, -1))),
        ("?before=3", [2, 1]),
        ("?before=%00", list(range(12, 0, -1))),
        ("?before=99999999999999999999", list(range(12, 0, -1))),
    ],
)
def test_events_are_filtered(viewer: Client, log: int, query: str, found: list[int]) -> None:
    assert positions(viewer, LIST + query) == found


def test_a_date_that_can_not_be_read_says_so(viewer: Client, log: int) -> None:
    page = viewer.get(LIST + "?since=soon")
    assert "'soon' is not a" in text_of(page)
    assert find(page, "//input[@name='since']/@value") == ["soon"]


def test_days_become_positions(log: int) -> None:
    now = timezone.now()
    assert first_position_since(now - dt.timedelta(days=1)) == 1
    assert first_position_since(now + dt.timedelta(days=1)) == log + 1
    third = Event.objects.get(position=3).recorded_at
    assert Event.objects.filter(recorded_at__gte=third).order_by("position")[0].position == first_position_since(third)


def test_what_no_index_leads_to_is_looked_for_in_windows(
    viewer: Client, log: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(event_list, "WINDOW", 4)
    assert positions(viewer, LIST + "?by=carol") == [12]
    told = find(viewer.get(LIST + "?by=carol"), "string(//nav[@aria-label='Pages'])")
    assert "Looked through positions 9 to 12." in " ".join(told.split())
    older = link(viewer, LIST + "?by=carol", "next")
    assert older is not None
    assert positions(viewer, older) == []
    oldest = link(viewer, older, "next")
    assert oldest is not None
    assert positions(viewer, oldest) == [3]
    assert link(viewer, oldest, "next") is None
    # The days bound the window, so that nobody clicks through years in which nothing can be.
    monkeypatch.setattr(event_list, "first_position_since", lambda _moment: 5)
    until = LIST + "?by=carol&until=2020-01-01"
    assert "Looked through positions 1 to 4." in " ".join(
        find(viewer.get(until), "string(//nav[@aria-label='Pages'])").split()
    )
    assert positions(viewer, until) == [3]


def test_a_page_reads_as_many_rows_as_it_shows_and_counts_none(viewer: Client, log: int) -> None:
    viewer.get(LIST)
    with CaptureQueriesContext(connection) as few:
        viewer.get(LIST)
    for number in range(60):
        commands.register_party(f"more-{number}", name=f"More {number}", by="seeds")
    with CaptureQueriesContext(connection) as many:
        viewer.get(LIST)
    assert len(many) == len(few)
    of_events = [query["sql"] for query in many if "disputes_event" in query["sql"]]
    assert of_events
    assert all("LIMIT 51" in sql and "COUNT" not in sql and "OFFSET" not in sql for sql in of_events)


def test_an_event_is_proven_by_the_newest_checkpoint(
    viewer: Client, log: int, settings: Settings, tmp_path: Path
) -> None:
    settings.TRACKER_HOME = tmp_path
    address = reverse("admin:disputes_event_change", args=[5])
    assert "No signed checkpoint covers it yet" in text_of(viewer.get(address))
    made = make_checkpoint()
    page = viewer.get(address)
    assert f"checkpoint of {made.size} events covers it" in text_of(page)
    proof = prove_inclusion(5, made.size)
    assert find(page, "//ol[@class='proof-path']//code/text()") == [b64encode(one).decode() for one in proof.path]
    (download,) = find(page, "//a[text()='Download the proof']/@href")
    told = viewer.get(download).json()
    assert told["root"] == b64encode(bytes(made.root)).decode()
    with CaptureQueriesContext(connection) as queries:
        assert viewer.get(address).status_code == 200
    assert len(queries) < 20


def test_an_event_that_is_not_what_was_signed_for_says_so(viewer: Client, log: int) -> None:
    Checkpoint.objects.create(size=log, root=b"x" * 32, note="", made_at=timezone.now())
    page = viewer.get(reverse("admin:disputes_event_change", args=[5]))
    assert "This event is not what was signed for" in text_of(page)
    assert find(page, "//*[@role='alert']") != []
