"""Assigning, filing under other disputes, undoing and claiming: each by name, and nothing unawares."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import F

from disputes import commands
from disputes.errors import NotFound, Unfit
from disputes.models import Article, Dispute, EvidenceItem, TimelineEntry
from ingest import candidates, claims, triage
from ingest.models import Candidate, CandidateState, StoryClaim, TriageAct, TriageStep
from tests.ingest.admin.conftest import propose

pytestmark = pytest.mark.django_db

OWN, OTHER, THIRD = "reddit-v-anthropic", "getty-v-stability", "nyt-v-openai"


@pytest.fixture(autouse=True)
def _disputes() -> None:
    for slug in (OWN, OTHER, THIRD):
        commands.open_dispute(slug, title=slug.title(), kind="litigation", summary="A suit.", by="seeds")


@pytest.fixture
def waiting() -> Candidate:
    return propose(OWN, 1)


def acts() -> list[tuple[str, str]]:
    return list(TriageStep.objects.values_list("act", "by"))


def test_it_works(waiting: Candidate) -> None:
    triage.assign_candidate(waiting.pk, to="dave", by="carol")
    assert Candidate.objects.get().assigned_to == "dave"
    with pytest.raises(Unfit, match="dave's already"):
        triage.assign_candidate(waiting.pk, to="dave", by="carol")
    candidates.accept_candidate(waiting.pk, by="dave")
    with pytest.raises(Unfit, match="accepted already, by dave"):
        triage.assign_candidate(waiting.pk, to="", by="carol")
    assert acts() == [("assigned", "carol"), ("accepted", "dave")]
    assert TriageStep.objects.latest("id").event == EvidenceItem.objects.get().cause


def test_another_dispute_takes_the_article_and_its_own_lets_it_go(waiting: Candidate) -> None:
    triage.move_candidate(waiting.pk, to=OTHER, by="carol")
    assert [(item.dispute_id, item.attached_by) for item in EvidenceItem.objects.all()] == [(OTHER, "carol")]
    assert Dispute.objects.get(slug=OWN).rejected_articles == [waiting.article_id]
    assert TimelineEntry.objects.get(type="evidence_rejected").data["reason"] == "It is about Getty-V-Stability"
    triage.undo_press(by="carol")
    assert not EvidenceItem.objects.exists()
    assert Dispute.objects.get(slug=OWN).rejected_articles == []
    assert Candidate.objects.get().state == CandidateState.PENDING
    with pytest.raises(Unfit, match="nothing of yours to undo"):
        triage.undo_press(by="carol")


def test_several_disputes_take_it_by_the_candidates_that_there_are(waiting: Candidate) -> None:
    other = Candidate.objects.create(article=waiting.article, dispute_id=OTHER, score=0.4)
    triage.accept_for_several(waiting.pk, disputes=[OTHER, THIRD, OTHER], by="carol")
    assert set(EvidenceItem.objects.values_list("dispute", flat=True)) == {OWN, OTHER, THIRD}
    other.refresh_from_db()
    assert (other.state, other.decided_by) == (CandidateState.ACCEPTED, "carol")
    assert len(triage.undo_press(by="carol")) == 3
    assert not EvidenceItem.objects.exists()
    assert set(Candidate.objects.values_list("state", flat=True)) == {"pending"}


@pytest.mark.parametrize(
    ("to", "said"), [("nowhere", "no dispute 'nowhere'"), (OWN, "of the candidate itself"), (THIRD, "by bob")]
)
def test_what_does_not_fit_is_refused_and_changes_nothing(waiting: Candidate, to: str, said: str) -> None:
    third = Candidate.objects.create(article=waiting.article, dispute_id=THIRD, score=0.4)
    candidates.reject_candidate(third.pk, by="bob")
    before = TriageStep.objects.count()
    with pytest.raises((Unfit, NotFound), match=said):
        triage.move_candidate(waiting.pk, to=to, by="carol")
    with pytest.raises((Unfit, NotFound), match=said):
        triage.accept_for_several(waiting.pk, disputes=[to], by="carol")
    waiting.refresh_from_db()
    assert waiting.state == CandidateState.PENDING
    assert TriageStep.objects.count() == before
    with pytest.raises(NotFound):
        triage.move_candidate(0, to=OTHER, by="carol")


def test_undoing_a_snooze_and_an_assignment_is_written_down_by_name(waiting: Candidate) -> None:
    triage.assign_candidate(waiting.pk, to="dave", by="carol")
    candidates.snooze_candidate(waiting.pk, by="carol", days=3)
    triage.undo_press(by="carol")
    triage.undo_press(by="carol")
    waiting.refresh_from_db()
    assert (waiting.state, waiting.assigned_to, waiting.snoozed_until) == ("pending", "", None)
    assert [(step.act, step.by, step.takes_back and step.takes_back.act) for step in TriageStep.objects.all()] == [
        ("assigned", "carol", None),
        ("snoozed", "carol", None),
        ("undone", "carol", "snoozed"),
        ("undone", "carol", "assigned"),
    ]


def test_one_undoes_ones_own_and_nothing_that_somebody_changed_since(waiting: Candidate) -> None:
    second = propose(OWN, 2)
    candidates.snooze_candidate(waiting.pk, by="carol")
    candidates.snooze_candidate(second.pk, by="carol")
    candidates.reject_candidate(second.pk, by="dave")
    assert [step.candidate_id for step in triage.last_press("carol")] == [waiting.pk]
    triage.undo_press(by="carol")
    second.refresh_from_db()
    assert (second.state, second.decided_by) == (CandidateState.REJECTED, "dave")


def test_one_press_is_undone_together() -> None:
    press, rows = uuid4(), [propose(OWN, number) for number in range(3)]
    for row in rows:
        candidates.reject_candidate(row.pk, by="carol", press=press)
    assert len(triage.undo_press(by="carol")) == 3
    assert set(Candidate.objects.values_list("state", flat=True)) == {"pending"}


def test_steps_are_never_changed(waiting: Candidate) -> None:
    candidates.snooze_candidate(waiting.pk, by="carol")
    connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE")
    for change in (
        "UPDATE ingest_triagestep SET by = 'mallory'",
        "DELETE FROM ingest_triagestep",
        "TRUNCATE ingest_triagestep",
    ):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            connection.cursor().execute(change)
    assert acts() == [(TriageAct.SNOOZED, "carol")]


def test_a_story_is_claimed_by_one_and_lapses(waiting: Candidate) -> None:
    story, other = waiting.article_id, uuid4()
    assert claims.claim_story(story, by="carol") is None
    assert claims.claim_story(story, by="carol") is None, "renewed"
    held = claims.claim_story(story, by="dave")
    assert held is not None
    assert held.by == "carol"
    assert set(claims.claims_of_others([story, other], by="dave")) == {story}
    assert claims.claims_of_others([story], by="carol") == {}
    claims.claim_story(other, by="carol")
    assert claims.claim_story(story, by="dave") is None, "whoever opens another lets the first go"
    StoryClaim.objects.update(until=F("until") - timedelta(minutes=5))
    assert claims.claim_story(other, by="dave") is None, "it lapsed"


def test_a_candidate_follows_its_article() -> None:
    first, second = propose(OWN, 1), propose(OWN, 2)
    Article.objects.filter(pk=second.article_id).update(group=first.article_id, language="de", source="Presse")
    second.refresh_from_db()
    assert (second.story, second.language, second.source) == (first.article_id, "de", "Presse")
    assert second.dated_at == second.article.published_at
    later = second.article.first_seen_at + timedelta(days=400)
    Article.objects.filter(pk=second.article_id).update(published_at=later)
    second.refresh_from_db()
    assert second.dated_at == second.article.first_seen_at, "what is dated in the future does not stay on top"
    second.story = second.dated_at = None
    second.save()
    second.refresh_from_db()
    assert second.story == first.article_id, "no writer can forget it"
