"""The matcher learns from curators, keeps what it has where that is better, and never asks twice."""

from __future__ import annotations

from io import StringIO
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.utils import timezone

from disputes import commands
from disputes.errors import NotFound, Unfit
from disputes.models import Article, EvidenceItem, TimelineEntry
from ingest import candidates, learning, looking_back
from ingest.matching import ReasonKind
from ingest.matching.features import Feature
from ingest.matching.weights import stored_weights
from ingest.models import Candidate, CandidateState, MatcherVersion, PendingMatch
from ingest.profiles import matcher, present_weights
from tests.ingest.articles import DISPUTE, SUIT, open_dispute

pytestmark = pytest.mark.django_db

PARTNERS = "Reddit and Anthropic opened an office together, number {}. The weather was fine."


def capture(text: str) -> Article:
    return Article.objects.create(
        url=f"https://press.example/{uuid4()}", title="Reddit and Anthropic", text=text, captured_at=timezone.now()
    )


def judge_many(number: int = 60) -> None:
    """Let a curator accept every second article and reject the others."""
    for place in range(number):
        if place % 2:
            commands.reject_evidence(DISPUTE, article=capture(PARTNERS.format(place)).id, by="curator")
        else:
            commands.attach_evidence(DISPUTE, article=capture(f"{SUIT} Page {place}.").id, by="curator")


def match(article: Article) -> Candidate | None:
    PendingMatch.objects.create(article=article)
    candidates.match_pending()
    return Candidate.objects.filter(article=article).first()


def test_it_works() -> None:
    open_dispute()
    judge_many()
    before = present_weights()
    retrained = learning.retrain()
    assert retrained.version is not None
    assert retrained.version.is_adopted
    assert retrained.version.loss < retrained.version.loss_before
    assert present_weights().version == retrained.version.version == f"{before.version}+1"
    assert matcher().weights.version == retrained.version.version
    assert "is used from now on" in str(retrained)


def test_what_curators_reject_scores_less_afterwards_and_comes_further_from_what_they_accept() -> None:
    open_dispute()
    judge_many()

    def score(text: str) -> float:
        return matcher().match("Reddit and Anthropic", text, None, at_least=0)[0].score

    accepted, rejected = score(SUIT), score(PARTNERS.format("x"))
    learning.retrain()
    assert score(PARTNERS.format("x")) < rejected
    assert score(SUIT) - score(PARTNERS.format("x")) > accepted - rejected


def test_too_few_decisions_change_nothing() -> None:
    open_dispute()
    judge_many(6)
    out = StringIO()
    call_command("retrain", stdout=out)
    assert "Nothing was fitted: there are 6 decisions" in out.getvalue()
    assert not MatcherVersion.objects.exists()
    assert present_weights() == stored_weights()


def test_the_old_weights_stay_where_the_new_ones_are_no_better(monkeypatch: pytest.MonkeyPatch) -> None:
    open_dispute()
    judge_many()
    losses = iter([0.1, 0.1])
    monkeypatch.setattr("ingest.matching.fitting.log_loss", lambda *_: next(losses))
    retrained = learning.retrain()
    assert retrained.version is not None
    assert not retrained.version.is_adopted
    assert "is not used" in str(retrained)
    assert present_weights() == stored_weights()


def test_what_the_matcher_attached_itself_is_no_decision_until_a_curator_takes_it_off() -> None:
    open_dispute()
    article = capture(SUIT)
    commands.attach_evidence(DISPUTE, article=article.id, by=candidates.MATCHER)
    assert learning.decisions() == []
    commands.detach_evidence(DISPUTE, article=article.id, reason="Another suit", by="curator")
    assert learning.decisions() == [learning.Decision(article.id, DISPUTE, is_right=False)]


def test_to_cite_an_article_for_an_event_is_to_accept_it() -> None:
    open_dispute()
    article = capture(SUIT)
    commands.reject_evidence(DISPUTE, article=article.id, by="curator")
    commands.record_event(
        DISPUTE,
        type="statement_made",
        occurred="2024-05",
        standing="reported",
        data={"summary": "Reddit spoke of it."},
        evidence=[{"article": str(article.id)}],
        by="curator",
    )
    assert learning.decisions() == [learning.Decision(article.id, DISPUTE, is_right=True)]


def test_what_was_taken_back_is_no_decision() -> None:
    open_dispute()
    event = commands.reject_evidence(DISPUTE, article=capture(SUIT).id, by="curator")
    assert len(learning.decisions()) == 1
    commands.retract_event(DISPUTE, event=event.event_id, reason="A slip", by="curator")
    assert learning.decisions() == []


def test_version_and_score_are_recorded_with_the_candidate_and_in_the_log() -> None:
    open_dispute()
    commands.change_watch_rules(
        DISPUTE, rules=[{"kind": "all", "phrases": ["Reddit", "Anthropic", "sued"]}], by="curator"
    )
    candidate = match(capture(f"{SUIT} Reddit sued Anthropic in a court over posts."))
    assert candidate is not None
    assert candidate.matcher == stored_weights().version
    candidates.undo_candidate(candidate.pk, by="curator") if candidate.state == CandidateState.ACCEPTED else None
    candidates.accept_candidate(candidate.pk, by="curator")
    entry = TimelineEntry.objects.filter(dispute=DISPUTE, type="evidence_attached", retracted_by=None).get()
    assert entry.data["matcher"] == stored_weights().version


def test_a_rejected_pair_is_never_proposed_again() -> None:
    open_dispute()
    learning.set_thresholds(automatic=1, inbox=0.001, reason="See all of it", by="curator")
    article = capture(SUIT)
    candidate = match(article)
    assert candidate is not None
    candidates.reject_candidate(candidate.pk, by="curator")
    again = match(article)
    assert again is not None
    assert again.state == CandidateState.REJECTED
    assert Candidate.objects.filter(article=article).count() == 1
    assert not EvidenceItem.objects.filter(article=article).exists()


def test_thresholds_are_set_for_one_dispute_or_for_all() -> None:
    open_dispute()
    learning.set_thresholds(automatic=0.95, inbox=0.5, reason="Fewer to look at", by="curator")
    learning.set_thresholds(automatic=0.7, inbox=0.02, reason="It is new", by="curator", dispute=DISPUTE)
    learning.set_thresholds(automatic=0.6, inbox=0.01, reason="It is very new", by="curator", dispute=DISPUTE)
    present = matcher()
    assert (present.automatic_of(DISPUTE), present.inbox_of(DISPUTE)) == (0.6, 0.01)
    assert (present.automatic_of("another"), present.inbox_of("another")) == (0.95, 0.5)


def test_thresholds_that_make_no_sense_are_refused() -> None:
    open_dispute()
    with pytest.raises(Unfit, match="0 < inbox <= automatic"):
        learning.set_thresholds(automatic=0.2, inbox=0.5, reason="Why not", by="curator")
    with pytest.raises(Unfit, match="say why"):
        learning.set_thresholds(automatic=0.9, inbox=0.5, reason=" ", by="curator")
    with pytest.raises(NotFound, match="no dispute 'nobody'"):
        learning.set_thresholds(automatic=0.9, inbox=0.5, reason="Why not", by="curator", dispute="nobody")


def test_evidence_never_comes_to_lower_a_score() -> None:
    open_dispute()
    judge_many()
    learning.retrain()
    weights = present_weights()
    lowering = {Feature.BEFORE, Feature.AFTER, Feature.RIVAL}
    assert all(
        (weights.features[feature] <= 0) == (feature in lowering) or not weights.features[feature]
        for feature in Feature
    )
    [found] = matcher().match("Reddit sues Anthropic", SUIT, None, at_least=0)
    assert all(reason.weight > 0 for reason in found.reasons if reason.kind is not ReasonKind.WINDOW)


def test_an_adopted_version_scores_what_waits_anew_and_leaves_alone_what_was_decided() -> None:
    open_dispute()
    partners = ("waiting", "put off", "rejected", "accepted")
    found = {name: match(capture(PARTNERS.format(name))) for name in partners}
    kept = {name: candidate for name, candidate in found.items() if candidate is not None}
    assert kept.keys() == set(partners), "each of them waits"
    candidates.snooze_candidate(kept["put off"].pk, by="curator")
    candidates.reject_candidate(kept["rejected"].pk, by="curator")
    candidates.accept_candidate(kept["accepted"].pk, by="curator")
    judge_many()
    before = present_weights().version
    retrained = learning.retrain()
    assert retrained.version is not None
    assert retrained.version.is_adopted
    looking_back.match_waiting()

    def now(name: str) -> Candidate:
        return Candidate.objects.get(pk=kept[name].pk)

    states = {"waiting": CandidateState.PENDING, "put off": CandidateState.SNOOZED}
    for name, state in states.items():
        assert (now(name).state, now(name).matcher) == (state, retrained.version.version)
        assert now(name).score < kept[name].score, "much like it was rejected"
    for name, state in {"rejected": CandidateState.REJECTED, "accepted": CandidateState.ACCEPTED}.items():
        assert (now(name).state, now(name).matcher, now(name).score) == (state, before, kept[name].score)
    assert not Candidate.objects.filter(article=kept["rejected"].article).exclude(pk=kept["rejected"].pk).exists()
