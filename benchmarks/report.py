"""What a run found, as a table for people and as JSON for programs."""

from __future__ import annotations

import json
import os
import platform
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.harness import Goal, Outcome, Verdict
from benchmarks.workers import ROOT

RESULTS = Path(__file__).with_name("results")


def table(outcome: Outcome) -> str:
    """Show one measure: median, least and most of each contestant, then its goals."""
    return "\n".join(_lines(outcome))


def document(outcomes: Sequence[Outcome], *, rounds: int, server: Mapping[str, str]) -> dict[str, Any]:
    """Give everything a run found as JSON data."""
    return {
        "finished_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "rounds": rounds,
        "machine": _machine(),
        "server": dict(server),
        "measures": [_measure(outcome) for outcome in outcomes],
    }


def write(found: Mapping[str, Any], folder: Path = RESULTS) -> Path:
    """Write a run's document to a new file named by the time, and give its path."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}.json"
    path.write_text(json.dumps(found, indent=2) + "\n")
    return path


def _lines(outcome: Outcome) -> Iterator[str]:
    measure = outcome.measure
    load = f"load {min(outcome.load):.1f} to {max(outcome.load):.1f}" if outcome.load else ""
    yield f"{measure.title}  ({measure.unit}; {load})"
    for contestant in measure.contestants:
        figures = outcome.figures.get(contestant.name)
        if figures is None:
            yield f"  {contestant.name:<36} {outcome.absent[contestant.name]}"
            continue
        middle, spread = _figure(median(figures)), f"{_figure(min(figures))} to {_figure(max(figures))}"
        yield f"  {contestant.name:<36} {middle:>9}   {spread:<20} {_ratios(outcome, contestant.name)}".rstrip()
    for verdict in outcome.verdicts():
        yield f"  goal: {_goal(verdict.goal, measure.unit)}: {_reached(verdict)}"


def _ratios(outcome: Outcome, name: str) -> str:
    others = [other for other in ("peer", "limit") if other != name and other in outcome.figures]
    return "  ".join(f"{outcome.ratio(name, other):.2f} x {other}" for other in others)


def _goal(goal: Goal, unit: str) -> str:
    word, bound = ("at least", goal.at_least) if goal.at_least is not None else ("at most", goal.at_most)
    assert bound is not None
    return f"{goal.of} {word} " + (f"{bound:g} x {goal.times}" if goal.times else f"{_figure(bound)} {unit}")


def _reached(verdict: Verdict) -> str:
    reached = f"{verdict.reached:.2f} x" if verdict.goal.times else _figure(verdict.reached)
    if verdict.is_met:
        return f"{reached}, met"
    bound = verdict.goal.at_least or verdict.goal.at_most or 0.0
    return f"{reached}, MISSED ({verdict.reached / bound:.2f} of it)"


def _figure(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:,.2f}"


def _measure(outcome: Outcome) -> dict[str, Any]:
    names = list(outcome.figures)
    return {
        "name": outcome.measure.name,
        "title": outcome.measure.title,
        "unit": outcome.measure.unit,
        "load": outcome.load,
        "contestants": {
            name: {"figures": figures, "median": median(figures), "min": min(figures), "max": max(figures)}
            for name, figures in outcome.figures.items()
        },
        "absent": outcome.absent,
        "ratios": {name: {other: outcome.ratio(name, other) for other in names if other != name} for name in names},
        "goals": [
            {
                "of": verdict.goal.of,
                "times": verdict.goal.times,
                "at_least": verdict.goal.at_least,
                "at_most": verdict.goal.at_most,
                "reached": verdict.reached,
                "is_met": verdict.is_met,
            }
            for verdict in outcome.verdicts()
        ],
    }


def _machine() -> dict[str, Any]:
    revision = subprocess.run(
        ["git", "rev-parse", "HEAD"],  # noqa: S607 (whichever git there is)
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return {
        "processors": os.cpu_count(),
        "platform": platform.platform(),
        "python": platform.python_version(),
        "revision": revision.stdout.strip() or None,
    }
