"""What an append writes: the differences that it makes, and what should have been there already."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from disputes import commands, projections
from disputes.history import dispute_history
from disputes.models import (
    Dispute,
    EvidenceItem,
    Licence,
    Participation,
    Party,
    Price,
    Proceeding,
    StatusPeriod,
    TimelineEntry,
)
from disputes.projections import READ_MODELS
from disputes.streams import dispute_stream, party_stream
from tests.disputes.test_rebuild import rows

pytestmark = pytest.mark.django_db

MONEY = {"low": "0.24", "currency": "USD", "basis": "reported"}
DATA: dict[str, dict[str, Any]] = {
    "complaint_filed": {"proceeding": "court-1", "court": "A Court", "claims": ["privacy", "dmca_1202"]},
    "judgment_entered": {"proceeding": "court-1"},
    "price_disclosed": {"amounts": [MONEY, MONEY]},
    "licence_signed": {"licensor": "holder"},
}


def record(name: str, occurred: str, slug: str = "a", **data: Any) -> UUID:
    data = {"summary": f"{name} in {occurred}", **DATA.get(name, {}), **data}
    recorded = commands.record_event(
        slug,
        type=name,
        occurred=occurred,
        standing="reported",
        data=data,
        evidence=[{"article": f"https://press.example/{slug}"}],
        by="curator",
    )
    return recorded.event_id


@pytest.fixture(autouse=True)
def events() -> dict[str, UUID]:
    """Record two disputes, and give the events of the one that fills every table."""
    commands.register_party("holder", name="Holder, Inc.", by="curator")
    for slug in ("a", "b"):
        commands.open_dispute(slug, title=slug, kind="litigation", summary="About data.", by="curator")
    commands.add_party("a", party="holder", role="plaintiff", by="curator")
    found = {
        "complaint": record("complaint_filed", "2021"),
        "judgment": record("judgment_entered", "2023"),
        "prices": record("price_disclosed", "2022"),
        "licence": record("licence_signed", "2024"),
    }
    assert all(rows().values()), "every read model has rows"
    return found


def written_anew() -> dict[str, list[dict[str, object]]]:
    """Give the rows as they are when every stream is written anew."""
    for slug in ("a", "b"):
        projections.project(dispute_stream(slug))
    projections.project(party_stream("holder"))
    return rows()


def test_it_works() -> None:
    before = rows()
    with CaptureQueriesContext(connection) as queries:
        record("statement_made", "2023-05")
    written = [query["sql"] for query in queries if query["sql"].startswith(("INSERT", "DELETE", "UPDATE", "COPY"))]
    tables = {statement.split('"')[1] for statement in written}
    assert tables == {"disputes_dispute", "disputes_timelineentry", "disputes_evidenceitem"}, "and no others"
    after = rows()
    added = [entry for entry in after["TimelineEntry"] if entry not in before["TimelineEntry"]]
    assert [entry["summary"] for entry in added] == ["statement_made in 2023-05"]
    assert written_anew() == after


def test_rows_that_are_no_more_go(events: dict[str, UUID]) -> None:
    """A correction gives two prices less and another proceeding; a retraction takes a licence away."""
    commands.correct_event(
        "a",
        event=events["prices"],
        reason="No prices",
        occurred="2022",
        standing="reported",
        data={"summary": "Nothing."},
        justification="Seen.",
        by="curator",
    )
    assert not Price.objects.exists()
    commands.retract_event("a", event=events["licence"], reason="Never signed", by="curator")
    assert not Licence.objects.exists()
    for event in (events["complaint"], events["judgment"]):
        commands.retract_event("a", event=event, reason="Another case", by="curator")
    assert not Proceeding.objects.exists()
    assert not EvidenceItem.objects.exists()
    commands.remove_party("a", party="holder", role="plaintiff", by="curator")
    assert not Participation.objects.exists()
    told = rows()
    assert written_anew() == told


def test_what_an_event_touches_is_put_right(events: dict[str, UUID]) -> None:
    told = rows()
    Dispute.objects.filter(slug="a").update(title="Altered", evidence_count=99)
    TimelineEntry.objects.filter(event_id=events["licence"]).update(summary="Altered", retracted_by=UUID(int=1))
    Licence.objects.update(licensor="altered")
    EvidenceItem.objects.filter(event_id=events["licence"]).delete()
    retraction = commands.retract_event("a", event=events["licence"], reason="Never signed", by="curator")
    commands.retract_event("a", event=retraction.event_id, reason="Signed after all", by="curator")
    after = rows()
    for name in ("Licence", "EvidenceItem", "StatusPeriod", "Proceeding", "Price"):
        assert after[name] == told[name], name
    assert written_anew() == after


@pytest.mark.parametrize("model", READ_MODELS, ids=lambda model: model.__name__)
def test_a_table_that_was_emptied_is_filled_by_what_touches_all_of_it(model: type, events: dict[str, UUID]) -> None:
    """An absorption writes the dispute anew; a change of a party its one row."""
    model._default_manager.all().delete()  # type: ignore[attr-defined]
    commands.add_alias("holder", alias="The holder", by="curator")
    commands.note_conflict("b", text="Two articles differ.", by="curator")
    commands.merge_disputes("b", into="a", reason="The same", by="curator")
    told = rows()
    assert written_anew() == told
    projections.rebuild()
    assert rows() == told


def test_what_was_merged_away_keeps_its_own_row_alone() -> None:
    record("complaint_filed", "2020", "b")
    record("price_disclosed", "2020", "b")
    record("licence_signed", "2020", "b")
    commands.add_party("b", party="holder", role="defendant", by="curator")
    everything = TimelineEntry.objects.count()
    commands.merge_disputes("a", into="b", reason="The same", by="curator")
    for model in (StatusPeriod, Participation, TimelineEntry, Proceeding, Price, Licence, EvidenceItem):
        assert not model.objects.filter(dispute="a").exists(), model.__name__
        assert model.objects.filter(dispute="b").exists(), model.__name__
    assert Dispute.objects.get(slug="a").merged_into == "b"
    assert TimelineEntry.objects.filter(dispute="b").count() == everything + 2
    assert Price.objects.count() == 4
    assert len(dispute_history("b")) == everything + 2
    told = rows()
    assert written_anew() == told


def test_what_hangs_about_of_one_that_was_merged_away_goes() -> None:
    """Rows that should have gone with the merge, by whatever accident they stayed."""
    commands.merge_disputes("a", into="b", reason="The same", by="curator")
    told = rows()
    StatusPeriod.objects.create(dispute_id="a", status="licensed", since="2024-01-01")
    TimelineEntry.objects.filter(dispute="b", type="licence_signed").update(dispute="a")
    projections.project(dispute_stream("a"))
    assert rows() == told


def test_a_party_is_one_row_and_is_written_whole() -> None:
    told = rows()["Party"]
    Party.objects.update(name="Altered", aliases=["Altered"], version=99)
    commands.add_alias("holder", alias="The holder", by="curator")
    commands.remove_alias("holder", alias="The holder", by="curator")
    (row,) = rows()["Party"]
    assert row | {"version": 1, "updated_at": told[0]["updated_at"]} == told[0]
    Party.objects.all().delete()
    commands.add_alias("holder", alias="The holder", by="curator")
    assert Party.objects.get().aliases == ["The holder"]
