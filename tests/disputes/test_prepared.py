"""Statements that the server keeps prepared: they behave as Django's own do, whatever happens around them."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.db import (
    DataError,
    IntegrityError,
    InternalError,
    OperationalError,
    ProgrammingError,
    connection,
    transaction,
)
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext

from disputes import commands, ledger, prepared, projections
from disputes.as_known import as_known
from disputes.models import Dispute, LedgerHead, Party
from disputes.projections import merged_parties
from tests.disputes.test_rebuild import rows

NUMBERS = "SELECT number FROM generate_series(1, %s) AS number"


def prepared_statements(text: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE strpos(statement, %s) > 0", [text])
        (number,) = cursor.fetchone()
        return int(number)


@pytest.mark.django_db
def test_it_works() -> None:
    query = "SELECT %s::uuid, %s::timestamptz, %s::bigint, %s::text"
    values = (UUID(int=1), datetime(2026, 1, 1, tzinfo=UTC), 2**40, "“é” \U0001f600")
    for _turn in range(3):
        assert prepared.execute(query, values) == [values]
    assert prepared_statements("SELECT $1::uuid, $2::timestamptz, $3::bigint, $4::text") == 1


@pytest.mark.django_db(transaction=True)
def test_outside_of_a_transaction_each_statement_is_one() -> None:
    prepared.execute_many("CREATE TABLE noted (number int PRIMARY KEY)", [()])
    insert = "INSERT INTO noted VALUES (%s)"
    with pytest.raises(IntegrityError):
        prepared.execute_many(insert, [(1,), (2,), (1,)])
    assert prepared.execute("SELECT count(*) FROM noted", ()) == [(0,)], "all or none"
    for some in ([], [(1,)], [(2,), (3,)]):
        prepared.execute_many(insert, some)
    assert prepared.execute("SELECT number FROM noted ORDER BY number", ()) == [(1,), (2,), (3,)]
    with transaction.atomic():
        prepared.execute_many(insert, [(4,)])
        assert prepared.execute("SELECT count(*) FROM noted", ()) == [(4,)]
        transaction.set_rollback(True)
    assert prepared.execute("SELECT count(*) FROM noted", ()) == [(3,)]


@pytest.mark.django_db
def test_errors_are_those_of_django_and_keep_their_cause() -> None:
    for query, kind in (
        ("SELECT 1 / %s::int", DataError),
        ("SELECT nothing FROM nowhere WHERE 0 = %s", ProgrammingError),
    ):
        for run in (prepared.execute, lambda query, values: list(prepared.stream(query, values, chunk=1))):
            with pytest.raises(kind) as failure, transaction.atomic():
                run(query, (0,))
            assert isinstance(failure.value.__cause__, psycopg.Error)
        with pytest.raises(kind), transaction.atomic():
            prepared.execute_many(query, [(0,), (0,)])
    assert prepared.execute("SELECT %s::int", (1,)) == [(1,)]


@pytest.mark.django_db(transaction=True)
def test_in_a_transaction_that_is_broken_nothing_more_is_asked() -> None:
    with transaction.atomic():
        with pytest.raises(DataError), transaction.atomic(savepoint=False):
            prepared.execute("SELECT 1 / %s::int", (0,))
        with pytest.raises(TransactionManagementError):
            prepared.execute("SELECT %s::int", (1,))


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_was_closed_is_opened_again() -> None:
    assert prepared.execute("SELECT %s::int", (1,)) == [(1,)]
    connection.close()
    assert prepared.execute("SELECT %s::int", (2,)) == [(2,)]
    with psycopg.connect(**connection.get_connection_params(), autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [connection.connection.info.backend_pid])
    with pytest.raises(OperationalError):
        prepared.execute("SELECT %s::int", (3,))
    assert connection.errors_occurred, "Django looks at the connection before the next request"
    connection.close_if_unusable_or_obsolete()
    assert prepared.execute("SELECT %s::int", (3,)) == [(3,)]


@pytest.mark.django_db(transaction=True)
def test_each_thread_has_its_own() -> None:
    start = threading.Barrier(4)

    def ask(number: int) -> Any:
        try:
            start.wait(10)
            return [prepared.execute("SELECT %s::int, pg_sleep(0.01)::text", (number,))[0][0] for _turn in range(5)]
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(ask, range(4))) == [[number] * 5 for number in range(4)]


@pytest.mark.django_db
def test_a_stream_gives_its_rows_in_chunks_while_others_are_asked() -> None:
    chunks = prepared.stream(NUMBERS, (25,), chunk=10)
    other = prepared.stream(NUMBERS, (3,), chunk=2)
    assert len(next(chunks)) == 10
    assert next(other) == [(1,), (2,)]
    assert prepared.execute(NUMBERS, (1,)) == [(1,)]
    assert [len(rest) for rest in chunks] == [10, 5]
    del other
    assert prepared.execute("SELECT count(*) FROM pg_cursors WHERE name LIKE %s", ["stream_%"]) == [(0,)]
    assert list(prepared.stream(NUMBERS, (0,), chunk=2)) == []


@pytest.mark.django_db(transaction=True)
def test_a_stream_needs_a_transaction() -> None:
    with pytest.raises(InternalError, match="can only be used in transaction blocks"):
        next(prepared.stream(NUMBERS, (5,), chunk=1))
    assert prepared.execute(NUMBERS, (1,)) == [(1,)]


@pytest.mark.django_db
def test_statements_stand_where_django_lists_its_own() -> None:
    with CaptureQueriesContext(connection) as queries:
        prepared.execute(NUMBERS, (1,))
        prepared.execute_many("SELECT %s::int", [(1,), (2,)])
        list(prepared.stream(NUMBERS, (1,), chunk=1))
    assert [query["sql"] for query in queries] == [NUMBERS, "SELECT %s::int", NUMBERS]


@pytest.mark.django_db(transaction=True)
def test_statements_go_on_when_the_tables_are_other_ones() -> None:
    """What was prepared before a rebuild of another process reads, and writes, the new tables."""

    def act(number: int) -> None:
        commands.record_event(
            "a",
            type="statement_made",
            occurred="2023",
            standing="reported",
            data={"summary": f"Statement {number}", "actors": ["party-a"]},
            evidence=[{"article": "https://press.example/1"}],
            by="curator",
            expected_version=number,
        )

    def rebuild() -> None:
        try:
            projections.rebuild()
        finally:
            connection.close()

    commands.register_party("party-a", name="A party", by="curator")
    commands.register_party("party-b", name="Another", by="curator")
    commands.open_dispute("a", title="A dispute", kind="threat", summary="About data.", by="curator")
    for number in range(1, 4):
        act(number)
    assert prepared_statements("disputes_dispute") >= 1
    for number in range(4, 7):
        with ThreadPoolExecutor(1) as pool:
            pool.submit(rebuild).result(30)
        act(number)
        assert Dispute.objects.get().version == number + 1
    commands.merge_parties("party-b", into="party-a", reason="The same", by="curator")
    assert merged_parties() == {"party-b": "party-a"}
    told = rows()
    projections.rebuild()
    assert rows() == told


@pytest.mark.django_db(transaction=True)
def test_looking_back_leaves_no_statement_that_looks_back() -> None:
    commands.register_party("party-a", name="A party", by="curator")
    commands.register_party("party-b", name="Another", by="curator")
    moment = LedgerHead.objects.get().recorded_at
    commands.merge_parties("party-b", into="party-a", reason="The same", by="curator")
    for _turn in range(3):
        with as_known(moment):
            assert not Party.objects.exclude(merged_into="").exists()
        assert merged_parties() == {"party-b": "party-a"}
    commands.undo_party_merge("party-b", reason="Two after all", by="curator")
    assert merged_parties() == {}
    assert ledger.stream_version("party/party-b") == 3
