"""From articles to candidates and evidence, and back."""

import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext

from disputes import commands, ledger
from disputes.errors import NotFound, Unfit
from disputes.models import Article, Dispute, EvidenceItem, TimelineEntry
from disputes.streams import dispute_stream
from disputes.subscriptions.delivery import deliver, ensure_subscriptions
from ingest import candidates
from ingest.models import Candidate, CandidateState, PendingMatch

pytestmark = pytest.mark.django_db

RULES = [
    {"kind": "any", "phrases": ["lawsuit time"], "weight": 4},
    {"kind": "all", "phrases": ["Twitter data", "Microsoft"], "weight": 4},
]
CERTAIN = "Elon Musk told Microsoft that it is lawsuit time. He says that Microsoft trained on Twitter data."
MIDDLING = "Twitter and Microsoft talked about Twitter data. Nothing more is known."


@pytest.fixture
def dispute() -> str:
    commands.register_party("x-corp", name="X Corp.", aliases=["Twitter"], by="curator")
    commands.register_party("microsoft", name="Microsoft Corporation", aliases=["Microsoft"], by="curator")
    commands.open_dispute(
        "twitter-v-microsoft", title="Twitter and Microsoft", kind="threat", summary="Twitter data.", by="curator"
    )
    commands.add_party("twitter-v-microsoft", party="x-corp", role="data_holder", by="curator")
    commands.add_party("twitter-v-microsoft", party="microsoft", role="data_user", by="curator")
    commands.change_watch_rules("twitter-v-microsoft", rules=RULES, by="curator")
    return "twitter-v-microsoft"


def capture(text: str, title: str = "") -> Article:
    identity = uuid.uuid4()
    article = Article.objects.create(id=identity, url=f"https://press.example/{identity}", title=title, text=text)
    PendingMatch.objects.create(article=article)
    return article


@pytest.fixture
def waiting(dispute: str) -> Candidate:
    article = capture(MIDDLING)
    return Candidate.objects.create(article=article, dispute_id=dispute, score=0.6, reasons=[])


def test_it_works(dispute: str) -> None:
    article = capture(CERTAIN)
    assert candidates.match_pending() == 1
    item = EvidenceItem.objects.get(dispute=dispute)
    assert (item.article, item.attached_by) == (article, "system:matcher")
    candidate = Candidate.objects.get()
    assert candidate.state == CandidateState.ACCEPTED
    assert item.score == pytest.approx(candidate.score, abs=1e-4)
    for reason in candidate.reasons:
        assert reason["text"] in article.text, "a reason is true"
    assert not PendingMatch.objects.exists()


def test_a_message_that_comes_twice_attaches_once(dispute: str) -> None:
    article = capture(CERTAIN)
    candidates.match_pending()
    version = ledger.stream_version(dispute_stream(dispute))
    PendingMatch.objects.create(article=article)
    candidates.match_pending()
    assert ledger.stream_version(dispute_stream(dispute)) == version


def test_what_is_about_something_else_is_no_candidate(dispute: str) -> None:
    capture("Microsoft opened an office. The weather was fine.")
    candidates.match_pending()
    assert not Candidate.objects.exists()


def test_a_curator_accepts_and_takes_it_back(waiting: Candidate) -> None:
    candidates.accept_candidate(waiting.pk, by="alice")
    item = EvidenceItem.objects.get()
    assert item.attached_by == "alice"
    with pytest.raises(Unfit, match="accepted already, by alice"):
        candidates.reject_candidate(waiting.pk, by="bob")
    candidates.undo_candidate(waiting.pk, by="bob")
    assert not EvidenceItem.objects.exists()
    assert Candidate.objects.get().state == CandidateState.PENDING
    retraction = TimelineEntry.objects.order_by("-position")[0]
    assert (retraction.type, retraction.recorded_by) == ("event_retracted", "bob")


def test_a_curator_rejects_and_takes_it_back(waiting: Candidate) -> None:
    candidates.reject_candidate(waiting.pk, by="alice", reason="About prices")
    assert Dispute.objects.get().rejected_articles == [waiting.article_id]
    candidates.undo_candidate(waiting.pk, by="alice")
    assert Dispute.objects.get().rejected_articles == []
    with pytest.raises(Unfit, match="nothing was decided"):
        candidates.undo_candidate(waiting.pk, by="alice")


def test_what_a_curator_judged_is_not_proposed_or_attached_again(dispute: str) -> None:
    article = capture(CERTAIN)
    candidates.match_pending()
    candidate = Candidate.objects.get()
    candidates.undo_candidate(candidate.pk, by="alice")
    PendingMatch.objects.create(article=article)
    candidates.match_pending()
    candidate.refresh_from_db()
    assert candidate.state == CandidateState.PENDING, "put back by a person, it is a person's to judge"
    candidates.reject_candidate(candidate.pk, by="alice")
    candidate.delete()
    PendingMatch.objects.create(article=article)
    candidates.match_pending()
    assert not Candidate.objects.exists(), "the ledger remembers the rejection"


def test_a_candidate_that_is_put_off_waits_again_in_time(waiting: Candidate) -> None:
    candidates.snooze_candidate(waiting.pk, by="alice", days=0)
    assert Candidate.objects.get().state == CandidateState.SNOOZED
    assert candidates.wake_candidates() == 1
    assert Candidate.objects.get().state == CandidateState.PENDING


@pytest.fixture
def other() -> str:
    commands.open_dispute("x-v-microsoft", title="X and Microsoft", kind="threat", summary="The same.", by="curator")
    return "x-v-microsoft"


def test_what_is_decided_for_a_merged_dispute_is_recorded_where_it_goes_on(waiting: Candidate, other: str) -> None:
    commands.merge_disputes(waiting.dispute_id, into=other, reason="One quarrel", by="curator")
    candidates.accept_candidate(waiting.pk, by="curator")
    assert EvidenceItem.objects.get().dispute_id == other
    candidates.undo_candidate(waiting.pk, by="curator")
    assert not EvidenceItem.objects.exists()
    candidates.reject_candidate(waiting.pk, by="curator")
    assert Dispute.objects.get(slug=other).rejected_articles == [waiting.article_id]


def test_what_waits_for_a_merged_dispute_waits_for_the_one_it_goes_on_as(waiting: Candidate, other: str) -> None:
    twice = Candidate.objects.create(article=capture(MIDDLING), dispute_id=waiting.dispute_id, score=0.5, reasons=[])
    Candidate.objects.create(article=twice.article, dispute_id=other, score=0.7, reasons=[])
    commands.merge_disputes(waiting.dispute_id, into=other, reason="One quarrel", by="curator")
    ensure_subscriptions()
    deliver("candidates-of-merged-disputes")
    assert set(Candidate.objects.values_list("article", "dispute", "score")) == {
        (waiting.article_id, other, 0.6),
        (twice.article_id, other, 0.7),
    }


def test_an_unknown_candidate_is_refused() -> None:
    with pytest.raises(NotFound, match="no candidate 7"):
        candidates.accept_candidate(7, by="alice")


@pytest.mark.django_db(transaction=True)
def test_curators_and_the_matcher_get_out_of_each_others_way(dispute: str) -> None:
    """Everybody writes to one dispute at once; nobody is told to try again, and nothing is lost."""
    for _number in range(12):
        capture(CERTAIN)
    waiting = [
        Candidate.objects.create(article=capture(MIDDLING), dispute_id=dispute, score=0.6, reasons=[])
        for _number in range(6)
    ]

    def match() -> None:
        while candidates.match_pending(limit=3):
            pass

    def accept(candidate: Candidate) -> None:
        candidates.accept_candidate(candidate.pk, by="alice")

    def in_thread(work: Callable[[], None]) -> None:
        try:
            work()
        finally:
            connections.close_all()

    work: list[Callable[[], None]] = [match, match, *(partial(accept, candidate) for candidate in waiting)]
    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(in_thread, item) for item in work]:
            done.result()
    assert EvidenceItem.objects.filter(dispute=dispute).count() == 18
    assert not PendingMatch.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_dies_half_way_leaves_the_article_waiting(dispute: str) -> None:
    capture(CERTAIN)
    with transaction.atomic():
        candidates.match_pending()
        transaction.set_rollback(True)
    assert PendingMatch.objects.count() == 1
    assert not EvidenceItem.objects.exists()
    assert candidates.match_pending() == 1
    assert EvidenceItem.objects.count() == 1


def test_articles_that_match_nothing_cost_no_queries_of_their_own(dispute: str) -> None:
    def queries(articles: int) -> int:
        for number in range(articles):
            capture(f"Bakery {number} of {articles} sells {number} kinds of bread. The weather was fine.")
        with CaptureQueriesContext(connection) as found:
            assert candidates.match_pending() == articles
        return sum("pendingmatch" in query["sql"] for query in found.captured_queries)

    assert queries(20) == queries(2)
    assert not PendingMatch.objects.exists()


def test_one_that_matches_is_found_among_many_that_do_not(dispute: str) -> None:
    others = [capture(f"Bakery {number} sells bread.") for number in range(5)]
    article = capture(CERTAIN)
    others += [capture(f"Butcher {number} sells meat.") for number in range(5)]
    assert candidates.match_pending() == len(others) + 1
    assert Candidate.objects.get().article == article
    assert not PendingMatch.objects.exists()
