"""The benchmarks run from end to end and say what they found. No test here looks at a speed."""

import json
import os
import subprocess
import sys
from pathlib import Path

import psutil
import psycopg
import pytest
from django.conf import settings

from tests.support.product import ROOT


def run_benchmarks(*arguments: str, database_url: str) -> subprocess.CompletedProcess[str]:
    process = start_benchmarks(*arguments, database_url=database_url)
    output, errors = process.communicate(timeout=300)
    return subprocess.CompletedProcess(process.args, process.returncode, output, errors)


def start_benchmarks(*arguments: str, database_url: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "benchmarks", *arguments],
        cwd=ROOT,
        # A queue that is configured must not hear what the benchmark's commands ring.
        env={**os.environ, "DATABASE_URL": database_url, "REDIS_URL": "redis://127.0.0.1:1/0"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.processes
def test_it_works(services: None, tmp_path: Path) -> None:
    result = run_benchmarks(
        "ledger",
        *("--only", "append-1-writers-1", "--only", "rebuild-memory", "--only", "audit"),
        *("--quick", "--largest", "100", "--rounds", "1", "--without-peer", "--results", str(tmp_path)),
        database_url=settings.DATABASE_URL,
    )
    assert result.returncode == 0, result.stderr
    assert result.stderr == ""
    (written,) = tmp_path.glob("*.json")
    found = json.loads(written.read_text())
    assert found["rounds"] == 1
    assert found["server"]["fsync"] == "on"
    append, memory, audit = found["measures"]

    assert "append, one event a transaction, 1 writer" in result.stdout
    assert set(append["contestants"]) == {"ours", "ours, with read models", "ours, the whole command", "limit"}
    assert all(len(contestant["figures"]) == 1 for contestant in append["contestants"].values())
    assert append["absent"]["peer"] == "left out, as asked"

    # What a Python process with the product in it takes, and no more than a few events do.
    assert 30 < memory["contestants"]["ours, 100 events"]["median"] < 300
    assert audit["contestants"]["ours"]["operations"] == [100]
    assert audit["contestants"]["ours"]["processor_seconds"][0] > 0
    # One for the append that could be judged without the peer, one for memory, one for the audit.
    assert "of 3 goals met" in result.stdout


@pytest.mark.processes
def test_one_that_is_terminated_leaves_nothing_behind(services: None, tmp_path: Path) -> None:
    process = start_benchmarks("--without-peer", "--results", str(tmp_path), database_url=settings.DATABASE_URL)
    assert process.stdout is not None
    assert "processors" in process.stdout.readline()
    children = psutil.Process(process.pid).children(recursive=True)
    assert children
    process.terminate()
    _, errors = process.communicate(timeout=30)
    assert (process.returncode, errors) == (130, "Stopped; nothing is written.\n")
    psutil.wait_procs(children, timeout=10)
    assert not [child for child in children if child.is_running()]
    with psycopg.connect(settings.DATABASE_URL) as connection:
        names = connection.execute("SELECT datname FROM pg_database WHERE datname LIKE 'tracker_bench%'").fetchall()
    assert [name for (name,) in names if f"_{process.pid}_" in name] == []
    assert list(tmp_path.iterdir()) == []


def test_a_server_that_is_not_there_is_named(tmp_path: Path) -> None:
    result = run_benchmarks("--without-peer", database_url=f"postgres://nobody@/nothing?host={tmp_path}")
    assert result.returncode == 1
    assert str(tmp_path) in result.stderr
    assert "Traceback" not in result.stderr


def test_a_measure_that_is_not_there_is_named_with_those_that_are() -> None:
    result = run_benchmarks("--only", "apend-*", database_url="postgres://nobody@/nothing")
    assert result.returncode == 2
    assert "No measure is called 'apend-*'; there are append-1-writers-1, append-1-writers-4" in result.stderr


@pytest.mark.processes
def test_the_pipeline_polls_simulated_publishers_politely(services: None, tmp_path: Path) -> None:
    result = run_benchmarks(
        "pipeline",
        *("--only", "poll-hour", "--quick", "--without-peer", "--results", str(tmp_path)),
        database_url=settings.DATABASE_URL,
    )
    assert result.returncode == 0, result.stderr
    (written,) = tmp_path.glob("*.json")
    (hour,) = json.loads(written.read_text())["measures"]
    ours = hour["contestants"]["ours"]
    assert ours["operations"] == [100], "each feed was polled once"
    # It raises where a publisher was asked twice within its pause; so three feeds of one platform take two pauses.
    assert ours["seconds"][0] >= 4
    assert ours["processor_seconds"][0] > 0
