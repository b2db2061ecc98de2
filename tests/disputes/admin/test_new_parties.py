"""Parties that the record does not have yet are registered with the event that names them, or not at all."""

from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from disputes import commands
from disputes.models import Event, Party, TimelineEntry
from tests.support.screens import Form, errors_at, form_in, log_in, open_form, text_of

pytestmark = pytest.mark.django_db

LETTER: dict[str, Any] = {
    "occurred": "19 April 2023",
    "standing": "reported",
    "data-summary": "A letter was sent.",
    "evidence-0-address": "https://press.example/letter",
}


def letter_form(client: Client, slug: str) -> Form:
    return open_form(client, reverse("admin:disputes_dispute_record", args=[slug, "letter_sent"]))


def test_it_works(curator: Client, dispute: str) -> None:
    answer = letter_form(curator, dispute).send(
        LETTER
        | {
            "data-actors": ["reddit; Société Générale"],
            "data-targets": ["société  générale"],
            "new_parties-0-name": "Société  Générale",
            "new_parties-0-aliases": "SocGen; SG;SocGen",
        }
    )
    assert answer.status_code == 302, text_of(answer)
    party = Party.objects.get(pk="societe-generale")
    assert (party.name, party.aliases, party.kind) == ("Société Générale", ["SocGen", "SG"], "organisation")
    entry = TimelineEntry.objects.get(type="letter_sent")
    assert entry.data["actors"] == ["reddit", "societe-generale"]
    assert entry.data["targets"] == ["societe-generale"]
    registered, letter = Event.objects.order_by("-position")[:2][::-1]
    assert [event.recorded_by for event in (registered, letter)] == ["carol", "carol"]
    assert letter.position == registered.position + 1


def test_the_name_of_a_person_is_not_in_the_address(curator: Client, dispute: str) -> None:
    sent = {"data-actors": ["Nemo Placeholder"], "new_parties-0-name": "Nemo Placeholder"}
    answer = letter_form(curator, dispute).send(LETTER | sent | {"new_parties-0-kind": "person"})
    assert answer.status_code == 302, text_of(answer)
    party = Party.objects.get(name="Nemo Placeholder")
    assert party.slug.startswith("person-")
    assert party.kind == "person"


@pytest.mark.parametrize(("name", "slug"), [("新聞社", "party-"), ("reddit?", "reddit-2"), ("X_Y", "x-y")])
def test_a_short_name_is_made_from_any_name(curator: Client, dispute: str, name: str, slug: str) -> None:
    answer = letter_form(curator, dispute).send(LETTER | {"data-actors": [name], "new_parties-0-name": name})
    assert answer.status_code == 302, text_of(answer)
    assert Party.objects.get(name=name).slug.startswith(slug)


def test_nothing_is_registered_where_the_event_is_refused(curator: Client, dispute: str) -> None:
    form = open_form(curator, reverse("admin:disputes_dispute_record", args=[dispute, "motion_filed"]))
    sent = LETTER | {"data-actors": ["New One"], "new_parties-0-name": "New One", "data-proceeding": "elsewhere"}
    before = Event.objects.count()
    refused = form.send(sent)
    assert refused.status_code == 422
    assert errors_at(refused, "data-proceeding")
    assert Event.objects.count() == before
    assert not Party.objects.filter(name="New One").exists()
    kept = form_in(curator, form.action, refused)
    assert kept.values["new_parties-0-name"] == ["New One"]
    assert kept.send({"data-proceeding": "CGC-25-625892"}).status_code == 302, "the form finds the proceeding by number"
    assert TimelineEntry.objects.get(type="motion_filed").data["actors"] == ["new-one"]


def test_a_form_that_was_overtaken_registers_nothing(curator: Client, dispute: str) -> None:
    form = letter_form(curator, dispute)
    commands.note_conflict(dispute, text="They disagree.", by="bob")
    overtaken = form.send(LETTER | {"data-actors": ["New One"], "new_parties-0-name": "New One"})
    assert overtaken.status_code == 409
    assert not Party.objects.filter(name="New One").exists()
    assert form_in(curator, form.action, overtaken).send().status_code == 302
    assert Party.objects.filter(name="New One").count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_form_that_is_sent_twice_registers_once(curator: Client, dispute: str) -> None:
    form = letter_form(curator, dispute)
    sent = LETTER | {"data-actors": ["New One"], "new_parties-0-name": "New One"}
    assert form.send(sent).status_code == form.send(sent).status_code == 302
    assert Party.objects.filter(name="New One").count() == 1
    assert TimelineEntry.objects.filter(type="letter_sent").count() == 1


@pytest.mark.parametrize(
    ("changes", "field", "says"),
    [
        ({"new_parties-0-name": "Reddit"}, "new_parties-0-name", "registered already: Reddit, Inc. (reddit)"),
        ({"data-actors": ["reddit"]}, "new_parties-0-name", "Nothing in the event names"),
        ({"new_parties-0-name": "", "new_parties-0-aliases": "N1"}, "new_parties-0-name", "Give the name"),
        ({"new_parties-0-slug": "No Slug"}, "new_parties-0-slug", "small letters"),
        ({"new_parties-0-slug": "reddit"}, "new_parties-0-slug", "taken"),
        ({"data-actors": ["New Two"]}, "data-actors", "No party is called “New Two”"),
        ({"data-actors": ["New\x07One"], "new_parties-0-name": "New\x07One"}, "new_parties-0-name", "can't be shown"),
        (
            {"new_parties-TOTAL_FORMS": "2", "new_parties-1-name": "new one"},
            "new_parties-1-name",
            "stands in another row",
        ),
    ],
)  # fmt: skip
def test_what_is_wrong_stands_at_its_field(
    curator: Client, dispute: str, changes: dict[str, Any], field: str, says: str
) -> None:
    before = Event.objects.count()
    refused = letter_form(curator, dispute).send(
        LETTER | {"data-actors": ["New One"], "new_parties-0-name": "New One"} | changes
    )
    assert refused.status_code == 422
    assert says in errors_at(refused, field)
    assert Event.objects.count() == before


def test_a_name_that_two_parties_have_is_asked_for(curator: Client, dispute: str) -> None:
    commands.register_party("reddit-uk", name="Reddit Limited", aliases=["Reddit"], by="seeds")
    refused = letter_form(curator, dispute).send(LETTER | {"data-actors": ["reddit ltd", "REDDIT"]})
    said = errors_at(refused, "data-actors")
    assert "No party is called “reddit ltd”" in said
    assert "Which party is meant by “REDDIT”" in said
    # The short name of one of them is a name as well, so it decides.
    assert letter_form(curator, dispute).send(LETTER | {"data-actors": ["reddit"]}).status_code == 302


def test_a_correction_and_a_role_can_bring_a_party_as_well(curator: Client, dispute: str) -> None:
    event = TimelineEntry.objects.get(dispute=dispute, type="api_price_announced").event_id
    form = open_form(curator, reverse("admin:disputes_dispute_correct", args=[dispute, event]))
    assert form.values["data-holder"] == ["reddit"]
    sent = {"data-holder": ["New One"], "new_parties-0-name": "New One", "reason": "Another one"}
    assert form.send(sent).status_code == 302
    assert TimelineEntry.objects.get(event_id=event).data["holder"] == "new-one"
    form = open_form(curator, reverse("admin:disputes_dispute_add_party", args=[dispute]))
    sent = {"data-party": ["New Two"], "data-role": "platform", "new_parties-0-name": "New Two"}
    assert form.send(sent).status_code == 302
    assert ("new-two", "platform") in commands.load_dispute(dispute).participations


def test_who_may_not_register_parties_is_not_offered_it(dispute: str) -> None:
    client = log_in(name="half")
    Permission.objects.get(codename="curate_dispute").user_set.add(client.session["_auth_user_id"])
    form = letter_form(client, dispute)
    assert not [name for name in form.values if name.startswith("new_parties")]
    refused = form.send(LETTER | {"data-actors": ["New One"], "new_parties-0-name": "New One"})
    assert "register it first" in errors_at(refused, "data-actors")
    assert not Party.objects.filter(name="New One").exists()
