"""How measures are run: contestants take turns in each round, so that the machine's drift hits all alike."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.kept import Kept, Place
from benchmarks.logs import Logs
from benchmarks.measures import Contestant, Goal, Measure
from benchmarks.stage import Stage
from benchmarks.workers import Programs, Spent, Worker, profile_alone, run_together

Say = Callable[[str], None]


@dataclass(frozen=True)
class Verdict:
    """How a goal was met."""

    goal: Goal
    figures: Sequence[float]
    """One for each round: the figure, or its ratio to the other's in the same round."""
    part: str = ""
    """The part of the work that is judged; empty for all of it."""

    @property
    def reached(self) -> float:
        """The median of the rounds."""
        return median(self.figures)

    @property
    def is_met(self) -> bool:
        """Whether the bound holds."""
        return self.goal.is_met_by(self.reached)

    @property
    def missed_by(self) -> float:
        """What is lacking to the bound, or is too much, as a part of the bound; 0 where it is met."""
        return 0.0 if self.is_met else abs(self.reached / self.goal.bound - 1)


@dataclass
class Outcome:
    """What the rounds of one measure found."""

    measure: Measure
    spent: dict[str, list[Spent]] = field(default_factory=dict)
    """Contestant -> what it took in each round; a contestant that could not take part is absent."""
    absent: dict[str, str] = field(default_factory=dict)
    """Contestant -> why it could not take part."""
    load: list[float] = field(default_factory=list)
    """How many processes wanted the processors when each round began, the average of the minute before."""

    def figures(self, contestant: str) -> list[float]:
        """Give the figure of each round."""
        return [self.measure.quantity.of(spent) for spent in self.spent[contestant]]

    def ratios(self, contestant: str, other: str) -> list[float]:
        """Compare two contestants within each round."""
        pairs = zip(self.figures(contestant), self.figures(other), strict=True)
        return [mine / theirs for mine, theirs in pairs]

    def parts(self, contestant: str) -> dict[str, list[float]]:
        """Give the milliseconds of each part of a contestant's work, one for each round."""
        rounds = [spent.parts for spent in self.spent[contestant]]
        return {name: [found[name] for found in rounds] for name in rounds[0]} if rounds else {}

    def part_ratios(self, contestant: str, other: str) -> dict[str, list[float]]:
        """Compare the parts of two contestants within each round.

        What is asked of a screen besides, behind the question mark in its name, may be asked of one contestant alone;
        it is then compared with the other's screen as it is.
        """
        theirs = self.parts(other)
        found = {}
        for name, mine in self.parts(contestant).items():
            base = theirs.get(name) or theirs.get(name.split(" ?")[0])
            if base is not None:
                found[name] = [figure / against for figure, against in zip(mine, base, strict=True)]
        return found

    def incomparable(self, contestant: str, other: str) -> list[str]:
        """Name the parts that the other does not have."""
        return sorted(self.parts(contestant).keys() - self.part_ratios(contestant, other).keys())

    def verdicts(self) -> list[Verdict]:
        """Judge the goals whose contestants took part; one for each part is judged as often."""
        found = []
        for goal in self.measure.goals:
            if goal.of not in self.spent or (goal.times is not None and goal.times not in self.spent):
                continue
            if goal.of_each_part:
                figures_of = self.parts(goal.of) if goal.times is None else self.part_ratios(goal.of, goal.times)
                found += [Verdict(goal, figures, part) for part, figures in figures_of.items()]
                continue
            figures = self.figures(goal.of) if goal.times is None else self.ratios(goal.of, goal.times)
            found.append(Verdict(goal, figures))
        return found


def run(
    measure: Measure,
    *,
    rounds: int,
    stage: Stage,
    programs: Programs,
    logs: Logs,
    kept: Kept,
    progress: Say = lambda _: None,
) -> Outcome:
    """Run a measure on a database of its own, with worker processes that live through all rounds.

    The contestants begin in another order each turn. A round before the first warms caches and is not counted.
    Takes what the contestants take; raises WorkerError where one fails.
    """
    outcome = Outcome(measure)
    rounds = rounds if measure.most_rounds is None else min(rounds, measure.most_rounds)
    present = []
    for contestant in measure.contestants:
        reason = programs.missing(contestant.program)
        if reason is None:
            present.append(contestant)
            outcome.spent[contestant.name] = []
        else:
            outcome.absent[contestant.name] = reason
    with _places(present, stage, logs, kept) as places, _beside(measure) as beside, ExitStack() as stack:
        teams = {
            contestant.name: [
                stack.enter_context(_worker(contestant, place, programs)) for _ in range(contestant.workers)
            ]
            for contestant, place in zip(present, places, strict=True)
        }
        # The server writes what is dirty now, rather than in the turn of whoever is unlucky.
        stage.checkpoint()
        for number in range(0 if measure.has_warm_up else 1, rounds + 1):
            if number > 0:
                outcome.load.append(os.getloadavg()[0])
            spent = {contestant.name: Spent() for contestant in present}
            for turn in range(measure.turns):
                first = (number + turn) % max(1, len(present))
                for contestant in present[first:] + present[:first]:
                    progress(f"{measure.title}: round {number} of {rounds}, {contestant.name}")
                    spent[contestant.name] += run_together(
                        teams[contestant.name], contestant.task, {**contestant.arguments, **beside}
                    )
            if number > 0:
                for name, taken in spent.items():
                    outcome.spent[name].append(taken)
    return outcome


def profile(
    measure: Measure,
    path: Path,
    *,
    stage: Stage,
    programs: Programs,
    logs: Logs,
    kept: Kept,
    progress: Say = lambda _: None,
) -> None:
    """Add to a file where our own contestants of a measure spend their time, each alone in one process.

    Each runs once to get warm and once under the profiler, which slows many small calls more than few long ones.
    """
    ours = [contestant for contestant in measure.contestants if contestant.is_ours]
    with _places(ours, stage, logs, kept) as places, _beside(measure) as beside:
        for contestant, place in zip(ours, places, strict=True):
            arguments = {**contestant.arguments, **beside}
            progress(f"{measure.title}: profile of {contestant.name}")
            with path.open("a") as file:
                file.write(f"{measure.title}: {contestant.name}\n")
            with _worker(contestant, place, programs) as worker:
                run_together([worker], contestant.task, arguments)
                profile_alone(worker, contestant.task, arguments, path)


def _beside(measure: Measure) -> AbstractContextManager[Mapping[str, Any]]:
    return nullcontext({}) if measure.beside is None else measure.beside()


def _worker(contestant: Contestant, place: Place, programs: Programs) -> Worker:
    command = programs.command(contestant.program)
    return Worker(command, database_url=place.database_url, environment=place.environment)


@contextmanager
def _places(contestants: Sequence[Contestant], stage: Stage, logs: Logs, kept: Kept) -> Iterator[list[Place]]:
    """Give the database that each contestant works on, and the home where that is not the stage's."""

    def place(contestant: Contestant) -> Place:
        if contestant.installation is not None:
            return kept.place(contestant.installation)
        return Place(own if contestant.log is None else logs.url(contestant.log))

    with stage.database() as own:
        yield [place(contestant) for contestant in contestants]
