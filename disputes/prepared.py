"""The few statements that run so often that the server keeps them prepared.

Django writes the values into each statement, so that the server parses and plans it anew each time. Here the server
does so once in a connection, and rows come in binary form.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from itertools import count
from time import monotonic
from typing import Any, cast

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.postgresql.base import DatabaseWrapper


def execute(statement: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    """Run a statement in the present transaction, if there is one, and give its rows.

    Raises Django's database errors. One round trip.
    """
    wrapper = _ready_connection()
    with wrapper.wrap_database_errors, _logged(wrapper, statement):
        rows: list[tuple[Any, ...]] = _cursor(wrapper).execute(statement, values, prepare=True, binary=True).fetchall()
    return rows


def execute_many(statement: str, rows: Sequence[Sequence[Any]]) -> None:
    """Run a statement for each row of values, without waiting in between. One round trip.

    Raises Django's database errors.
    """
    wrapper = _ready_connection()
    with wrapper.wrap_database_errors, _logged(wrapper, statement):
        if len(rows) == 1:
            _cursor(wrapper).execute(statement, rows[0], prepare=True)
        else:
            _cursor(wrapper).executemany(statement, rows)


def stream(statement: str, values: Sequence[Any], *, chunk: int) -> Iterator[list[tuple[Any, ...]]]:
    """Run a query within a transaction and give its rows in chunks, as they are asked for. Constant in memory."""
    wrapper = _ready_connection()
    with (
        wrapper.wrap_database_errors,
        _logged(wrapper, statement),
        psycopg.ServerCursor(wrapper.connection, f"stream_{next(_numbers)}") as cursor,
    ):
        cursor.execute(statement, values, binary=True)
        while rows := cursor.fetchmany(chunk):
            yield rows


_numbers = count(1)


def _ready_connection() -> DatabaseWrapper:
    """Give this thread's connection, open and fit for a statement."""
    wrapper = cast("DatabaseWrapper", connections[DEFAULT_DB_ALIAS])
    wrapper.validate_thread_sharing()
    wrapper.ensure_connection()
    wrapper.validate_no_broken_transaction()
    return wrapper


def _cursor(wrapper: DatabaseWrapper) -> psycopg.Cursor[Any]:
    """Give the one cursor of this connection that all statements run with; to make one each time would cost 10 µs."""
    cursor: psycopg.Cursor[Any] | None = vars(wrapper).get(_CURSOR)
    if cursor is None or cursor.connection is not wrapper.connection:
        cursor = vars(wrapper)[_CURSOR] = psycopg.Cursor(wrapper.connection)
    return cursor


_CURSOR = "prepared_cursor"


def _logged(wrapper: DatabaseWrapper, statement: str) -> AbstractContextManager[None]:
    return _log(wrapper, statement) if wrapper.queries_logged else _NOTHING


_NOTHING = nullcontext()


@contextmanager
def _log(wrapper: DatabaseWrapper, statement: str) -> Iterator[None]:
    """Put the statement where Django puts those that it runs itself."""
    begun = monotonic()
    yield
    wrapper.queries_log.append({"sql": statement, "time": f"{monotonic() - begun:.3f}"})
