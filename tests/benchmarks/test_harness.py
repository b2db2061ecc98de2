"""The benchmarks run from end to end and say what they found. No test here looks at a speed."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from benchmarks.harness import Contestant, Goal, Measure, Outcome
from benchmarks.report import table
from benchmarks.workers import Program
from tests.support.product import ROOT


def run_benchmarks(*arguments: str, database_url: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "benchmarks", *arguments],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": database_url},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.processes
def test_it_works(services: None, tmp_path: Path) -> None:
    result = run_benchmarks(
        "ledger",
        *("--only", "append-1-writers-1", "--quick", "--rounds", "1", "--without-peer", "--results", str(tmp_path)),
        database_url=settings.DATABASE_URL,
    )
    assert result.returncode == 0, result.stderr
    assert "append, one event a transaction, 1 writer" in result.stdout
    (written,) = tmp_path.glob("*.json")
    found = json.loads(written.read_text())
    assert found["rounds"] == 1
    assert found["server"]["fsync"] == "on"
    (measure,) = found["measures"]
    assert set(measure["contestants"]) == {"ours", "ours, by command with read models", "limit"}
    assert all(len(contestant["figures"]) == 1 for contestant in measure["contestants"].values())
    assert measure["absent"]["peer"] == "left out, as asked"


def test_a_server_that_is_not_there_is_named(tmp_path: Path) -> None:
    result = run_benchmarks("--without-peer", database_url=f"postgres://nobody@/nothing?host={tmp_path}")
    assert result.returncode == 1
    assert str(tmp_path) in result.stderr
    assert "Traceback" not in result.stderr


def an_outcome(ours: list[float], peer: list[float] | None) -> Outcome:
    contestants = [Contestant("ours", Program.TRACKER, "append"), Contestant("peer", Program.PEER, "append")]
    goals = [Goal("ours", 2.5, times="peer"), Goal("ours", at_most=150)]
    outcome = Outcome(Measure("append", "append", "events/s", contestants, goals), {"ours": ours})
    if peer is None:
        outcome.absent["peer"] = "cannot be installed: no network"
    else:
        outcome.figures["peer"] = peer
    return outcome


def test_ratios_compare_within_a_round() -> None:
    """The machine slowed down to a third between two rounds, and no ratio may show it."""
    outcome = an_outcome([300.0, 100.0, 100.0], [100.0, 33.0, 33.0])
    assert outcome.ratio("ours", "peer") == pytest.approx(100 / 33)
    assert [verdict.is_met for verdict in outcome.verdicts()] == [True, True]


def test_a_missed_goal_says_by_how_much() -> None:
    shown = table(an_outcome([200.0], [100.0]))
    assert "ours at least 2.5 x peer: 2.00 x, MISSED (0.80 of it)" in shown
    assert "ours at most 150 events/s: 200, MISSED (1.33 of it)" in shown


def test_a_contestant_that_is_missing_is_said_to_be_and_its_goals_are_not_judged() -> None:
    outcome = an_outcome([100.0], None)
    assert [verdict.goal.times for verdict in outcome.verdicts()] == [None]
    assert "cannot be installed: no network" in table(outcome)
