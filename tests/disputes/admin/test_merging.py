"""Merging in the admin: what will happen is said before it does, old addresses lead on, and it can be undone."""

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from disputes import commands, ledger
from disputes.models import Dispute, Event, Party
from disputes.streams import dispute_stream, party_stream
from tests.support.screens import errors_at, find, form_in, open_form, text_of

pytestmark = pytest.mark.django_db


def url(what: str, *arguments: object, of: str = "dispute") -> str:
    return reverse(f"admin:disputes_{of}_{what}", args=arguments)


@pytest.fixture
def twin(dispute: str) -> str:
    """A dispute that turns out to be the other, with a case under the same key."""
    commands.register_party("reddit-inc", name="reddit inc.", aliases=["The front page"], by="seeds")
    commands.open_dispute("twin", title="Twin", kind="threat", summary="The same.", by="seeds")
    commands.add_party("twin", party="reddit-inc", role="plaintiff", by="seeds")
    commands.record_event(
        "twin",
        type="complaint_filed",
        occurred="2025-06",
        standing="reported",
        data={"summary": "Sued, it is said.", "proceeding": "sf-superior", "court": "A court"},
        evidence=[{"article": "https://press.example/twin"}],
        by="seeds",
    )
    return "twin"


def test_it_works(curator: Client, dispute: str, twin: str) -> None:
    chosen = open_form(curator, url("merge", twin))
    assert "reason" not in chosen.values, "first which one"
    page = url("merge", twin) + f"?into={dispute}"
    said = text_of(curator.get(page))
    for sentence in (
        "The address of twin leads to reddit-v-anthropic, here and in the API.",
        "“Reddit v. Anthropic” tells its 1 occurrence too, each at its date",
        "and with its 1 article rests on 4 articles.",
        "It brings these parties: reddit inc. (plaintiff).",
        "Both have a proceeding under the key sf-superior: what either recorded of it is told as one case.",
        "Its title, its description count no more",
        "3 recorded, 1 in the world, June 2025",
    ):
        assert sentence in said
    assert Dispute.objects.get(slug=twin).merged_into == "", "nothing happened yet"
    form = open_form(curator, page)
    assert errors_at(form.send(), "reason")
    merged = form.send({"reason": "The same quarrel"}, follow=True)
    assert merged.redirect_chain == [(url("change", dispute), 302)]  # type: ignore[attr-defined]
    said = text_of(merged)
    assert "Merged “Twin” into this dispute." in said
    assert "Tells twin too, merged by carol on" in said
    assert "Sued, it is said." in said
    assert "twin" not in text_of(curator.get(url("changelist")))


def test_the_old_address_leads_on_with_a_message(viewer: Client, dispute: str, twin: str) -> None:
    before = Event.objects.get(stream="dispute/twin", type="complaint_filed").recorded_at.isoformat()
    commands.merge_disputes(twin, into=dispute, reason="The same", by="carol")
    moved = viewer.get(url("change", twin), {"everything": "1"})
    assert (moved.status_code, moved["Location"]) == (302, url("change", dispute) + "?everything=1")
    assert [str(message) for message in get_messages(moved.wsgi_request)] == [
        "“Twin” (twin) was merged into this dispute."
    ]
    then = viewer.get(url("change", twin), {"as_of": before})
    assert then.status_code == 200
    assert "Sued, it is said." in text_of(then)
    (link,) = find(viewer.get(url("change", dispute)), "//ul[@class='absorbed']//a[text()='twin']/@href")
    assert "Sued, it is said." in text_of(viewer.get(link)), "and the other links to it as it was"


def test_a_merge_is_undone_from_the_page_of_the_other(curator: Client, viewer: Client, dispute: str, twin: str) -> None:
    commands.merge_disputes(twin, into=dispute, reason="The same", by="carol")
    page = curator.get(url("change", dispute))
    (undo,) = find(page, "//section[@id='timeline']//a[starts-with(., 'Undo')]/@href")
    assert not find(viewer.get(url("change", dispute)), "//a[starts-with(., 'Undo')]")
    form = open_form(curator, undo)
    assert errors_at(form.send(), "reason")
    undone = form.send({"reason": "Two quarrels"}, follow=True)
    assert undone.redirect_chain == [(url("change", twin), 302)]  # type: ignore[attr-defined]
    assert "Undid the merge." in text_of(undone)
    assert "Sued, it is said." not in text_of(curator.get(url("change", dispute)))
    again = form.send({"reason": "Two quarrels"})
    assert (again.status_code, ledger.stream_version(dispute_stream(twin))) == (302, 5), "recorded once"
    assert curator.get(undo).status_code == 404


def test_a_form_that_was_overtaken_says_so(curator: Client, dispute: str, twin: str) -> None:
    form = open_form(curator, url("merge", twin) + f"?into={dispute}")
    commands.note_conflict(twin, text="They disagree.", by="bob")
    overtaken = form.send({"reason": "The same"})
    assert overtaken.status_code == 409
    assert "They disagree. recorded by bob" in text_of(overtaken)
    again = form_in(curator, form.action, overtaken)
    assert again.values["reason"][0].strip() == "The same"
    assert again.send().status_code == 302
    assert Dispute.objects.get(slug=twin).merged_into == dispute


def test_a_merge_that_no_longer_fits_is_refused(curator: Client, dispute: str, twin: str) -> None:
    commands.open_dispute("third", title="Third", kind="threat", summary="The same.", by="seeds")
    form = open_form(curator, url("merge", twin) + "?into=third")
    commands.merge_disputes("third", into=dispute, reason="The same", by="bob")
    refused = form.send({"reason": "The same"})
    assert refused.status_code == 422
    assert errors_at(refused, "into") or "no such dispute to merge into" in text_of(refused)


@pytest.mark.parametrize("into", ["twin", "nowhere", "", "a\x00b", "merged"])
def test_what_can_not_be_chosen_is_said_at_the_field(curator: Client, dispute: str, twin: str, into: str) -> None:
    commands.open_dispute("merged", title="Merged", kind="threat", summary="The same.", by="seeds")
    commands.merge_disputes("merged", into=dispute, reason="The same", by="seeds")
    answer = curator.get(url("merge", twin), {"into": into})
    assert answer.status_code == 422
    assert errors_at(answer, "into")


def test_half_a_merge_has_no_form(curator: Client, dispute: str, twin: str) -> None:
    commands.merge_disputes(twin, into=dispute, reason="The same", by="carol")
    for half in Event.objects.filter(type__in=["dispute_merged", "dispute_absorbed"]):
        for what in ("retract", "correct"):
            assert curator.get(url(what, dispute, half.event_id)).status_code == 404
        page = curator.get(url("change", dispute)).content.decode()
        assert url("retract", dispute, half.event_id) not in page


def test_a_party_is_merged_and_comes_back(curator: Client, dispute: str, twin: str) -> None:
    page = url("merge", "reddit-inc", of="party")
    assert curator.get(page, {"into": "reddit-inc"}).status_code == 422
    said = text_of(curator.get(page, {"into": "reddit"}))
    assert "Reddit, Inc. gets these names too, by which the matcher finds articles: reddit inc.; The front page" in said
    assert "Reddit, Inc. has its roles, in 1 dispute." in said
    merged = open_form(curator, page + "?into=reddit").send({"reason": "One company"}, follow=True)
    assert merged.redirect_chain == [(url("change", "reddit", of="party"), 302)]  # type: ignore[attr-defined]
    assert "Tells reddit-inc too, merged by carol" in text_of(merged)
    assert "The front page" in text_of(merged)
    assert curator.get(url("change", "reddit-inc", of="party"))["Location"] == url("change", "reddit", of="party")
    assert "Reddit, Inc." in find(curator.get(url("change", twin)), "string(//section[@id='parties'])")
    assert "reddit-inc" not in curator.get(url("changelist", of="party")).content.decode()
    (undo,) = find(merged, "//a[starts-with(., 'Undo')]/@href")
    undone = open_form(curator, undo).send({"reason": "Two companies"})
    assert undone["Location"] == url("change", "reddit-inc", of="party")
    assert Party.objects.get(slug="reddit-inc").merged_into == ""
    assert ledger.stream_version(party_stream("reddit-inc")) == 3


def test_what_was_merged_away_is_offered_nowhere(curator: Client, dispute: str, twin: str) -> None:
    commands.merge_disputes(twin, into=dispute, reason="The same", by="carol")
    commands.merge_parties("reddit-inc", into="reddit", reason="One company", by="carol")
    for field, model in (("dispute", "evidenceitem"), ("party", "participation")):
        query = {"app_label": "disputes", "model_name": model, "field_name": field, "term": ""}
        found = curator.get(reverse("admin:autocomplete"), query).json()["results"]
        assert {"twin", "reddit-inc"}.isdisjoint(item["id"] for item in found)
        assert found
