"""The few statements that run so often that the server keeps them prepared.

Django writes the values into each statement, so that the server parses and plans it anew each time. Here the server
does so once in a connection, and rows come in binary form.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, LiteralString

import psycopg
from django.db import connection


def execute(statement: LiteralString, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    """Run a statement in the present transaction, if there is one, and give its rows.

    Raises Django's database errors. One round trip.
    """
    with _cursor() as cursor:
        return cursor.execute(statement, values, prepare=True).fetchall()


@contextmanager
def _cursor() -> Iterator[psycopg.Cursor[tuple[Any, ...]]]:
    connection.validate_thread_sharing()
    connection.ensure_connection()
    connection.validate_no_broken_transaction()
    assert connection.connection is not None  # noqa: S101 (ensured)
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        cursor.format = psycopg.pq.Format.BINARY
        yield cursor
