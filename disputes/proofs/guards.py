"""What in the database keeps the log append-only: triggers, functions and unique indexes, looked up and tried out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from hashlib import sha256
from typing import NamedTuple

import psycopg
from django.db import DatabaseError, connection, transaction

from disputes.proofs.walk import Finding

TABLES = ("disputes_checkpoint", "disputes_event")
"""The tables that are append-only."""


class Trigger(NamedTuple):
    """A trigger in the words of PostgreSQL, which are the same from 15 to 18."""

    when: str
    table: str
    does: str

    @property
    def definition(self) -> str:
        """What CREATE TRIGGER is told behind the name."""
        return f"{self.when} ON {self.table} {self.does}"


_REFUSES = "FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change()"
TRIGGERS = {
    "checkpoint_append_only": Trigger(
        "BEFORE DELETE OR UPDATE OR TRUNCATE",
        "disputes_checkpoint",
        "FOR EACH STATEMENT EXECUTE FUNCTION checkpoint_refuse_change()",
    ),
    "checkpoint_grows": Trigger(
        "BEFORE INSERT", "disputes_checkpoint", "FOR EACH ROW EXECUTE FUNCTION checkpoint_check_size()"
    ),
    "event_append_only": Trigger("BEFORE DELETE OR UPDATE OR TRUNCATE", "disputes_event", _REFUSES),
    "event_origin": Trigger(
        "BEFORE INSERT", "disputes_event", "FOR EACH STATEMENT EXECUTE FUNCTION ledger_check_origin()"
    ),
}
"""Every trigger of these tables.

Each has to fire always, so that session_replication_role does not switch it off. No other may be there: it could drop
or change what is inserted.
"""
FUNCTIONS = {
    "checkpoint_check_size": "28dd4fc3e017e34d0f6e9d5cebb2792a7233603a165bfbd5d77c483dd79ee7db",
    "checkpoint_refuse_change": "669e2231b7aee48c8a0bc93b131806923aeb4cfb28dcf8b7fbbc9fe6dc580096",
    "ledger_append": "2443c772618ffa8ff3c860cc75074245f882c40fa58546d621d7c8c3054a21ec",
    "ledger_check_origin": "a17aaf1993ef62b0744889875923eb932bc0f52cce1640eb0046f1453fb0b993",
    "ledger_lock": "46b6f2c6d33212816bb84fa53941e7f15515d75acf6338bc5fc08097beab8996",
    "ledger_refuse_change": "61d34215f7d3cb5d6fb0d54b3f75463bc06de3a4de31d5c81de972ce1b3fa1d2",
}
"""The digest of each function that appends or refuses, as the newest migration makes it.

A migration that changes one changes its digest here, in the same commit; tests/disputes/proofs/test_guards.py says what
to put here. It covers the whole definition: arguments, language, attributes and body.
"""
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
    "UPDATE disputes_checkpoint SET size = size WHERE false",
    "DELETE FROM disputes_checkpoint WHERE false",
)
_REFUSED = "LG004"
_READ_ONLY = "25006"
_NOT_ALLOWED = "42501"
_MIGRATED = "Where the program is newer than the database, `manage.py migrate` puts it right"


def check_guards() -> Iterator[Finding]:
    """Give what is missing, switched off or replaced. Four queries of the catalogue, and statements without effect."""
    yield from _check_tables()
    yield from _check_triggers()
    yield from _check_functions()
    yield from _check_indexes()
    for statement in _PROBES:
        if not _is_refused(statement):
            yield Finding(None, f"the database does not refuse: {statement.split(' SET ')[0].split(' WHERE ')[0]}")


def function_digests(names: Iterable[str]) -> dict[str, list[str]]:
    """Give the digests of all functions of these names, in whichever schema they are. One query."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT proname, pronamespace::regnamespace::text, pg_get_functiondef(oid) FROM pg_proc "
            "WHERE proname = ANY (%s) AND prokind <> 'a' ORDER BY oid",
            [list(names)],
        )
        rows = cursor.fetchall()
    found: dict[str, list[str]] = {}
    for name, schema, definition in rows:
        # Which schema an installation lives in is its own affair.
        anywhere = definition.replace(f" FUNCTION {schema}.", " FUNCTION ", 1)
        found.setdefault(name, []).append(sha256(anywhere.encode()).hexdigest())
    return found


def _check_tables() -> Iterator[Finding]:
    """Look for what makes a table hide rows, forget them in a crash, or take them past its triggers."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT relname, relpersistence <> 'p', relrowsecurity OR relforcerowsecurity,
                   EXISTS (SELECT FROM pg_rewrite WHERE ev_class = pg_class.oid),
                   EXISTS (SELECT FROM pg_inherits WHERE inhparent = pg_class.oid)
            FROM pg_class WHERE oid = ANY (%s::regclass[]) ORDER BY relname
            """,
            [list(TABLES)],
        )
        rows = cursor.fetchall()
    for table, is_unlogged, has_policies, has_rules, has_heirs in rows:
        if is_unlogged:
            yield Finding(None, f"the table {table} does not outlive a crash of the server: it is unlogged")
        if has_policies:
            yield Finding(None, f"row-level security may hide rows of {table}")
        if has_rules:
            yield Finding(None, f"a rule may rewrite what is done to {table}")
        if has_heirs:
            yield Finding(None, f"tables that inherit from {table} may add rows to it past its triggers")


def _check_triggers() -> Iterator[Finding]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgname, tgrelid::regclass::text, tgenabled, pg_get_triggerdef(oid, true) FROM pg_trigger "
            "WHERE tgrelid = ANY (%s::regclass[]) AND NOT tgisinternal ORDER BY tgname",
            [list(TABLES)],
        )
        rows = cursor.fetchall()
    found = {(name, table): (enabled, definition) for name, table, enabled, definition in rows}
    for name, trigger in TRIGGERS.items():
        table, expected = trigger.table, trigger.definition
        enabled, definition = found.pop((name, table), (None, ""))
        if enabled is None:
            yield Finding(None, f"the trigger {name} on {table} is missing")
            continue
        if enabled != "A":
            yield Finding(
                None, f"the trigger {name} on {table} does not fire always; tgenabled is {enabled!r}, not 'A'"
            )
        if definition != f"CREATE TRIGGER {name} {expected}":
            yield Finding(None, f"the trigger {name} on {table} is another one: {definition}; it has to be {expected}")
    for name, table in found:
        yield Finding(None, f"the trigger {name} on {table} is one too many: no migration makes it")


def _check_functions() -> Iterator[Finding]:
    found = function_digests(FUNCTIONS)
    for name, expected in FUNCTIONS.items():
        digests = found.get(name, [])
        if not digests:
            yield Finding(None, f"the function {name} is missing. {_MIGRATED}")
        elif len(digests) > 1:
            yield Finding(
                None, f"there are {len(digests)} functions {name}, and one of them may be called for the other"
            )
        elif digests != [expected]:
            yield Finding(None, f"the function {name} is not the one that the migrations make. {_MIGRATED}")


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
                  AND indexprs IS NULL
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
