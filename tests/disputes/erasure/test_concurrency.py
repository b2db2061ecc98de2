"""Writers and erasures at the same moment: nobody waits for nobody, and nothing is sealed under a key that goes."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from disputes import commands, ledger, projections
from disputes.erasure.subjects import subjects_by_name
from disputes.errors import Unfit
from disputes.events.personal import ERASED
from disputes.ledger import VersionConflict
from disputes.models import Party, Proceeding, SubjectKey, TimelineEntry

JUDGES = ("Josephine Placeholder", "Nemo Placeholder")
WRITERS = 4
EACH = 15


def begin() -> None:
    for number in range(WRITERS):
        slug = f"d-{number}"
        commands.open_dispute(slug, title="A dispute", kind="litigation", summary="About data.", by="curator")
        commands.record_event(
            slug,
            type="complaint_filed",
            occurred="2022",
            standing="confirmed",
            data={"summary": "Somebody sued.", "proceeding": "court-1", "court": "A Court"},
            justification="Seen.",
            by="curator",
        )


def order(slug: str, judge: str, expected_version: int | None) -> bool:
    """Record an order, and say whether the answer had the judge's name."""
    recorded = commands.record_event(
        slug,
        type="order_issued",
        occurred="2023",
        standing="confirmed",
        data={"summary": "The court ordered it.", "proceeding": "court-1", "judge": judge},
        justification="Seen.",
        by="curator",
        expected_version=expected_version,
    )
    return bool(recorded.data["judge"] == judge)


@pytest.mark.django_db(transaction=True)
def test_nothing_fails_and_nothing_is_lost() -> None:
    begin()
    start = threading.Barrier(WRITERS + 1)

    def write(number: int) -> int:
        slug, done = f"d-{number}", 0
        start.wait(10)
        while done < EACH:
            # Half of them name the version, and so seal before they hold the ledger for anything else.
            version = ledger.stream_version(f"dispute/{slug}") if number % 2 else None
            try:
                assert order(slug, JUDGES[done % len(JUDGES)], version)
            except VersionConflict:
                continue  # an erasure was recorded in between
            done += 1
        return done

    def erase(_number: int) -> int:
        start.wait(10)
        done = 0
        while done < 3:
            found = subjects_by_name(JUDGES)
            try:
                commands.erase_subjects([one.id for one in found.values()], reason="Request 12.", by="admin")
            except Unfit:
                continue
            done += bool(found)
        return done

    with ThreadPoolExecutor(WRITERS + 1) as pool:
        writers = [pool.submit(closing(write), number) for number in range(WRITERS)]
        eraser = pool.submit(closing(erase), 0)
        assert [writer.result(60) for writer in writers] == [EACH] * WRITERS
        assert eraser.result(60) == 3
    named = [event.data["judge"] for event in ledger.read_all() if event.type == "order_issued"]
    assert len(named) == WRITERS * EACH
    assert set(named) <= {*JUDGES, ERASED}
    assert SubjectKey.objects.filter(key__isnull=False).count() <= len(JUDGES), "one key for each, whoever met it first"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("moment", ["projecting", "indexing", "catching up"])
def test_a_rebuild_that_read_the_name_before_does_not_bring_it_back(moment: str) -> None:
    begin()
    commands.register_party("somebody", name=JUDGES[0], kind="person", by="curator")
    order("d-0", JUDGES[0], None)
    subjects = ["party/somebody", *(found.id for found in subjects_by_name(JUDGES[:1]).values())]
    erased: list[int] = []

    def erase(_number: int) -> int:
        return len(commands.erase_subjects(subjects, reason="Request 12.", by="admin"))

    def progress(told: projections.Progress) -> None:
        if told.doing == moment and not erased:
            # In another transaction, while the new tables hold the name already.
            with ThreadPoolExecutor(1) as pool:
                erased.append(pool.submit(closing(erase), 0).result(30))

    projections.rebuild(progress)
    assert erased == [2]
    assert Party.objects.get(slug="somebody").name == ERASED
    assert {found.judge for found in Proceeding.objects.filter(dispute="d-0")} == {ERASED}
    assert not any(JUDGES[0] in str(entry.data) for entry in TimelineEntry.objects.all())


def closing(work: Callable[[int], int]) -> Callable[[int], int]:
    """Close the thread's connection, which the database of the test could not be dropped with."""

    def run(number: int) -> int:
        try:
            return work(number)
        finally:
            connection.close()

    return run
