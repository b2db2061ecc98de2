"""Read models equal the replay: thrown away and rebuilt from the log, they are the same."""

from pathlib import Path

import pytest
from django.core.management import call_command

from disputes import projections
from disputes.models import Dispute, Event
from disputes.seeding import load_seeds
from tests.disputes.seed_files import some_known_seeds

SEEDS = Path(__file__).parents[2] / "seeds"


def rows() -> dict[str, list[dict[str, object]]]:
    """Give every row of every read model; surrogate keys say nothing and are left out."""
    found = {}
    for model in projections.READ_MODELS:
        names = [field.attname for field in model._meta.concrete_fields if field.get_internal_type() != "BigAutoField"]
        found[model.__name__] = sorted(model._default_manager.values(*names), key=repr)
    return found


@pytest.mark.django_db
def test_what_was_thrown_away_is_rebuilt_equal(capsys: pytest.CaptureFixture[str]) -> None:
    for _report in load_seeds(SEEDS):
        pass
    before = rows()
    assert len(before["Dispute"]) == Dispute.objects.count() >= 6
    assert all(before.values()), "the seeds fill every read model"
    for model in projections.READ_MODELS:
        model._default_manager.all().delete()
    call_command("rebuild_projections")
    assert rows() == before
    events = Event.objects.count()
    assert capsys.readouterr().out.startswith(f"{events:,} events projected")


@pytest.mark.django_db
def test_rows_that_no_event_accounts_for_go(tmp_path: Path) -> None:
    for _report in load_seeds(some_known_seeds(tmp_path / "seeds")):
        pass
    before = rows()
    newest = Dispute.objects.latest("updated_at")
    Dispute.objects.create(slug="invented", kind="threat", version=1, updated_at=newest.updated_at)
    newest.timeline.model.objects.create(
        event_id="00000000-0000-4000-8000-000000000000",
        dispute_id="orphaned",
        position=10**9,
        version=1,
        type="statement_made",
        summary="Invented",
        data={},
        recorded_at=newest.updated_at,
    )
    projections.rebuild()
    assert rows() == before
