"""The read models as they were known at a moment, for lists: the same tables, filters and orderings, at another time.

Rows of what has changed since are folded anew into temporary tables, and temporary views take the names of the read
models, which PostgreSQL looks up in a session's own schema first. Each view gives the rows of what has not changed,
and the folded ones. So every query of this connection tells the moment, and the cost is that of what changed since.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import connection, models, transaction
from psycopg import sql

from disputes.history import TooManyEvents, dispute_histories, party_histories
from disputes.models import Dispute, Participation, Party
from disputes.projections import READ_MODELS, TABLES, Rows, Table, rows_of_dispute, rows_of_party
from disputes.recorded import RecordedEvent

MOST_EVENTS = 20_000
"""How many events are folded for one request; one to two seconds (80 µs an event, measured on two cores)."""

Histories = dict[str, list[RecordedEvent]]
ReadHistories = Callable[..., Histories]


class TooMuchToFold(Exception):
    """More was recorded of what has changed since the moment than is folded for one request."""

    def __init__(self, moment: datetime) -> None:
        super().__init__(
            f"of what has changed since {moment.isoformat()} more than {MOST_EVENTS} events would have to be read anew"
        )


@contextmanager
def as_known(moment: datetime | None) -> Iterator[None]:
    """Let every read model tell, within the block, what was known at a moment; the present for None.

    The block is one transaction on one snapshot (REPEATABLE READ; in a surrounding transaction that of this one) and
    is rolled back: nothing can be written in it, and queries have to be carried out before it ends. The views have no
    primary keys, so no query may group by one and select more.

    Costs a dozen statements, and the folding of each dispute and party that has changed since. Raises TooMuchToFold.
    """
    if moment is None:
        yield
        return
    is_surrounded = connection.in_atomic_block
    with transaction.atomic():
        try:
            if not is_surrounded:
                _take_snapshot()
            _lay_over(moment)
            yield
        finally:
            transaction.set_rollback(True)


def _take_snapshot() -> None:
    """Begin on one snapshot, taken after the tables are held: else a rebuild might exchange them in between."""
    tables = sql.SQL(", ").join(sql.Identifier(model._meta.db_table) for model in READ_MODELS)
    with connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor.execute(sql.SQL("LOCK TABLE {} IN ACCESS SHARE MODE").format(tables))


def _lay_over(moment: datetime) -> None:
    # What was appended to since is what has a newer event; its stream need not be looked at to know.
    disputes = set(Dispute.objects.filter(updated_at__gt=moment).values_list("slug", flat=True))
    parties = dict(Party.objects.filter(updated_at__gt=moment).values_list("slug", "merged_into"))
    histories = _read(party_histories, parties, moment, MOST_EVENTS)
    rows = [rows_of_party(slug, history) for slug, history in histories.items()]
    merged_now = dict(Party.objects.exclude(merged_into="").values_list("slug", "merged_into"))
    merged = {slug: into for slug, into in merged_now.items() if slug not in parties} | _merged(rows)
    disputes |= _disputes_of(_moved(merged_now, merged))
    if disputes or parties:
        left = MOST_EVENTS - sum(map(len, histories.values()))
        histories = _read(dispute_histories, disputes, moment, left)
        rows += [rows_of_dispute(slug, history, merged) for slug, history in histories.items()]
        changed = {table: parties.keys() if table.model is Party else disputes for table in TABLES}
        _make_views({table: slugs for table, slugs in changed.items() if slugs}, rows)


def _read(read: ReadHistories, slugs: Iterable[str], moment: datetime, at_most: int) -> Histories:
    try:
        return read(slugs, until=moment, at_most=at_most)
    except TooManyEvents as error:
        raise TooMuchToFold(moment) from error


def _merged(rows: Sequence[Rows]) -> dict[str, str]:
    """Give the parties of these rows that were merged away, each with the one that it was merged into."""
    found: dict[str, str] = {}
    for each in rows:
        for table, values in each.items():
            slug, into = table.columns.index("slug"), table.columns.index("merged_into")
            found |= {row[slug]: row[into] for row in values if row[into]}
    return found


def _moved(now: Mapping[str, str], then: Mapping[str, str]) -> set[str]:
    """Give the parties whose roles another one holds now, and those that hold them: their disputes read otherwise."""
    moved = set()
    for slug in {slug for slug, _into in now.items() ^ then.items()}:
        for merged in (now, then):
            held_by = slug
            while held_by in merged:
                held_by = merged[held_by]
            moved |= {slug, held_by}
    return moved


def _disputes_of(parties: Collection[str]) -> set[str]:
    if not parties:
        return set()
    return set(Participation.objects.filter(party__in=parties).values_list("dispute", flat=True))


def _make_views(changed: Mapping[Table, Collection[str]], rows: Sequence[Rows]) -> None:
    """Let the names of these tables mean the rows of what has not changed, and the given rows."""
    found: dict[Table, list[Any]] = defaultdict(list)
    for each in rows:
        for table, values in each.items():
            found[table] += values
    schema = _schema_of(READ_MODELS[0])
    _execute(
        [sql.SQL("CREATE TEMPORARY SEQUENCE known_key INCREMENT -1")]
        + [_table_statement(table.model, schema) for table in changed]
    )
    for table, values in found.items():
        # Into the temporary table, which has the name of the read model for now.
        table.copy(values)
    _execute([_view_statement(table, schema, slugs) for table, slugs in changed.items()])


def _table_statement(model: type[models.Model], schema: str) -> sql.Composed:
    statement = "CREATE TEMPORARY TABLE {name} (LIKE {schema}.{name}) ON COMMIT DROP"
    key = model._meta.pk
    if isinstance(key, models.AutoField):
        # Below all keys that the read model gives out.
        statement += "; ALTER TABLE pg_temp.{name} ALTER COLUMN {key} SET DEFAULT nextval('pg_temp.known_key')"
    return sql.SQL(statement).format(
        name=sql.Identifier(model._meta.db_table), schema=sql.Identifier(schema), key=sql.Identifier(key.attname)
    )


def _view_statement(table: Table, schema: str, changed: Collection[str]) -> sql.Composed:
    statement = """
        ALTER TABLE pg_temp.{name} RENAME TO {known};
        CREATE TEMPORARY VIEW {name} AS
            SELECT * FROM {schema}.{name} WHERE {owner} <> ALL ({changed}::varchar[])
            UNION ALL SELECT * FROM pg_temp.{known}
    """
    return sql.SQL(statement).format(
        name=sql.Identifier(table.name),
        known=sql.Identifier(f"known_{table.name}"),
        schema=sql.Identifier(schema),
        owner=sql.Identifier(table.scope),
        changed=sql.Literal(sorted(changed)),
    )


def _execute(statements: Sequence[sql.Composable]) -> None:
    """Carry out statements in one round trip."""
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("; ").join(statements))


def _schema_of(model: type[models.Model]) -> str:
    """Find out where the read models are, to name them past the views."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relnamespace::regnamespace::text FROM pg_class WHERE oid = %s::regclass", [model._meta.db_table]
        )
        found: tuple[str] = cursor.fetchone()
    return found[0]
