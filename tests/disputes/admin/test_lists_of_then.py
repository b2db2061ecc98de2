"""The lists of disputes and parties as of two times."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from disputes import as_known, commands
from disputes.models import Event, LedgerHead
from tests.support.screens import find, text_of

pytestmark = pytest.mark.django_db

DISPUTES = reverse("admin:disputes_dispute_changelist")
PARTIES = reverse("admin:disputes_party_changelist")


def moment() -> str:
    return LedgerHead.objects.get().recorded_at.isoformat().replace("+00:00", "Z")


def rows(client: Client, address: str, **query: str) -> list[str]:
    page = client.get(address, query)
    assert page.status_code == 200, page.headers
    return [" ".join(row.text_content().split()) for row in find(page, "//table[@id='result_list']//tbody/tr")]


@pytest.fixture
def then(dispute: str) -> str:
    """A moment after which everything was changed."""
    found = moment()
    commands.describe_dispute(dispute, title="Renamed", kind="threat", summary="Anew.", by="seeds")
    commands.rename_party("reddit", name="Reddit Holdings", by="seeds")
    commands.open_dispute("new", title="New", kind="threat", summary="New.", by="seeds")
    commands.register_party("other", name="Other", by="seeds")
    commands.retract_event(dispute, event=Event.objects.get(type="complaint_filed").event_id, reason="No", by="seeds")
    return found


def test_it_works(viewer: Client, dispute: str, then: str) -> None:
    assert len(rows(viewer, DISPUTES)) == 2
    (told,) = rows(viewer, DISPUTES, as_of=then)
    assert "Reddit v. Anthropic Litigation" in told
    assert "4 June 2025: Complaint filed" in told
    page = viewer.get(DISPUTES, {"as_of": then})
    assert "As known on" in text_of(page)
    assert not find(page, "//form//form"), "a browser drops a form inside of another"
    (link,) = find(page, "//table[@id='result_list']//tbody//a/@href")
    assert "As known on" in text_of(viewer.get(link)), "a row leads to its page of then"


def test_what_had_happened_by_a_day(viewer: Client, dispute: str) -> None:
    (told,) = rows(viewer, DISPUTES, on_date="2023-06-01")
    assert "Watching April 2023: API price announced 1 " in told, "and one article"
    (told,) = rows(viewer, DISPUTES, on_date="2023-03-31")
    assert "nothing yet" in told
    assert len(rows(viewer, DISPUTES, on_date="2025-06-04", status="pleadings")) == 1
    assert rows(viewer, DISPUTES, on_date="2025-06-03", status="pleadings") == []


def test_filters_search_and_order_are_those_of_then(viewer: Client, dispute: str, then: str) -> None:
    assert len(rows(viewer, DISPUTES, as_of=then, kind="litigation", q="reddit")) == 1
    assert rows(viewer, DISPUTES, as_of=then, q="renamed") == []
    page = viewer.get(DISPUTES, {"as_of": then, "kind": "litigation"})
    assert find(page, "//form[@class='times']//input[@name='kind']/@value") == ["litigation"], "the form keeps it"
    order = find(page, "//table[@id='result_list']//thead//a[contains(@href, 'o=')]/@href")
    assert order
    assert all("as_of=" in link for link in order)


def test_parties_are_told_of_then_too(viewer: Client, dispute: str, then: str) -> None:
    now, past = rows(viewer, PARTIES), rows(viewer, PARTIES, as_of=then)
    assert [row.split(" ")[0] for row in past] == ["Anthropic", "Reddit,"]
    assert len(now) == 3
    assert "Reddit Holdings" in now[2]
    assert past[1].endswith("1"), "the number of disputes of then"
    assert rows(viewer, PARTIES, as_of=then, q="holdings") == []


def test_nothing_is_offered_to_write(curator: Client, dispute: str, then: str) -> None:
    for address, label in ((DISPUTES, "Open a dispute"), (PARTIES, "Register a party")):
        assert label in text_of(curator.get(address))
        assert label not in text_of(curator.get(address, {"as_of": then}))


def test_a_bad_date_is_said(viewer: Client, dispute: str) -> None:
    page = viewer.get(DISPUTES, {"as_of": "whenever"})
    assert "is not a moment" in text_of(page)
    assert "so this is the present" in text_of(page)


def test_too_much_to_fold_leads_back_to_the_present(
    viewer: Client, dispute: str, then: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(as_known, "MOST_EVENTS", 2)
    answer: Any = viewer.get(DISPUTES, {"as_of": then})
    assert (answer.status_code, answer["Location"]) == (302, DISPUTES)
    (message,) = get_messages(answer.wsgi_request)
    assert "can't be told as of then" in str(message)
