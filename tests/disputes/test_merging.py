"""Merging: both histories are kept, the other tells them, and it can be undone."""

from uuid import uuid4

import pytest

from disputes import commands, ledger, projections
from disputes.errors import Invalid, Unfit
from disputes.models import Dispute, Event, LedgerHead, Participation, Party, TimelineEntry
from disputes.streams import dispute_stream, party_stream
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
    with pytest.raises(Invalid, match="no dispute 'third'"):
        commands.merge_disputes("first", into="third", reason="The same", by="alice")
    with pytest.raises(Unfit, match="was not merged"):
        commands.undo_dispute_merge("first", reason="Never", by="alice")
    assert LedgerHead.objects.get().position == position
    commands.merge_disputes("first", into="second", reason="The same", by="alice")
    with pytest.raises(Unfit, match="merge into second, or undo that merge first"):
        commands.merge_disputes("second", into="first", reason="Round and round", by="alice")


def test_a_merge_that_is_sent_twice_is_recorded_once() -> None:
    """Also when much happened since the first answer that the caller never saw."""
    merging, undoing = uuid4(), uuid4()
    first = commands.merge_disputes("second", into="first", reason="The same", by="alice", event_id=merging)
    again = commands.merge_disputes("second", into="first", reason="The same", by="alice", event_id=merging)
    assert again == first
    undone = commands.undo_dispute_merge("second", reason="Two", by="alice", event_id=undoing)
    assert commands.undo_dispute_merge("second", reason="Two", by="alice", event_id=undoing) == undone
    position = LedgerHead.objects.get().position
    assert commands.merge_disputes("second", into="first", reason="The same", by="alice", event_id=merging) == first
    assert LedgerHead.objects.get().position == position
    assert Dispute.objects.get(slug="second").merged_into == ""


def test_a_party_merge_that_is_sent_twice_is_recorded_once() -> None:
    merging, undoing = uuid4(), uuid4()
    for _turn in range(2):
        commands.merge_parties("twitter-inc", into="x-corp", reason="Renamed", by="alice", event_id=merging)
    for _turn in range(2):
        commands.undo_party_merge("twitter-inc", reason="Two companies", by="alice", event_id=undoing)
    assert ledger.stream_version(party_stream("twitter-inc")) == 3
    assert ledger.stream_version(party_stream("x-corp")) == 3


def test_what_was_merged_is_not_merged_again() -> None:
    """Also not into the same one, as two curators do who come to the same conclusion."""
    commands.merge_disputes("second", into="first", reason="The same", by="alice")
    with pytest.raises(Unfit, match="second was merged into first"):
        commands.merge_disputes("second", into="first", reason="The same", by="bob")
    commands.merge_parties("twitter-inc", into="x-corp", reason="Renamed", by="alice")
    with pytest.raises(Unfit, match="twitter-inc was merged into x-corp"):
        commands.merge_parties("twitter-inc", into="x-corp", reason="Renamed", by="bob")
    before = rows()
    projections.rebuild()
    assert rows() == before


@pytest.mark.django_db(transaction=True)
def test_the_same_id_for_another_merge_is_refused() -> None:
    identity = uuid4()
    commands.merge_disputes("second", into="first", reason="The same", by="alice", event_id=identity)
    with pytest.raises(ledger.EventIdConflict):
        commands.merge_disputes("second", into="first", reason="Otherwise", by="alice", event_id=identity)
    with pytest.raises(ledger.EventIdConflict):
        commands.undo_dispute_merge("second", reason="Two", by="alice", event_id=identity)


def test_half_a_merge_is_neither_retracted_nor_corrected() -> None:
    """Retracted in one of the two streams only, the events of the other would be told by nobody."""
    commands.merge_disputes("second", into="first", reason="The same", by="alice")
    halves = Event.objects.filter(type__in=["dispute_merged", "dispute_absorbed"]).values_list("event_id", flat=True)
    for half in halves:
        with pytest.raises(Unfit, match="as a whole"):
            commands.retract_event("first", event=half, reason="No", by="alice")
        data = {"other": "third", "reason": "No"}
        with pytest.raises(Unfit, match="as a whole"):
            commands.correct_event("first", event=half, type="dispute_absorbed", data=data, reason="No", by="alice")
    commands.undo_dispute_merge("second", reason="Two", by="alice")
    undoing = Event.objects.get(stream="dispute/first", type="event_retracted").event_id
    with pytest.raises(Unfit, match="as a whole"):
        commands.retract_event("first", event=undoing, reason="No", by="alice")
    commands.merge_parties("twitter-inc", into="x-corp", reason="Renamed", by="alice")
    half = Event.objects.get(type="party_absorbed").event_id
    with pytest.raises(Unfit, match="as a whole"):
        commands.retract_party_event("x-corp", event=half, reason="No", by="alice")


def test_an_undoing_that_was_overtaken_is_refused() -> None:
    commands.merge_disputes("second", into="first", reason="The same", by="alice")
    with pytest.raises(ledger.VersionConflict):
        commands.undo_dispute_merge("second", reason="Two", by="alice", expected_version=3)
    commands.undo_dispute_merge("second", reason="Two", by="alice", expected_version=4)
