"""Correcting and retracting through the admin, and how the page tells of it."""

import pytest
from django.test import Client
from django.urls import reverse

from disputes import commands
from disputes.models import TimelineEntry
from tests.support.screens import errors_at, form_in, open_form, text_of

pytestmark = pytest.mark.django_db


def price(slug: str) -> TimelineEntry:
    return TimelineEntry.objects.get(dispute=slug, type="api_price_announced")


def url(what: str, slug: str, *arguments: object) -> str:
    return reverse(f"admin:disputes_dispute_{what}", args=[slug, *arguments])


def test_it_works(curator: Client, dispute: str) -> None:
    form = open_form(curator, url("correct", dispute, price(dispute).event_id))
    assert form.values["occurred"] == ["April 2023"], "the form begins with what is recorded"
    assert form.values["data-amounts-0-low"] == ["0.24"]
    assert form.values["data-actors"] == ["reddit"]
    answer = form.send({"occurred": "18 April 2023", "reason": "The day was in the announcement"})
    assert answer.status_code == 302, text_of(answer)
    entry = price(dispute)
    assert entry.occurred == {"date": "2023-04-18", "precision": "day"}
    assert entry.data["amounts"][0]["high"] == "0.24", "what was not touched stays"
    assert entry.evidence[0]["quote"] == "will charge"
    said = text_of(curator.get(url("change", dispute)))
    assert "Corrected by carol" in said
    assert "The day was in the announcement" in said
    assert "Date April 2023 18 April 2023" in said, "what it said before, and what it says now"


def test_a_correction_needs_a_reason(curator: Client, dispute: str) -> None:
    refused = open_form(curator, url("correct", dispute, price(dispute).event_id)).send({"occurred": "2023-04-18"})
    assert refused.status_code == 422
    assert errors_at(refused, "reason")
    assert price(dispute).corrected_by is None


def test_a_corrected_event_is_corrected_from_what_it_says_now(curator: Client, dispute: str) -> None:
    address = url("correct", dispute, price(dispute).event_id)
    open_form(curator, address).send({"data-summary": "Second words.", "reason": "First"})
    form = open_form(curator, address)
    assert "Second words." in form.values["data-summary"][0]
    form.send({"data-summary": "Third words.", "reason": "Second"})
    assert price(dispute).summary == "Third words."


def test_an_event_can_turn_out_to_be_of_another_type(curator: Client, dispute: str) -> None:
    event = price(dispute).event_id
    form = open_form(curator, url("correct", dispute, event) + "?type=price_disclosed")
    assert form.values["data-holder"] == ["reddit"]
    assert form.send({"reason": "The press found out, the holder did not announce it"}).status_code == 302
    assert TimelineEntry.objects.get(event_id=event).type == "price_disclosed"


def test_curation_can_be_corrected_as_well(curator: Client, dispute: str) -> None:
    event = TimelineEntry.objects.get(dispute=dispute, type="party_joined", data__party="anthropic")
    form = open_form(curator, url("correct", dispute, event.event_id))
    assert "occurred" not in form.values
    assert form.send({"data-role": "ai_developer", "reason": "Not sued yet"}).status_code == 302
    assert commands.load_dispute(dispute).participations.keys() == {
        ("reddit", "plaintiff"),
        ("anthropic", "ai_developer"),
    }


def test_a_retraction_shows_what_it_takes_back_and_hides_it(curator: Client, dispute: str) -> None:
    event = price(dispute).event_id
    address = url("retract", dispute, event)
    shown = text_of(curator.get(address))
    assert "Reddit announced paid access." in shown
    assert "https://www.press.example/price" in shown
    refused = open_form(curator, address).send()
    assert errors_at(refused, "reason")
    assert open_form(curator, address).send({"reason": "It was another company"}).status_code == 302
    said = text_of(curator.get(url("change", dispute)))
    assert f'id="event-{event}"' not in curator.get(url("change", dispute)).content.decode()
    assert "Show everything that was ever said (1 retracted)" in said
    everything = text_of(curator.get(url("change", dispute) + "?everything=1"))
    assert "Retracted by carol" in everything
    assert "It was another company" in everything


def test_a_retraction_that_was_overtaken_says_so_and_keeps_the_reason(curator: Client, dispute: str) -> None:
    event = price(dispute).event_id
    form = open_form(curator, url("retract", dispute, event))
    commands.retract_event(dispute, event=event, reason="Faster", by="bob")
    overtaken = form.send({"reason": "Slower"})
    assert overtaken.status_code == 422
    said = text_of(overtaken)
    assert (
        "Retraction of API price announced, April 2023 (opens in a new tab) : Retracted: Faster recorded by bob" in said
    )
    assert "is retracted already" in said
    assert form_in(curator, form.action, overtaken).values["reason"][0].strip() == "Slower"


def test_what_can_not_be_amended_has_no_form(curator: Client, dispute: str) -> None:
    opening = TimelineEntry.objects.get(dispute=dispute, type="dispute_opened").event_id
    assert curator.get(url("retract", dispute, opening)).status_code == 404
    assert curator.get(url("correct", dispute, opening)).status_code == 200
    commands.retract_event(dispute, event=price(dispute).event_id, reason="Wrong", by="bob")
    retraction = TimelineEntry.objects.get(type="event_retracted").event_id
    assert curator.get(url("correct", dispute, retraction)).status_code == 404
    assert open_form(curator, url("retract", dispute, retraction)).send({"reason": "Right"}).status_code == 302
    assert price(dispute).retracted_by is None
