"""What an article states fills the form of the event, which a curator can change before it is recorded."""

import pytest
from django.test import Client
from django.urls import reverse

from disputes import commands
from disputes.models import EvidenceItem, TimelineEntry
from ingest import proposals
from ingest.models import Candidate, CandidateState, ProposedEvent
from tests.ingest.articles import DISPUTE, SUIT, open_dispute, propose
from tests.support.screens import find, open_form, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def dispute() -> str:
    return open_dispute()


def form_url(candidate: Candidate, number: object, kind: str = "complaint_filed", slug: str = DISPUTE) -> str:
    url = reverse("admin:disputes_dispute_record", args=[slug, kind])
    return f"{url}?article={candidate.article_id}&proposal={number}"


def test_it_works(curator: Client) -> None:
    candidate = propose(SUIT)
    proposal = ProposedEvent.objects.get(candidate=candidate)
    inbox = curator.get("/admin/ingest/candidate/")
    assert find(inbox, f"//a[@href='{form_url(candidate, proposal.pk)}']"), "the inbox leads to the form"
    offered = curator.get(reverse("admin:disputes_article_record", args=[candidate.article_id]))
    assert "The article seems to state Complaint filed, 4 June 2025" in text_of(offered)
    assert find(offered, f"//a[@href='{form_url(candidate, proposal.pk)}']")

    form = open_form(curator, form_url(candidate, proposal.pk))
    assert form.values["occurred"] == ["4 June 2025"]
    assert form.values["standing"] == [proposal.standing]
    assert form.values["data-actors"] == ["reddit"]
    assert form.values["evidence-0-quote"][0].strip() == proposal.quote
    assert form.values["evidence-0-article"] == [str(candidate.article_id)]
    answer = form.send({"data-summary": "In my own words.", "data-proceeding": "sf-superior", "data-court": "A Court"})
    assert answer.status_code == 302, text_of(answer)
    entry = TimelineEntry.objects.get(type="complaint_filed")
    assert (entry.summary, entry.recorded_by) == ("In my own words.", "carol")
    assert entry.evidence[0]["quote"] == proposal.quote

    # What is recorded from the article is not offered again.
    offered = curator.get(reverse("admin:disputes_article_record", args=[candidate.article_id]))
    assert "seems to state" not in text_of(offered)


def test_an_article_is_rather_attached_to_the_event_that_the_record_has(curator: Client) -> None:
    proposals.confirm_event(ProposedEvent.objects.get(candidate=propose(SUIT)).pk, by="carol")
    second = propose("Reddit sued Anthropic on June 4, 2025.")
    page = curator.get(reverse("admin:disputes_article_record", args=[second.article_id]))
    (attach,) = find(page, "//a[text()='attach the article to it']/@href")
    form = open_form(curator, attach)
    assert form.values["quote"][0].strip() == "Reddit sued Anthropic on June 4, 2025."
    assert form.send().status_code == 302
    entry = TimelineEntry.objects.get(type="complaint_filed")
    assert EvidenceItem.objects.filter(article=second.article_id, event_id=entry.event_id).count() == 1


def test_another_type_takes_what_it_has_fields_for(curator: Client) -> None:
    candidate = propose(SUIT)
    number = ProposedEvent.objects.get(candidate=candidate).pk
    form = open_form(curator, form_url(candidate, number, "statement_made"))
    assert form.values["data-actors"] == ["reddit"]
    assert not [name for name in form.values if "proceeding" in name]


@pytest.mark.parametrize("number", ["0", "-1", "x", "9" * 30, "٣", "\x00", ""])
def test_a_number_that_names_nothing_fills_nothing(curator: Client, number: str) -> None:
    form = open_form(curator, form_url(propose(SUIT), number))
    assert form.values["occurred"] == [""]


def test_a_proposal_of_another_dispute_fills_nothing(curator: Client) -> None:
    candidate = propose(SUIT)
    number = ProposedEvent.objects.get(candidate=candidate).pk
    commands.open_dispute("other", title="Other", kind="threat", summary="O.", by="seeds")
    assert open_form(curator, form_url(candidate, number, slug="other")).values["occurred"] == [""]
    commands.merge_disputes(DISPUTE, into="other", reason="The same", by="carol")
    assert open_form(curator, form_url(candidate, number, slug="other")).values["occurred"] == ["4 June 2025"]


def test_what_was_turned_down_is_not_offered(curator: Client) -> None:
    dismissed, rejected = propose(SUIT), propose("Reddit sued Anthropic on June 4, 2025.")
    proposals.dismiss_event(ProposedEvent.objects.get(candidate=dismissed).pk, by="carol")
    Candidate.objects.filter(pk=rejected.pk).update(state=CandidateState.REJECTED)
    for candidate in (dismissed, rejected):
        page = curator.get(reverse("admin:disputes_article_record", args=[candidate.article_id]))
        assert "seems to state" not in text_of(page)
