"""The server that everything is measured on, and a fresh database on it for each measure."""

from __future__ import annotations

import itertools
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import TracebackType
from typing import LiteralString, Self
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql
from psycopg.errors import InsufficientPrivilege

from tracker.home import Home
from tracker.services import EmbeddedServices, postgres

DROP_PATIENCE = 60.0
"""How long in seconds a superuser may stay connected to a database that is to be dropped."""


class Stage:
    """The server of DATABASE_URL, or else an embedded one in a temporary home that ends with the benchmark.

    A role that may make databases is needed; the database that DATABASE_URL names is connected to and left as it is.
    The queue and the cache are always the embedded ones of that home: commands ring, and nobody else shall hear it.
    """

    def __init__(self) -> None:
        self._given = os.environ.get("DATABASE_URL", "")
        self._stack = ExitStack()
        self._numbers = itertools.count(1)
        self._makes_checkpoints = True

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="tracker-bench-"))
            home = Home(Path(folder).resolve() / "home")
            # The settings, in this process and in the workers, keep what they keep in that folder too.
            os.environ["TRACKER_HOME"] = str(home.path)
            os.environ.pop("REDIS_URL", None)
            stack.enter_context(EmbeddedServices(home, postgres=not self._given))
            self.url = self._given or postgres.database_url(home)
            self._superuser_url = self._given or _superuser_url(self.url)
            self._template = stack.enter_context(self._migrated_database())
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    @contextmanager
    def database(self) -> Iterator[str]:
        """Make a migrated database without rows, give its URL, and drop it afterwards; some 100 ms."""
        with self._new_database(template=self._template) as name:
            yield self._url_of(name)

    def checkpoint(self) -> None:
        """Have the server write what is dirty and begin to count anew until its next checkpoint, where it lets us.

        A given server may not; `facts` says whether it did.
        """
        if not self._makes_checkpoints:
            return
        with psycopg.connect(self._superuser_url, autocommit=True) as connection:
            try:
                connection.execute("CHECKPOINT")
            except InsufficientPrivilege:
                self._makes_checkpoints = False

    def facts(self) -> dict[str, str]:
        """Give what a reader of the figures must know of the server."""
        self.checkpoint()
        names = ("server_version", "fsync", "synchronous_commit", "shared_buffers", "max_wal_size")
        with psycopg.connect(self.url) as connection:
            found = {name: connection.execute("SELECT current_setting(%s)", [name]).fetchone() for name in names}
        return {
            "kind": "given" if self._given else "embedded",
            **{name: str(row[0]) for name, row in found.items() if row is not None},
            "checkpoint_before_measures": "yes" if self._makes_checkpoints else "the role of DATABASE_URL may not",
        }

    @contextmanager
    def _migrated_database(self) -> Iterator[str]:
        with self._new_database() as name:
            os.environ["DATABASE_URL"] = self._url_of(name)
            os.environ["DJANGO_SETTINGS_MODULE"] = "tracker.settings"
            import django  # noqa: PLC0415 (the settings read the environment, which is complete only now)
            from django.core.management import call_command  # noqa: PLC0415
            from django.db import connection  # noqa: PLC0415

            django.setup()
            call_command("migrate", verbosity=0)
            connection.close()
            yield name

    @contextmanager
    def _new_database(self, template: str = "template1") -> Iterator[str]:
        name = f"tracker_bench_{os.getpid()}_{next(self._numbers)}"
        self._administer("CREATE DATABASE {} TEMPLATE {}", name, template)
        try:
            yield name
        finally:
            self._drop(name)

    def _drop(self, name: str) -> None:
        """Drop a database with whoever is still connected to it.

        Autovacuum works there as a superuser now and then, whom the owner may not send away; it leaves by itself.
        """
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

    def _administer(self, statement: LiteralString, *names: str) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))

    def _url_of(self, name: str) -> str:
        return urlunsplit(urlsplit(self.url)._replace(path=f"/{name}"))


def _superuser_url(url: str) -> str:
    """Name the superuser of the embedded server, which trusts whoever reaches its socket."""
    return urlunsplit(urlsplit(url)._replace(netloc=f"{postgres.SUPERUSER}@", path="/postgres"))
