"""Databases with a long log, made when a measure first wants one and kept for the others."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import ExitStack
from types import TracebackType
from typing import Self

from benchmarks.stage import Stage
from benchmarks.workers import Program, Programs, Worker, run_together


class Logs:
    """Logs of so many events each, in databases that go when this ends."""

    def __init__(self, stage: Stage, programs: Programs, progress: Callable[[str], None] = lambda _: None) -> None:
        self._stage = stage
        self._programs = programs
        self._progress = progress
        self._urls: dict[int, str] = {}
        self._stack = ExitStack()
        self.seconds: dict[int, float] = {}
        """Number of events -> how long it took to fill the database."""

    def url(self, events: int) -> str:
        """Give the database with a log of so many events; filled first where there is none yet, some 70 µs each."""
        if events not in self._urls:
            url = self._stack.enter_context(self._stage.database())
            self._progress(f"filling a log with {events:,} events")
            begun = time.monotonic()
            # A process of its own, so that the memory of filling is counted to nobody.
            with Worker(self._programs.command(Program.TRACKER_LOG), database_url=url) as worker:
                run_together([worker], "fill", {"events": events})
            self.seconds[events] = time.monotonic() - begun
            self._urls[events] = url
        return self._urls[events]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()
