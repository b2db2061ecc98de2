"""The processor time of processes with all that they started."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import psutil


def seconds_of_tree(pid: int) -> float:
    """Give what a process, its living descendants and those that have ended took, in seconds.

    To a hundredth of a second for each process, as the kernel tells it. One that has ended is counted when its parent
    has waited for it. Reads /proc for each process of the machine.
    """
    total = 0.0
    with suppress(psutil.NoSuchProcess):
        root = psutil.Process(pid)
        for process in [root, *root.children(recursive=True)]:
            with suppress(psutil.NoSuchProcess):
                times = process.cpu_times()
                total += times.user + times.system + times.children_user + times.children_system
    return total


def seconds_of_servers(home: Path) -> float:
    """Give what the database server and the queue of a home took, as far as they are embedded.

    A server that DATABASE_URL names is none of ours to look at, and counts nothing.
    """
    total = 0.0
    for pid_file in (home / "postgres" / "postmaster.pid", home / "valkey" / "valkey.pid"):
        with suppress(FileNotFoundError):
            total += seconds_of_tree(int(pid_file.read_text().splitlines()[0]))
    return total
