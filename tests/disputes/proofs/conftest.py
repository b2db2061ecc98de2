"""A home of its own for every test of proofs, and a log to prove things about."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from django.db import connection
from django.db.backends.utils import CursorWrapper
from psycopg import sql
from pytest_django import Settings

from disputes import ledger
from disputes.events.curation import ConflictNoted
from disputes.ledger import NewEvent
from disputes.proofs.guards import TABLES, TRIGGERS
from disputes.proofs.keys import Keyring, configured_keyring
from tests.support.waiting import wait_until
from tracker.services.postgres import SUPERUSER

Append = Callable[[int], None]
Superuser = psycopg.Connection[tuple[object, ...]]


@pytest.fixture(autouse=True)
def keyring(settings: Settings, tmp_path: Path) -> Keyring:
    """Keep keys and the checkpoint outside of the database away from those of other tests."""
    home = tmp_path / "home"
    home.mkdir()
    settings.TRACKER_HOME = home
    settings.LEDGER_ORIGIN = "example.org/log"
    return configured_keyring()


@pytest.fixture
def append() -> Append:
    """Append a number of events to the log, in turn to three streams, in transactions of their own."""
    made = 0

    def append(amount: int) -> None:
        nonlocal made
        for number in range(made, made + amount):
            stream = f"dispute/stream-{number % 3}"
            event = NewEvent(UUID(int=number), ConflictNoted(text=f"Note {number}: “quoted”, \\ and \U0001f600."))
            ledger.append(stream, [event], expected_version=ledger.stream_version(stream), recorded_by="curator")
        made += amount

    return append


@pytest.fixture
def superuser(committed_database: str) -> Iterator[Superuser]:
    """Connect to the test's database as somebody whom no trigger stops."""
    parameters = connection.get_connection_params()
    address = {name: parameters[name] for name in ("host", "port") if name in parameters}
    try:
        found = psycopg.connect(**address, dbname=committed_database, user=SUPERUSER, autocommit=True)
    except psycopg.OperationalError as error:
        pytest.skip(f"this server lets no superuser in: {error}")
    with found:
        yield found
    # The server ends a connection after it was closed, and until then the database can't be dropped by its owner.
    wait_until(lambda: not _superusers_in(committed_database), 30, "the superuser is still connected")


def _superusers_in(database: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_stat_activity WHERE datname = %s AND usename = %s", [database, SUPERUSER])
        return cursor.fetchone() is not None


@contextmanager
def unguarded(superuser: Superuser | CursorWrapper) -> Iterator[None]:
    """Switch every trigger off, and afterwards on as before, so that nothing is seen of it."""
    for table in TABLES:
        superuser.execute(sql.SQL("ALTER TABLE {} DISABLE TRIGGER USER").format(sql.Identifier(table)))
    yield
    for name, trigger in TRIGGERS.items():
        superuser.execute(
            sql.SQL("ALTER TABLE {} ENABLE ALWAYS TRIGGER {}").format(
                sql.Identifier(trigger.table), sql.Identifier(name)
            )
        )


@contextmanager
def connected_as(user: str) -> Iterator[None]:
    """Have Django's own connection be that of another user."""
    connection.close()
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setitem(connection.settings_dict, "USER", user)
            yield
    finally:
        connection.close()


def restore_backup(superuser: Superuser | CursorWrapper, size: int) -> None:
    """Bring the whole database to where it was: the log, its checkpoints, its tree, without a trace."""
    with unguarded(superuser):
        superuser.execute("DELETE FROM disputes_event WHERE position > %s", [size])
        superuser.execute("DELETE FROM disputes_checkpoint WHERE size > %s", [size])
        superuser.execute("DELETE FROM disputes_treenode WHERE (index + 1) << height > %s", [size])
