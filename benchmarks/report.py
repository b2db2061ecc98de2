"""What a run found, as tables for people and as JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.harness import Outcome, Verdict
from benchmarks.measures import Quantity

RESULTS = Path(__file__).with_name("results")


def table(outcome: Outcome) -> str:
    """Show one measure: median, least and most of each contestant, what it is of the others, and the goals."""
    return "\n".join(_lines(outcome))


def summary(outcomes: Sequence[Outcome]) -> str:
    """Show every goal on a line of its own, and how many were met."""
    rows = [
        ("" if number else outcome.measure.title, *_verdict(verdict, outcome.measure.quantity))
        for outcome in outcomes
        for number, verdict in enumerate(_told(outcome))
    ]
    if not rows:
        return "No goals were judged."
    verdicts = [verdict for outcome in outcomes for verdict in outcome.verdicts()]
    met = sum(verdict.is_met for verdict in verdicts)
    columns = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    lines = [
        "  ".join(text.ljust(width) for text, width in zip(row, columns, strict=True)).rstrip()
        for row in [("measure", "goal", "reached", ""), *rows]
    ]
    return "\n".join([*lines, f"{met} of {len(verdicts)} goals met."])


def document(
    outcomes: Sequence[Outcome], *, rounds: int, is_quick: bool, machine: Mapping[str, Any], server: Mapping[str, str]
) -> dict[str, Any]:
    """Give everything a run found as JSON data."""
    return {
        "finished_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "rounds": rounds,
        "is_quick": is_quick,
        "machine": dict(machine),
        "server": dict(server),
        "measures": [_measure(outcome) for outcome in outcomes],
    }


def new_path(folder: Path, ending: str) -> Path:
    """Name a new file by the time, in a folder that is there then."""
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}{ending}"


def write(found: Mapping[str, Any], folder: Path = RESULTS) -> Path:
    """Write a run's document to a new file, and give its path."""
    path = new_path(folder, ".json")
    path.write_text(json.dumps(found, indent=2) + "\n")
    return path


def _lines(outcome: Outcome) -> Iterator[str]:
    measure = outcome.measure
    yield f"{measure.title}, in {measure.quantity}{_load(outcome)}"
    others = [other for other in ("peer", "limit") if other in outcome.spent]
    titles = "".join(f"{f'x {other}':>9}" for other in others)
    yield f"  {'':<36} {'median':>9}   {'least to most':<20}{titles}".rstrip()
    for contestant in measure.contestants:
        name = contestant.name
        if name not in outcome.spent:
            yield f"  {name:<36} {outcome.absent[name]}"
            continue
        figures = outcome.figures(name)
        middle, spread = _figure(median(figures)), f"{_figure(min(figures))} to {_figure(max(figures))}"
        ratios = "".join(
            f"{'' if other == name else f'{median(outcome.ratios(name, other)):.2f}':>9}" for other in others
        )
        yield f"  {name:<36} {middle:>9}   {spread:<20}{ratios}{_elapsed(outcome, name)}".rstrip()
    yield from _parts(outcome)
    for verdict in _told(outcome):
        goal, reached, judgement = _verdict(verdict, measure.quantity)
        yield f"  goal: {goal}: {reached}, {judgement}"


def _told(outcome: Outcome) -> list[Verdict]:
    """Give the verdicts that are told in words: of those of parts the missed ones, and the one that was missed least.

    All of them are in the table of parts, and in the document.
    """
    verdicts = outcome.verdicts()
    of_parts = sorted((verdict for verdict in verdicts if verdict.part), key=lambda verdict: -verdict.reached)
    missed = [verdict for verdict in of_parts if not verdict.is_met]
    return [verdict for verdict in verdicts if not verdict.part] + (missed or of_parts[:1])


def _parts(outcome: Outcome) -> Iterator[str]:
    """Show each part of the work that is judged by itself, the worst first, in milliseconds."""
    for goal in outcome.measure.goals:
        if not goal.of_each_part or goal.times is None or not {goal.of, goal.times} <= outcome.spent.keys():
            continue
        mine, theirs = outcome.parts(goal.of), outcome.parts(goal.times)
        ratios = {name: median(found) for name, found in outcome.part_ratios(goal.of, goal.times).items()}
        yield f"  {'in ms':<66} {goal.of:>14} {goal.times:>14} {'ratio':>7}"
        for name, ratio in sorted(ratios.items(), key=lambda pair: -pair[1]):
            base = theirs.get(name) or theirs[name.split(" ?")[0]]
            yield f"  {name:<66} {median(mine[name]):>14.1f} {median(base):>14.1f} {ratio:>7.2f}"
        for name in outcome.incomparable(goal.of, goal.times):
            yield f"  {name:<66} {median(mine[name]):>14.1f} {'':>14}"


def _load(outcome: Outcome) -> str:
    return f"  (load {min(outcome.load):.1f} to {max(outcome.load):.1f})" if outcome.load else ""


def _elapsed(outcome: Outcome, name: str) -> str:
    """Say how long it took on the wall, where something else is looked at, and what the servers took meanwhile."""
    if outcome.measure.quantity in {Quantity.RATE, Quantity.DURATION}:
        return ""
    found = outcome.spent[name]
    wall = "" if outcome.measure.quantity is Quantity.SPAN else f"   in {median(one.seconds for one in found):.2f} s"
    if not any(one.server_seconds for one in found):
        return wall
    own, servers = median(one.processor_seconds for one in found), median(one.server_seconds for one in found)
    return f"{wall}   {own:.2f} CPU s, and {servers:.2f} of database and queue"


def _verdict(verdict: Verdict, quantity: Quantity) -> tuple[str, str, str]:
    """Say what was wanted, what was reached, and whether that is enough."""
    goal = verdict.goal
    word = "at least" if goal.at_least is not None else "at most"
    of = f"{verdict.part}: {goal.of}" if verdict.part else goal.of
    wanted = f"{of} {word} " + (f"{goal.bound:g} x {goal.times}" if goal.times else f"{goal.bound:,g} {quantity}")
    least, middle, most = (
        f"{value:.2f}" if goal.times else _figure(value)
        for value in (min(verdict.figures), verdict.reached, max(verdict.figures))
    )
    reached = f"{middle} x" if goal.times else middle
    if len(verdict.figures) > 1:
        reached += f" ({least} to {most})"
    # Rounded up to a tenth, so that what is missed is never missed by nothing.
    return wanted, reached, "met" if verdict.is_met else f"MISSED by {max(verdict.missed_by, 0.001):.1%}"


def _figure(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:,.2f}"


def _measure(outcome: Outcome) -> dict[str, Any]:
    return {
        "name": outcome.measure.name,
        "title": outcome.measure.title,
        "unit": outcome.measure.quantity.value,
        "load": outcome.load,
        "contestants": {name: _contestant(outcome, name) for name in outcome.spent},
        "absent": outcome.absent,
        "ratios": {
            name: {other: median(outcome.ratios(name, other)) for other in outcome.spent if other != name}
            for name in outcome.spent
        },
        "goals": [
            {
                "of": verdict.goal.of,
                "part": verdict.part,
                "times": verdict.goal.times,
                "at_least": verdict.goal.at_least,
                "at_most": verdict.goal.at_most,
                "reached": verdict.reached,
                "rounds": list(verdict.figures),
                "is_met": verdict.is_met,
                "missed_by": verdict.missed_by,
            }
            for verdict in outcome.verdicts()
        ],
    }


def _contestant(outcome: Outcome, name: str) -> dict[str, Any]:
    figures, spent = outcome.figures(name), outcome.spent[name]
    return {
        "figures": figures,
        "median": median(figures),
        "min": min(figures),
        "max": max(figures),
        "operations": [each.operations for each in spent],
        "seconds": [each.seconds for each in spent],
        "processor_seconds": [each.processor_seconds for each in spent],
        "peak_bytes": [each.peak_bytes for each in spent],
        "server_seconds": [each.server_seconds for each in spent],
        "parts": outcome.parts(name),
    }
