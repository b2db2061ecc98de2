"""Making a landscape in an empty, migrated database."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db import connection
from knox.models import AuthToken

from benchmarks.contestants.appending import Placed, append_many
from benchmarks.landscape import words
from benchmarks.landscape.captured import fill_articles, fill_candidates, fill_feeds
from benchmarks.landscape.log import CURATORS, Log
from benchmarks.landscape.sizes import Landscape
from disputes import projections
from disputes.models import LedgerAudit, ParkedStream, SkippedEvent, Subscription
from disputes.proofs import tree
from disputes.proofs.checkpoint import make_checkpoint
from disputes.streams import dispute_stream
from disputes.subscriptions.delivery import ensure_subscriptions
from ingest.matching.weights import stored_weights
from ingest.models import FullTextRule, FullTextWish, MatcherVersion, Thresholds

BATCH = 2_000
BATCHES_OF_CHECKPOINT = 5
AUDITS, THRESHOLDS, RULES, VERSIONS, TROUBLES = 300, 200, 60, 60, 60

Say = Callable[[str], None]


def make(landscape: Landscape, *, say: Say = lambda _: None) -> None:
    """Fill the present database, which has been migrated and holds nothing.

    Some 0.4 ms for each event and article together: five minutes for the full size, and then 6 GB.
    """
    say(f"recording {landscape.events:,} events")
    log = Log(landscape)
    batch: list[Placed] = []
    batches = 0
    for placed in log:
        batch.append(placed)
        if len(batch) == BATCH:
            append_many(batch)
            batch.clear()
            batches += 1
            if batches % BATCHES_OF_CHECKPOINT == 0:
                make_checkpoint()
    append_many(batch)
    make_checkpoint()
    assert tree.log_size() == landscape.events
    say("building the read models")
    projections.rebuild()
    say(f"copying {landscape.articles:,} articles")
    fill_feeds(landscape)
    fill_articles(landscape)
    say("copying the candidates")
    fill_candidates(landscape, log.judged)
    _fill_small_tables(landscape)
    say("gathering statistics")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _fill_small_tables(landscape: Landscape) -> None:
    """Write what stays small: people, tokens, audits, thresholds, rules, and what a subscription could not take."""
    people = get_user_model().objects
    for name in CURATORS:
        user = people.create_user(name, is_staff=True)
        user.groups.set(Group.objects.filter(name="curator"))
        for _ in range(5):
            AuthToken.objects.create(user)
    moments = [landscape.midnight - timedelta(hours=number) for number in range(AUDITS)]
    size = landscape.events
    LedgerAudit.objects.bulk_create(
        LedgerAudit(requested_at=at, started_at=at, finished_at=at, size=size, log_size=size, ok=True) for at in moments
    )
    Thresholds.objects.bulk_create(
        Thresholds(
            dispute=words.dispute_slug(number % landscape.disputes),
            automatic=0.9,
            inbox=0.2,
            reason="Few articles name it.",
            set_by=CURATORS[number % len(CURATORS)],
        )
        for number in range(THRESHOLDS)
    )
    FullTextRule.objects.bulk_create(
        FullTextRule(domain=f"press-{number:05}.example", wish=FullTextWish.SUMMARIES, set_by=CURATORS[0])
        for number in range(RULES)
    )
    weights = stored_weights().as_json()
    MatcherVersion.objects.bulk_create(
        MatcherVersion(
            version=f"made-up-{number}",
            weights=weights,
            decisions=1_000 + number,
            held_back=300,
            loss=0.2,
            loss_before=0.1,
            is_adopted=False,
        )
        for number in range(VERSIONS)
    )
    # They have taken all that is recorded, apart from what one of them could not.
    ensure_subscriptions()
    Subscription.objects.update(position=size)
    for subscription in Subscription.objects.all()[:1]:
        streams = [dispute_stream(words.dispute_slug(number)) for number in range(min(TROUBLES, landscape.disputes))]
        ParkedStream.objects.bulk_create(
            ParkedStream(
                subscription=subscription,
                stream=stream,
                version=2,
                position=size // 2 + number,
                type="statement_made",
                attempts=8,
                error="the receiver answered 500",
                parked_at=landscape.midnight,
                last_try_at=landscape.midnight,
            )
            for number, stream in enumerate(streams)
        )
        SkippedEvent.objects.bulk_create(
            SkippedEvent(
                subscription=subscription,
                position=size // 4 + number,
                stream=stream,
                type="statement_made",
                error="the receiver answered 500",
                reason="It is not needed there.",
                skipped_by=CURATORS[0],
                skipped_at=landscape.midnight,
            )
            for number, stream in enumerate(streams)
        )
