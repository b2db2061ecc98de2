"""Server processes that outlive their starter: found again by their pid file, stopped by signal."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypedDict

import psutil

# How long a server may take to bring its files in order, where nobody waits for it.
STOP_PATIENCE = 30.0

LOG_SIZE_LIMIT = 10 * 1024 * 1024


class ServiceError(Exception):
    """An embedded server cannot be had or does not start; the message says why and what to do."""


def find_server(pid_file: Path, directory: Path) -> psutil.Process | None:
    """Return the live server that the pid file names, or None where the file is absent or stale.

    A process counts only if its working folder is `directory`, as both servers make their data folder, so
    that a process id that was given out again after a crash is not mistaken for the server.
    """
    try:
        process = psutil.Process(int(pid_file.read_text().split()[0]))
        if is_alive(process) and Path(process.cwd()) == directory:
            return process
    except (FileNotFoundError, ValueError, IndexError, psutil.NoSuchProcess, psutil.AccessDenied):
        pass
    return None


def running_child(child: subprocess.Popen[bytes] | None) -> psutil.Process | None:
    """Return the server that this process started itself, while it runs: its pid file may have been removed."""
    if child is None or child.poll() is not None:
        return None
    return psutil.Process(child.pid)


def reap(child: subprocess.Popen[bytes] | None) -> None:
    """Take the exit status of a server that died, so that it does not stay as a zombie."""
    if child is not None:
        child.poll()


def is_alive(process: psutil.Process) -> bool:
    """Tell whether the process still runs; one that ended and waits for its parent (a zombie) does not."""
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def start_server(
    command: Sequence[str | Path],
    *,
    log: Path,
    user: str | None = None,
    environment: Mapping[str, str] | None = None,
) -> subprocess.Popen[bytes]:
    """Start a server in a session of its own, so that neither a Ctrl-C nor a SIGKILL of ours reaches it.

    Its output is appended to `log`; a log beyond 10 MiB is set aside once, as `.1`.
    """
    if log.exists() and log.stat().st_size > LOG_SIZE_LIMIT:
        log.replace(log.with_name(log.name + ".1"))
    output = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        return subprocess.Popen(  # noqa: S603 (a command of ours)
            [os.fspath(word) for word in command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            cwd="/",
            env=None if environment is None else dict(environment),
            **as_user(user),
        )
    finally:
        os.close(output)


class RunAs(TypedDict, total=False):
    """The arguments of subprocess that choose a user."""

    user: str
    group: str
    extra_groups: list[str]


def as_user(user: str | None) -> RunAs:
    """Return the arguments of subprocess that run a command as `user`, with that user's group alone."""
    return {} if user is None else {"user": user, "group": user, "extra_groups": []}


def stop_server(process: psutil.Process, signals: Sequence[tuple[signal.Signals, float]]) -> None:
    """Send each signal in turn and wait its seconds for the process to end; SIGKILL is the last word."""
    for number, patience in (*signals, (signal.SIGKILL, 5.0)):
        try:
            process.send_signal(number)
        except psutil.NoSuchProcess:
            return
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            if not is_alive(process):
                # Where it is a child of ours, though another object started it, it must not stay as a zombie.
                with contextlib.suppress(psutil.Error):
                    process.wait(0)
                return
            time.sleep(0.02)


def end_processes(name: str, directory: Path, *, patience: float) -> None:
    """End the processes of that name that work in `directory`: what a killed server has left.

    Returns when they are gone.
    """
    left = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            if process.name() == name and is_alive(process) and Path(process.cwd()) == directory:
                left.append(process)
    for process in left:
        stop_server(process, [(signal.SIGQUIT, patience)])


def tail(log: Path, lines: int = 10) -> str:
    """Return the end of a log, for an error message."""
    try:
        return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])
    except OSError:
        return "(no log)"
