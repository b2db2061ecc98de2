"""Reading rows by statements that the server keeps prepared: the queryset of a hot query costs more than its answer."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, TypeVar

from django.db import DEFAULT_DB_ALIAS, models

from disputes import prepared

M = TypeVar("M", bound=models.Model)


def select_rows(model: type[M], condition: str, values: Sequence[Any]) -> list[M]:
    """Give the rows of a model that a condition in SQL holds for: all that comes after FROM and the table.

    The condition is part of the program, never of its data. One round trip. Not for JSON fields.
    """
    statement, names = _statement(model, condition)
    return [model.from_db(DEFAULT_DB_ALIAS, names, row) for row in prepared.execute(statement, values)]


@lru_cache(maxsize=16)
def _statement(model: type[models.Model], condition: str) -> tuple[str, tuple[str, ...]]:
    fields = model._meta.concrete_fields
    columns = ", ".join(f'"{field.column}"' for field in fields)
    statement = f'SELECT {columns} FROM "{model._meta.db_table}" {condition}'  # noqa: S608 (names of the program)
    return statement, tuple(field.attname for field in fields)
