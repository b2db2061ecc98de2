"""A landscape is a true installation: its log verifies, its read models equal the replay, and no table is forgotten."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from django.contrib import admin
from pytest_django import Settings

from benchmarks.landscape import Landscape, make
from benchmarks.landscape.sizes import LONGEST, SHORTEST, dispute_lengths
from disputes.dispute import fold
from disputes.history import dispute_history
from disputes.models import Dispute, Event, Participation, SubjectKey, TimelineEntry
from disputes.projections import READ_MODELS
from disputes.proofs.verification import verify_database

SMALL = Landscape.of(0, today=date(2026, 11, 24))


@pytest.fixture
def _made(committed_database: str, settings: Settings, tmp_path: Path) -> None:
    # Its keys and its checkpoint lie in the home.
    settings.TRACKER_HOME = tmp_path
    make(SMALL)


@pytest.mark.usefixtures("_made")
def test_it_works() -> None:
    report = verify_database()
    assert report.is_in_order, report.findings
    assert report.size == SMALL.events == Event.objects.count()
    shown = {model for model in admin.site._registry if model._meta.app_label != "axes"}
    empty = [model.__name__ for model in {*READ_MODELS, *shown} if not model._default_manager.exists()]
    assert not empty, "there is nothing to measure these with"
    for row in Dispute.objects.all():
        state = fold(row.slug, dispute_history(row.slug), on_date=SMALL.today)
        assert (row.version, row.title) == (state.version, state.title)
        assert TimelineEntry.objects.filter(dispute=row).count() == len(state.readings)
        seats = Participation.objects.filter(dispute=row).values_list("party", "role")
        assert set(seats) == set(state.participations)
    assert SubjectKey.objects.filter(subject__startswith="person/").exists(), "judges are sealed"


def test_most_disputes_are_short_and_a_few_as_long_as_they_get() -> None:
    landscape = Landscape()
    lengths = sorted(dispute_lengths(landscape, landscape.events))
    assert sum(lengths) == landscape.events
    assert len(lengths) == landscape.disputes
    assert lengths[0] >= SHORTEST
    assert lengths[-1] == LONGEST
    assert lengths[len(lengths) // 2] < 70
    assert 10 <= lengths.count(LONGEST) <= 300
