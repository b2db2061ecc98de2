"""Rebuilding while the product serves: readers see a whole state at every moment, and no append waits a second."""

from __future__ import annotations

import itertools
import logging
import os
import random
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from time import monotonic
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg
import pytest
from django.db import connection
from psycopg import sql
from pytest_django import Settings

from disputes import commands, ledger, projections
from disputes.as_known import as_known
from disputes.erasure.subjects import subjects_by_name
from disputes.errors import Refused
from disputes.events.curation import ConflictNoted
from disputes.ledger import NewEvent
from disputes.models import Dispute, LedgerHead, Participation, Party, StatusPeriod, TimelineEntry
from disputes.projections import TABLES, RebuildProblem
from tests.disputes.many_events import fill
from tests.disputes.test_rebuild import rows
from tests.support.product import ROOT
from tests.support.waiting import wait_until

logger = logging.getLogger(__name__)

DISPUTES, EACH = 60, 100
UNTOUCHED = "dispute-0"
LOCKED_OUT = 2.0
"""Seconds that no append may wait for a rebuild: less than the readers below take together."""
TOUCHED = tuple(f"dispute-{number}" for number in range(1, 5))
MERGED, INTO = "dispute-5", "dispute-6"
REBUILDS = 2
JUDGE = "Josephine Placeholder"

REBUILDER = f"""
import django
django.setup()
from disputes import projections
for turn in range({REBUILDS}):
    projections.rebuild()
    print("rebuilt", flush=True)
"""


@dataclass
class Crowd:
    """Threads that do something again and again until they are told to stop; each on a connection of its own."""

    stop: threading.Event = field(default_factory=threading.Event)
    waits: dict[str, list[float]] = field(default_factory=dict)
    """How long each turn took, in seconds, by what was done."""

    def go_on(self, pool: ThreadPoolExecutor, turn: Callable[[int], Any], *, every: float) -> Future[None]:
        """Let somebody take a turn, rest for some seconds, and take the next."""
        taken = self.waits.setdefault(turn.__name__, [])

        def run() -> None:
            try:
                for number in itertools.count():
                    begun = monotonic()
                    turn(number)
                    taken.append(monotonic() - begun)
                    if self.stop.wait(every):
                        return
            finally:
                connection.close()

        return pool.submit(run)


def append(number: int) -> None:
    """Append and nothing else, to a stream that is told nowhere."""
    event = NewEvent(uuid4(), ConflictNoted(text=f"Note {number}"))
    ledger.append("note/of-nobody", [event], expected_version=number, recorded_by="curator")


def command(number: int) -> None:
    """Do what curators do, to disputes that a reader looks at."""
    chance = random.Random(number)  # noqa: S311 (no secret)
    slug = chance.choice(TOUCHED)
    reading: dict[str, Any] = {
        "type": "order_issued",
        "occurred": chance.choice(["2022", "2024-05", "2027"]),
        "standing": "reported",
        "data": {"summary": f"Order {number}", "proceeding": "court-1", "actors": ["party-1"], "judge": JUDGE},
        "justification": "Seen.",
    }
    last = TimelineEntry.objects.filter(dispute=slug, retracted_by=None).latest("position").event_id
    try:
        match number % 5:
            case 0 | 1:
                commands.record_event(slug, **reading, by="curator")
            case 2:
                commands.correct_event(slug, event=last, reason="Wrong", **reading, by="curator")
            case 3:
                commands.retract_event(slug, event=last, reason="Wrong", by="curator")
            case _:
                commands.attach_evidence(slug, article=f"https://press.example/of-{number}", by="curator")
    except Refused:
        pass  # such as a retraction of what was just retracted


def merge(number: int) -> None:
    """Merge a dispute and a party, undo it, and erase somebody's name."""
    if number % 2:
        commands.undo_dispute_merge(MERGED, reason="Two after all", by="curator")
        commands.undo_party_merge("party-7", reason="Two after all", by="curator")
    else:
        commands.merge_disputes(MERGED, into=INTO, reason="The same", by="curator")
        commands.merge_parties("party-7", into="party-8", reason="The same", by="curator")
    if number % 2 == 0 and (subjects := subjects_by_name([JUDGE])):
        commands.erase_subjects([subject.id for subject in subjects.values()], reason="Request 12.", by="admin")


def read(_number: int) -> None:
    """See a dispute whole that nobody touches, and each other one at one version, in one statement."""
    assert TimelineEntry.objects.filter(dispute=UNTOUCHED).count() == EACH
    assert Dispute.objects.get(slug=UNTOUCHED).version == EACH
    assert Participation.objects.filter(dispute=UNTOUCHED).count() == 1
    assert Dispute.objects.count() == DISPUTES
    assert Party.objects.count() == 20
    assert StatusPeriod.objects.filter(dispute=UNTOUCHED).exists()
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT slug, version, (SELECT count(*) FROM disputes_timelineentry WHERE dispute_id = slug)
            FROM disputes_dispute WHERE slug = ANY (%s)
            """,
            [list(TOUCHED)],
        )
        found = cursor.fetchall()
    assert len(found) == len(TOUCHED)
    assert [version for _, version, _ in found] == [entries for _, _, entries in found]
    with connection.cursor() as cursor:
        # Of two that are merged and parted all the time, what was recorded is told by one or the other.
        cursor.execute(
            """
            SELECT (SELECT sum(version) FROM disputes_dispute WHERE slug = ANY (%(both)s)),
                   (SELECT count(*) FROM disputes_timelineentry WHERE dispute_id = ANY (%(both)s))
            """,
            {"both": [MERGED, INTO]},
        )
        assert len(set(cursor.fetchall()[0])) == 1


@pytest.mark.processes
def test_readers_and_writers_go_on(committed_database: str, settings: Settings) -> None:
    fill(DISPUTES, EACH)
    moment = LedgerHead.objects.get().recorded_at
    known = TimelineEntry.objects.count()

    def look_back(_number: int) -> None:
        """Read the lists as they were before all this, on one snapshot."""
        with as_known(moment):
            assert TimelineEntry.objects.count() == known
            assert Dispute.objects.filter(merged_into="").count() == DISPUTES
            assert Dispute.objects.get(slug=TOUCHED[0]).version == EACH

    crowd = Crowd()
    with ThreadPoolExecutor(5) as pool:
        going = [
            crowd.go_on(pool, append, every=0.005),
            crowd.go_on(pool, command, every=0.05),
            crowd.go_on(pool, merge, every=0.3),
            crowd.go_on(pool, read, every=0.005),
            crowd.go_on(pool, look_back, every=0.2),
        ]
        try:
            # So long does one wait for the others on this machine, without any rebuild.
            wait_until(lambda: len(crowd.waits["merge"]) >= 3, 60, "Nobody gets on")
            without = {name: max(waits) for name, waits in crowd.waits.items()}
            with rebuilder(committed_database, settings) as process:
                said = list(process.stdout or ())
                assert process.wait(60) == 0
        finally:
            crowd.stop.set()
        for each in going:
            each.result(60)
    assert said == ["rebuilt\n"] * REBUILDS
    longest = {name: max(waits) for name, waits in crowd.waits.items()}
    logger.info("the longest waits: %s; without a rebuild: %s", longest, without)
    assert longest["append"] - without["append"] < LOCKED_OUT, (without, longest)
    told = rows()
    projections.rebuild()
    assert rows() == told


@pytest.mark.django_db(transaction=True)
def test_a_long_reader_holds_up_the_exchange_and_no_append() -> None:
    fill(3, 20)
    told: list[str] = []
    crowd = Crowd()
    with ThreadPoolExecutor(2) as pool, other_connection() as reader:
        reader.execute("SELECT count(*) FROM disputes_timelineentry")
        going = crowd.go_on(pool, append, every=0.005)
        try:
            rebuilding = pool.submit(closing(lambda: projections.rebuild(lambda progress: told.append(progress.doing))))
            wait_until(lambda: told.count("waiting for readers") >= 2, 30, "The rebuild does not step back")
            assert not rebuilding.done()
            assert TimelineEntry.objects.filter(dispute=UNTOUCHED).count() == 20, "others read on"
            reader.rollback()
            rebuilding.result(30)
        finally:
            crowd.stop.set()
        going.result(30)
    logger.info("the longest wait of %d appends: %.3f s", len(crowd.waits["append"]), max(crowd.waits["append"]))
    assert max(crowd.waits["append"]) < LOCKED_OUT
    assert TimelineEntry.objects.filter(dispute=UNTOUCHED).count() == 20


@pytest.mark.django_db(transaction=True)
def test_readers_of_one_table_after_the_other_hold_up_no_append_either() -> None:
    """None of them reads for long, and together they do: the exchange needs all tables at once."""
    fill(3, 20)
    crowd = Crowd()
    with ThreadPoolExecutor(3) as pool, ExitStack() as stack:
        readers = [stack.enter_context(other_connection()) for _table in TABLES]
        for reader, table in zip(readers, TABLES, strict=True):
            reader.execute(sql.SQL("LOCK TABLE {} IN ACCESS SHARE MODE").format(sql.Identifier(table.name)))

        def finish_one_after_the_other() -> None:
            wait_until(is_waiting_for_a_table, 30, "The rebuild does not wait for readers")
            for reader in readers:
                crowd.stop.wait(0.3)  # as long as a reader of a report may take
                reader.rollback()

        going = crowd.go_on(pool, append, every=0.005)
        try:
            finishing = pool.submit(closing(finish_one_after_the_other))
            pool.submit(closing(projections.rebuild)).result(30)
            finishing.result(30)
        finally:
            crowd.stop.set()
        going.result(30)
    logger.info("the longest wait of %d appends: %.3f s", len(crowd.waits["append"]), max(crowd.waits["append"]))
    assert max(crowd.waits["append"]) < LOCKED_OUT


@pytest.mark.django_db(transaction=True)
def test_a_rebuild_that_gives_up_says_what_to_do() -> None:
    fill(3, 20)
    before = rows()
    with other_connection() as reader:
        reader.execute("SELECT count(*) FROM disputes_dispute")
        with pytest.raises(RebuildProblem, match="look for a long query or an open transaction in pg_stat_activity"):
            projections.rebuild(attempts=1)
        append(0)
    assert rows() == before
    assert projections.rebuild() == LedgerHead.objects.get().position


def is_waiting_for_a_table() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT FROM pg_locks JOIN pg_database ON pg_database.oid = database
            WHERE datname = current_database() AND mode = 'AccessExclusiveLock' AND NOT granted
            """
        )
        return bool(cursor.fetchall())


@contextmanager
def other_connection() -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(**connection.get_connection_params()) as other:
        yield other


def closing(work: Callable[[], Any]) -> Callable[[], Any]:
    """Close the thread's connection, which the database of the test could not be dropped with."""

    def run() -> Any:
        try:
            return work()
        finally:
            connection.close()

    return run


@contextmanager
def rebuilder(database: str, settings: Settings) -> Iterator[subprocess.Popen[str]]:
    """Rebuild again and again in a process of its own."""
    url = urlsplit(settings.DATABASE_URL)._replace(path=f"/{database}").geturl()
    process = subprocess.Popen(
        [sys.executable, "-c", REBUILDER],
        cwd=ROOT,
        env=os.environ | {"DATABASE_URL": url, "REDIS_URL": settings.REDIS_URL, "LOG_LEVEL": "ERROR"},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait(10)
