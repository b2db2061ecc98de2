"""What a measure is: contestants that do the same work, what is looked at, and goals."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from benchmarks.workers import Program, Spent


class Quantity(StrEnum):
    """What is looked at; the value is its unit."""

    RATE = "events/s"
    """Operations in the time that they took on the wall."""
    DURATION = "ms"
    """The time that one operation takes on the wall."""
    PROCESSOR = "CPU s per million events"
    """The processor time of the contestant's own processes, not of the database server, for a million operations."""
    READING = "documents/CPU s"
    """Documents read in a second of the contestant's own processor time."""
    POLLING = "polls/CPU s"
    """Polls in a second of processor time of all the contestant's own processes; servers are told beside it."""
    ENTRIES = "new entries/CPU s"
    """The same of new entries, from the request to the last match."""
    SPAN = "s"
    """The time that all of the work takes on the wall."""
    MEMORY = "MB"
    """The most memory that the largest of the contestant's processes held at once since it began."""

    def of(self, spent: Spent) -> float:
        """Give the figure of a round, in this unit."""
        match self:
            case Quantity.RATE:
                return spent.operations / spent.seconds
            case Quantity.DURATION:
                return spent.seconds * 1_000 / spent.operations
            case Quantity.PROCESSOR:
                return spent.processor_seconds * 1_000_000 / spent.operations
            case Quantity.SPAN:
                return spent.seconds
            case Quantity.READING | Quantity.POLLING | Quantity.ENTRIES:
                return spent.operations / spent.processor_seconds
            case Quantity.MEMORY:
                return spent.peak_bytes / 1_000_000


@dataclass(frozen=True)
class Installation:
    """An installation that is made once, by a task of the program `landscape`, and kept for later runs."""

    name: str
    task: str
    arguments: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Contestant:
    """One way to do the work of a measure, done by worker processes of its own."""

    name: str
    """Its name in the table, unique within a measure. Ours begin with "ours"; every figure is compared with those of
    "peer" and "limit"."""
    program: Program
    task: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    workers: int = 1
    log: int | None = None
    """How many events the database holds that it works on, which other measures use too (see `logs`); None for the
    measure's own database."""
    installation: Installation | None = None
    """The installation that it works on, where that is one which outlasts the run (see `kept`)."""

    @property
    def is_ours(self) -> bool:
        """Whether it is the tracker that is measured."""
        return self.name.startswith("ours")


@dataclass(frozen=True)
class Goal:
    """What a contestant should reach: a multiple of another's figure, or a figure of its own."""

    of: str
    at_least: float | None = None
    at_most: float | None = None
    times: str | None = None
    """The contestant whose figure the bound multiplies; None for an absolute bound."""
    of_each_part: bool = False
    """Whether it is for each part of the work rather than for all of it; see `Outcome.parts`."""

    @property
    def bound(self) -> float:
        """The number that is to be reached, or not to be passed."""
        bound = self.at_least if self.at_least is not None else self.at_most
        if bound is None:
            raise ValueError(f"the goal of {self.of} has no bound")
        return bound

    def is_met_by(self, reached: float) -> bool:
        """Whether the bound holds."""
        return reached >= self.bound if self.at_least is not None else reached <= self.bound


@dataclass(frozen=True)
class Measure:
    """One thing to find out about every contestant, each round anew."""

    name: str
    title: str
    quantity: Quantity
    contestants: Sequence[Contestant]
    goals: Sequence[Goal] = ()
    turns: int = 1
    """Into how many turns a round is cut; the arguments say the work of one. Many short turns make contestants meet
    the same moments of a machine that others use."""
    most_rounds: int | None = None
    """How many rounds are enough, where that is fewer than are asked for."""
    has_warm_up: bool = True
    """Whether there is a round before the first, which is not counted."""
    beside: Callable[[], AbstractContextManager[Mapping[str, Any]]] | None = None
    """Starts what runs beside all contestants, such as a server that they ask; what it gives is told to them as
    further arguments."""
