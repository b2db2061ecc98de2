"""Deciding in the inbox, by buttons alone: one story or many, each by name, and nothing that was typed is lost."""

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from disputes import commands
from disputes.models import Article, EvidenceItem, TimelineEntry
from ingest import candidates
from ingest.models import Candidate, CandidateState
from tests.ingest.admin.conftest import propose
from tests.support.screens import find, log_in, text_of

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
    for words in ("Story 1", "The Press", "0.55", "Reddit v. Anthropic", "new"):
        assert words in said
    assert find(page, "//mark/text()") == ["Reddit sues"]
    assert "It was said that Reddit sues Anthropic over scraping" in said, "the whole text stands beside the list"
    answer = curator.post(DECIDE, {"act": "accept", "current": candidate.pk, "back": INBOX}, follow=True)
    assert state(candidate) == CandidateState.ACCEPTED
    assert EvidenceItem.objects.get().attached_by == "carol"
    assert "1 candidate accepted" in text_of(answer)
    assert "What you did last: Accepted: Story 1" in text_of(answer)
    answer = curator.post(DECIDE, {"act": "undo"}, follow=True)
    assert "Undone: 1 candidate as before" in text_of(answer)
    assert "Undone: accepted by carol" in text_of(answer)
    assert state(candidate) == CandidateState.PENDING
    assert not EvidenceItem.objects.exists()


def test_a_rejection_keeps_its_reason(curator: Client, dispute: str) -> None:
    candidate = propose(dispute, 1)
    sent = {"act": "reject", "current": candidate.pk, "reason": "About something else", "note": " a  game "}
    curator.post(DECIDE, sent)
    assert state(candidate) == CandidateState.REJECTED
    assert TimelineEntry.objects.latest("position").data["reason"] == "About something else. a game"


def test_many_are_decided_at_once_and_each_by_itself(curator: Client, dispute: str) -> None:
    first, second, third, _other = (propose(dispute, number) for number in range(4))
    candidates.accept_candidate(second.pk, by="bob")
    ticked = [f"{first.pk},{second.pk}", str(third.pk)]
    sent = {"act": "reject", "candidate": ticked, "current": "0", "note": "Too old"}
    answer = curator.post(DECIDE, sent)
    assert answer.status_code == 422
    said = text_of(answer)
    assert "“Story 1”: the candidate is accepted already, by bob" in said
    assert find(answer, "//input[@name='note']/@value") == ["Too old"], "what was typed still stands"
    assert [state(candidate) for candidate in (first, second, third)] == ["rejected", "accepted", "rejected"]
    curator.post(DECIDE, {"act": "undo"})
    assert [state(candidate) for candidate in (first, second, third)] == ["pending", "accepted", "pending"]


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"act": "accept"},
        {"act": "burn", "current": "1"},
        {"act": "accept", "current": "x"},
        {"act": "snooze", "current": "1", "days": "4000"},
        {"act": "move", "current": "1"},
        {"act": "several", "current": "1", "others": "No such dispute"},
        {"act": "assign", "current": "1", "to": "nemo"},
        {"act": "undo"},
    ],
)
def test_what_decides_nothing_says_so(curator: Client, dispute: str, sent: dict[str, str]) -> None:
    candidate = propose(dispute, 1)
    answer = curator.post(DECIDE, sent | ({"current": str(candidate.pk)} if sent.get("current") == "1" else {}))
    assert answer.status_code == 422
    assert find(answer, "//*[@role='alert'][contains(@class, 'notice')]//p")
    assert state(candidate) == CandidateState.PENDING


def test_an_unknown_candidate_is_named(curator: Client, dispute: str) -> None:
    for number in ("0", "9" * 30):
        assert f"there is no candidate {number}" in text_of(curator.post(DECIDE, {"act": "accept", "current": number}))


def test_after_a_decision_the_next_story_is_shown_where_one_was(curator: Client, dispute: str) -> None:
    older, newer = propose(dispute, 1), propose(dispute, 2)
    sent = {"act": "snooze", "current": newer.pk, "days": "3", "story": newer.article_id, "next": older.article_id}
    answer = curator.post(DECIDE, sent | {"back": f"{INBOX}?dispute={dispute}&story={newer.article_id}"})
    assert answer["Location"] == f"{INBOX}?dispute={dispute}&story={older.article_id}"
    assert state(newer) == CandidateState.SNOOZED
    assert newer.snoozed_until is not None
    assert newer.decided_at is not None
    assert (newer.snoozed_until - newer.decided_at).days == 3
    for elsewhere in ("https://evil.example/?x=1", "//evil.example/?x=1", "javascript:alert(1)"):
        answer = curator.post(DECIDE, {"act": "undo", "back": elsewhere})
        assert answer.status_code == 422 or answer["Location"].startswith(INBOX)


def test_another_dispute_or_several_are_found_by_their_titles(curator: Client, dispute: str) -> None:
    for slug in ("getty", "nyt"):
        commands.open_dispute(slug, title=f"The case of {slug}", kind="threat", summary="O.", by="seeds")
    first, second = propose(dispute, 1), propose(dispute, 2)
    curator.post(DECIDE, {"act": "move", "current": first.pk, "other": "The case of getty"})
    assert state(first) == CandidateState.REJECTED
    sent = {"act": "several", "current": second.pk, "others": ["nyt", "The case of getty"]}
    curator.post(DECIDE, sent)
    assert set(EvidenceItem.objects.values_list("dispute", "article")) == {
        ("getty", first.article_id),
        (dispute, second.article_id),
        ("getty", second.article_id),
        ("nyt", second.article_id),
    }


def test_what_is_assigned_is_found_by_whoever_it_is(curator: Client, dispute: str) -> None:
    log_in("curator", name="dave")
    first, _second = propose(dispute, 1), propose(dispute, 2)
    page = curator.get(INBOX)
    assert set(find(page, "//select[@name='to']/option/@value")) == {"carol", "dave", ""}
    curator.post(DECIDE, {"act": "assign", "candidate": first.pk, "to": "dave"})
    mine = Client()
    mine.force_login(get_user_model().objects.get(username="dave"))
    said = text_of(mine.get(f"{INBOX}?assigned=me"))
    assert "Story 1" in said
    assert "Story 2" not in said
    assert "Assigned to dave" in said
    left = curator.get(f"{INBOX}?assigned=nobody")
    assert find(left, "//*[contains(@class, 'inbox-row-title')]/text()") == ["Story 2"]


def test_an_operator_sees_and_decides_nothing(operator: Client, dispute: str) -> None:
    candidate = propose(dispute, 1)
    page = operator.get(INBOX)
    assert page.status_code == 200
    assert find(page, "//button[@name='act'][@value='accept']") == []
    for address in ("decide", "claim", "save_view", "remove_view"):
        url = reverse(f"admin:ingest_candidate_{address}")
        assert operator.post(url, {"act": "accept", "current": candidate.pk}).status_code == 403
        assert operator.get(url).status_code == 403
    assert state(candidate) == CandidateState.PENDING


def test_hostile_articles_stay_words(curator: Client, dispute: str) -> None:
    candidate = propose(dispute, 1)
    attack = "<script>alert(1)</script>"
    candidate.article.title = candidate.article.source = candidate.article.text = attack
    candidate.article.language = '"><script>alert(1)</script>'[:20]
    candidate.article.url = "javascript:alert(1)"
    candidate.article.save()
    Candidate.objects.update(
        reasons=[{"kind": attack, "text": attack, "weight": 1, "field": "text", "start": 0, "end": 9}]
    )
    row = reverse("admin:ingest_candidate_change", args=[candidate.pk])
    item = f"{INBOX}item/?story={candidate.article_id}"
    for address in (INBOX, row, item, f"{INBOX}rows/", "/admin/"):
        body = curator.get(address, follow=True).content.decode()
        assert "<script>alert" not in body
        assert 'href="javascript:' not in body
    for _time in range(2):
        answer = curator.post(DECIDE, {"act": "snooze", "current": candidate.pk}, follow=True)
        assert "<script>alert" not in answer.content.decode()


def answer_of(client: Client, **sent: Any) -> Any:
    return client.post(DECIDE, sent, headers={"Accept": "application/json"})


def test_the_script_is_answered_with_the_next_story(curator: Client, dispute: str) -> None:
    third, second, first = (propose(dispute, number) for number in (3, 2, 1))
    log_in("curator", name="dave").post(f"{INBOX}claim/", {"story": second.article_id})
    following = [second.article_id, third.article_id]
    answer = answer_of(curator, act="accept", current=first.pk, story=first.article_id, next=following, back=INBOX)
    said = answer.json()
    assert (answer.status_code, said["done"], said["refusals"]) == (200, [first.pk], [])
    assert said["story"] == str(third.article_id), "what another curator has open is passed over"
    assert "Story 3" in said["item"]
    assert said["undo"] == "Accepted: Story 1"
    candidates.reject_candidate(third.pk, by="dave")
    answer = answer_of(curator, act="accept", current=third.pk, story=third.article_id, back=INBOX)
    assert answer.status_code == 422
    assert "rejected already, by dave" in answer.json()["refusals"][0]
    assert "Rejected by dave" in answer.json()["item"]


def test_a_claim_tells_who_has_a_story(curator: Client, dispute: str) -> None:
    story = propose(dispute, 1).article_id
    dave = log_in("curator", name="dave")
    assert dave.post(f"{INBOX}claim/", {"story": story}).json() == {"holder": "", "since": ""}
    assert curator.post(f"{INBOX}claim/", {"story": story}).json()["holder"] == "dave"
    assert "dave has it open" in text_of(curator.get(INBOX))
    assert "dave has this story open since" in text_of(curator.get(INBOX))
    assert curator.post(f"{INBOX}claim/", {"story": "x"}).status_code == 400


def test_accepting_and_the_next_story_cost_the_same_however_much_waits(curator: Client, dispute: str) -> None:
    def queries() -> int:
        first, second = Candidate.objects.filter(state="pending").order_by("-dated_at", "-id")[:2]
        with CaptureQueriesContext(connection) as found:
            sent = {"act": "accept", "current": first.pk, "story": first.article_id, "next": second.article_id}
            assert answer_of(curator, **sent).status_code == 200
        return len(found)

    for number in range(4):
        propose(dispute, number)
    queries()
    few = queries()
    for number in range(4, 40):
        propose(dispute, number)
    assert queries() == few <= 60


def test_copies_of_one_story_are_decided_together(curator: Client, dispute: str) -> None:
    first, second = propose(dispute, 1), propose(dispute, 2)
    Article.objects.filter(pk__in=[first.article_id, second.article_id]).update(group=first.article_id)
    page = curator.get(INBOX)
    (ids,) = find(page, "//input[@name='current']/@value")
    curator.post(DECIDE, {"act": "accept", "current": ids})
    assert [state(first), state(second)] == ["accepted", "accepted"]
