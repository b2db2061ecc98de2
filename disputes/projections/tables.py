"""The tables of the read models, and how rows get into them: one statement kept prepared for each, or COPY."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from io import BytesIO
from typing import Any

from django.db import connection, models
from psycopg import sql
from psycopg.copy import Copy, FileWriter

from disputes import prepared
from disputes.models import (
    Dispute,
    EvidenceItem,
    Licence,
    Participation,
    Party,
    Price,
    Proceeding,
    StatusPeriod,
    TimelineEntry,
)

Values = tuple[Any, ...]
"""A row: the values of the table's columns in their order. JSON is text."""


class Table:
    """One table of a read model."""

    def __init__(self, model: type[models.Model], key: Sequence[str], scope: str = "dispute_id") -> None:
        """Describe the table of a model; `key` are the columns that identify a row, `scope` the one that owns it."""
        self.model = model
        self.name = model._meta.db_table
        self.scope = scope
        # A key that the database makes up says nothing of the log.
        self.columns = tuple(
            field.attname for field in model._meta.concrete_fields if not isinstance(field, models.AutoField)
        )
        self._key = tuple(key)
        self._places = tuple(self.columns.index(name) for name in key)

    def __repr__(self) -> str:
        return f"Table({self.name})"

    def identity(self, row: Values) -> Values:
        """Give what identifies a row."""
        return tuple([row[place] for place in self._places])

    def write(self, rows: Sequence[Values]) -> None:
        """Insert rows, or put them in the place of those with the same identity. One round trip."""
        prepared.execute_many(self._upsert, rows)

    def delete(self, identities: Sequence[Values]) -> None:
        """Delete the rows of these identities; those that are not there are no error. One round trip."""
        prepared.execute_many(self._delete, identities)

    def clear(self, owners: Sequence[str]) -> None:
        """Delete all rows of these disputes or parties. One round trip."""
        prepared.execute_many(self._clear, [(owner,) for owner in owners])

    def copy(self, rows: Iterable[Values]) -> None:
        """Insert rows by COPY: the quickest way for many. Raises IntegrityError where one is there."""
        with self._copying() as stream:
            for row in rows:
                stream.write_row(row)

    def format(self, rows: Iterable[Values]) -> bytes:
        """Write rows in the text format of COPY, to be given to `copy_formatted`. Some 4 µs each."""
        formatted = BytesIO()
        connection.ensure_connection()
        with connection.cursor() as cursor, Copy(cursor.cursor, binary=False, writer=FileWriter(formatted)) as stream:
            for row in rows:
                stream.write_row(row)
        return formatted.getvalue()

    def copy_formatted(self, rows: bytes) -> None:
        """Insert rows that `format` wrote. Raises IntegrityError where one is there."""
        with self._copying() as stream:
            stream.write(rows)

    @contextmanager
    def _copying(self) -> Iterator[Copy]:
        """Begin a COPY into the table; nothing else can be asked of the connection until its end."""
        with connection.wrap_database_errors, connection.cursor() as cursor, cursor.copy(self._copy) as stream:
            yield stream

    @cached_property
    def _upsert(self) -> str:
        others = [name for name in self.columns if name not in self._key]
        return (
            sql.SQL("INSERT INTO {} ({}) VALUES ({}) ON CONFLICT ({}) DO UPDATE SET {}")
            .format(
                sql.Identifier(self.name),
                _names(self.columns),
                sql.SQL(", ").join([sql.Placeholder()] * len(self.columns)),
                _names(self._key),
                sql.SQL(", ").join(sql.SQL("{0} = EXCLUDED.{0}").format(sql.Identifier(name)) for name in others),
            )
            .as_string()
        )

    @cached_property
    def _delete(self) -> str:
        return (
            sql.SQL("DELETE FROM {} WHERE {}")
            .format(
                sql.Identifier(self.name),
                sql.SQL(" AND ").join(
                    sql.SQL("{} IS NOT DISTINCT FROM {}").format(sql.Identifier(name), sql.Placeholder())
                    if self.model._meta.get_field(name).null
                    else sql.SQL("{} = {}").format(sql.Identifier(name), sql.Placeholder())
                    for name in self._key
                ),
            )
            .as_string()
        )

    @cached_property
    def _clear(self) -> str:
        names = sql.Identifier(self.name), sql.Identifier(self.scope)
        return sql.SQL("DELETE FROM {} WHERE {} = %s").format(*names).as_string()

    @cached_property
    def _copy(self) -> sql.Composed:
        return sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(self.name), _names(self.columns))


def _names(columns: Iterable[str]) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, columns))


DISPUTES = Table(Dispute, ["slug"], scope="slug")
PARTIES = Table(Party, ["slug"], scope="slug")
STATUS_PERIODS = Table(StatusPeriod, ["dispute_id", "since"])
PARTICIPATIONS = Table(Participation, ["dispute_id", "party_id", "role"])
TIMELINE = Table(TimelineEntry, ["event_id"])
PROCEEDINGS = Table(Proceeding, ["dispute_id", "key"])
PRICES = Table(Price, ["dispute_id", "rank"])
LICENCES = Table(Licence, ["dispute_id", "rank"])
EVIDENCE = Table(EvidenceItem, ["dispute_id", "article_id", "event_id"])

DISPUTE_TABLES = (
    DISPUTES,
    STATUS_PERIODS,
    PARTICIPATIONS,
    TIMELINE,
    PROCEEDINGS,
    PRICES,
    LICENCES,
    EVIDENCE,
)
"""The tables that tell of disputes."""
TABLES = (*DISPUTE_TABLES, PARTIES)
READ_MODELS: tuple[type[models.Model], ...] = tuple(table.model for table in TABLES)
"""Every model whose rows are derived from events and nothing else."""

Rows = Mapping[Table, Sequence[Values]]
"""The rows of one dispute or one party."""
