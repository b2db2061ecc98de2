"""Whoever gets at the database is refused, or found: by the command, the rounds, the probe and the front page."""

import random
from collections.abc import Callable
from io import StringIO
from typing import Any
from uuid import UUID

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.db.backends.utils import CursorWrapper
from django.test import Client

from disputes import tasks
from disputes.models import LedgerAudit
from disputes.proofs.audit import request_audit
from disputes.proofs.checkpoint import make_checkpoint
from disputes.proofs.guards import TABLES
from disputes.proofs.verification import verify_database
from tests.disputes.proofs.conftest import Append, Superuser, connected_as, restore_backup, unguarded
from tests.support.screens import find, log_in

EVENTS = 150
FIT = """UPDATE disputes_event SET leaf_hash = sha256('\\x00'::bytea || convert_to(
    '{"body":' || body || ',"position":' || position || ',"recorded_at":"'
    || to_char(recorded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || '","version":' || version || '}',
    'UTF8')) WHERE position = %s"""


def test_a_thousand_changes_of_the_table_are_found_with_the_first_bad_position(
    append: Append, superuser: Superuser
) -> None:
    """Through a superuser, each taken back afterwards. The last kind even makes the leaf hashes fit."""
    append(EVENTS)
    make_checkpoint()
    chance = random.Random(20260131)  # noqa: S311 (no secret)
    kinds = [change_a_byte] * 400 + [delete] * 200 + [swap] * 200 + [truncate] * 200 + [forge] * 50
    with connected_as(superuser.info.user), transaction.atomic(), connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        for number, change in enumerate(kinds):
            with transaction.atomic():
                position = change(cursor, chance)
                found = verify_database()
                assert found.first_bad_position == position, (number, change, found.findings)
                transaction.set_rollback(True)
        assert verify_database().first_bad_position is None
        transaction.set_rollback(True)
    assert verify_database().is_in_order


TEXTS = ("body", "stream", "type", "recorded_by")


def change_a_byte(cursor: CursorWrapper, chance: random.Random) -> int:
    """Change one character of a text, one bit of a hash or an id, or a number by one bit."""
    position = chance.randint(1, EVENTS)
    column = chance.choice((*TEXTS, *TEXTS, "leaf_hash", "event_id", "version", "schema", "recorded_at"))
    cursor.execute(f"SELECT {column} FROM disputes_event WHERE position = %s", [position])  # noqa: S608
    value: Any = cursor.fetchone()[0]
    match column:
        case "leaf_hash":
            value = flip(bytes(value), chance)
        case "event_id":
            value = UUID(bytes=flip(value.bytes[:8], chance) + value.bytes[8:])
        case "version" | "schema":
            value ^= 1 << chance.randrange(8, 14)
        case "recorded_at":
            value = value.replace(microsecond=value.microsecond ^ 1)
        case _:
            place = chance.randrange(len(value))
            letter = chance.choice([letter for letter in '"\\{}:, aZé' if letter != value[place]])
            value = value[:place] + letter + value[place + 1 :]
    cursor.execute(f"UPDATE disputes_event SET {column} = %s WHERE position = %s", [value, position])  # noqa: S608
    return position


def flip(data: bytes, chance: random.Random) -> bytes:
    place = chance.randrange(len(data))
    return data[:place] + bytes([data[place] ^ 1 << chance.randrange(8)]) + data[place + 1 :]


def delete(cursor: CursorWrapper, chance: random.Random) -> int:
    position = chance.randint(1, EVENTS)
    cursor.execute("DELETE FROM disputes_event WHERE position = %s", [position])
    return position


def swap(cursor: CursorWrapper, chance: random.Random) -> int:
    one, other = sorted(chance.sample(range(1, EVENTS + 1), 2))
    cursor.execute("UPDATE disputes_event SET position = -position WHERE position IN (%s, %s)", [one, other])
    cursor.execute("UPDATE disputes_event SET position = %s + position WHERE position < 0", [one + other])
    return one


def truncate(cursor: CursorWrapper, chance: random.Random) -> int:
    position = chance.randint(1, EVENTS)
    cursor.execute("DELETE FROM disputes_event WHERE position >= %s", [position])
    return position


def forge(cursor: CursorWrapper, chance: random.Random) -> int:
    position = chance.randint(1, EVENTS)
    cursor.execute("UPDATE disputes_event SET body = replace(body, 'Note', 'Lie') WHERE position = %s", [position])
    cursor.execute(FIT, [position])
    return position


REFUSED = (
    "UPDATE disputes_event SET body = '{}' WHERE position = 2",
    "DELETE FROM disputes_event WHERE position = 2",
    "TRUNCATE disputes_event",
    "TRUNCATE disputes_event, disputes_checkpoint CASCADE",
    "UPDATE disputes_checkpoint SET note = ''",
    "DELETE FROM disputes_checkpoint",
    "SET LOCAL session_replication_role = replica; DELETE FROM disputes_event WHERE position = 2",
    "SET LOCAL session_replication_role = replica; UPDATE disputes_event SET body = '{}' WHERE position = 2",
    "SET LOCAL session_replication_role = replica; TRUNCATE disputes_event",
    "SET LOCAL session_replication_role = replica; DELETE FROM disputes_checkpoint",
    """INSERT INTO disputes_event
        SELECT 1 + max(position), gen_random_uuid(), 'dispute/x', 1, min(type), 1, now(), 'x', min(body), '\\x00'
        FROM disputes_event""",
)


@pytest.mark.parametrize("is_superuser", [False, True])
def test_what_is_refused(is_superuser: bool, append: Append, superuser: Superuser) -> None:
    append(5)
    make_checkpoint()
    user = superuser.info.user if is_superuser else str(connection.settings_dict["USER"])
    with connected_as(user):
        for statement in REFUSED:
            with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement)
        assert verify_database().is_in_order


def of_owner(statement: str) -> Callable[[CursorWrapper], None]:
    return lambda cursor: cursor.execute(statement)


def delete_past_the_triggers(cursor: CursorWrapper) -> None:
    with unguarded(cursor):
        cursor.execute("DELETE FROM disputes_event WHERE position = 2")


def truncate_past_the_triggers(cursor: CursorWrapper) -> None:
    with unguarded(cursor):
        cursor.execute("TRUNCATE disputes_event, disputes_checkpoint")


def forge_an_event(cursor: CursorWrapper) -> None:
    with unguarded(cursor):
        cursor.execute("UPDATE disputes_event SET body = replace(body, 'Note', 'Lie') WHERE position = 2")
        cursor.execute(FIT, [2])


NO_TEETH = """CREATE OR REPLACE FUNCTION ledger_refuse_change() RETURNS trigger LANGUAGE plpgsql AS
    'BEGIN RETURN NULL; END'"""
# The owner of the tables is the application's own role; it may do whatever does not take a superuser.
FOUND: dict[str, tuple[bool, int | None, Callable[[CursorWrapper], None]]] = {
    "a trigger disabled": (False, None, of_owner("ALTER TABLE disputes_event DISABLE TRIGGER event_append_only")),
    "all triggers disabled": (True, None, of_owner("ALTER TABLE disputes_event DISABLE TRIGGER ALL")),
    "a trigger dropped": (False, None, of_owner("DROP TRIGGER event_append_only ON disputes_event")),
    "a trigger of a replica only": (
        False,
        None,
        of_owner("ALTER TABLE disputes_event ENABLE REPLICA TRIGGER event_append_only"),
    ),
    "a trigger without teeth": (False, None, of_owner(NO_TEETH)),
    "a deletion with the triggers off and on": (False, 2, delete_past_the_triggers),
    "a TRUNCATE with the triggers off and on": (False, 1, truncate_past_the_triggers),
    "an event forged with its hash": (False, 2, forge_an_event),
    "an old backup": (False, 3, lambda cursor: restore_backup(cursor, 2)),
    "a backup from before the first event": (False, 1, lambda cursor: restore_backup(cursor, 0)),
}


@pytest.mark.parametrize("name", FOUND)
def test_what_is_found(name: str, append: Append, superuser: Superuser) -> None:
    """By the command, by the rounds, by the probe and on the front page."""
    needs_superuser, position, act = FOUND[name]
    append(5)
    make_checkpoint()
    tasks.audit_ledger()
    viewer = log_in("viewer", name="victor")
    assert of_probe(viewer) == "ok"
    assert alarm_of(viewer) == ""
    user = superuser.info.user if needs_superuser else str(connection.settings_dict["USER"])
    with connected_as(user), transaction.atomic(), connection.cursor() as cursor:
        act(cursor)
        told = StringIO()
        with pytest.raises(SystemExit) as ended:
            call_command("verify_ledger", stdout=told)
        assert ended.value.code == 1
        assert (f"First bad position: {position}\n" in told.getvalue()) is (position is not None), told.getvalue()
        request_audit(by="the round")
        tasks.audit_ledger()
        audit = LedgerAudit.objects.latest()
        assert (audit.ok, audit.first_bad_position) == (False, position)
        assert of_probe(viewer) == "failed"
        assert "The log is not as it was recorded" in alarm_of(viewer)
        assert (f"First bad position {position}" in alarm_of(viewer)) is (position is not None)
        transaction.set_rollback(True)
    assert verify_database().is_in_order


def of_probe(client: Client) -> str:
    return str(client.get("/readyz").json()["parts"]["ledger"]["status"])


def alarm_of(client: Client) -> str:
    alarms = find(client.get("/admin/"), "//section[@role='alert']")
    return " ".join(" ".join(alarm.itertext()) for alarm in alarms).replace("\n", " ")
