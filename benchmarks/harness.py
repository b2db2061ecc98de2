"""Measures, and how they are run: contestants take turns in each round, so that the machine's drift hits all alike."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from benchmarks.stage import Stage
from benchmarks.workers import Program, Programs, Worker, run_together


@dataclass(frozen=True)
class Contestant:
    """One way to do the work of a measure, done by worker processes of its own."""

    name: str
    """Its name in the table, unique within a measure; "ours", "peer" and "limit" are those that goals speak of."""
    program: Program
    task: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    workers: int = 1


@dataclass(frozen=True)
class Goal:
    """What a contestant should reach: a multiple of another's figure, or a figure of its own."""

    of: str
    at_least: float | None = None
    at_most: float | None = None
    times: str | None = None
    """The contestant whose figure the bound multiplies; None for an absolute bound."""


@dataclass(frozen=True)
class Measure:
    """One thing to find out about every contestant, each round anew."""

    name: str
    title: str
    unit: str
    """What the figures are: "events/s", or "ms" for the time that one operation takes."""
    contestants: Sequence[Contestant]
    goals: Sequence[Goal] = ()
    turns: int = 1
    """Into how many turns a round is cut; the arguments say the work of one. Many short turns make contestants meet
    the same moments of a machine that others use."""

    def figure(self, operations: int, seconds: float) -> float:
        """Give what a run found, in the unit of the measure."""
        return seconds * 1_000 / operations if self.unit == "ms" else operations / seconds


@dataclass(frozen=True)
class Verdict:
    """How a goal was met."""

    goal: Goal
    reached: float
    """The figure, or the median of the ratios of each round."""

    @property
    def is_met(self) -> bool:
        """Whether the bound holds."""
        at_least, at_most = self.goal.at_least, self.goal.at_most
        return (at_least is None or self.reached >= at_least) and (at_most is None or self.reached <= at_most)


@dataclass
class Outcome:
    """What the rounds of one measure found."""

    measure: Measure
    figures: dict[str, list[float]] = field(default_factory=dict)
    """Contestant -> one figure a round; a contestant that could not take part is absent."""
    absent: dict[str, str] = field(default_factory=dict)
    """Contestant -> why it could not take part."""
    load: list[float] = field(default_factory=list)
    """How many processes wanted the processors when each round began, the average of the minute before."""

    def ratio(self, contestant: str, other: str) -> float:
        """Compare two contestants within each round, and give the median of these ratios."""
        pairs = zip(self.figures[contestant], self.figures[other], strict=True)
        return median(mine / theirs for mine, theirs in pairs)

    def verdicts(self) -> list[Verdict]:
        """Judge the goals whose contestants took part."""
        found = []
        for goal in self.measure.goals:
            if goal.of not in self.figures or (goal.times is not None and goal.times not in self.figures):
                continue
            reached = median(self.figures[goal.of]) if goal.times is None else self.ratio(goal.of, goal.times)
            found.append(Verdict(goal, reached))
        return found


def run(
    measure: Measure, *, rounds: int, stage: Stage, programs: Programs, progress: Callable[[str], None] = lambda _: None
) -> Outcome:
    """Run a measure on a database of its own, with worker processes that live through all rounds.

    The contestants begin in another order each turn. A round before the first warms caches and is not counted.
    Takes what the contestants take; raises WorkerError where one fails.
    """
    outcome = Outcome(measure)
    with stage.database() as url, ExitStack() as stack:
        teams: dict[str, list[Worker]] = {}
        for contestant in measure.contestants:
            reason = programs.missing(contestant.program)
            if reason is not None:
                outcome.absent[contestant.name] = reason
                continue
            outcome.figures[contestant.name] = []
            command = programs.command(contestant.program)
            teams[contestant.name] = [
                stack.enter_context(Worker(command, database_url=url)) for _ in range(contestant.workers)
            ]
        present = [contestant for contestant in measure.contestants if contestant.name in teams]
        for number in range(rounds + 1):
            if number > 0:
                outcome.load.append(os.getloadavg()[0])
            spent = {contestant.name: (0, 0.0) for contestant in present}
            for turn in range(measure.turns):
                first = (number + turn) % max(1, len(present))
                for contestant in present[first:] + present[:first]:
                    progress(f"{measure.title}: round {number} of {rounds}, {contestant.name}")
                    operations, seconds = run_together(teams[contestant.name], contestant.task, contestant.arguments)
                    before = spent[contestant.name]
                    spent[contestant.name] = before[0] + operations, before[1] + seconds
            if number > 0:
                for name, (operations, seconds) in spent.items():
                    outcome.figures[name].append(measure.figure(operations, seconds))
    return outcome
