"""Merging: both histories are kept, the other tells them, and it can be undone."""

import pytest

from disputes import commands, ledger, projections
from disputes.errors import Invalid, NotFound, Unfit
from disputes.models import Dispute, LedgerHead, Participation, Party, TimelineEntry
from disputes.streams import dispute_stream
from tests.disputes.test_rebuild import rows

pytestmark = pytest.mark.django_db


def threaten(slug: str, day: str) -> None:
    commands.record_event(
        slug,
        type="threat_made",
        occurred=day,
        standing="reported",
        data={"summary": f"A threat on {day}", "actors": ["x-corp"]},
        evidence=[{"article": f"https://press.example/{slug}"}],
        by="alice",
    )


@pytest.fixture(autouse=True)
def _two_of_each() -> None:
    commands.register_party("x-corp", name="X Corp.", aliases=["Twitter"], by="alice")
    commands.register_party("twitter-inc", name="Twitter, Inc.", aliases=["Twitter"], by="alice")
    for slug, party in (("first", "x-corp"), ("second", "twitter-inc")):
        commands.open_dispute(slug, title=slug, kind="threat", summary="About data.", by="alice")
        commands.add_party(slug, party=party, role="data_holder", by="alice")
        threaten(slug, "2023-04-19")


def occurrences(slug: str) -> int:
    return TimelineEntry.objects.filter(dispute=slug, first_day__isnull=False).count()


def test_it_works() -> None:
    commands.merge_disputes("second", into="first", reason="The same threat", by="alice")
    assert Dispute.objects.get(slug="second").merged_into == "first"
    assert (occurrences("first"), occurrences("second")) == (2, 0)
    merged = Dispute.objects.get(slug="first")
    assert (merged.title, merged.evidence_count) == ("first", 2), "it keeps its own description"
    assert Participation.objects.filter(dispute="first").count() == 2
    assert ledger.stream_version(dispute_stream("second")) == 4, "the other stream keeps its history"


def test_what_was_merged_away_is_not_written_to() -> None:
    commands.merge_disputes("second", into="first", reason="The same", by="alice")
    with pytest.raises(Unfit, match="merged into first; write there"):
        threaten("second", "2023-05-18")
    threaten("first", "2023-05-18")
    assert occurrences("first") == 3


def test_undoing_a_merge_gives_both_back() -> None:
    before = {name: found for name, found in rows().items() if name not in {"TimelineEntry", "Dispute"}}
    commands.merge_disputes("second", into="first", reason="The same", by="alice")
    commands.undo_dispute_merge("second", reason="Two threats after all", by="bob")
    assert (occurrences("first"), occurrences("second")) == (1, 1)
    assert {name: found for name, found in rows().items() if name in before} == before
    threaten("second", "2023-05-18")


def test_a_party_that_was_merged_lends_its_names_and_gives_up_its_roles() -> None:
    commands.merge_parties("twitter-inc", into="x-corp", reason="Renamed", by="alice")
    assert Party.objects.get(slug="x-corp").aliases == ["Twitter", "Twitter, Inc."]
    assert set(Participation.objects.values_list("party", flat=True)) == {"x-corp"}
    commands.undo_party_merge("twitter-inc", reason="Two companies", by="alice")
    assert Party.objects.get(slug="x-corp").aliases == ["Twitter"]
    assert set(Participation.objects.values_list("party", flat=True)) == {"x-corp", "twitter-inc"}


def test_a_rebuild_tells_merges_the_same() -> None:
    commands.merge_disputes("first", into="second", reason="The same", by="alice")
    commands.merge_parties("x-corp", into="twitter-inc", reason="The same", by="alice")
    before = rows()
    projections.rebuild()
    assert rows() == before
    for model in projections.READ_MODELS:
        model._default_manager.all().delete()
    projections.rebuild()
    assert rows() == before


def test_what_can_not_be_merged_is_refused_and_nothing_is_recorded() -> None:
    position = LedgerHead.objects.get().position
    with pytest.raises(Invalid, match="into itself"):
        commands.merge_disputes("first", into="first", reason="The same", by="alice")
    with pytest.raises(NotFound, match="no dispute 'third'"):
        commands.merge_disputes("first", into="third", reason="The same", by="alice")
    with pytest.raises(Unfit, match="was not merged"):
        commands.undo_dispute_merge("first", reason="Never", by="alice")
    assert LedgerHead.objects.get().position == position
    commands.merge_disputes("first", into="second", reason="The same", by="alice")
    with pytest.raises(Unfit, match="merged into second"):
        commands.merge_disputes("second", into="first", reason="Round and round", by="alice")
