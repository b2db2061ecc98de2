"""Databases that outlast a run: a landscape takes minutes to make, and is made once."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import LiteralString, Self
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql
from psycopg.errors import InsufficientPrivilege

from benchmarks.measures import Installation
from benchmarks.workers import Program, Programs, Worker, run_together
from tracker.home import Home
from tracker.services import EmbeddedServices, postgres, valkey

FOLDER = Path(__file__).with_name("kept")
"""Ignored by git. To make everything anew, delete it while nothing runs."""
DROP_PATIENCE = 60.0


@dataclass(frozen=True)
class Place:
    """One installation to measure: its database, and the home with the keys that open what is sealed in it."""

    database_url: str
    environment: Mapping[str, str] = field(default_factory=dict)
    """What its processes are told besides."""


class Kept:
    """Installations by name: a template of each that is kept, and a copy that is measured and goes with the run.

    On an embedded server of their own in `FOLDER`, which starts when the first of them is asked for; or, where
    DATABASE_URL names a server, in databases there, which stay.
    """

    def __init__(
        self, programs: Programs, progress: Callable[[str], None] = lambda _: None, *, given: str = ""
    ) -> None:
        self._programs = programs
        self._progress = progress
        self._given = given
        self._stack = ExitStack()
        self._places: dict[str, Place] = {}
        self._server: Home | None = None
        self.seconds: dict[str, float] = {}
        """Installation -> how long it took to make it, in this run."""

    def place(self, installation: Installation) -> Place:
        """Give a copy of an installation, which is made first where there is none yet.

        To copy takes a second for a gigabyte. Raises WorkerError, ServiceError.
        """
        name = installation.name
        if name not in self._places:
            self._ensure_template(installation)
            copy = f"{_database(name)}_{os.getpid()}"
            self._progress(f"copying {name}")
            self._stack.enter_context(self._copied(_database(name), copy))
            self._places[name] = self._place(name, copy)
        return self._places[name]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def _ensure_template(self, installation: Installation) -> None:
        """Make an installation; one that was not finished is made anew, and migrations that are new are run."""
        name = installation.name
        template = _database(name)
        with psycopg.connect(self._url("postgres"), autocommit=True) as connection:
            row = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [template]).fetchone()
        draft = f"{template}_draft"
        worker = self._programs.command(Program.LANDSCAPE)
        if row is not None:
            place = self._place(name, template)
            with Worker(worker, database_url=place.database_url, environment=place.environment) as keeper:
                run_together([keeper], "migrate", {})
            return
        self._progress(f"making {name}, once")
        begun = time.monotonic()
        self._administer("DROP DATABASE IF EXISTS {} WITH (FORCE)", draft)
        self._administer("CREATE DATABASE {}", draft)
        # Keys and checkpoints of one that is gone are of no use to another.
        shutil.rmtree(FOLDER / name, ignore_errors=True)
        place = self._place(name, draft)
        with Worker(worker, database_url=place.database_url, environment=place.environment) as maker:
            run_together([maker], installation.task, installation.arguments)
        self._administer("ALTER DATABASE {} RENAME TO {}", draft, template)
        self.seconds[name] = time.monotonic() - begun

    def _place(self, name: str, database: str) -> Place:
        home = FOLDER / name
        home.mkdir(parents=True, exist_ok=True)
        redis_url = valkey.redis_url(self._started())
        return Place(self._url(database), {"TRACKER_HOME": str(home.resolve()), "REDIS_URL": redis_url})

    def _started(self) -> Home:
        if self._server is None:
            self._server = Home((FOLDER / "server").resolve())
            self._stack.enter_context(EmbeddedServices(self._server, postgres=not self._given))
        return self._server

    def _url(self, database: str) -> str:
        home = self._started()
        return urlunsplit(urlsplit(self._given or postgres.database_url(home))._replace(path=f"/{database}"))

    def _administer(self, statement: LiteralString, *names: str) -> None:
        with psycopg.connect(self._url("postgres"), autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))

    @contextmanager
    def _copied(self, source: str, target: str) -> Iterator[None]:
        self._administer("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy", target, source)
        try:
            yield
        finally:
            self._drop(target)

    def _drop(self, name: str) -> None:
        deadline = time.monotonic() + DROP_PATIENCE
        while True:
            try:
                self._administer("DROP DATABASE {} WITH (FORCE)", name)
            except InsufficientPrivilege:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)
            else:
                return


def _database(name: str) -> str:
    return "tracker_kept_" + name.replace("-", "_")
