"""What was captured before a dispute, a name or a rule was known is found all the same, and nothing twice."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from disputes import commands, ledger
from disputes.models import Article, Dispute, Event, EvidenceItem, Subscription
from disputes.streams import dispute_stream
from disputes.subscriptions import delivery
from ingest import candidates, looking_back, proposals
from ingest.looking_back import LookBackProgress, look_back_progress
from ingest.matching import Matcher
from ingest.models import Candidate, LookBack, PendingMatch, ProposedEvent
from ingest.profiles import matcher
from tests.support.screens import log_in, text_of

pytestmark = pytest.mark.django_db

SLUG = "twitter-v-microsoft"
RULES = [
    {"kind": "any", "phrases": ["lawsuit time"], "weight": 4},
    {"kind": "all", "phrases": ["Twitter data", "Microsoft"], "weight": 4},
]
CERTAIN = "Elon Musk told Microsoft that it is lawsuit time. He says that Microsoft trained on Twitter data."
ELSEWHERE = "The weather was fine."


@pytest.fixture(autouse=True)
def _subscribed() -> None:
    delivery.ensure_subscriptions()


def capture(text: str) -> Article:
    """Store an article that the matcher is done with."""
    identity = uuid.uuid4()
    return Article.objects.create(
        id=identity, url=f"https://press.example/{identity}", text=text, captured_at=timezone.now()
    )


def open_dispute() -> None:
    commands.register_party("x-corp", name="X Corp.", aliases=["Twitter"], by="curator")
    commands.register_party("microsoft", name="Microsoft Corporation", aliases=["Microsoft"], by="curator")
    commands.open_dispute(SLUG, title="Twitter and Microsoft", kind="threat", summary="Twitter data.", by="curator")
    commands.add_party(SLUG, party="x-corp", role="data_holder", by="curator")
    commands.add_party(SLUG, party="microsoft", role="data_user", by="curator")
    commands.change_watch_rules(SLUG, rules=RULES, by="curator")


def look_back() -> None:
    """Do what the workers do."""
    assert not delivery.deliver("look-back")
    looking_back.match_waiting()


def evidence() -> list[Article]:
    return [item.article for item in EvidenceItem.objects.select_related("article")]


def test_it_works() -> None:
    article = capture(CERTAIN)
    capture(ELSEWHERE)
    open_dispute()
    look_back()
    assert evidence() == [article]
    assert not PendingMatch.objects.exists()


def test_many_events_queue_each_article_once(monkeypatch: pytest.MonkeyPatch) -> None:
    articles = [capture(CERTAIN), capture(ELSEWHERE), capture(ELSEWHERE)]
    queued: list[int] = []
    original = looking_back.queue_stored_articles
    monkeypatch.setattr(looking_back, "queue_stored_articles", lambda: _kept(queued, original()))
    open_dispute()
    assert ledger.stream_version(dispute_stream(SLUG)) == 4
    look_back()
    assert sum(queued) == len(articles)


def _kept(numbers: list[int], number: int) -> int:
    numbers.append(number)
    return number


CHANGES: dict[str, Callable[[], object]] = {
    "a new alias": lambda: commands.add_alias("x-corp", alias="Birdsite", by="curator"),
    "a new name": lambda: commands.rename_party("x-corp", name="Everything App", by="curator"),
    "a party joined": lambda: commands.add_party(SLUG, party="press", role="data_user", by="curator"),
    "a watch rule": lambda: commands.change_watch_rules(SLUG, rules=RULES[:1], by="curator"),
    "a dispute closed": lambda: commands.close_dispute(SLUG, reason="Over", by="curator"),
    "a docket number": lambda: commands.record_event(
        SLUG,
        type="complaint_filed",
        occurred="2025-06-04",
        standing="confirmed",
        data={"summary": "X sued.", "proceeding": "first", "court": "N.D. Cal.", "docket_number": "3:25-cv-01234"},
        justification="Seen at the court",
        by="curator",
    ),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_whatever_changes_what_the_matcher_knows_is_looked_back_for(change: Callable[[], object]) -> None:
    commands.register_party("press", name="The Press", by="curator")
    open_dispute()
    article = capture(ELSEWHERE)
    look_back()
    change()
    delivery.deliver("look-back")
    looking_back.queue_stored_articles()
    assert [pending.article for pending in PendingMatch.objects.all()] == [article]


def test_what_tells_the_matcher_nothing_queues_nothing() -> None:
    open_dispute()
    article = capture(CERTAIN)
    look_back()
    commands.register_party("nobody", name="Nobody Ltd", aliases=["Twitter Nobody"], by="curator")
    commands.note_conflict(SLUG, text="Two articles differ.", by="curator")
    commands.attach_evidence(SLUG, article=capture(ELSEWHERE).id, by="curator")
    delivery.deliver("look-back")
    assert looking_back.queue_stored_articles() == 0
    assert not PendingMatch.objects.exists()
    assert article in evidence()


def test_nothing_is_attached_or_proposed_twice_and_a_rejection_holds() -> None:
    open_dispute()
    kept, rejected = capture(CERTAIN), capture(CERTAIN)
    look_back()
    candidate = Candidate.objects.get(article=rejected)
    candidates.undo_candidate(candidate.pk, by="alice")
    candidates.reject_candidate(candidate.pk, by="alice", reason="About prices")
    for alias in ("Birdsite", "Bluebird"):
        commands.add_alias("x-corp", alias=alias, by="alice")
        version = ledger.stream_version(dispute_stream(SLUG))
        look_back()
        assert ledger.stream_version(dispute_stream(SLUG)) == version
    assert evidence() == [kept]
    assert Candidate.objects.count() == 2
    Candidate.objects.all().delete()
    commands.add_alias("x-corp", alias="Larry", by="alice")
    look_back()
    assert evidence() == [kept]
    assert not Candidate.objects.exists(), "the ledger remembers"
    assert Dispute.objects.get().rejected_articles == [rejected.id]


def test_an_empty_register_costs_nothing() -> None:
    open_dispute()
    Article.objects.create(url="https://press.example/cited")  # known by its address only
    with CaptureQueriesContext(connection) as queries:
        delivery.deliver("look-back")
    assert len(queries) <= 40, "however many events"
    assert LookBack.objects.get().reached is None
    assert looking_back.match_waiting() == 0
    assert Subscription.objects.get(pk="look-back").position == Event.objects.count()


def test_stored_articles_join_in_chunks_and_only_behind_new_ones() -> None:
    for _number in range(5):
        capture(ELSEWHERE)
    open_dispute()
    delivery.deliver("look-back")
    new = capture(CERTAIN)
    PendingMatch.objects.create(article=new)
    assert looking_back.match_waiting(seconds=0) == 1
    assert evidence() == [new]
    sizes = [looking_back.queue_stored_articles(limit=4) for _round in range(3)]
    assert sizes == [4, 2, 0]
    assert PendingMatch.objects.count() == 6
    assert looking_back.match_waiting() == 6


def test_a_change_in_the_middle_begins_anew() -> None:
    for _number in range(4):
        capture(ELSEWHERE)
    open_dispute()
    delivery.deliver("look-back")
    looking_back.queue_stored_articles(limit=3)
    commands.add_alias("x-corp", alias="Birdsite", by="alice")
    delivery.deliver("look-back")
    assert looking_back.queue_stored_articles(limit=10) == 4


def test_an_article_in_the_hands_of_a_matcher_that_does_not_know_the_change_is_matched_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The change, and the look back that it causes, come between the matcher's reading and its writing."""
    article = capture(CERTAIN)
    PendingMatch.objects.create(article=article)

    def slow_matcher() -> Matcher:
        monkeypatch.undo()
        present = matcher()
        open_dispute()
        delivery.deliver("look-back")
        looking_back.queue_stored_articles()
        return present

    monkeypatch.setattr(candidates, "matcher", slow_matcher)
    assert candidates.match_pending() == 0
    assert PendingMatch.objects.count() == 1
    look_back()
    assert evidence() == [article]


def test_progress_says_how_many_of_how_many_are_gone_through() -> None:
    for _number in range(5):
        capture(ELSEWHERE)
    assert look_back_progress() == LookBackProgress(is_running=False, stored=0, passed=0, waiting=0)
    open_dispute()
    delivery.deliver("look-back")
    assert look_back_progress() == LookBackProgress(is_running=True, stored=5, passed=0, waiting=0)
    looking_back.queue_stored_articles(limit=2)
    assert look_back_progress() == LookBackProgress(is_running=True, stored=5, passed=0, waiting=2)
    candidates.match_pending()
    assert look_back_progress() == LookBackProgress(is_running=True, stored=5, passed=2, waiting=0)
    said = Client().get("/metrics").content.decode()
    assert "tracker_look_back_running 1.0" in said
    assert 'tracker_look_back_articles{part="passed"} 2.0' in said
    assert 'tracker_look_back_articles{part="stored"} 5.0' in said
    looking_back.match_waiting()
    assert not look_back_progress().is_running
    assert "tracker_look_back_running 0.0" in Client().get("/metrics").content.decode()


def test_the_front_page_and_the_dispute_show_it_while_it_goes_on() -> None:
    for _number in range(3):
        capture(ELSEWHERE)
    open_dispute()
    delivery.deliver("look-back")
    looking_back.queue_stored_articles(limit=2)
    candidates.match_pending()
    curator = log_in("curator")
    for page in ("/admin/", f"/admin/disputes/dispute/{SLUG}/change/"):
        assert "2 of 3 are gone through" in text_of(curator.get(page))
    looking_back.match_waiting()
    for page in ("/admin/", f"/admin/disputes/dispute/{SLUG}/change/"):
        assert "gone through" not in text_of(curator.get(page))


def test_a_confirmed_event_is_not_proposed_again() -> None:
    article = capture("Elon Musk and Twitter threatened to sue Microsoft on 19 April 2023 over Twitter data.")
    open_dispute()
    look_back()
    (stated,) = ProposedEvent.objects.all()
    proposals.confirm_event(stated.pk, by="alice")
    version = ledger.stream_version(dispute_stream(SLUG))
    commands.add_alias("x-corp", alias="Birdsite", by="alice")
    look_back()
    assert ledger.stream_version(dispute_stream(SLUG)) == version
    assert [(row.pk, row.state) for row in ProposedEvent.objects.all()] == [(stated.pk, "confirmed")]
    assert {item.article_id for item in EvidenceItem.objects.all()} == {article.pk}
