"""A runner that is killed half-way: nothing is missed, and what is in the database happened once."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import connection, connections

from disputes.ledger import VersionConflict
from disputes.models import ParkedStream, Subscription
from disputes.subscriptions.parking import DIED
from tests.disputes.subscriptions.conftest import append
from tests.support.product import ROOT

pytestmark = pytest.mark.processes

Start = Callable[[int, int], subprocess.Popen[bytes]]


@pytest.fixture
def written(tmp_path: Path) -> Path:
    return tmp_path / "written"


@pytest.fixture
def start(committed_database: str, written: Path) -> Iterator[Start]:
    """Give a function that starts the runner on the test's database."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE effect (id bigserial PRIMARY KEY, position bigint NOT NULL)")
    url = urlsplit(settings.DATABASE_URL)._replace(path=f"/{committed_database}").geturl()
    environment = {**os.environ, "DATABASE_URL": url, "REDIS_URL": settings.REDIS_URL, "LOG_LEVEL": "ERROR"}
    running: list[subprocess.Popen[bytes]] = []

    def start(most_milliseconds: int, dies_at: int) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "tests.disputes.subscriptions.runner"]
        process = subprocess.Popen(
            [*command, str(most_milliseconds), str(dies_at), str(written)],
            cwd=ROOT,
            env=environment,
            start_new_session=True,
        )
        running.append(process)
        return process

    yield start
    for process in running:
        if process.poll() is None:
            os.killpg(process.pid, 9)
        process.wait(10)


def effects() -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT position FROM effect ORDER BY id")
        return [position for (position,) in cursor.fetchall()]


def lines(written: Path) -> list[int]:
    return [int(line) for line in written.read_text().splitlines()]


WRITERS = 4
EACH = 150


def test_it_works(start: Start, written: Path) -> None:
    """Writers go on while runners are killed at any moment."""
    process = start(60, 0)

    def write(number: int) -> None:
        try:
            for index in range(EACH):
                _append_next("shared" if index % 2 else f"own-{number}")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(WRITERS) as pool:
        for writer in [pool.submit(write, number) for number in range(WRITERS)]:
            writer.result()
    written.with_suffix(".goal").write_text(str(WRITERS * EACH))
    assert process.wait(60) == 0
    assert int(written.with_suffix(".killed").read_text()) >= 5
    everything = list(range(1, WRITERS * EACH + 1))
    assert effects() == everything, "in the database once, and in order"
    told = lines(written)
    assert list(dict.fromkeys(told)) == everything, "outside at least once, and in order"
    assert not ParkedStream.objects.exists(), "none is to blame for the killing"


def test_an_event_that_kills_every_runner_is_found_and_parked(start: Start, written: Path) -> None:
    append(*"abcab")
    written.with_suffix(".goal").write_text("5")
    assert start(0, 3).wait(60) == 0
    row = Subscription.objects.get()
    assert (row.position, row.attempts, row.last_error) == (5, 0, "")
    parked = ParkedStream.objects.get()
    assert (parked.stream, parked.position, parked.attempts, parked.error) == ("dispute/c", 3, 3, DIED)
    assert effects() == [1, 2, 4, 5]
    assert lines(written).count(3) == 4, "once among others and three times alone"


def _append_next(stream: str) -> None:
    while True:
        try:
            append(stream)
        except VersionConflict:
            continue
        return
