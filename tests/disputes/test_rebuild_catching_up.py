"""What is recorded in the middle of a rebuild is in the new tables too, at whatever moment and of whatever kind."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.db import connection

from disputes import commands, projections
from disputes.erasure.subjects import subjects_by_name
from disputes.models import Dispute, Event, Participation, Party, Proceeding, TimelineEntry
from disputes.projections import Progress, RebuildProblem
from tests.disputes.test_rebuild import rows

pytestmark = pytest.mark.django_db(transaction=True)

JUDGE = "Josephine Placeholder"
MOMENTS = ("projecting", "indexing", "catching up", "waiting for readers")
SLUGS = ("a", "b", "c", "d")


def occurrence(slug: str, name: str, occurred: str, **data: Any) -> UUID:
    recorded = commands.record_event(
        slug,
        type=name,
        occurred=occurred,
        standing="reported",
        data={"summary": f"{name} in {occurred}", **data},
        evidence=[{"article": f"https://press.example/{slug}"}],
        by="curator",
    )
    return recorded.event_id


def begin() -> None:
    """Record four disputes with a party each; d was merged into c, and party-d into party-c."""
    for slug in SLUGS:
        commands.register_party(f"party-{slug}", name=f"Party {slug}", by="curator")
        commands.open_dispute(slug, title=slug, kind="litigation", summary="About data.", by="curator")
        commands.add_party(slug, party=f"party-{slug}", role="plaintiff", by="curator")
        occurrence(slug, "complaint_filed", "2022", proceeding="court-1", court="A Court", judge=JUDGE)
        occurrence(slug, "statement_made", "2023-04-19", actors=[f"party-{slug}"])
    commands.merge_disputes("d", into="c", reason="The same", by="curator")
    commands.merge_parties("party-d", into="party-c", reason="The same", by="curator")


def record() -> None:
    occurrence("a", "judgment_entered", "2024", proceeding="court-1")
    commands.open_dispute("new", title="New", kind="threat", summary="About data.", by="curator")
    commands.register_party("new-party", name="New, Inc.", by="curator")
    commands.add_party("new", party="new-party", role="defendant", by="curator")


def amend() -> None:
    filed, said = Event.objects.filter(stream="dispute/a", type__in=["complaint_filed", "statement_made"])
    commands.retract_event("a", event=said.event_id, reason="Never said", by="curator")
    commands.correct_event(
        "a",
        event=filed.event_id,
        reason="Another court",
        occurred="2021",
        standing="confirmed",
        data={"summary": "Sued.", "proceeding": "court-2", "court": "B Court"},
        justification="Seen.",
        by="curator",
    )


def merge() -> None:
    commands.merge_disputes("b", into="a", reason="The same", by="curator")
    commands.merge_parties("party-b", into="party-a", reason="The same", by="curator")


def undo_merges() -> None:
    commands.undo_party_merge("party-d", reason="Two after all", by="curator")
    commands.undo_dispute_merge("d", reason="Two after all", by="curator")


def merge_on() -> None:
    """Merge what others were merged into, by now."""
    commands.merge_disputes("a", into="d", reason="The same", by="curator")
    commands.merge_disputes("c", into="d", reason="The same", by="curator")
    commands.merge_parties("party-a", into="party-d", reason="The same", by="curator")


def merge_and_undo() -> None:
    commands.merge_disputes("new", into="d", reason="The same", by="curator")
    commands.merge_parties("new-party", into="party-d", reason="The same", by="curator")
    commands.undo_party_merge("new-party", reason="Two after all", by="curator")
    commands.undo_dispute_merge("new", reason="Two after all", by="curator")


def attach_and_detach() -> None:
    commands.attach_evidence("a", article="https://press.example/more", by="curator")
    commands.attach_evidence("b", article="https://press.example/other", by="curator")
    commands.detach_evidence("b", article="https://press.example/other", reason="About another", by="curator")
    commands.reject_evidence("c", article="https://press.example/other", by="curator")


def erase() -> None:
    subjects = [subject.id for subject in subjects_by_name([JUDGE]).values()]
    commands.erase_subjects(subjects, reason="Request 12.", by="admin")
    assert not Proceeding.objects.filter(judge=JUDGE).exists()


ACTIONS: Sequence[Callable[[], None]] = (
    record,
    amend,
    attach_and_detach,
    merge,
    undo_merges,
    merge_on,
    merge_and_undo,
    erase,
)
"""In an order in which each is possible."""


@pytest.mark.parametrize("moment", MOMENTS)
def test_it_is_in_the_new_tables(moment: str) -> None:
    begin()
    # Readers are waited for as long as that takes; there, the half of it has to do.
    for action in ACTIONS[3:6] if moment == "waiting for readers" else ACTIONS:
        rebuild_with(action, moment)
        told = rows()
        projections.rebuild()
        assert rows() == told, f"{action.__name__}: as a rebuild in peace tells it"
    assert Dispute.objects.exclude(merged_into="").count() == 3


def rebuild_with(action: Callable[[], None], moment: str) -> None:
    taken: list[str] = []
    with psycopg.connect(**connection.get_connection_params()) as reader:
        if moment == "waiting for readers":
            reader.execute("SELECT count(*) FROM disputes_timelineentry")

        def progress(told: Progress) -> None:
            if told.doing == moment and not taken:
                taken.append(moment)
                # In a transaction of its own, committed before the rebuild goes on.
                elsewhere(action)
                reader.rollback()

        projections.rebuild(progress)
    assert taken == [moment]


def test_events_that_come_faster_than_one_look_are_all_caught_up_with() -> None:
    begin()
    appended: list[UUID] = []

    def progress(told: Progress) -> None:
        if told.doing in MOMENTS:
            elsewhere(lambda: appended.extend(occurrence("a", "letter_sent", "2024") for _turn in range(3)))

    assert projections.rebuild(progress) == Event.objects.count() - len(appended)
    assert TimelineEntry.objects.filter(event_id__in=appended).count() == len(appended) >= 9
    assert Dispute.objects.get(slug="a").version == TimelineEntry.objects.filter(dispute="a").count()


def test_progress_counts_every_event_once() -> None:
    """What was merged is told by two, and counted by one of them."""
    begin()
    told: list[Progress] = []
    everything = projections.rebuild(told.append)
    assert everything == Event.objects.count()
    assert {progress.everything for progress in told} == {everything}
    assert [progress.done for progress in told] == sorted(progress.done for progress in told)
    assert told[-1].done == everything
    assert list(dict.fromkeys(progress.doing for progress in told)) == list(MOMENTS[:3])


def test_a_second_rebuild_at_once_says_so_and_leaves_the_first_alone() -> None:
    begin()
    refused: list[str] = []

    def try_too() -> None:
        try:
            projections.rebuild()
        except RebuildProblem as problem:
            refused.append(str(problem))

    told = rows()
    projections.rebuild(lambda _progress: elsewhere(try_too))
    assert set(refused) == {"another rebuild is running; wait for it, or stop it"}
    assert rows() == told
    projections.rebuild()


def test_what_is_broken_off_leaves_nothing() -> None:
    begin()
    told = rows()
    for moment in MOMENTS[:3]:

        def interrupt(progress: Progress, moment: str = moment) -> None:
            if progress.doing == moment:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            projections.rebuild(interrupt)
        assert rows() == told
        with connection.cursor() as cursor:
            cursor.execute("SELECT to_regnamespace('read_models_to_be'), current_setting('search_path')")
            assert cursor.fetchone() == (None, '"$user", public')
    occurrence("a", "letter_sent", "2024")
    projections.rebuild()


def test_an_empty_log_gives_empty_tables() -> None:
    Dispute.objects.create(slug="invented", kind="threat", version=1, updated_at="2026-01-01T00:00Z")
    assert projections.rebuild() == 0
    assert not any(rows().values())
    begin()
    assert Party.objects.count() == len(SLUGS)
    assert Participation.objects.filter(dispute="c").count() == 1


def elsewhere(work: Callable[[], Any]) -> None:
    """Do something on another connection, and be done with it."""

    def run() -> None:
        try:
            work()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(run).result(60)
