"""Everything that was ever said, on request: first words, corrections, what amended them, retractions."""

from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from disputes import commands
from disputes.models import Event
from tests.support.screens import find, text_of

pytestmark = pytest.mark.django_db


def page(client: Client, slug: str, **query: str) -> object:
    return client.get(reverse("admin:disputes_dispute_change", args=[slug]), query)


def correct(slug: str, event: UUID, summary: str, reason: str, by: str = "carol") -> UUID:
    return commands.correct_event(
        slug,
        event=event,
        reason=reason,
        occurred="2023-04-18",
        standing="reported",
        data={"summary": summary, "actors": ["reddit"]},
        evidence=[{"article": "https://press.example/better"}],
        by=by,
    ).event_id


@pytest.fixture
def price(dispute: str) -> UUID:
    return Event.objects.get(type="api_price_announced").event_id


def test_it_works(viewer: Client, dispute: str, price: UUID) -> None:
    first = correct(dispute, price, "Second words.", "The day was known")
    correct(dispute, first, "Better second words.", "A slip of the pen")
    third = correct(dispute, price, "Third words.", "The price was known")
    commands.retract_event(dispute, event=third, reason="Nobody knew it", by="dora")
    assert "(1 corrected)" in text_of(page(viewer, dispute))
    everything = page(viewer, dispute, everything="1")
    (entry,) = find(everything, f"//li[@id='event-{price}']")
    assert " ".join(entry.xpath("string(.//p[@class='entry-summary'])").split()) == "Better second words."
    (said,) = entry.xpath(".//div[contains(@class, 'ever-said')]")
    assert "Recorded by seeds" in said.text_content()
    assert "Reddit announced paid access." in said.text_content()
    outer, lapsed = said.xpath("./ol/li")
    assert "Corrected by carol" in outer.text_content()
    assert "The day was known" in outer.text_content()
    assert outer.xpath("./dl//dt[text()='Date']/following-sibling::dd/del/text()") == ["April 2023"]
    assert outer.xpath("./dl//dt[text()='Evidence']/following-sibling::dd/ins/text()") == [
        "https://press.example/better"
    ]
    (inner,) = outer.xpath("./ol/li")
    assert inner.xpath("./dl//del/text()") == ["Second words."]
    assert inner.xpath("./dl//ins/text()") == ["Better second words."]
    assert "step-lapsed" in lapsed.get("class"), "struck through"
    assert lapsed.xpath("./dl//del/text()") == ["Better second words."], "what it would have taken the place of"
    (retraction,) = lapsed.xpath("./ol/li")
    assert "Retracted by dora" in retraction.text_content()
    assert "Nobody knew it" in retraction.text_content()


def test_what_was_retracted_is_struck_through_with_its_reason(viewer: Client, dispute: str, price: UUID) -> None:
    commands.retract_event(dispute, event=price, reason="It was another company", by="dora")
    assert not find(page(viewer, dispute), f"//li[@id='event-{price}']")
    (entry,) = find(page(viewer, dispute, everything="1"), f"//li[@id='event-{price}']")
    assert "entry-retracted" in entry.get("class")
    assert "It was another company" in entry.text_content()


def test_curation_tells_what_it_said_too(viewer: Client, dispute: str) -> None:
    joined = Event.objects.get(type="party_joined", body__contains='"party":"anthropic"').event_id
    commands.correct_event(
        dispute,
        event=joined,
        type="party_joined",
        data={"party": "anthropic", "role": "ai_developer"},
        reason="Not sued yet",
        by="carol",
    )
    (said,) = find(page(viewer, dispute, everything="1"), "//section[@id='stream']//div[contains(@class, 'ever-said')]")
    assert said.xpath(".//del/text()") == ["Defendant"]
    assert "Not sued yet" in said.text_content()


def test_it_is_told_as_of_a_moment_too(viewer: Client, dispute: str, price: UUID) -> None:
    correct(dispute, price, "Second words.", "First")
    then = Event.objects.get(type="event_corrected").recorded_at.isoformat()
    correct(dispute, price, "Third words.", "Second")
    said = text_of(page(viewer, dispute, everything="1", as_of=then))
    assert "Second words." in said
    assert "Third words." not in said


def test_a_party_tells_what_was_said_of_it(curator: Client) -> None:
    commands.register_party("x-corp", name="X Copr.", by="seeds")
    event = Event.objects.get(stream="party/x-corp").event_id
    commands.correct_party_event("x-corp", event=event, reason="Misspelt", data={"party_name": "X Corp."}, by="carol")
    address = reverse("admin:disputes_party_change", args=["x-corp"])
    assert "Show everything that was ever said (1 amended)" in text_of(curator.get(address))
    said = text_of(curator.get(address, {"everything": "1"}))
    assert "Misspelt" in said
    assert "X Copr." in said
