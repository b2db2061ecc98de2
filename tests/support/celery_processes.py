"""Celery's own processes on the database and the queue of a test."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psutil
import redis
from celery import Celery
from django.conf import settings
from django.db import connection

from tests.support.product import ROOT
from tests.support.waiting import wait_until
from tracker import environment

QUEUE_DATABASE = 7
"""Of the Valkey of the tests; nobody else uses it."""


def queue_url() -> str:
    """The address of the queue's database, as redis-py writes it."""
    base = settings.REDIS_URL
    if base.startswith("unix:"):
        return f"{base.partition('?')[0]}?db={QUEUE_DATABASE}"
    return f"{base.rstrip('/').rpartition('/')[0]}/{QUEUE_DATABASE}"


def database_url() -> str:
    """The address of the database that the default connection points to."""
    if not settings.EMBEDDED_POSTGRES:
        return f"{settings.DATABASE_URL.rpartition('/')[0]}/{connection.settings_dict['NAME']}"
    sockets = quote(str(settings.HOME.postgres_sockets), safe="")
    return f"postgres://tracker@/{connection.settings_dict['NAME']}?host={sockets}"


@dataclass
class CeleryProcess:
    """A running worker or beat."""

    process: subprocess.Popen[bytes]
    log: Path

    @property
    def output(self) -> str:
        """What it has said so far."""
        return self.log.read_text(errors="replace")

    def children(self) -> list[psutil.Process]:
        """The processes in which a worker runs its tasks."""
        with suppress(psutil.Error):
            return [
                child for child in psutil.Process(self.process.pid).children() if "celery" in " ".join(child.cmdline())
            ]
        return []

    def kill(self) -> None:
        """End it, with all that it has started, as a crash of the machine would."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(10)


@dataclass
class CeleryStage:
    """Starts Celery's processes, and sends them tasks."""

    folder: Path
    environment: Mapping[str, str]

    def __post_init__(self) -> None:
        self.processes: list[CeleryProcess] = []
        self.queue = redis.Redis.from_url(queue_url())
        self.app = Celery("tests", broker=environment.celery_broker_url(queue_url()))

    def send(self, task: str, *, queue: str = "poll", times: int = 1) -> None:
        """Ring for a task."""
        for _time in range(times):
            self.app.send_task(task, queue=queue)

    def start_worker(self, *arguments: str) -> CeleryProcess:
        """Start a worker and wait until it takes tasks; 2 s."""
        started = self._start("worker", "--without-gossip", "--without-mingle", "--queues", "poll", *arguments)
        wait_until(lambda: "ready." in started.output, 60, "The worker does not start")
        return started

    def start_beat(self) -> CeleryProcess:
        """Start a beat."""
        return self._start("beat", "--pidfile", "")

    def _start(self, *arguments: str) -> CeleryProcess:
        log = self.folder / f"celery-{len(self.processes)}.log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", "celery", "--app", "tracker", *arguments],
                cwd=ROOT,
                env={
                    **os.environ,
                    "DATABASE_URL": database_url(),
                    "REDIS_URL": queue_url(),
                    "SECRET_KEY": settings.SECRET_KEY,
                    "PYTHONUNBUFFERED": "1",
                    **self.environment,
                },
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        started = CeleryProcess(process, log)
        self.processes.append(started)
        return started


@contextmanager
def celery_stage(folder: Path, **environment: str) -> Iterator[CeleryStage]:
    """Give a stage with an empty queue, and leave no process behind."""
    stage = CeleryStage(folder, environment)
    stage.queue.flushdb()
    try:
        yield stage
    finally:
        for started in stage.processes:
            started.kill()
        stage.queue.flushdb()
        stage.queue.close()
        stage.app.close()
