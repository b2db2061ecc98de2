"""Workers measure their own processes, and end."""

import sys
from pathlib import Path

import pytest

from benchmarks import workers
from benchmarks.workers import Worker, WorkerError, profile_alone, run_together

PROGRAM = """
import threading, time
from benchmarks.contestants.serving import serve

def burn(seconds):
    def run():
        until = time.process_time() + seconds
        while time.process_time() < until:
            sum(range(1_000))
        return 1
    return run

def hold(megabytes):
    def run():
        return len(bytearray(b"x") * (megabytes * 1_000_000)) // 1_000_000
    return run

def stay():
    return lambda: threading.Thread(target=threading.Event().wait).start() or 1

serve({"burn": burn, "hold": hold, "stay": stay})
"""
COMMAND = [sys.executable, "-c", PROGRAM]


def test_it_works() -> None:
    with Worker(COMMAND, database_url="") as worker:
        spent = run_together([worker], "burn", {"seconds": 0.1})
    assert spent.operations == 1
    assert 0.1 <= spent.processor_seconds < 1
    assert spent.seconds >= 0.1


def test_what_two_do_at_once_is_added_and_the_time_is_not() -> None:
    with Worker(COMMAND, database_url="") as one, Worker(COMMAND, database_url="") as other:
        spent = run_together([one, other], "burn", {"seconds": 0.2})
    assert spent.operations == 2
    assert spent.processor_seconds >= 0.4
    assert spent.seconds < 5


def test_the_peak_of_memory_is_kept_when_the_memory_is_free_again() -> None:
    with Worker(COMMAND, database_url="") as worker:
        before = run_together([worker], "hold", {"megabytes": 1}).peak_bytes
        run_together([worker], "hold", {"megabytes": 300})
        after = run_together([worker], "hold", {"megabytes": 1}).peak_bytes
    assert before < 300_000_000 < after < before + 400_000_000


def test_a_worker_that_does_not_end_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "END_PATIENCE", 0.5)
    with pytest.raises(WorkerError, match="a thread holds it"), Worker(COMMAND, database_url="") as worker:
        run_together([worker], "stay", {})


def test_a_profile_names_what_took_the_time(tmp_path: Path) -> None:
    path = tmp_path / "found.txt"
    path.write_text("burning\n")
    with Worker(COMMAND, database_url="") as worker:
        profile_alone(worker, "burn", {"seconds": 0.05}, path)
    lines = path.read_text().splitlines()
    assert lines[0] == "burning"
    assert any("built-in method builtins.sum" in line for line in lines)
    # What follows the heading of the columns.
    heading = next(number for number, line in enumerate(lines) if "tottime" in line)
    assert len([line for line in lines[heading + 1 :] if line]) <= 25
