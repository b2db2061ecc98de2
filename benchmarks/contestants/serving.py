"""The worker's side of a worker process. The standard library only, since the peer's environment runs it too."""

from __future__ import annotations

import cProfile
import gc
import io
import json
import os
import pstats
import resource
import signal
import sys
import sysconfig
import time
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PROFILED_FUNCTIONS = 25


@dataclass(frozen=True, slots=True)
class Done:
    """What a run did and took, where other processes than the worker's own did it."""

    operations: int
    seconds: float
    """On the wall."""
    processor_seconds: float
    """Of all processes of the contestant."""
    server_seconds: float
    """Of the database server and the queue, as far as they can be looked at."""
    peak_bytes: int | None = None
    """The most memory that they held at once; None where the worker's own is meant."""
    parts: Mapping[str, float] = field(default_factory=dict)
    """Part of the work -> milliseconds, where a goal is for each of them."""


Run = Callable[[], int | Done]
"""Does what is timed; gives the number of operations done, or all that it took."""
Task = Callable[..., Run]
"""Gets everything ready, untimed: data, connections, a warm cache."""


def serve(tasks: Mapping[str, Task]) -> None:
    """Say {} when there is something to ask, then answer requests until the standard input ends.

    {"prepare": task, "arguments": {…}} is answered by {}; {"run": task}, for what was prepared last, by {"operations",
    "started", "finished", "processor_seconds", "server_seconds", "peak_bytes", "parts"}, the times in seconds of the
    machine's monotonic clock; any failure by {"error": traceback}. With {"profile": path} besides, the run is profiled.
    """
    # An interrupt at the terminal reaches the harness too, which ends this process.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    answers, sys.stdout = sys.stdout, sys.stderr

    def say(answer: Mapping[str, Any]) -> None:
        answers.write(json.dumps(answer) + "\n")
        answers.flush()

    say({})
    prepared: Run | None = None
    for line in sys.stdin:
        request: dict[str, Any] = json.loads(line)
        answer: dict[str, Any] = {}
        try:
            if "prepare" in request:
                prepared = tasks[request["prepare"]](**request["arguments"])
                # As servers do when they begin to serve; the peers get the same.
                gc.unfreeze()
                gc.collect()
                gc.freeze()
            else:
                assert prepared is not None, "Nothing was prepared."
                answer = _profiled(prepared, request["profile"]) if "profile" in request else _timed(prepared)
                prepared = None
        except Exception:  # noqa: BLE001 (whatever it is, the harness shows it and stops)
            answer = {"error": traceback.format_exc()}
        say(answer)


def _timed(run: Run) -> dict[str, Any]:
    processor, started = _processor_seconds(), time.monotonic()
    done = run()
    finished = time.monotonic()
    if isinstance(done, int):
        done = Done(done, finished - started, _processor_seconds() - processor, server_seconds=0.0)
    return {
        "operations": done.operations,
        "started": started,
        "finished": started + done.seconds,
        "processor_seconds": done.processor_seconds,
        "server_seconds": done.server_seconds,
        "peak_bytes": peak_bytes() if done.peak_bytes is None else done.peak_bytes,
        "parts": dict(done.parts),
    }


def _processor_seconds() -> float:
    """Give what this process took so far, and those that it started and saw end, these to a hundredth of a second."""
    ended = os.times()
    return time.process_time() + ended.children_user + ended.children_system


def peak_bytes(process: int | None = None) -> int:
    """Give the most memory that a process, or else this one, ever held.

    On Linux from the kernel's account of the program; what `getrusage` tells has in it what the process held before
    it became this program, which is as much as the harness. Elsewhere 0 for another process.
    """
    status = Path("/proc") / str(process or "self") / "status"
    if status.exists():
        lines = status.read_text(encoding="ascii", errors="replace").splitlines()
        return int(next(line for line in lines if line.startswith("VmHWM:")).split()[1]) * 1024
    # macOS counts bytes, and from the start of the program.
    return 0 if process else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def _profiled(run: Run, path: str) -> dict[str, Any]:
    """Add the functions that took most by themselves to a file; waiting for the database is in them."""
    profiler = cProfile.Profile()
    profiler.runcall(run)
    found = io.StringIO()
    pstats.Stats(profiler, stream=found).sort_stats(pstats.SortKey.TIME).print_stats(PROFILED_FUNCTIONS)
    text = found.getvalue()
    for folder in (sysconfig.get_path("purelib"), sysconfig.get_path("stdlib"), str(Path.cwd())):
        text = text.replace(f"{folder}/", "")
    with Path(path).open("a") as file:
        file.write(text)
    return {}
