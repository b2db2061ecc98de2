"""Watch rules before they are saved: refused where they can't be used, tried on the stored articles."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from disputes import commands, ledger
from disputes.commands.execution import build_payload
from disputes.errors import Invalid, NotFound, Unfit
from disputes.models import Article, Dispute, Event, EvidenceItem
from ingest import candidates
from ingest.matching import watch_terms_from_json
from ingest.models import Candidate, Thresholds
from ingest.profiles import load_profiles, matcher
from ingest.watch_rules import SHOWN, Standing, try_rules
from tests.ingest.articles import open_dispute

RULES: list[dict[str, Any]] = [{"kind": "any", "phrases": ["scraping of posts"], "weight": 4}]
CERTAIN = (
    "Reddit sues Anthropic over scraping of posts. Reddit says that Anthropic took posts to train its model. The suit "
    "of Reddit against Anthropic alleges scraping of posts."
)
TITLE = "Reddit sues Anthropic over scraping of posts"
ELSEWHERE = "The bakery opened at six. Bread was sold."


@pytest.fixture
def dispute(db: None) -> str:
    return open_dispute()


def capture(text: str) -> Article:
    return Article.objects.create(
        url=f"https://press.example/{uuid4()}",
        title=TITLE if text == CERTAIN else "",
        text=text,
        captured_at=timezone.now(),
    )


def test_it_works(dispute: str) -> None:
    kept, new = capture(CERTAIN), capture(CERTAIN)
    capture(ELSEWHERE)
    commands.attach_evidence(dispute, article=kept.pk, by="alice")
    position = Event.objects.latest("position").position
    trial = try_rules(dispute, RULES)
    assert (trial.attached, trial.newly_attached) == (2, 1)
    assert (trial.stored, trial.looked_at, trial.is_complete) == (3, 3, True)
    assert [(found.article, found.standing, found.is_new) for found in trial.articles] == [
        (new, Standing.NEW, True),
        (kept, Standing.ATTACHED, False),
    ]
    reason = trial.articles[0].match.reasons[0]
    assert reason.text in CERTAIN + TITLE
    assert Event.objects.latest("position").position == position, "nothing is written"
    assert not Candidate.objects.exists()


def test_saved_rules_attach_what_the_trial_said(dispute: str) -> None:
    articles = [capture(CERTAIN), capture("Anthropic and Reddit met."), capture(ELSEWHERE)]
    trial = try_rules(dispute, RULES)
    commands.change_watch_rules(dispute, rules=RULES, by="alice")
    for article in articles:
        candidates.propose(article, matcher())
    assert EvidenceItem.objects.count() == trial.attached == trial.newly_attached
    assert Candidate.objects.filter(state="pending").count() == trial.waiting
    again = try_rules(dispute, RULES)
    assert (again.attached, again.newly_attached, again.newly_waiting) == (trial.attached, 0, 0)


def test_a_rejected_article_is_nothing_new(dispute: str) -> None:
    commands.reject_evidence(dispute, article=capture(CERTAIN).pk, by="alice")
    trial = try_rules(dispute, RULES)
    assert (trial.attached, trial.newly_attached) == (1, 0)
    assert trial.articles[0].standing is Standing.REJECTED


def test_what_would_be_lost_is_said(dispute: str) -> None:
    commands.attach_evidence(dispute, article=capture(CERTAIN).pk, by=candidates.MATCHER)
    trial = try_rules(dispute, [{"kind": "forbidden", "phrases": ["posts"]}])
    assert (trial.attached, trial.no_longer_found) == (0, 1)


def test_the_thresholds_that_hold_for_the_dispute_decide(dispute: str) -> None:
    capture(CERTAIN)
    Thresholds.objects.create(dispute=dispute, automatic=1.0, inbox=0.5, set_by="alice")
    trial = try_rules(dispute, RULES)
    assert (trial.attached, trial.waiting, trial.newly_waiting) == (0, 1, 1)


def test_time_has_an_end_and_the_newest_come_first(dispute: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.watch_rules.CHUNK", 2)
    capture(CERTAIN)
    newest = [capture(ELSEWHERE), capture(CERTAIN)]
    trial = try_rules(dispute, RULES, seconds=0)
    assert (trial.stored, trial.looked_at, trial.is_complete) == (3, 2, False)
    assert [found.article for found in trial.articles] == [newest[1]]


def test_a_long_list_is_cut_and_counted(dispute: str) -> None:
    for _number in range(SHOWN + 3):
        capture(CERTAIN)
    trial = try_rules(dispute, RULES)
    assert (len(trial.articles), trial.attached, trial.unlisted) == (SHOWN, SHOWN + 3, 3)


def test_the_number_of_queries_does_not_grow_with_the_articles(dispute: str) -> None:
    def queries(number: int) -> int:
        for _number in range(number):
            capture(CERTAIN)
        with CaptureQueriesContext(connection) as captured:
            try_rules(dispute, RULES)
        return len(captured)

    assert queries(3) == queries(30)


def test_what_is_not_followed_is_not_tried(dispute: str) -> None:
    with pytest.raises(NotFound):
        try_rules("no-such-dispute", RULES)
    commands.close_dispute(dispute, reason="Over", by="alice")
    with pytest.raises(Unfit, match="reopen it"):
        try_rules(dispute, RULES)


UNUSABLE: list[tuple[dict[str, Any], str]] = [
    ({"kind": "any", "phrases": ["su*"]}, "spell the words out"),
    ({"kind": "any", "phrases": ["scraping", "a"]}, "single letter"),
    ({"kind": "any", "phrases": ["a|scraping"]}, "longer phrase"),
    ({"kind": "any", "phrases": ["…"]}, "no letter or digit"),
    ({"kind": "any", "phrases": ["scr*ping"]}, "write it like"),
    ({"kind": "any", "phrases": ["(a+)+$"]}, "single letter"),
    ({"kind": "forbidden", "phrases": ["posts"], "weight": 2}, "takes no weight"),
]


@pytest.mark.parametrize(("rule", "says"), UNUSABLE, ids=[str(rule["phrases"]) for rule, _says in UNUSABLE])
def test_a_rule_that_cannot_be_used_is_never_recorded(dispute: str, rule: dict[str, Any], says: str) -> None:
    version = ledger.stream_version(f"dispute/{dispute}")
    for attempt in (
        lambda rules: commands.change_watch_rules(dispute, rules=rules, by="a"),
        lambda rules: try_rules(dispute, rules),
    ):
        with pytest.raises(Invalid) as refused:
            attempt([RULES[0], rule])
        (error,) = refused.value.errors
        assert error.pointer.startswith("/data/rules/1")
        assert says in error.detail
    assert ledger.stream_version(f"dispute/{dispute}") == version
    assert load_profiles(), "the matcher goes on"


PHRASES = st.text(st.sampled_from("abX*| .-…訓練é्क\u200b$(+)7"), min_size=1, max_size=8)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(["any", "all", "required", "forbidden", "ambiguous"]), st.lists(PHRASES, min_size=1, max_size=3))
def test_whatever_is_recorded_the_matcher_can_read(kind: str, phrases: list[str]) -> None:
    try:
        payload = build_payload("watch_terms_changed", {"rules": [{"kind": kind, "phrases": phrases}]})
    except Invalid:
        return
    assert watch_terms_from_json(payload.to_data()["rules"])


def test_what_appeared_long_before_the_window_counts_for_less(dispute: str) -> None:
    article = capture(CERTAIN)
    Article.objects.update(published_at=datetime(2020, 1, 1, tzinfo=UTC))
    since = {"date": "2025-06", "precision": "month"}
    free, bound = try_rules(dispute, RULES), try_rules(dispute, RULES, since=since)
    assert free.attached == 1
    assert (bound.attached, bound.waiting) in {(0, 0), (0, 1)}
    commands.change_watch_rules(dispute, rules=RULES, since=since, by="alice")
    (profile,) = load_profiles()
    assert profile.window == (date(2025, 6, 1), None)
    assert Dispute.objects.get().watch_window == {"since": since}
    assert article.pk not in set(EvidenceItem.objects.values_list("article", flat=True))
    commands.change_watch_rules(dispute, rules=RULES, by="alice")
    assert load_profiles()[0].window is None, "without it the first occurrence stands for it"


def test_a_window_that_ends_before_it_begins_is_refused(dispute: str) -> None:
    since, until = {"date": "2025", "precision": "year"}, {"date": "2024-12", "precision": "month"}
    with pytest.raises(Invalid) as refused:
        commands.change_watch_rules(dispute, rules=RULES, since=since, until=until, by="alice")
    assert "before it begins" in refused.value.errors[0].detail
