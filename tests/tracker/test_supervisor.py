"""The supervisor restarts what ends, says why, and leaves nothing behind."""

import asyncio
import os
import re
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import psutil
import pytest

from tests.support.product import ROOT
from tests.support.waiting import wait_until
from tracker import supervisor
from tracker.services.process import is_alive
from tracker.supervisor import Program, Supervisor, describe_exit, end_orphans


def python(code: str) -> Sequence[str]:
    return [sys.executable, "-u", "-c", code]


def run_until(lines: list[str], programs: list[Program], pattern: str, count: int = 1) -> None:
    """Run the programs until a pattern has come `count` times, then stop them."""

    async def watch(running: Supervisor) -> None:
        while sum(re.search(pattern, line) is not None for line in lines) < count:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        running.stop("seen")

    async def main() -> None:
        running = Supervisor(programs, dict(os.environ), write=lines.append)
        await asyncio.wait_for(running.run(watch(running)), 30)

    asyncio.run(main())


def test_it_prefixes_what_programs_say() -> None:
    lines: list[str] = []
    run_until(lines, [Program("web", python("print('hello'); input()"))], "hello")
    assert "web    | hello" in lines


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("raise SystemExit(3)", "ended with exit code 3"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "was killed by SIGKILL"),
    ],
)
def test_it_says_why_a_program_ended_and_starts_it_again(code: str, reason: str) -> None:
    lines: list[str] = []
    program = Program("worker", python(code))
    run_until(lines, [program], "worker started", count=2)
    assert any(f"worker {reason} after" in line and "again in 0.5 s" in line for line in lines)
    assert program.restarts == 1


def test_it_waits_longer_after_each_short_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "FIRST_DELAY", 0.01)
    monkeypatch.setattr(supervisor, "LONGEST_DELAY", 0.04)
    lines: list[str] = []
    run_until(lines, [Program("beat", python("pass"))], "again in", count=4)
    delays = [match[1] for line in lines if (match := re.search(r"again in ([\d.]+) s", line))]
    assert delays[:4] == ["0.01", "0.02", "0.04", "0.04"]


def test_a_command_that_does_not_exist_is_named() -> None:
    lines: list[str] = []
    run_until(lines, [Program("web", ["/nowhere/gunicorn"])], "web ended with exit code 1")
    assert any("/nowhere/gunicorn" in line for line in lines)


def test_it_kills_what_does_not_stop_and_what_that_started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "STOP_PATIENCE", 0.2)
    stubborn = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True)"
    code = f"""
import subprocess, sys, signal
child = subprocess.Popen([sys.executable, '-c', {stubborn + "; time.sleep(60)"!r}])
print('child', child.pid)
{stubborn}
time.sleep(60)
"""
    lines: list[str] = []
    run_until(lines, [Program("worker", python(code))], r"\| up$", count=2)
    assert any("worker does not stop, killing it" in line for line in lines)
    ids = [int(match[1]) for line in lines if (match := re.search(r"(?:process|child) (\d+)", line))]
    assert len(ids) == 2
    wait_until(lambda: not any(lives(number) for number in ids), 5, "A process was left")


def lives(number: int) -> bool:
    return psutil.pid_exists(number) and is_alive(psutil.Process(number))


SUPERVISE = """
import asyncio, os, sys
from tracker.supervisor import SUPERVISED_BY, Program, Supervisor
command = [sys.executable, "-c", "import time; time.sleep(60)"]
environment = {**os.environ, SUPERVISED_BY: sys.argv[1]}
asyncio.run(Supervisor([Program("web", command), Program("beat", command)], environment).run())
"""


def start_and_kill_a_supervisor(home: Path) -> list[int]:
    """Kill a supervisor of two programs and return the programs' process ids."""
    process = subprocess.Popen(
        [sys.executable, "-c", SUPERVISE, str(home)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    ids = [int(process.stdout.readline().rsplit(" ", 1)[1]) for _ in range(2)]
    wait_until(
        lambda: all("time.sleep" in " ".join(psutil.Process(number).cmdline()) for number in ids),
        10,
        "The programs did not start",
    )
    process.kill()
    process.communicate()
    return ids


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process that its parent died")
def test_programs_end_with_a_killed_supervisor(tmp_path: Path) -> None:
    ids = start_and_kill_a_supervisor(tmp_path)
    wait_until(lambda: not any(lives(number) for number in ids), 5, "A program outlived its supervisor")


def test_the_next_run_ends_what_a_killed_one_left(tmp_path: Path) -> None:
    environment = {**os.environ, supervisor.SUPERVISED_BY: str(tmp_path)}
    other = {**os.environ, supervisor.SUPERVISED_BY: str(tmp_path / "other")}
    command = [sys.executable, "-c", "import time; time.sleep(60)"]
    orphan = subprocess.Popen(command, env=environment)
    neighbour = subprocess.Popen(command, env=other)
    try:
        assert end_orphans(tmp_path) == [orphan.pid]
        assert not lives(orphan.pid)
        assert neighbour.poll() is None
    finally:
        for process in (orphan, neighbour):
            process.kill()
            process.wait()


def test_exit_codes_are_told_in_words() -> None:
    assert describe_exit(0) == "ended with exit code 0"
    assert describe_exit(-signal.SIGSEGV) == "was killed by SIGSEGV"
    assert describe_exit(-64) == "was killed by SIGRTMAX"
