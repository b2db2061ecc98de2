"""Inserting many rows by COPY, the quickest way: a third of the time of `bulk_create`."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from django.db import connection, models
from psycopg import sql


def copy_rows(rows: Sequence[models.Model]) -> None:
    """Insert rows of one model. One round trip; raises IntegrityError where one is there already.

    Each has every value that it is to have, and what the database makes up stays empty in it: no defaults of times
    are filled in, no signals are sent. Not for JSON fields.
    """
    if not rows:
        return
    command, names = _command(type(rows[0]))
    with connection.wrap_database_errors, connection.cursor() as cursor, cursor.copy(command) as stream:
        for row in rows:
            stream.write_row([getattr(row, name) for name in names])


@lru_cache(maxsize=16)
def _command(model: type[models.Model]) -> tuple[sql.Composed, tuple[str, ...]]:
    fields = [field for field in model._meta.concrete_fields if not isinstance(field, models.AutoField)]
    columns = sql.SQL(", ").join(map(sql.Identifier, [str(field.column) for field in fields]))
    command = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(model._meta.db_table), columns)
    return command, tuple(field.attname for field in fields)
