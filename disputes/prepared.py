"""The few statements that run so often that the server keeps them prepared.

Django writes the values into each statement, so that the server parses and plans it anew each time. Here the server
does so once in a connection, and rows come in binary form.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from time import monotonic
from typing import Any, LiteralString

import psycopg
from django.db import connection
from psycopg import sql


def execute(statement: LiteralString, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    """Run a statement in the present transaction, if there is one, and give its rows.

    Raises Django's database errors. One round trip.
    """
    with _cursor(statement) as cursor:
        rows: list[tuple[Any, ...]] = cursor.execute(statement, values, prepare=True).fetchall()
        return rows


def execute_many(statement: LiteralString | sql.Composed, rows: Sequence[Sequence[Any]]) -> None:
    """Run a statement for each row of values, without waiting in between. One round trip.

    Raises Django's database errors.
    """
    with _cursor(statement) as cursor:
        cursor.executemany(statement, rows)


def stream(statement: LiteralString, values: Sequence[Any], *, chunk: int) -> Iterator[list[tuple[Any, ...]]]:
    """Run a query within a transaction and give its rows in chunks, as they are asked for. Constant in memory."""
    with _cursor(statement, f"stream_{next(_numbers)}") as cursor:
        cursor.execute(statement, values)
        while rows := cursor.fetchmany(chunk):
            yield rows


@contextmanager
def _cursor(statement: LiteralString | sql.Composed, name: str = "") -> Iterator[Any]:
    connection.validate_thread_sharing()
    connection.ensure_connection()
    connection.validate_no_broken_transaction()
    assert connection.connection is not None  # noqa: S101 (ensured)
    made = psycopg.ServerCursor(connection.connection, name) if name else psycopg.Cursor(connection.connection)
    with connection.wrap_database_errors, made as cursor:
        cursor.format = psycopg.pq.Format.BINARY
        begun = monotonic()
        yield cursor
    if connection.queries_logged:
        text = statement if isinstance(statement, str) else statement.as_string(connection.connection)
        connection.queries_log.append({"sql": text, "time": f"{monotonic() - begun:.3f}"})


_numbers = count(1)
