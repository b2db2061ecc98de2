"""Running the product's processes in one terminal: started, watched, restarted and stopped together."""

import asyncio
import contextlib
import os
import signal
import sys
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psutil

# In the environment of each process that runs under a supervisor: the home that it serves.
SUPERVISED_BY = "TRACKER_SUPERVISED"

FIRST_DELAY = 0.5
LONGEST_DELAY = 30.0
# A process that ran this long was healthy, so its next end is a new story.
HEALTHY_AFTER = 60.0

# Of the ten seconds that a stop may take, the two servers of the home get the rest.
STOP_PATIENCE = 4.0

BOUND = Path(__file__).with_name("bound.py")


@dataclass
class Program:
    """One process to keep running."""

    name: str
    command: Sequence[str]
    process: asyncio.subprocess.Process | None = None
    restarts: int = 0


@dataclass
class Supervisor:
    """Keeps programs running until it is told to stop, and writes what they say, line by line, with their names.

    A program that ends is started again after a delay that doubles from 0.5 s to 30 s while its runs stay short.
    Each program has a session of its own, so that a Ctrl-C reaches the supervisor alone and a stop reaches all
    that the program has started. On Linux the kernel ends the programs if the supervisor is killed.
    """

    programs: Sequence[Program]
    environment: Mapping[str, str]
    write: Callable[[str], None] = lambda line: write_line(line)  # noqa: PLW0108 (looked up when called)
    _stopping: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self, *watchers: Awaitable[None]) -> None:
        """Run the programs, and the watchers beside them, until `stop` is called; leaves no process behind."""
        tasks = [asyncio.ensure_future(watcher) for watcher in watchers]
        keepers = [asyncio.ensure_future(self._keep_running(program)) for program in self.programs]
        try:
            await self._stopping.wait()
        finally:
            for task in tasks:
                task.cancel()
            await self._end_programs()
            await asyncio.gather(*keepers, *tasks, return_exceptions=True)

    def stop(self, reason: str) -> None:
        """Begin to stop; harmless when it has begun."""
        if not self._stopping.is_set():
            self.log(f"{reason}, stopping")
            self._stopping.set()

    def log(self, message: str) -> None:
        """Write a line of the supervisor's own."""
        self.write(f"{'up':<7}| {message}")

    async def _keep_running(self, program: Program) -> None:
        delay = FIRST_DELAY
        while not self._stopping.is_set():
            started = time.monotonic()
            outcome = await self._run_once(program)
            if self._stopping.is_set():
                return
            lived = time.monotonic() - started
            delay = FIRST_DELAY if lived > HEALTHY_AFTER else delay
            self.log(f"{program.name} {outcome} after {lived:.1f} s, starting it again in {delay:g} s")
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), delay)
            delay = min(delay * 2, LONGEST_DELAY)
            program.restarts += 1

    async def _run_once(self, program: Program) -> str:
        """Run the program to its end and say what that was."""
        try:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-I",
                str(BOUND),
                str(os.getpid()),
                *program.command,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.STDOUT,
                env=dict(self.environment),
                start_new_session=True,
            )
        except OSError as error:
            return f"could not be started ({error})"
        program.process = process
        self.log(f"{program.name} started as process {process.pid}")
        assert process.stdout is not None  # noqa: S101 (asked for above)
        copying = asyncio.ensure_future(self._copy_lines(program.name, process.stdout))
        code = await process.wait()
        # What the program started is its own to end; after a crash nobody else would.
        signal_group(process.pid, signal.SIGKILL)
        # A grandchild that left the group may hold the pipe open for good.
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(copying, 1.0)
        program.process = None
        return describe_exit(code)

    async def _copy_lines(self, name: str, stream: asyncio.StreamReader) -> None:
        rest = b""
        while chunk := await stream.read(65536):
            *lines, rest = (rest + chunk).split(b"\n")
            for line in lines:
                self.write(f"{name:<7}| {line.decode(errors='replace')}")
        if rest:
            self.write(f"{name:<7}| {rest.decode(errors='replace')}")

    async def _end_programs(self) -> None:
        running = [program for program in self.programs if program.process is not None]
        for program in running:
            if program.process is not None and program.process.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    program.process.terminate()
        deadline = time.monotonic() + STOP_PATIENCE
        while any(program.process is not None for program in running):
            late = time.monotonic() > deadline
            for program in running:
                if late and program.process is not None and program.process.returncode is None:
                    self.log(f"{program.name} does not stop, killing it")
                    signal_group(program.process.pid, signal.SIGKILL)
            if late:
                deadline = time.monotonic() + STOP_PATIENCE
            await asyncio.sleep(0.02)


def describe_exit(code: int) -> str:
    """Say how a process ended, from its return code as subprocess gives it."""
    if code >= 0:
        return f"ended with exit code {code}"
    try:
        return f"was killed by {signal.Signals(-code).name}"
    except ValueError:
        return f"was killed by signal {-code}"


def signal_group(group: int, number: signal.Signals) -> None:
    """Send a signal to all of a process group that is still there."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)


def write_line(line: str) -> None:
    """Write a line to the terminal; a reader that went away does not stop the product."""
    with contextlib.suppress(BrokenPipeError):
        sys.stdout.write(line + "\n")
        sys.stdout.flush()


def end_orphans(home: Path) -> list[int]:
    """End the processes that a killed supervisor of this home has left, and return their ids.

    Call it under the home's run lock: no living supervisor has any then.
    """
    orphans = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if process.pid != os.getpid() and process.environ().get(SUPERVISED_BY) == str(home):
                process.terminate()
                orphans.append(process)
    _, stubborn = psutil.wait_procs(orphans, timeout=3.0)
    for process in stubborn:
        with contextlib.suppress(psutil.Error):
            process.kill()
    return [process.pid for process in orphans]


def make_was_interrupted() -> bool:
    """Tell whether the `make` that runs this process was sent a SIGINT by itself (Linux).

    At a Ctrl-C the terminal signals make and its children alike. A SIGINT for make's process id alone goes no
    further: make blocks the signal and waits for its children, for good. That block is what is seen here.
    """
    try:
        status = Path(f"/proc/{os.getppid()}/status").read_text()
    except OSError:
        return False
    values = dict(line.split(":", 1) for line in status.splitlines() if ":" in line)
    return values["Name"].strip() == "make" and bool(int(values["SigBlk"], 16) & 1 << (signal.SIGINT - 1))
