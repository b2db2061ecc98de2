"""Random histories of commands: whatever curators do, the read models are the fold of the log."""

from __future__ import annotations

import random
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from disputes import commands, ledger, projections
from disputes.dispute import fold
from disputes.errors import Refused
from disputes.models import Dispute, EvidenceItem, StatusPeriod, TimelineEntry
from disputes.status import status_on
from disputes.streams import dispute_stream
from tests.disputes.test_rebuild import rows

SLUG = "a-dispute"
TYPES = ("threat_made", "letter_sent", "statement_made", "licence_signed", "settlement_agreed", "negotiation_ended")
DAYS = ("2022", "2023-04", "2023-04-19", "2023-04-20", "2024-02-29", "2025", "2026-06", "2027-01-01")
ARTICLES = ("https://press.example/1", "https://press.example/2", "https://press.example/3")


class Curator:
    """Does random things; what does not fit is refused and recorded nowhere."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        commands.open_dispute(SLUG, title="A dispute", kind="threat", summary="About data.", by="curator")

    def act(self) -> None:
        action = self.chance.choice([self.record, self.record, self.correct, self.retract, self.attach, self.detach])
        try:
            with transaction.atomic():
                action()
        except Refused:
            pass

    def record(self) -> None:
        commands.record_event(SLUG, **self.reading(), by="curator")

    def correct(self) -> None:
        commands.correct_event(SLUG, event=self.some_event(), reason="Wrong", **self.reading(), by="curator")

    def retract(self) -> None:
        commands.retract_event(SLUG, event=self.some_event(), reason="Wrong", by="curator")

    def attach(self) -> None:
        event = self.some_event() if self.chance.random() < 0.5 else None
        commands.attach_evidence(SLUG, article=self.chance.choice(ARTICLES), event=event, by="system:matcher")

    def detach(self) -> None:
        commands.detach_evidence(SLUG, article=self.chance.choice(ARTICLES), reason="Another case", by="curator")

    def reading(self) -> dict[str, Any]:
        return {
            "type": self.chance.choice(TYPES),
            "occurred": self.chance.choice(DAYS),
            "standing": self.chance.choice(["alleged", "reported", "confirmed"]),
            "data": {"summary": f"Said {self.chance.random()}"},
            "evidence": [{"article": self.chance.choice(ARTICLES)}],
        }

    def some_event(self) -> UUID:
        events = ledger.read_stream(dispute_stream(SLUG))
        return self.chance.choice([event.event_id for event in events] + [uuid4()])


@pytest.mark.django_db
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(chance=st.randoms(use_true_random=False), steps=st.integers(3, 15))
def test_fold_read_models_and_rebuild_agree(chance: random.Random, steps: int) -> None:
    with transaction.atomic():
        curator = Curator(chance)
        for _step in range(steps):
            curator.act()
        _read_models_are_the_fold()
        _as_of_is_a_prefix()
        before = rows()
        for model in projections.READ_MODELS:
            model._default_manager.all().delete()
        projections.rebuild()
        assert rows() == before
        transaction.set_rollback(True)


def _read_models_are_the_fold() -> None:
    events = ledger.read_stream(dispute_stream(SLUG))
    everything = fold(SLUG, events, on_date=date.max)
    dispute = Dispute.objects.get(slug=SLUG)
    assert (dispute.version, dispute.evidence_count) == (len(events), everything.evidence_count)
    articles = sorted((item.article_id, str(item.event_id)) for item in EvidenceItem.objects.filter(dispute=SLUG))
    assert articles == sorted((item.article, str(item.event)) for item in everything.evidence.values())
    periods = list(StatusPeriod.objects.filter(dispute=SLUG).order_by("since"))
    for day in (date(2022, 6, 1), date(2023, 4, 19), date(2024, 6, 1), date(2026, 11, 24), date(2030, 1, 1)):
        told = [period.status for period in periods if period.since <= day]
        assert (told[-1] if told else "watching") == fold(SLUG, events, on_date=day).status
        assert status_on(everything.status_history, day) is fold(SLUG, events, on_date=day).status
    counted = TimelineEntry.objects.filter(dispute=SLUG, first_day__isnull=False, retracted_by__isnull=True)
    assert set(counted.values_list("event_id", flat=True)) == {r.event.event_id for r in everything.occurrences}


def _as_of_is_a_prefix() -> None:
    events = ledger.read_stream(dispute_stream(SLUG))
    for known, event in enumerate(events, start=1):
        then = fold(SLUG, events, on_date=date.max, as_of=event.recorded_at)
        assert then == fold(SLUG, events[:known], on_date=date.max)
