"""Rows by COPY: ten times as fast as INSERT, which counts where there are millions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.core.management.color import no_style
from django.db import connection, models
from psycopg import sql
from psycopg.types.json import Jsonb


def copy_in(model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Copy rows into the table of a model; columns that are not named get the default of the model in every row.

    Some 5 to 60 µs a row, as many indexes as the table has. Keys that were given are not given out again.
    """
    fields = {field.name: field for field in model._meta.concrete_fields}
    others = [
        field
        for field in fields.values()
        if field.name not in columns and not isinstance(field, models.AutoField) and not field.has_db_default()
    ]
    rest = tuple(_plain(field, field.get_default()) for field in others)
    names = [field.column or field.name for field in (*(fields[name] for name in columns), *others)]
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(model._meta.db_table), sql.SQL(", ").join([sql.Identifier(name) for name in names])
    )
    with connection.cursor() as cursor:
        with cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row((*row, *rest))
        for correction in connection.ops.sequence_reset_sql(no_style(), [model]):
            cursor.execute(correction)


def _plain(field: models.Field[Any, Any], value: Any) -> Any:
    return Jsonb(value) if isinstance(field, models.JSONField) else value
