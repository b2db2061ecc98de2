"""The inbox: candidates with their reasons, and what a curator decides."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from disputes import commands
from disputes.models import Article, EvidenceItem, TimelineEntry
from ingest import candidates
from ingest.models import Candidate, CandidateState
from tests.ingest.admin.conftest import propose
from tests.support.screens import find, text_of

pytestmark = pytest.mark.django_db

INBOX = "/admin/ingest/candidate/"
DECIDE = "/admin/ingest/candidate/decide/"


def state(candidate: Candidate) -> str:
    candidate.refresh_from_db()
    return candidate.state


def test_it_works(curator: Client, dispute: str) -> None:
    candidate = propose(dispute, 1)
    page = curator.get(INBOX)
    said = text_of(page)
    assert "Story 1" in said
    assert "The Press" in said
    assert "0.55" in said
    assert find(page, "//mark/text()") == ["Reddit sues"]
    assert "It was said that Reddit sues Anthropic over scraping" in said, "the words around what was found"
    answer = curator.post(DECIDE, {"accept": candidate.pk, "back": INBOX}, follow=True)
    assert state(candidate) == CandidateState.ACCEPTED
    assert EvidenceItem.objects.get().attached_by == "carol"
    assert "1 candidate accepted" in text_of(answer)
    curator.post(DECIDE, {"many": "undo", "candidate": [candidate.pk]})
    assert state(candidate) == CandidateState.PENDING
    assert not EvidenceItem.objects.exists()


def test_a_rejection_keeps_its_reason(curator: Client, dispute: str) -> None:
    candidate = propose(dispute, 1)
    sent = {
        "reject": candidate.pk,
        f"reason-{candidate.pk}": "About something else",
        f"note-{candidate.pk}": "a game",
        "reason": "for others",
    }
    curator.post(DECIDE, sent)
    assert state(candidate) == CandidateState.REJECTED
    assert TimelineEntry.objects.latest("position").data["reason"] == "About something else. a game"


def test_many_are_decided_at_once_and_each_by_itself(curator: Client, dispute: str) -> None:
    first, second, third = (propose(dispute, number) for number in range(3))
    candidates.accept_candidate(second.pk, by="bob")
    sent = {"many": "reject", "candidate": [first.pk, second.pk, third.pk], "reason": "Too old"}
    said = text_of(curator.post(DECIDE, sent, follow=True))
    assert "2 candidates rejected" in said
    assert f"Candidate {second.pk}: the candidate is accepted already, by bob" in said
    assert [state(candidate) for candidate in (first, second, third)] == ["rejected", "accepted", "rejected"]


@pytest.mark.parametrize(
    "sent",
    [{}, {"many": "accept"}, {"many": "burn", "candidate": "1"}, {"accept": "x"}, {"many": "", "candidate": "1"}],
)
def test_what_decides_nothing_says_so(curator: Client, dispute: str, sent: dict[str, str]) -> None:
    candidate = propose(dispute, 1)
    assert "Tick the candidates first" in text_of(curator.post(DECIDE, sent, follow=True))
    assert state(candidate) == CandidateState.PENDING


def test_an_unknown_candidate_is_named(curator: Client, dispute: str) -> None:
    for number in ("0", "9" * 30):
        said = text_of(curator.post(DECIDE, {"accept": number}, follow=True))
        assert f"there is no candidate {number}" in said


def test_after_a_decision_one_is_back_where_one_was(curator: Client, dispute: str) -> None:
    candidate = propose(dispute, 1)
    answer = curator.post(DECIDE, {"snooze": candidate.pk, "back": f"{INBOX}?state=pending&dispute={dispute}&undo=7"})
    assert answer["Location"] == f"{INBOX}?state=pending&dispute={dispute}&undo={candidate.pk}"
    assert state(candidate) == CandidateState.SNOOZED
    for elsewhere in ("https://evil.example/?x=1", "//evil.example/?x=1", "javascript:alert(1)"):
        answer = curator.post(DECIDE, {"accept": candidate.pk, "back": elsewhere})
        assert answer["Location"].startswith(INBOX)


def test_the_inbox_shows_each_state_with_its_number(curator: Client, dispute: str) -> None:
    commands.open_dispute("other", title="Other", kind="threat", summary="O.", by="seeds")
    waiting, decided, elsewhere = propose(dispute, 1), propose(dispute, 2), propose("other", 3)
    candidates.reject_candidate(decided.pk, by="bob", reason="No")
    said = text_of(curator.get(INBOX))
    assert "Pending 2" in said
    assert "Rejected 1" in said
    assert str(waiting.article) in said
    assert str(decided.article) not in said
    rejected = text_of(curator.get(INBOX + "?state=rejected"))
    assert "Rejected by bob" in rejected
    only = text_of(curator.get(INBOX + "?dispute=other"))
    assert str(elsewhere.article) in only
    assert str(waiting.article) not in only
    assert "Pending 1" in only


def test_an_empty_inbox_says_where_articles_come_from(curator: Client) -> None:
    assert "The inbox is empty" in text_of(curator.get(INBOX))
    for odd in ("?state=nonsense", "?dispute=%00", "?page=99", "?page=x", "?undo=a,%00"):
        assert curator.get(INBOX + odd).status_code == 200, odd


def test_a_place_that_the_text_no_longer_has_is_not_shown(curator: Client, dispute: str) -> None:
    reasons = [
        {"kind": "watch_term", "text": "gone", "weight": 1, "field": "text", "start": 5_000, "end": 5_004},
        {"kind": "party", "text": "Reddit", "weight": 1, "field": "headline", "start": 0, "end": 3},
    ]
    propose(dispute, 1, reasons=reasons)
    page = curator.get(INBOX)
    assert "gone" in text_of(page)
    assert find(page, "//mark") == []


def test_hostile_articles_stay_words(curator: Client, dispute: str) -> None:
    candidate = propose(dispute, 1)
    attack = "<script>alert(1)</script>"
    candidate.article.title = candidate.article.source = candidate.article.text = attack
    candidate.article.url = "javascript:alert(1)"
    candidate.article.save()
    Candidate.objects.update(
        reasons=[{"kind": attack, "text": attack, "weight": 1, "field": "text", "start": 0, "end": 9}]
    )
    for address in (INBOX, reverse("admin:ingest_candidate_change", args=[candidate.pk]), "/admin/"):
        body = curator.get(address).content.decode()
        assert "<script>alert" not in body
        assert 'href="javascript:' not in body


def test_an_operator_sees_and_decides_nothing(operator: Client, dispute: str) -> None:
    candidate = propose(dispute, 1)
    page = operator.get(INBOX)
    assert page.status_code == 200
    assert find(page, "//button[@name='accept']") == []
    assert operator.post(DECIDE, {"accept": candidate.pk}).status_code == 403
    assert operator.get(DECIDE).status_code == 403
    assert state(candidate) == CandidateState.PENDING


def test_the_number_of_queries_does_not_grow_with_the_rows(curator: Client, dispute: str) -> None:
    propose(dispute, 1)
    curator.get(INBOX)
    with CaptureQueriesContext(connection) as few:
        curator.get(INBOX)
    for number in range(2, 20):
        propose(dispute, number)
    with CaptureQueriesContext(connection) as many:
        curator.get(INBOX)
    assert len(many) == len(few) <= 12, [query["sql"][:90] for query in many]


def test_copies_of_one_story_are_counted_and_what_is_told_already_is_said(curator: Client, dispute: str) -> None:
    first, second, other = (propose(dispute, number) for number in range(3))
    for candidate in (first, second):
        Article.objects.filter(pk=candidate.article_id).update(group=first.article_id)
    said = text_of(curator.get(INBOX))
    assert said.count("the same story as 1 other") == 2
    assert "evidence for this dispute already" not in said
    candidates.accept_candidate(first.pk, by="bob")
    assert "A copy of it is evidence for this dispute already" in text_of(curator.get(INBOX))
    Article.objects.update(group=None)
    assert "the same story" not in text_of(curator.get(INBOX))
    page = reverse("admin:disputes_article_change", args=[first.article_id])
    Article.objects.filter(pk__in=[first.article_id, other.article_id]).update(group=first.article_id)
    assert other.article.title in text_of(curator.get(page)), "the article's page lists its copies"
