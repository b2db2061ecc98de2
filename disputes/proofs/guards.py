"""What in the database keeps the log append-only: triggers and unique indexes, looked up and tried out."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
from django.db import DatabaseError, connection, transaction

from disputes.proofs.walk import Finding

TRIGGERS = {
    "event_append_only": "disputes_event",
    "event_positions": "disputes_event",
    "head_stays": "disputes_ledgerhead",
    "head_forward": "disputes_ledgerhead",
    "checkpoint_append_only": "disputes_checkpoint",
    "checkpoint_grows": "disputes_checkpoint",
}
"""Each has to fire always, so that session_replication_role does not switch it off."""
_UNIQUE = {
    ("disputes_event", "position"),
    ("disputes_event", "event_id"),
    ("disputes_event", "stream,version"),
    ("disputes_checkpoint", "size"),
}
# They touch no row, and a statement trigger fires all the same.
_PROBES = (
    "UPDATE disputes_event SET position = position WHERE false",
    "DELETE FROM disputes_event WHERE false",
    "DELETE FROM disputes_ledgerhead WHERE false",
    "UPDATE disputes_checkpoint SET size = size WHERE false",
    "DELETE FROM disputes_checkpoint WHERE false",
)
_REFUSED = "LG004"
_READ_ONLY = "25006"
_NOT_ALLOWED = "42501"


def check_guards() -> Iterator[Finding]:
    """Give what is missing or switched off. Two queries of the catalogue and a few statements that change nothing."""
    yield from _check_triggers()
    yield from _check_indexes()
    for statement in _PROBES:
        if not _is_refused(statement):
            yield Finding(None, f"the database does not refuse: {statement.split(' SET ')[0].split(' WHERE ')[0]}")


def _check_triggers() -> Iterator[Finding]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgname, tgrelid::regclass::text, tgenabled FROM pg_trigger WHERE tgname = ANY (%s)",
            [list(TRIGGERS)],
        )
        found = {(name, table): enabled for name, table, enabled in cursor.fetchall()}
    for name, table in TRIGGERS.items():
        enabled = found.get((name, table))
        if enabled is None:
            yield Finding(None, f"the trigger {name} on {table} is missing")
        elif enabled != "A":
            yield Finding(
                None, f"the trigger {name} on {table} does not fire always; tgenabled is {enabled!r}, not 'A'"
            )


def _check_indexes() -> Iterator[Finding]:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT indrelid::regclass::text,
                   (SELECT string_agg(attname, ',' ORDER BY place)
                    FROM unnest(indkey::smallint[]) WITH ORDINALITY AS key (number, place)
                    JOIN pg_attribute ON attrelid = indrelid AND attnum = number)
            FROM pg_index
            WHERE indrelid = ANY (%s::regclass[]) AND indisunique AND indisvalid AND indpred IS NULL
            """,
            [sorted({table for table, _columns in _UNIQUE})],
        )
        found = set(cursor.fetchall())
    for table, columns in sorted(_UNIQUE - found):
        yield Finding(None, f"no unique index keeps ({columns}) of {table} unique")


def _is_refused(statement: str) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    except DatabaseError as error:
        cause = error.__cause__
        state = cause.sqlstate if isinstance(cause, psycopg.Error) else None
        if state in {_REFUSED, _READ_ONLY, _NOT_ALLOWED}:
            return True
        raise
    return False
