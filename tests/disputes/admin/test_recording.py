"""Recording an event through the form of its type."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from disputes import commands, ledger
from disputes.events import EVENT_TYPES
from disputes.models import Article, Event, TimelineEntry
from disputes.streams import dispute_stream
from tests.support.screens import Form, errors_at, find, form_in, log_in, open_form, text_of

pytestmark = pytest.mark.django_db

OCCURRENCES = sorted(name for name, declared in EVENT_TYPES.items() if declared.is_occurrence)
LETTER: dict[str, Any] = {
    "occurred": "19 April 2023",
    "standing": "reported",
    "data-summary": "Reddit wrote to Anthropic.",
    "evidence-0-address": "https://press.example/letter",
}


def record_url(slug: str, kind: str) -> str:
    return reverse("admin:disputes_dispute_record", args=[slug, kind])


def letter_form(client: Client, slug: str) -> Form:
    return open_form(client, record_url(slug, "letter_sent"))


def newest(slug: str) -> TimelineEntry:
    return TimelineEntry.objects.filter(dispute=slug).latest("position")


def test_it_works(curator: Client, dispute: str) -> None:
    answer = letter_form(curator, dispute).send(
        LETTER
        | {
            "data-actors": ["reddit"],
            "data-targets": ["anthropic"],
            "data-demands": "Stop scraping\n\n Pay ",
            "data-remedies": ["licence_fee", "audit"],
            "data-respond_by": "May 2023",
            "evidence-0-quote": "we write to demand",
            "evidence-0-stance": "supports",
        }
    )
    event = newest(dispute)
    assert answer.status_code == 302
    assert answer["Location"].endswith(f"#event-{event.event_id}")
    assert (event.type, event.recorded_by, event.standing) == ("letter_sent", "carol", "reported")
    assert event.occurred == {"date": "2023-04-19", "precision": "day"}
    assert event.data == {
        "summary": "Reddit wrote to Anthropic.",
        "actors": ["reddit"],
        "targets": ["anthropic"],
        "demands": ["Stop scraping", "Pay"],
        "remedies": ["licence_fee", "audit"],
        "respond_by": {"date": "2023-05", "precision": "month"},
    }
    (evidence,) = event.evidence
    assert evidence["article"]["url"] == "https://press.example/letter"
    assert evidence["quote"] == "we write to demand"


@pytest.mark.parametrize("kind", OCCURRENCES)
def test_every_type_has_a_form_that_wants_what_the_type_wants(curator: Client, dispute: str, kind: str) -> None:
    form = open_form(curator, record_url(dispute, kind))
    before = Event.objects.count()
    refused = form.send()
    assert refused.status_code == 422
    assert errors_at(refused, "occurred") == errors_at(refused, "data-summary") == "This field is required."
    for name, declared in EVENT_TYPES[kind].model_fields.items():
        if declared.is_required():
            assert errors_at(refused, f"data-{name}"), f"{kind} says nothing of {name}"
    assert Event.objects.count() == before

    common = {"occurred": "2026-01-05", "standing": "confirmed", "justification": "From the docket."}
    common["data-summary"] = "It happened."
    needed = {
        "data-proceeding": "sf-superior",
        "data-judge": "The duty judge",
        "data-granted": "true",
    }
    filled = common | {name: value for name, value in needed.items() if name in form.values}
    recorded = open_form(curator, record_url(dispute, kind)).send(filled)
    assert recorded.status_code == 302, text_of(recorded)
    assert newest(dispute).type == kind


def test_money_in_rows_and_in_groups_reaches_the_payload(curator: Client, dispute: str) -> None:
    form = open_form(curator, record_url(dispute, "licence_signed"))
    answer = form.send(
        {
            "occurred": "2024",
            "standing": "reported",
            "justification": "Filed with the authority.",
            "data-summary": "A licence was signed.",
            "data-licensor": "reddit",
            "data-exclusive": "false",
            "data-data_types": ["social_posts"],
            "data-fixed_fee__low": "60,000,000",
            "data-fixed_fee__high": "60 000 000",
            "data-fixed_fee__currency": "USD",
            "data-fixed_fee__per": "year",
            "data-fixed_fee__basis": "reported",
            "data-amounts-TOTAL_FORMS": "3",
            "data-amounts-1-undisclosed": "on",
            "data-amounts-1-basis": "reported",
        }
    )
    assert answer.status_code == 302, text_of(answer)
    data = newest(dispute).data
    assert data["fixed_fee"] == {
        "low": "60000000",
        "high": "60000000",
        "currency": "USD",
        "per": "year",
        "basis": "reported",
    }
    assert data["amounts"] == [{"basis": "reported", "undisclosed": True}], "empty rows count for nothing"
    assert data["exclusive"] is False
    assert "variable_fee" not in data
    assert "attribution" not in data, "not known is not said"


def test_each_error_stands_at_its_field_and_what_was_typed_is_kept(curator: Client, dispute: str) -> None:
    form = open_form(curator, record_url(dispute, "api_price_announced"))
    refused = form.send(
        {
            "occurred": "31 February 2023",
            "standing": "reported",
            "data-summary": "Typed with care.",
            "data-effective": "soon",
            "data-tiers-0-name": "Enterprise",
            "data-tiers-0-price__low": "10",
            "data-tiers-0-price__high": "5",
            "data-tiers-0-price__currency": "USD",
            "data-tiers-0-price__basis": "reported",
            "data-amounts-TOTAL_FORMS": "2",
            "data-amounts-1-low": "ten",
            "evidence-0-address": "file:///etc/passwd",
        }
    )
    assert refused.status_code == 422
    assert "does not exist" in errors_at(refused, "occurred") or "that exists" in errors_at(refused, "occurred")
    assert "is not a date" in errors_at(refused, "data-effective")
    assert "from 10 down to 5" in text_of(refused)
    assert "is not a number" in errors_at(refused, "data-amounts-1-low")
    kept = form_in(curator, form.action, refused).values
    assert kept["data-summary"] == ["Typed with care."]
    assert kept["data-amounts-1-low"] == ["ten"]
    assert kept["evidence-0-address"] == ["file:///etc/passwd"]


def test_what_the_command_refuses_stands_at_its_field(curator: Client, dispute: str) -> None:
    form = open_form(curator, record_url(dispute, "letter_sent"))
    refused = form.send(LETTER | {"evidence-0-address": "ftp://press.example/x"})
    assert "not the address of an article" in errors_at(refused, "evidence-0-address")
    refused = form.send(LETTER | {"evidence-0-address": ""})
    assert "Give evidence" in text_of(refused)
    refused = form.send(LETTER | {"evidence-0-address": "", "evidence-0-quote": "who said that?"})
    assert "Choose the article" in errors_at(refused, "evidence-0-article")
    refused = form.send(LETTER | {"data-actors": ["nobody"]})
    assert "nobody" in errors_at(refused, "data-actors")
    form = open_form(curator, record_url(dispute, "motion_filed"))
    refused = form.send(LETTER | {"data-proceeding": "elsewhere"})
    assert errors_at(refused, "data-proceeding")


def test_a_type_that_begins_a_proceeding_takes_a_new_key(curator: Client, dispute: str) -> None:
    form = open_form(curator, record_url(dispute, "complaint_filed"))
    sent = LETTER | {"data-proceeding": "nd-cal-3-25-cv-05643", "data-claims": ["unjust_enrichment"]}
    assert form.send(sent | {"data-court": "N.D. Cal."}).status_code == 302
    assert newest(dispute).data["proceeding"] == "nd-cal-3-25-cv-05643"
    refused = form.send(LETTER | {"data-proceeding": "Not a key"})
    assert errors_at(refused, "data-proceeding")


@pytest.mark.django_db(transaction=True)
def test_a_form_that_is_sent_twice_records_once(curator: Client, dispute: str) -> None:
    form = letter_form(curator, dispute)
    assert form.send(LETTER).status_code == form.send(LETTER).status_code == 302
    assert TimelineEntry.objects.filter(type="letter_sent").count() == 1
    other = form.send(LETTER | {"data-summary": "Another letter."})
    assert other.status_code == 409
    assert "was sent before" in text_of(other)
    assert form_in(curator, form.action, other).send().status_code == 302
    assert TimelineEntry.objects.filter(type="letter_sent").count() == 2


def test_a_form_that_was_overtaken_says_by_what_and_keeps_what_was_typed(curator: Client, dispute: str) -> None:
    form = letter_form(curator, dispute)
    commands.note_conflict(dispute, text="The press disagrees on the day.", by="bob")
    overtaken = form.send(LETTER | {"data-actors": ["reddit"], "data-remedies": ["audit"]})
    assert overtaken.status_code == 409
    said = text_of(overtaken)
    assert "Conflict noted (opens in a new tab) : The press disagrees on the day. recorded by bob" in said
    note = Event.objects.latest("position")
    assert find(overtaken, f"//a[@href='{reverse('admin:disputes_event_change', args=[note.position])}']")
    assert not TimelineEntry.objects.filter(type="letter_sent").exists()
    assert form_in(curator, form.action, overtaken).send().status_code == 302
    event = newest(dispute)
    assert event.data["summary"] == LETTER["data-summary"]
    assert event.data["actors"] == ["reddit"]
    assert event.data["remedies"] == ["audit"]


def test_evidence_from_the_pipeline_does_not_overtake_a_form(curator: Client, dispute: str) -> None:
    form = letter_form(curator, dispute)
    commands.attach_evidence(dispute, article="https://press.example/new", by="system:matcher", score=0.9)
    assert form.send(LETTER).status_code == 302
    assert newest(dispute).type == "letter_sent"


def test_a_form_without_its_hidden_part_is_shown_again(curator: Client, dispute: str) -> None:
    form = letter_form(curator, dispute)
    for broken in ({"expected_version": "x"}, {"event_id": ""}, {"evidence-TOTAL_FORMS": "x"}):
        assert form.send(LETTER | broken).status_code == 422, broken
    assert ledger.stream_version(dispute_stream(dispute)) == 5


def test_evidence_can_be_chosen_from_what_the_dispute_has(curator: Client, dispute: str) -> None:
    article = Article.objects.get(url__contains="sued")
    form = open_form(curator, record_url(dispute, "letter_sent") + f"?article={article.pk}")
    assert form.values["evidence-0-article"] == [str(article.pk)]
    chosen = LETTER | {"evidence-0-address": "", "evidence-0-article": str(article.pk)}
    assert form.send(chosen | {"evidence-0-stance": "contradicts"}).status_code == 302
    (evidence,) = newest(dispute).evidence
    assert evidence["article"]["id"] == str(article.pk)
    assert evidence["stance"] == "contradicts"


def test_an_article_that_is_no_longer_listed_can_still_be_sent(curator: Client, dispute: str) -> None:
    form = letter_form(curator, dispute)
    article = Article.objects.create(url="https://old.example/1", title="Old")
    answer = form.send(LETTER | {"evidence-0-address": "", "evidence-0-article": str(article.pk)})
    assert answer.status_code == 302, text_of(answer)


def test_the_types_are_offered_by_lane_with_what_they_mean(curator: Client, dispute: str) -> None:
    said = text_of(curator.get(reverse("admin:disputes_dispute_choose_type", args=[dispute])))
    for name in OCCURRENCES:
        assert EVENT_TYPES[name].label in said
    assert "Proceedings before courts." in said
    assert "`" not in said


def test_types_that_are_no_occurrence_have_no_form(curator: Client, dispute: str) -> None:
    for kind in ("dispute_opened", "event_retracted", "party_registered", "nonsense"):
        assert curator.get(record_url(dispute, kind)).status_code == 404
    assert curator.get(record_url("nowhere", "letter_sent")).status_code == 404


def test_who_is_not_staff_is_asked_to_log_in(dispute: str) -> None:
    outsider = log_in("curator", name="oscar", is_staff=False)
    answer = outsider.get(record_url(dispute, "letter_sent"))
    assert answer.status_code == 302
    assert "/login/" in answer["Location"]
