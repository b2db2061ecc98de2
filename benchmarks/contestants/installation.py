"""The product's Celery worker and beat, as `manage.py up` starts them, on a database and a queue of their own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from pathlib import Path
from types import TracebackType
from typing import LiteralString, Self
from urllib.parse import quote, urlsplit, urlunsplit

import psycopg
import redis
from celery import Celery
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from psycopg import sql

from benchmarks.contestants.names import LOOPBACK
from benchmarks.contestants.processor_time import seconds_of_servers, seconds_of_tree
from disputes.subscriptions import delivery
from tracker import bound, environment

ROOT = Path(__file__).resolve().parents[2]
QUEUE = 7
"""The database of the embedded Valkey in which the queue is; what other contestants ring for is in another."""
START_PATIENCE = 60.0
END_PATIENCE = 20.0
LOOK_SECONDS = 0.02
QUIET_SECONDS = 0.3
"""When its processes have taken no processor time for so long, nothing is left to be done."""


class InstallationError(Exception):
    """The product's processes did not do what they were started for; the message says what they wrote last."""


class Installation:
    """One worker, if wanted beat beside it, and a database like the given one.

    The present process sees that database too, as Django's own. A context manager; nothing is left at its end. The
    role of the database must be allowed to make databases.
    """

    def __init__(self, template: str, *, port: int, has_beat: bool = False) -> None:
        self._template = template
        self._port = port
        self._has_beat = has_beat
        self._stack = ExitStack()
        self._processes: list[subprocess.Popen[bytes]] = []
        self.database = f"{template}_{os.getpid()}"

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            self._folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="tracker-bench-")))
            self._make_database()
            stack.callback(self._drop_database)
            self._queue_url = f"unix://{quote(str(settings.HOME.valkey_socket))}?db={QUEUE}"
            with redis.Redis.from_url(self._queue_url) as queue:
                queue.flushdb()
            self._bell = Celery("benchmarks", broker=environment.celery_broker_url(self._queue_url))
            stack.callback(self._bell.close)
            stack.callback(self._end_processes)
            self._start("worker", "--without-gossip", "--without-mingle", "--hostname", f"bench-{os.getpid()}@%h")
            self._await_worker()
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def start_beat(self) -> None:
        """Have the product's own schedule ask for rounds from now on."""
        self._start("beat", "--pidfile", "", "--schedule", str(self._folder / "schedule"))

    def ring(self, task: str, *, queue: str) -> None:
        """Ask for a run of a task, as the product's doorbell does."""
        self._bell.send_task(task, queue=queue)

    @property
    def processor_seconds(self) -> float:
        """What worker, its children, their parsers and beat have taken."""
        return sum(seconds_of_tree(process.pid) for process in self._processes)

    @property
    def server_seconds(self) -> float:
        """What the embedded database server and queue have taken, for whomever."""
        return seconds_of_servers(settings.HOME.path)

    def wait_until(self, is_done: Callable[[], bool], *, seconds: float) -> float:
        """Wait until something holds, and then until the processes rest; give when it held, by the monotonic clock.

        Raises InstallationError when it takes longer than so many seconds, or a process ends.
        """
        deadline = time.monotonic() + seconds
        while not is_done():
            if time.monotonic() > deadline:
                raise InstallationError(f"not done within {seconds:g} s; {self._last_words()}")
            self._require_running()
            time.sleep(LOOK_SECONDS)
        held_at = time.monotonic()
        before, spent = -1.0, self.processor_seconds
        while spent > before and time.monotonic() < held_at + END_PATIENCE:
            time.sleep(QUIET_SECONDS)
            before, spent = spent, self.processor_seconds
        return held_at

    def _start(self, *arguments: str) -> None:
        log = self._folder / f"{arguments[0]}.log"
        with log.open("wb") as output:
            celery = [sys.executable, "-m", "celery", "--app", "benchmarks.contestants.loopback_worker", *arguments]
            process = subprocess.Popen(
                [sys.executable, "-I", bound.__file__, str(os.getpid()), *celery],
                cwd=ROOT,
                env={
                    **os.environ,
                    "DATABASE_URL": _renamed(settings.DATABASE_URL, self.database),
                    "REDIS_URL": self._queue_url,
                    "SECRET_KEY": settings.SECRET_KEY,
                    "FETCH_ALLOW": f"{LOOPBACK}:{self._port}",
                    "READ_PAGES": "off",  # of real publishers, on the real network
                    "PYTHONUNBUFFERED": "1",
                },
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        self._processes.append(process)

    def _await_worker(self) -> None:
        deadline = time.monotonic() + START_PATIENCE
        log = self._folder / "worker.log"
        while "ready." not in log.read_text(errors="replace"):
            self._require_running()
            if time.monotonic() > deadline:
                raise InstallationError(f"the worker did not start; {self._last_words()}")
            time.sleep(0.1)

    def _require_running(self) -> None:
        if any(process.poll() is not None for process in self._processes):
            raise InstallationError(f"a process of the product has ended; {self._last_words()}")

    def _last_words(self) -> str:
        lines = [line for log in self._folder.glob("*.log") for line in log.read_text(errors="replace").splitlines()]
        return "last said:\n" + "\n".join(lines[-20:])

    def _end_processes(self) -> None:
        for process in self._processes:
            process.terminate()
        for process in self._processes:
            with suppress(subprocess.TimeoutExpired):
                process.wait(END_PATIENCE)
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        self._processes = []

    def _make_database(self) -> None:
        _leave_database()
        _administer("CREATE DATABASE {} TEMPLATE {}", self.database, self._template)
        connection.settings_dict["NAME"] = self.database

    def _drop_database(self) -> None:
        _leave_database()
        connection.settings_dict["NAME"] = self._template
        _administer("DROP DATABASE {} WITH (FORCE)", self.database)


def seed() -> str:
    """Load the product's disputes into the present database, and let its subscriptions catch up; give its name.

    So the matcher has what it has in a new installation. Some seconds; nothing where that is done.
    """
    call_command("load_seeds", verbosity=0)
    delivery.ensure_subscriptions()
    for name in delivery.due_subscriptions():
        while delivery.deliver(name):
            pass
    return str(connection.settings_dict["NAME"])


def _leave_database() -> None:
    connection.close()


def _administer(statement: LiteralString, *names: str) -> None:
    with psycopg.connect(_renamed(settings.DATABASE_URL, "postgres"), autocommit=True) as administrator:
        administrator.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def _renamed(url: str, database: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{database}"))
