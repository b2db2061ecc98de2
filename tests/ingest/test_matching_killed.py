"""A worker that dies while it groups, matches and attaches: nothing is done twice, and nothing is left undone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from disputes import commands, ledger
from disputes.addresses import article_id
from disputes.models import Article, EvidenceItem
from disputes.streams import dispute_stream
from ingest.articles import text_digest
from ingest.models import ArticleCopy, ArticleSketch, Candidate, CandidateState, PendingMatch
from tests.ingest.grouping.stories import LETTER, rewritten
from tests.support.celery_processes import CeleryStage, celery_stage
from tests.support.dying_stages import MATCHING_STAGES
from tests.support.waiting import wait_until

pytestmark = [pytest.mark.processes, pytest.mark.django_db(transaction=True)]

MATCH = "ingest.tasks.match_articles"
RULES = [{"kind": "any", "phrases": ["lawsuit time"], "weight": 4}]
CERTAIN = "Halvorsen told Fenwick that it is lawsuit time. Fenwick has not given Halvorsen its pictures back. "


@pytest.fixture
def stage(committed_database: str, tmp_path: Path) -> Iterator[CeleryStage]:
    with celery_stage(tmp_path, DIE_AT=str(tmp_path / "die-at")) as started:
        yield started


def store(name: str, text: str, *, minutes: int) -> Article:
    url = f"https://{name}.example/story"
    article = Article.objects.create(
        id=article_id(url), url=url, title=f"As told by {name}", text=text, digest=text_digest("", text),
        captured_at=timezone.now(),
    )  # fmt: skip
    Article.objects.filter(pk=article.pk).update(first_seen_at=timezone.now() + timedelta(minutes=minutes))
    PendingMatch.objects.create(article=article)
    return article


def test_a_worker_that_is_killed_at_any_stage_leaves_nothing_undone_and_nothing_doubled(
    stage: CeleryStage, tmp_path: Path
) -> None:
    commands.register_party("halvorsen", name="Halvorsen", by="curator")
    commands.register_party("fenwick", name="Fenwick", by="curator")
    commands.open_dispute("a", title="Halvorsen and Fenwick", kind="threat", summary="Pictures.", by="curator")
    commands.add_party("a", party="halvorsen", role="data_holder", by="curator")
    commands.add_party("a", party="fenwick", role="data_user", by="curator")
    commands.change_watch_rules("a", rules=RULES, by="curator")
    stage.start_worker("--concurrency", "2", "--include", "tests.support.dying_worker")
    order = tmp_path / "die-at"
    for number, place in enumerate(MATCHING_STAGES):
        # Another story each time, since what is in the log stays there.
        told = rewritten(LETTER, share=0.9, seed=number)
        original = store(f"press{number}", told, minutes=1)
        copy = store(f"mirror{number}", f"{told} ", minutes=2)
        certain = store(f"gazette{number}", CERTAIN, minutes=3)
        order.write_text(place)
        stage.send(MATCH)
        wait_until(lambda: not order.exists(), 20, f"The worker does not come by {place!r}")

        def is_done() -> bool:
            stage.send(MATCH)
            return not PendingMatch.objects.exists()

        wait_until(is_done, 20, f"Nothing goes on after a death at {place!r}")
        assert set(Article.objects.filter(pk__in=[original.pk, copy.pk]).values_list("group", flat=True)) == {
            original.pk
        }, place
        assert ArticleCopy.objects.filter(first=original).count() == 1, place
        assert not ArticleSketch.objects.filter(is_compared=False).exists(), place
        assert EvidenceItem.objects.filter(article=certain).count() == 1, place
        assert Candidate.objects.get(article=certain).state == CandidateState.ACCEPTED, place
    attached = [event for event in ledger.read_stream(dispute_stream("a")) if event.type == "evidence_attached"]
    assert len(attached) == len(MATCHING_STAGES)
