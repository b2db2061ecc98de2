"""Worker processes, which the contestants run in: several writers are several processes, and no import is timed.

A worker reads a JSON object a line from its standard input and answers with one; see `contestants.serving`.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import venv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from select import select
from types import MappingProxyType, TracebackType
from typing import Any, Self

ROOT = Path(__file__).resolve().parent.parent
PEER_REQUIREMENTS = Path(__file__).with_name("requirements-peer.txt")
READER_REQUIREMENTS = Path(__file__).with_name("requirements-peer-reader.txt")
ANSWER_PATIENCE = 1_800.0
"""How long in seconds one task may take: more than the longest on a slow machine."""
END_PATIENCE = 30.0
"""How long in seconds a worker may take to end when nothing is asked of it any more."""


class WorkerError(Exception):
    """A worker failed; the message holds its traceback."""


class Program(StrEnum):
    """The programs that contestants run in; each is a module of `contestants`."""

    TRACKER = "tracker"
    TRACKER_LOG = "tracker_log"
    PLAIN = "plain"
    DOCUMENTS = "documents"
    PIPELINE = "pipeline"
    MATCHING = "matching"
    LANDSCAPE = "landscape"
    ADMIN = "admin"
    API = "api"
    PEER = "peer"
    READER_PEER = "reader_peer"


_ENVIRONMENTS = {Program.PEER: ("peer", PEER_REQUIREMENTS), Program.READER_PEER: ("peer-reader", READER_REQUIREMENTS)}
"""The programs that have an environment of their own: its folder beside ours, and what is in it."""


class Programs:
    """Which interpreter runs each program: ours runs all but the peers, which have environments of their own."""

    def __init__(self, *, with_peer: bool) -> None:
        self._with_peer = with_peer
        self._peers: dict[Program, Path | str] = {}

    def missing(self, program: Program) -> str | None:
        """Say why a program can't take part, or give None where it can. Makes the environment that it needs."""
        if program not in _ENVIRONMENTS:
            return None
        if not self._with_peer:
            return "left out, as asked"
        found = self._peer(program)
        return found if isinstance(found, str) else None

    def command(self, program: Program) -> list[str]:
        """Give the command line that starts a worker of this program."""
        interpreter = self._peer(program) if program in _ENVIRONMENTS else sys.executable
        return [str(interpreter), "-m", f"benchmarks.contestants.{program}"]

    def _peer(self, program: Program) -> Path | str:
        """Give the interpreter of a peer, or why there is none."""
        if program not in self._peers:
            self._peers[program] = _peer_interpreter(*_ENVIRONMENTS[program])
        return self._peers[program]


@dataclass(frozen=True, slots=True)
class Spent:
    """What some work took."""

    operations: int = 0
    seconds: float = 0.0
    """On the wall, from the start of the first worker to the end of the last."""
    processor_seconds: float = 0.0
    """Of all workers together; what the database server took is not in it."""
    peak_bytes: int = 0
    """The most resident memory that any worker had at once since it began."""
    server_seconds: float = 0.0
    """Processor time of the database server and the queue meanwhile; 0 where nobody looked or none can be seen."""
    parts: Mapping[str, float] = field(default_factory=dict)
    """Part of the work -> milliseconds, where a goal is for each of them; several turns are not added up."""

    def __add__(self, other: Spent) -> Spent:
        return Spent(
            self.operations + other.operations,
            self.seconds + other.seconds,
            self.processor_seconds + other.processor_seconds,
            max(self.peak_bytes, other.peak_bytes),
            self.server_seconds + other.server_seconds,
            {**self.parts, **other.parts},
        )


class Worker:
    """One process that does the tasks of a program on one database."""

    def __init__(
        self, command: Sequence[str], *, database_url: str, environment: Mapping[str, str] = MappingProxyType({})
    ) -> None:
        self._process = subprocess.Popen(
            list(command),
            cwd=ROOT,
            env={**os.environ, "DATABASE_URL": database_url, **environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        # It speaks first when it is connected. One starts after another, since they make tables where there are none.
        self.receive()

    def send(self, request: Mapping[str, Any]) -> None:
        """Hand a request over without waiting for the answer. Raises WorkerError where the worker has ended."""
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(request) + "\n")
            self._process.stdin.flush()
        except BrokenPipeError as error:
            raise WorkerError(f"a worker ended with status {self._process.wait()}") from error

    def receive(self) -> dict[str, Any]:
        """Wait for the answer to a request. Raises WorkerError where the task failed or the worker ended."""
        assert self._process.stdout is not None
        if not select([self._process.stdout], [], [], ANSWER_PATIENCE)[0]:
            raise WorkerError(f"a worker did not answer within {ANSWER_PATIENCE:g} s; it may wait for the server")
        line = self._process.stdout.readline()
        if not line:
            raise WorkerError(f"a worker ended with status {self._process.wait()}")
        answer: dict[str, Any] = json.loads(line)
        if "error" in answer:
            raise WorkerError(answer["error"])
        return answer

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None:
            self._process.kill()
        try:
            self._process.communicate(timeout=END_PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.communicate()
            raise WorkerError(f"a worker did not end within {END_PATIENCE:g} s; a thread holds it") from None


def run_together(workers: Sequence[Worker], task: str, arguments: Mapping[str, Any]) -> Spent:
    """Have the workers prepare a task in turn, then run it at once; give what that took.

    The time is by the clock that all processes share.
    """
    for worker in workers:
        _prepare(worker, task, arguments)
    for worker in workers:
        worker.send({"run": task})
    answers = [worker.receive() for worker in workers]
    return Spent(
        operations=sum(answer["operations"] for answer in answers),
        seconds=max(answer["finished"] for answer in answers) - min(answer["started"] for answer in answers),
        processor_seconds=sum(answer["processor_seconds"] for answer in answers),
        peak_bytes=max(answer["peak_bytes"] for answer in answers),
        server_seconds=sum(answer["server_seconds"] for answer in answers),
        parts={name: figure for answer in answers for name, figure in answer["parts"].items()},
    )


def profile_alone(worker: Worker, task: str, arguments: Mapping[str, Any], path: Path) -> None:
    """Have one worker prepare a task and run it under the profiler, which adds what it found to a file."""
    _prepare(worker, task, arguments)
    worker.send({"run": task, "profile": str(path.resolve())})
    worker.receive()


def _prepare(worker: Worker, task: str, arguments: Mapping[str, Any]) -> None:
    worker.send({"prepare": task, "arguments": dict(arguments)})
    worker.receive()


def _peer_interpreter(name: str, requirements: Path) -> Path | str:
    """Make a peer's environment once, beside ours; give its interpreter, or why there is none."""
    folder = Path(sys.prefix) / name
    interpreter = folder / "bin" / "python"
    seal = folder / "requirements.sha256"
    digest = hashlib.sha256(requirements.read_bytes()).hexdigest()
    if seal.is_file() and seal.read_text() == digest:
        return interpreter
    venv.create(folder, clear=True, with_pip=True)
    result = subprocess.run(
        [interpreter, "-m", "pip", "install", "--quiet", "--requirement", requirements],
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode != 0:
        last_line = (result.stderr.strip().splitlines() or ["pip said nothing"])[-1]
        return f"cannot be installed: {last_line}"
    seal.write_text(digest)
    return interpreter
