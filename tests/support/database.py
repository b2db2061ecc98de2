"""Databases copied from a template, for tests that commit."""

import itertools
import os
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import ProgrammingError, connection, connections
from psycopg.errors import InsufficientPrivilege

from tests.support.waiting import wait_until

numbers = itertools.count(1)


def copy_database(source: str, target: str) -> None:
    """Make `target` as a copy of `source`, which nobody may be connected to; some 50 ms."""
    with connection._nodb_cursor() as cursor:
        quote = connection.ops.quote_name
        # Copying files beats copying pages through the write-ahead log as long as checkpoints are cheap.
        cursor.execute(f"CREATE DATABASE {quote(target)} TEMPLATE {quote(source)} STRATEGY wal_log")


def drop_database(name: str) -> None:
    """Drop the database with whoever is still connected to it.

    Autovacuum works there as a superuser now and then, whom the owner may not send away; it leaves by itself.
    """

    def is_dropped() -> bool:
        try:
            with connection._nodb_cursor() as cursor:
                cursor.execute(f"DROP DATABASE IF EXISTS {connection.ops.quote_name(name)} WITH (FORCE)")
        except ProgrammingError as error:
            if not isinstance(error.__cause__, InsufficientPrivilege):
                raise
            return False
        return True

    wait_until(is_dropped, 60, f"A superuser stays connected to {name}")


@contextmanager
def fresh_database(template: str) -> Iterator[str]:
    """Point the default connection, in every thread, to a new copy of `template`, and drop it afterwards.

    Threads that a test starts open connections of their own to the same copy, since Django keeps one
    dictionary of settings for all of them.
    """
    name = f"{template}_{os.getpid()}_{next(numbers)}"
    settings = connections["default"].settings_dict
    original = settings["NAME"]
    connection.close()
    copy_database(template, name)
    settings["NAME"] = name
    try:
        yield name
    finally:
        connection.close()
        settings["NAME"] = original
        drop_database(name)
