"""The command as an operator runs it: it shows how far it is, and killed at any moment it leaves no trace."""

from __future__ import annotations

import logging
import os
import pty
import random
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic, sleep
from urllib.parse import urlsplit

import psutil
import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from pytest_django import Settings

from disputes import commands, projections
from disputes.events import EVENT_TYPES
from disputes.models import Dispute, TimelineEntry
from disputes.projections import RebuildProblem
from tests.disputes.many_events import PARTIES, fill
from tests.disputes.test_rebuild import rows
from tests.disputes.test_rebuild_tables import describe, numbers
from tests.support.product import ROOT
from tests.support.waiting import wait_until

pytestmark = pytest.mark.processes
logger = logging.getLogger(__name__)

Process = subprocess.Popen[bytes]
Start = Callable[..., Process]


@pytest.fixture
def start(committed_database: str, settings: Settings) -> Iterator[Start]:
    """Give a function that starts the command on the database of the test; what still runs afterwards is killed."""
    url = urlsplit(settings.DATABASE_URL)._replace(path=f"/{committed_database}").geturl()
    environment = os.environ | {"DATABASE_URL": url, "REDIS_URL": settings.REDIS_URL, "LOG_LEVEL": "ERROR"}
    started: list[Process] = []

    def start_one(stderr: int = subprocess.PIPE) -> Process:
        arguments = [sys.executable, "manage.py", "rebuild_projections"]
        process = subprocess.Popen(arguments, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=stderr)
        started.append(process)
        return process

    yield start_one
    for process in started:
        process.kill()
        process.communicate(timeout=10)


def test_it_works_and_shows_how_far_it_is(start: Start) -> None:
    everything = fill(50, 100)
    terminal, end = pty.openpty()
    process = start(stderr=end)
    os.close(end)
    shown = read_to_the_end(terminal).decode()
    told, _ = process.communicate(timeout=60)
    assert process.returncode == 0, shown
    assert re.fullmatch(rf"{everything:,} events projected in \d+\.\d s, [\d,]+/s\.\n", told.decode())
    first, second, *_, last = [line for line in re.split(r"\r+(?:\x1b\[K)?\n?", shown) if line]
    assert re.fullmatch(rf"\[ {{30}}\] projecting: {PARTIES} of 5,020, [\d,]+/s, [\d,]+ s left", first)
    assert re.fullmatch(r"\[#+ +\] projecting: [1-4],\d\d\d of 5,020, [\d,]+/s, [\d,]+ s left", second)
    assert re.fullmatch(r"\[#{30}\] catching up: 5,020 of 5,020, [\d,]+/s", last)


def test_killed_at_random_moments_it_leaves_no_trace(start: Start) -> None:
    fill(30, 100)
    Dispute.objects.filter(slug="dispute-1").update(title="By this the present rows are known")
    before, of_before, described = rows(), numbers(), describe()
    begun = monotonic()
    with pytest.raises(KeyboardInterrupt):
        projections.rebuild(break_off)
    takes = 1.5 * (monotonic() - begun)  # a process that has just begun is slower
    chance = random.Random()  # noqa: S311 (no secret)
    for third in range(3):
        process = start()
        wait_for(process, is_rebuilding, "The rebuild does not begin")
        moment = takes * chance.uniform(third, third + 1) / 3
        sleep(moment)
        process.send_signal(signal.SIGKILL)
        process.wait(10)
        wait_until(lambda: not is_rebuilding(), 30, "The server goes on without it")
        if numbers() != of_before:
            logger.info("it was done in less than %.3f s", moment)
            break
        logger.info("killed after %.3f s", moment)
        assert describe() == described, "no schema, no table, no index"
        assert rows() == before
        commands.note_conflict("dispute-2", text="Two articles differ.", by="curator")
        before = rows()
    process = start()
    said, shown = process.communicate(timeout=60)
    assert (process.returncode, said.count(b"\n"), shown) == (0, 1, b""), "where nobody looks there is no bar"
    assert describe() == described
    assert Dispute.objects.get(slug="dispute-1").title == "Dispute 1"
    told = rows()
    projections.rebuild()
    assert rows() == told


def test_killed_while_appends_wait_for_it_it_lets_them_go_on(start: Start) -> None:
    """In the middle of the exchange, when it holds the ledger and waits for a reader."""
    fill(3, 20)
    before, described = rows(), describe()
    with psycopg.connect(**connection.get_connection_params()) as reader:
        reader.execute("SELECT count(*) FROM disputes_timelineentry")
        process = start()
        wait_for(process, is_holding_the_ledger, "The exchange does not begin")
        process.send_signal(signal.SIGKILL)
        process.wait(10)
        begun = monotonic()
        commands.note_conflict("dispute-2", text="Two articles differ.", by="curator")
        assert monotonic() - begun < 1
        reader.rollback()
    wait_until(lambda: not is_rebuilding(), 30, "The server goes on without it")
    assert describe() == described
    assert len(rows()["TimelineEntry"]) == len(before["TimelineEntry"]) + 1
    projections.rebuild()


def test_the_processes_that_tell_the_rows_end_with_it(start: Start) -> None:
    fill(30, 100)
    process = start()
    wait_for(process, lambda: len(children_of(process)) > 1, "It starts no processes")
    children = children_of(process)
    process.send_signal(signal.SIGKILL)
    process.wait(10)
    _, alive = psutil.wait_procs(children, timeout=30)
    assert not alive


def test_a_process_that_is_ended_from_outside_is_told(start: Start) -> None:
    fill(30, 100)
    before, described = rows(), describe()
    process = start()
    wait_for(process, lambda: len(children_of(process)) > 1, "It starts no processes")
    children_of(process)[0].kill()
    _, shown = process.communicate(timeout=60)
    assert process.returncode == 1
    assert b"a process that told rows was ended from outside; run it again" in shown
    assert (rows(), describe()) == (before, described)


def test_processes_tell_what_one_would(committed_database: str) -> None:
    fill(50, 100)
    projections.rebuild()
    told = rows()
    with transaction.atomic():
        projections.rebuild()
        assert rows() == told


def test_what_goes_wrong_in_a_process_is_told(committed_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A log that can't be folded, as by a release that is older than what wrote it."""
    fill(30, 100)
    before = rows()
    monkeypatch.delitem(EVENT_TYPES, "price_disclosed")
    with pytest.raises(RebuildProblem, match=r"^UnknownEventType: event type 'price_disclosed' is not known$"):
        projections.rebuild()
    assert rows() == before


def test_a_second_one_at_once_is_refused(committed_database: str) -> None:
    fill(1, 10)
    refusal = "^Not rebuilt: another rebuild is running; wait for it, or stop it.$"
    with advisory_lock_of_another(), pytest.raises(CommandError, match=refusal):
        call_command("rebuild_projections")
    call_command("rebuild_projections")
    assert TimelineEntry.objects.count() == 10


def wait_for(process: Process, condition: Callable[[], bool], message: str) -> None:
    """Wait for what a process does, which may be over soon; what it says when it ends before is in the error."""
    deadline = monotonic() + 60
    while not condition():
        assert process.poll() is None, process.communicate()
        assert monotonic() < deadline, message
        sleep(0.002)


def children_of(process: Process) -> list[psutil.Process]:
    children: list[psutil.Process] = psutil.Process(process.pid).children()
    return children


def break_off(progress: projections.Progress) -> None:
    """End a rebuild where nothing is left to do but the exchange."""
    if progress.doing == "catching up":
        raise KeyboardInterrupt


def read_to_the_end(terminal: int) -> bytes:
    shown = b""
    try:
        while read := os.read(terminal, 4_096):
            shown += read
    except OSError:
        pass  # which is how the end of a terminal is told
    finally:
        os.close(terminal)
    return shown


ALONE, LEDGER = 7310593858020254332, 7310593858020254331
"""The advisory locks: one rebuild at a time, one append at a time."""


def is_rebuilding() -> bool:
    return is_locked(ALONE)


def is_holding_the_ledger() -> bool:
    return is_locked(LEDGER)


def is_locked(key: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT FROM pg_locks JOIN pg_database ON pg_database.oid = database
            WHERE datname = current_database() AND locktype = 'advisory' AND granted AND objsubid = 1
              AND (classid::bigint << 32) + objid::bigint = %s
            """,
            [key],
        )
        return bool(cursor.fetchall())


@contextmanager
def advisory_lock_of_another() -> Iterator[None]:
    with psycopg.connect(**connection.get_connection_params()) as other:
        other.execute("SELECT pg_advisory_xact_lock(%s)", [ALONE])
        yield
