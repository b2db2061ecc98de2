"""Events that articles state, on the cards of the inbox."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from disputes.models import TimelineEntry
from ingest import candidates
from ingest.models import Candidate, ProposedEvent
from tests.ingest.articles import DISPUTE, SUIT, open_dispute, propose
from tests.support.screens import find, text_of

pytestmark = pytest.mark.django_db

INBOX = "/admin/ingest/candidate/"
DECIDE = "/admin/ingest/candidate/decide-event/"


@pytest.fixture(autouse=True)
def dispute() -> str:
    return open_dispute()


def number_of(candidate: Candidate) -> int:
    return ProposedEvent.objects.get(candidate=candidate).pk


def filed() -> list[TimelineEntry]:
    return list(TimelineEntry.objects.filter(type="complaint_filed", retracted_by__isnull=True))


def test_it_works(curator: Client) -> None:
    candidate = propose(SUIT)
    page = curator.get(INBOX)
    said = text_of(page)
    assert "The article states: Complaint filed, 4 June 2025" in said
    assert "Reddit, Inc. → towards Anthropic PBC" in said
    assert find(page, "//section[contains(@class, 'stated')]//q/text()") == ["Reddit sued Anthropic on Wednesday."]
    answer = curator.post(DECIDE, {"confirm_event": number_of(candidate), "back": INBOX}, follow=True)
    assert "Complaint filed confirmed: the article is cited as evidence for it." in text_of(answer)
    assert filed()[0].recorded_by == "carol"
    said = text_of(curator.get(f"{INBOX}?state=accepted"))
    assert "Confirmed by carol" in said
    curator.post(DECIDE, {"undo_event": number_of(candidate)})
    assert filed() == []


def test_what_the_record_has_is_shown_and_cited(curator: Client) -> None:
    curator.post(DECIDE, {"confirm_event": number_of(propose(SUIT))})
    second = propose("Reddit sued Anthropic on June 4, 2025.")
    assert "The record has it: Complaint filed, 4 June 2025" in text_of(curator.get(INBOX))
    curator.post(DECIDE, {"confirm_event": number_of(second)})
    assert len(filed()) == 1
    third = propose("Reddit sued Anthropic in June 2025.")
    curator.post(DECIDE, {"confirm_new_event": number_of(third)})
    assert len(filed()) == 2


def test_one_list_holds_what_nobody_has_judged(curator: Client) -> None:
    accepted, dismissed, rejected = propose(SUIT), propose(SUIT), propose(SUIT)
    candidates.accept_candidate(accepted.pk, by="bob")
    candidates.reject_candidate(rejected.pk, by="bob")
    curator.post(DECIDE, {"dismiss_event": number_of(dismissed)})
    page = curator.get(f"{INBOX}?state=stated&dispute={DISPUTE}")
    assert find(page, "//input[@name='candidate']/@value") == [str(accepted.pk)]
    assert "State an event 1" in text_of(page)


def test_a_case_is_chosen_where_there_are_several(curator: Client) -> None:
    for text in (SUIT, "Reddit sued Anthropic again in May 2025."):
        curator.post(DECIDE, {"confirm_new_event": number_of(propose(text))})
    keys = sorted(entry.data["proceeding"] for entry in filed())
    ruling = propose("A judge on June 5 dismissed the claims of Reddit against Anthropic.")
    page = curator.get(INBOX)
    assert sorted(find(page, f"//select[@name='proceeding-{number_of(ruling)}']/option/@value")) == keys
    curator.post(DECIDE, {"confirm_event": number_of(ruling), f"proceeding-{number_of(ruling)}": keys[0]})
    assert TimelineEntry.objects.get(type="claim_dismissed").data["proceeding"] == keys[0]


def test_what_is_refused_says_why_and_what_to_do(curator: Client) -> None:
    ruling = propose("A judge on June 5 dismissed the claims of Reddit against Anthropic.")
    said = text_of(curator.post(DECIDE, {"confirm_event": number_of(ruling)}, follow=True))
    assert "record the complaint that began it first" in said
    assert "Nothing was decided" in text_of(curator.post(DECIDE, {"confirm_event": "x"}, follow=True))
    assert "no proposed event 0" in text_of(curator.post(DECIDE, {"dismiss_event": "0"}, follow=True))


def test_an_operator_sees_and_decides_nothing(operator: Client) -> None:
    candidate = propose(SUIT)
    page = operator.get(INBOX)
    assert "The article states" in text_of(page)
    assert find(page, "//button[@name='confirm_event']") == []
    assert operator.post(DECIDE, {"confirm_event": number_of(candidate)}).status_code == 403
    assert operator.get(DECIDE).status_code == 403
    assert filed() == []


def test_hostile_words_stay_words(curator: Client) -> None:
    candidate = propose("<script>alert(1)</script> Reddit sued Anthropic on Wednesday.")
    for where in (INBOX, reverse("admin:ingest_candidate_change", args=[candidate.pk])):
        page = curator.get(where, follow=True)
        assert "The article states" in text_of(page)
        assert "<script>alert" not in page.content.decode()
    answer = curator.post(DECIDE, {"confirm_event": number_of(candidate), "back": "https://evil.example/"})
    assert answer["Location"] == INBOX


def test_the_number_of_queries_does_not_grow_with_the_rows(curator: Client) -> None:
    propose(SUIT)
    curator.get(INBOX)
    with CaptureQueriesContext(connection) as few:
        curator.get(INBOX)
    for _number in range(10):
        propose(SUIT)
    curator.get(INBOX)
    with CaptureQueriesContext(connection) as many:
        curator.get(INBOX)
    assert len(many) == len(few) <= 36
