"""Many write, some are killed, others follow: none is missed, none doubled, the order is kept, and no gap is left."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from pytest_django import Settings

from disputes.models import Event
from disputes.proofs.checkpoint import make_checkpoint
from disputes.proofs.verification import verify_database
from tests.disputes import crowd
from tests.support.product import ROOT

pytestmark = pytest.mark.processes


def test_eight_writers_and_two_tailing_readers_over_a_hundred_thousand_events(
    committed_database: str, tmp_path: Path, settings: Settings
) -> None:
    settings.TRACKER_HOME = tmp_path / "home"
    assert crowd.EVERYTHING == 100_000
    database = urlsplit(settings.DATABASE_URL)._replace(path=f"/{committed_database}").geturl()
    run_crowd({"DATABASE_URL": database, "REDIS_URL": settings.REDIS_URL, "LOG_LEVEL": "ERROR"}, tmp_path)

    assert int((tmp_path / "killed").read_text()) == crowd.KILLS
    rows = Event.objects.order_by("position").values_list("position", "event_id")
    positions, ids = zip(*rows.iterator(chunk_size=10_000), strict=True)
    assert positions == tuple(range(1, crowd.EVERYTHING + 1))
    planned = {crowd.id_of(writer, number) for writer in range(crowd.WRITERS) for number in range(crowd.EACH)}
    assert set(ids) == planned, "each once, also those whose writer did not live to see the answer"
    digest = sha256(b"".join(found.bytes for found in ids)).hexdigest()
    for number in range(crowd.READERS):
        seen = json.loads((tmp_path / f"reader-{number}").read_text())
        assert (seen["events"], seen["ids"]) == (crowd.EVERYTHING, digest)
        assert seen["rounds"] > 10, "it followed while they wrote"
    # Versions and times too, one after the other, and every hash.
    assert make_checkpoint().size == crowd.EVERYTHING
    report = verify_database()
    assert (report.size, report.findings) == (crowd.EVERYTHING, ())


def run_crowd(environment: dict[str, str], folder: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.disputes.crowd", str(folder)],
        cwd=ROOT,
        env=os.environ | environment,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        _, told = process.communicate(timeout=crowd.LIMIT_SECONDS + 30)
    finally:
        # Whoever is left when somebody failed.
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)
    assert (process.returncode, told) == (0, "")
