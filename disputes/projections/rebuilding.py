"""Building every read model anew while the product serves.

The new tables are built in a schema of their own, within one transaction: readers see the present ones to the end, a
rebuild that fails or is killed leaves nothing behind, and the exchange is seen at once and whole. Appends wait only
while the last few events are caught up with and the tables change places.
"""

from __future__ import annotations

import gc
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from time import monotonic, sleep
from typing import LiteralString

import psycopg
from django.db import DatabaseError, OperationalError, connection, transaction
from psycopg import sql

from disputes import ledger
from disputes.models import LedgerHead, Participation
from disputes.projections.ahead import Category, ProcessFailed, tell
from disputes.projections.freshness import code_digest
from disputes.projections.projecting import merged_parties, project
from disputes.projections.rows import Merged
from disputes.projections.tables import TABLES, TIMELINE, Table
from disputes.streams import DISPUTE, PARTY, dispute_stream, split_stream

_SCHEMA = "read_models_to_be"
_BRIEF = 0.1
"""How long in seconds catching up may take when appends are made to wait for it."""
_ROUNDS = 20
"""How often it is tried to come so near, where writers are quick."""
_PATIENCE = 0.4
"""How long in seconds the exchange waits for readers, and all others for it, before it steps back."""


class RebuildProblem(Exception):
    """Why the read models could not be rebuilt; nothing has changed. The message says what to do."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a rebuild is."""

    doing: str
    """What it does, such as "projecting"."""
    done: int
    """Events that are projected."""
    everything: int
    """Events that there were when it began."""


def rebuild(progress: Callable[[Progress], None] = lambda _: None, *, attempts: int = 100) -> int:
    """Build every read model from the log and put them in the place of the present ones; give the number of events.

    The exchange is tried so many times, some five minutes long in all, where readers don't leave a gap for it.
    Constant in memory, but for the longest stream. Raises RebuildProblem where another rebuild runs, where the
    database role may not make a schema, where something else hangs on the tables, and where there was no gap.
    """
    # Millions of objects are made here, none of them in a cycle; looking for cycles takes a tenth of the time.
    was_collecting = gc.isenabled()
    gc.disable()
    try:
        with transaction.atomic():
            return _Rebuild(progress, attempts).run()
    except DatabaseError as error:
        problem = _problem(error)
        if problem is None:
            raise
        raise problem from error
    except ProcessFailed as error:
        raise RebuildProblem(str(error)) from error
    finally:
        if was_collecting:
            gc.enable()


class _Rebuild:
    """One rebuild, within one transaction."""

    def __init__(self, progress: Callable[[Progress], None], attempts: int) -> None:
        self._progress = progress
        self._attempts = attempts
        self._done = 0
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(7310593858020254332), current_setting('search_path')")
            is_alone, self._search_path = cursor.fetchone()
            if not is_alone:
                raise RebuildProblem("another rebuild is running; wait for it, or stop it")
            cursor.execute(
                "SELECT relnamespace::regnamespace::text FROM pg_class WHERE oid = %s::regclass", [TABLES[0].name]
            )
            (self._home,) = cursor.fetchone()
        head = LedgerHead.objects.get()
        self._size, self._moment = head.position, head.recorded_at
        self._seen = self._size

    def run(self) -> int:
        self._make_tables()
        # What is named without a schema is what is being built, from now on.
        self._look_into(f"{_SCHEMA}, {self._home}")
        absorbing = ledger.streams_with(["party_absorbed", "dispute_absorbed"])
        self._project(PARTY, absorbing, {})
        self._project(DISPUTE, absorbing, merged_parties())
        self._tell("indexing")
        self._make_indexes()
        self._tell("catching up")
        self._come_near()
        self._exchange()
        return self._size

    def _make_tables(self) -> None:
        self._execute("CREATE SCHEMA {schema}")
        for table in TABLES:
            self._execute("CREATE TABLE {schema}.{table} (LIKE {home}.{table} INCLUDING ALL EXCLUDING INDEXES)", table)

    def _make_indexes(self) -> None:
        """Make the indexes that the present tables have, under the same names, and let the planner know the rows."""
        self._execute("SET LOCAL maintenance_work_mem = '128MB'")
        self._execute_told(
            """
            SELECT CASE
                WHEN conname IS NULL THEN
                    replace(pg_get_indexdef(indexrelid), format(' ON %%s.', %(home)s), format(' ON %%s.', %(schema)s))
                ELSE
                    format(
                        'ALTER TABLE %%I.%%I ADD CONSTRAINT %%I %%s',
                        %(schema)s, relname, conname, pg_get_constraintdef(pg_constraint.oid)
                    )
                END
            FROM pg_index JOIN pg_class ON pg_class.oid = indrelid
            LEFT JOIN pg_constraint ON conindid = indexrelid AND contype IN ('p', 'u')
            WHERE indrelid = ANY (%(present)s::regclass[])
            """
        )
        # A first impression of what may be searched by; autovacuum looks closer within a minute.
        self._execute("SET LOCAL default_statistics_target = 10")
        self._execute_told(
            """
            SELECT format('ANALYZE %%s (%%s)', attrelid::regclass, string_agg(quote_ident(attname), ', '))
            FROM pg_attribute
            WHERE attrelid = ANY (%(to_be)s::regclass[]) AND EXISTS (
                SELECT FROM pg_index WHERE indrelid = attrelid AND attnum = ANY (indkey)
            )
            GROUP BY attrelid
            """
        )
        self._execute("SET LOCAL default_statistics_target TO DEFAULT")

    def _project(self, category: str, absorbing: set[str], merged: Merged) -> None:
        """Fill the tables with what the streams of a category say."""
        with closing(tell(Category(category, self._size, self._moment, absorbing, merged))) as portions:
            for portion in portions:
                for table in TABLES:
                    if rows := portion.rows.get(table.name):
                        table.copy_formatted(rows)
                self._done += portion.events
                self._tell("projecting")

    def _come_near(self) -> None:
        """Catch up with the log again and again, until it takes so little that appends may wait for the rest."""
        for _round in range(_ROUNDS):
            begun = monotonic()
            self._catch_up()
            if monotonic() - begun < _BRIEF:
                return

    def _catch_up(self) -> None:
        """Project what was appended since the last look."""
        streams, newest = ledger.changed_since(self._seen)
        parties = [stream for stream in streams if split_stream(stream)[0] == PARTY]
        before = merged_parties() if parties else {}
        for stream in parties:
            project(stream)
        after = merged_parties() if parties else {}
        moved = {slug for slug in {*before, *after} if before.get(slug) != after.get(slug)}
        named = moved | {into for slug in moved for into in (before.get(slug), after.get(slug)) if into}
        again = Participation.objects.filter(party__in=named).values_list("dispute", flat=True) if named else ()
        for stream in dict.fromkeys([*streams, *map(dispute_stream, again)]):
            if split_stream(stream)[0] == DISPUTE:
                project(stream)
        self._seen = newest

    def _exchange(self) -> None:
        """Put the new tables in the place of the present ones, when nobody reads them for a moment."""
        for attempt in range(self._attempts):
            seen = self._seen
            try:
                with transaction.atomic():
                    ledger.lock()
                    self._catch_up()
                    self._take_places()
            except OperationalError as error:
                if not isinstance(error.__cause__, psycopg.errors.LockNotAvailable):
                    raise
                # Appends and readers go first; then we try again, each time a little later.
                self._seen = seen
                self._tell("waiting for readers")
                sleep(_PATIENCE * min(8, attempt + 1))
                self._come_near()
            else:
                return
        raise RebuildProblem(
            "readers held the read models without a pause; look for a long query or an open transaction in "
            "pg_stat_activity, and run it again"
        )

    def _take_places(self) -> None:
        present = sql.SQL(", ").join(sql.Identifier(self._home, table.name) for table in TABLES)
        deadline = monotonic() + _PATIENCE
        for table in TABLES:
            left = max(1, round((deadline - monotonic()) * 1_000))
            self._execute(
                f"SET LOCAL lock_timeout = {left}; LOCK TABLE {{home}}.{{table}} IN ACCESS EXCLUSIVE MODE", table
            )
        self._hand_over()
        self._execute("COMMENT ON TABLE {schema}.{table} IS {digest}", TIMELINE, digest=sql.Literal(code_digest()))
        self._execute("DROP TABLE {present}", present=present)
        for table in TABLES:
            self._execute("ALTER TABLE {schema}.{table} SET SCHEMA {home}", table)
        self._execute("DROP SCHEMA {schema}")
        self._look_into(self._search_path)

    def _hand_over(self) -> None:
        """Let new tables belong to whom the present ones belong, and those who may read those read the new ones."""
        self._execute_told(
            """
            WITH present AS (SELECT * FROM pg_class WHERE oid = ANY (%(present)s::regclass[])),
            granted AS (
                SELECT relname, relowner, '' AS columns, (aclexplode(relacl)).* FROM present
                UNION ALL
                SELECT relname, relowner, format('(%%I)', attname), (aclexplode(attacl)).*
                FROM present JOIN pg_attribute ON attrelid = present.oid
            )
            SELECT format('ALTER TABLE %%I.%%I OWNER TO %%s', %(schema)s, relname, relowner::regrole)
            FROM present WHERE relowner <> to_regrole(quote_ident(current_user))
            UNION ALL
            SELECT format(
                'GRANT %%s %%s ON %%I.%%I TO %%s %%s', privilege_type, columns, %(schema)s, relname,
                CASE grantee WHEN 0 THEN 'PUBLIC' ELSE grantee::regrole::text END,
                CASE WHEN is_grantable THEN 'WITH GRANT OPTION' END
            )
            FROM granted WHERE grantee <> relowner
            """
        )

    def _look_into(self, search_path: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('search_path', %s, true)", [search_path])

    def _tell(self, doing: str) -> None:
        self._progress(Progress(doing, self._done, self._size))

    def _execute_told(self, query: str) -> None:
        """Run the statements that a query over the tables writes, all in one round trip."""
        names = {
            "home": self._home,
            "schema": _SCHEMA,
            "present": [f"{self._home}.{table.name}" for table in TABLES],
            "to_be": [f"{_SCHEMA}.{table.name}" for table in TABLES],
        }
        with connection.cursor() as cursor:
            cursor.execute(query, names)
            if statements := [statement for (statement,) in cursor.fetchall()]:
                cursor.execute("; ".join(statements))

    def _execute(self, statement: LiteralString, table: Table | None = None, **parts: sql.Composable) -> None:
        names = {"schema": _SCHEMA, "home": self._home} | ({"table": table.name} if table else {})
        identifiers = {name: sql.Identifier(value) for name, value in names.items()}
        with connection.cursor() as cursor:
            cursor.execute(sql.SQL(statement).format(**identifiers, **parts))


def _problem(error: DatabaseError) -> RebuildProblem | None:
    match error.__cause__:
        case psycopg.errors.InsufficientPrivilege():
            return RebuildProblem(f"{error.__cause__}; the role of DATABASE_URL needs CREATE on the database")
        case psycopg.errors.DependentObjectsStillExist() as cause:
            detail = cause.diag.message_detail
            return RebuildProblem(f"something hangs on the read models; drop it and make it again after: {detail}")
        case _:
            return None
