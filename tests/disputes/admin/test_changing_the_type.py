"""The type of an event is changed while its form is filled in, and nothing that was typed is lost."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from disputes.models import Event, TimelineEntry
from tests.support.screens import Form, find, form_in, open_form, text_of

pytestmark = pytest.mark.django_db

TYPED: dict[str, Any] = {
    "occurred": "4 June 2025",
    "standing": "reported",
    "data-summary": "Reddit wrote.",
    "data-actors": ["reddit", "nobody that is known"],
    "data-demands": "Stop scraping",
    "data-remedies": ["audit"],
    "data-amounts-0-low": "ten",
    "data-amounts-0-currency": "USD",
    "evidence-0-address": "https://press.example/letter",
    "evidence-0-quote": "we write",
    "new_parties-0-name": "Doe LLP",
    "justification": "",
}


def change(client: Client, form: Form, kind: str, typed: dict[str, Any]) -> tuple[Any, Form]:
    answer = form.send(typed | {"type": kind, "change_type": "1"})
    assert answer.status_code == 200
    return answer, form_in(client, form.action, answer)


def test_it_works(curator: Client, dispute: str) -> None:
    form = open_form(curator, reverse("admin:disputes_dispute_record", args=[dispute, "letter_sent"]) + "?article=none")
    before = Event.objects.count()
    answer, changed = change(curator, form, "complaint_filed", TYPED)
    assert Event.objects.count() == before
    assert changed.action.endswith("/record/complaint_filed/?article=none"), "what the address says is handed on"
    assert not find(answer, "//ul[@class='field-errors']"), "nothing is checked before it is sent"
    assert "no field for some of what you typed: Demands. It is kept" in text_of(answer)
    for name, value in TYPED.items():
        if name != "data-actors":
            assert changed.values[name] == (value if isinstance(value, list) else [value]), name
    assert changed.values["data-actors"] == ["reddit", "nobody that is known"]
    assert changed.values["event_id"] == form.values["event_id"]

    _, back = change(curator, changed, "letter_sent", {})
    assert {name: back.values[name] for name in ("data-demands", "data-remedies")} == {
        "data-demands": ["Stop scraping"],
        "data-remedies": ["audit"],
    }


def test_what_the_type_has_no_field_for_is_not_recorded(curator: Client, dispute: str) -> None:
    form = open_form(curator, reverse("admin:disputes_dispute_record", args=[dispute, "letter_sent"]))
    typed = TYPED | {"data-actors": ["reddit"], "data-amounts-0-low": "10", "new_parties-0-name": ""}
    _, changed = change(curator, form, "statement_made", typed)
    answer = changed.send({"data-amounts-0-basis": "reported"})
    assert answer.status_code == 302, text_of(answer)
    entry = TimelineEntry.objects.get(type="statement_made")
    assert entry.data.keys() == {"summary", "actors", "amounts"}
    assert entry.evidence[0]["quote"] == "we write"


def test_a_wrong_type_leaves_the_form_as_it_is(curator: Client, dispute: str) -> None:
    form = open_form(curator, reverse("admin:disputes_dispute_record", args=[dispute, "letter_sent"]))
    _, changed = change(curator, form, "dispute_opened", TYPED)
    assert "/record/letter_sent/" in changed.action


def test_a_correction_changes_the_type_as_well(curator: Client, dispute: str) -> None:
    event = TimelineEntry.objects.get(dispute=dispute, type="api_price_announced").event_id
    form = open_form(curator, reverse("admin:disputes_dispute_correct", args=[dispute, event]))
    _, changed = change(
        curator, form, "price_disclosed", {"reason": "The press found out", "data-summary": "It is out."}
    )
    assert changed.values["reason"] == ["The press found out"]
    assert changed.values["data-amounts-0-low"] == ["0.24"]
    assert changed.send().status_code == 302
    entry = TimelineEntry.objects.get(event_id=event)
    assert (entry.type, entry.summary) == ("price_disclosed", "It is out.")
