"""What keeps the log append-only is there, fires always, and is what the migrations made; anything else is found."""

from collections.abc import Iterator

import pytest
from django.db import connection, transaction

from disputes.proofs.guards import FUNCTIONS, TABLES, TRIGGERS, check_guards, function_digests
from disputes.proofs.verification import verify_database
from tests.disputes.proofs.conftest import Append, Superuser, connected_as


def problems() -> list[str]:
    return [found.detail for found in check_guards()]


@pytest.mark.django_db
def test_it_works() -> None:
    assert problems() == []


@pytest.mark.django_db
def test_every_function_of_the_ledger_is_known_by_its_digest() -> None:
    """A migration that makes or changes one puts its digest into disputes/proofs/guards.py, in the same commit."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT proname FROM pg_proc WHERE pronamespace = current_schema()::regnamespace "
            "AND (starts_with(proname, 'ledger_') OR starts_with(proname, 'checkpoint_')) "
            "UNION SELECT proname FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid "
            "WHERE tgrelid = ANY (%s::regclass[]) AND NOT tgisinternal",
            [list(TABLES)],
        )
        names = sorted(name for (name,) in cursor.fetchall())
    made = {name: digests[0] for name, digests in function_digests(names).items()}
    paste = "".join(f'    "{name}": "{made[name]}",\n' for name in names)
    assert made == FUNCTIONS, f"FUNCTIONS of disputes/proofs/guards.py has to be:\n{paste}"


HARMLESS = "RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'"
REPLACED = {
    "another body": (
        f"CREATE OR REPLACE FUNCTION ledger_refuse_change() {HARMLESS}",
        ["the function ledger_refuse_change is not", "does not refuse: UPDATE disputes_event"],
    ),
    "a body that lets anybody insert": (
        f"CREATE OR REPLACE FUNCTION ledger_check_origin() {HARMLESS}",
        ["the function ledger_check_origin is not"],
    ),
    "other rights": (
        "ALTER FUNCTION ledger_check_origin() SET session_replication_role = replica",
        ["the function ledger_check_origin is not"],
    ),
    "append itself": (
        """CREATE OR REPLACE FUNCTION ledger_append(
            in_stream text, in_expected integer, in_ids text, in_types text, in_schemas text, in_recorded_by text,
            in_bodies text, OUT out_position bigint, OUT out_moment timestamptz
        ) LANGUAGE plpgsql AS 'BEGIN RETURN; END'""",
        ["the function ledger_append is not"],
    ),
    "append of other arguments": (
        "CREATE FUNCTION ledger_append(text) RETURNS integer LANGUAGE sql AS 'SELECT 1'",
        ["there are 2 functions ledger_append"],
    ),
    "append in a schema that is looked at first": (
        "CREATE SCHEMA aside; CREATE FUNCTION aside.ledger_append(text) RETURNS integer LANGUAGE sql AS 'SELECT 1'",
        ["there are 2 functions ledger_append"],
    ),
    "no append": (
        "ALTER FUNCTION ledger_append RENAME TO ledger_appended",
        ["the function ledger_append is missing. Where the program is newer than the database, `manage.py migrate`"],
    ),
    "without TRUNCATE": (
        """DROP TRIGGER event_append_only ON disputes_event;
        CREATE TRIGGER event_append_only BEFORE UPDATE OR DELETE ON disputes_event
            FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
        ALTER TABLE disputes_event ENABLE ALWAYS TRIGGER event_append_only""",
        ["the trigger event_append_only on disputes_event is another one: CREATE TRIGGER"],
    ),
    "under a condition": (
        """DROP TRIGGER checkpoint_grows ON disputes_checkpoint;
        CREATE TRIGGER checkpoint_grows BEFORE INSERT ON disputes_checkpoint
            FOR EACH ROW WHEN (NEW.size > 1000) EXECUTE FUNCTION checkpoint_check_size();
        ALTER TABLE disputes_checkpoint ENABLE ALWAYS TRIGGER checkpoint_grows""",
        ["the trigger checkpoint_grows on disputes_checkpoint is another one"],
    ),
    "of some columns": (
        """DROP TRIGGER event_append_only ON disputes_event;
        CREATE TRIGGER event_append_only BEFORE UPDATE OF recorded_at OR DELETE OR TRUNCATE ON disputes_event
            FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
        ALTER TABLE disputes_event ENABLE ALWAYS TRIGGER event_append_only""",
        ["the trigger event_append_only on disputes_event is another one"],
    ),
    "for each row": (
        """DROP TRIGGER checkpoint_append_only ON disputes_checkpoint;
        CREATE TRIGGER checkpoint_append_only BEFORE UPDATE OR DELETE ON disputes_checkpoint
            FOR EACH ROW EXECUTE FUNCTION checkpoint_refuse_change();
        ALTER TABLE disputes_checkpoint ENABLE ALWAYS TRIGGER checkpoint_append_only""",
        ["the trigger checkpoint_append_only on disputes_checkpoint is another one"],
    ),
    "with another function": (
        f"""CREATE FUNCTION harmless() {HARMLESS};
        DROP TRIGGER event_origin ON disputes_event;
        CREATE TRIGGER event_origin BEFORE INSERT ON disputes_event
            FOR EACH STATEMENT EXECUTE FUNCTION harmless();
        ALTER TABLE disputes_event ENABLE ALWAYS TRIGGER event_origin""",
        ["the trigger event_origin on disputes_event is another one"],
    ),
    "one too many": (
        f"""CREATE FUNCTION swallow() {HARMLESS};
        CREATE TRIGGER before_all BEFORE INSERT ON disputes_event FOR EACH ROW EXECUTE FUNCTION swallow()""",
        ["the trigger before_all on disputes_event is one too many"],
    ),
    "a rule": (
        "CREATE RULE quiet AS ON INSERT TO disputes_checkpoint DO INSTEAD NOTHING",
        ["a rule may rewrite what is done to disputes_checkpoint"],
    ),
    "row-level security": (
        "ALTER TABLE disputes_event ENABLE ROW LEVEL SECURITY",
        ["row-level security may hide rows of disputes_event"],
    ),
    "unlogged": (
        "ALTER TABLE disputes_checkpoint SET UNLOGGED",
        ["the table disputes_checkpoint does not outlive a crash"],
    ),
    "an heir": (
        "CREATE TABLE more_events () INHERITS (disputes_event)",
        ["tables that inherit from disputes_event may add rows"],
    ),
    "no unique index": (
        "ALTER TABLE disputes_event DROP CONSTRAINT event_stream_version",
        ["no unique index keeps (stream,version) of disputes_event unique"],
    ),
    "a unique index over something else": (
        """ALTER TABLE disputes_event DROP CONSTRAINT event_stream_version;
        CREATE UNIQUE INDEX event_stream_version ON disputes_event (stream, version, (body || position))""",
        ["no unique index keeps (stream,version) of disputes_event unique"],
    ),
}


def tampered(superuser: Superuser) -> Iterator[tuple[str, list[str]]]:
    """Carry out one change after the other, each in a transaction that is taken back; DDL of PostgreSQL can be."""
    changes = dict(REPLACED)
    for name, trigger in TRIGGERS.items():
        for how in ("DISABLE TRIGGER", "ENABLE TRIGGER", "ENABLE REPLICA TRIGGER"):
            problem = f"the trigger {name} on {trigger.table} does not fire always"
            changes[f"{how} {name}"] = (f"ALTER TABLE {trigger.table} {how} {name}", [problem])
        problem = f"the trigger {name} on {trigger.table} is missing"
        changes[f"no {name}"] = (f"DROP TRIGGER {name} ON {trigger.table}", [problem])
    with connected_as(superuser.info.user):
        for name, (statement, expected) in changes.items():
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement)
                yield name, expected
                transaction.set_rollback(True)


def test_what_was_switched_off_or_replaced_is_found(append: Append, superuser: Superuser) -> None:
    append(1)
    tried = 0
    for name, expected in tampered(superuser):
        report = verify_database()
        found = [finding.detail for finding in report.findings]
        for problem in expected:
            assert any(problem in detail for detail in found), (name, found)
        assert report.first_bad_position is None, "no event is altered"
        tried += 1
    assert tried == len(REPLACED) + 4 * len(TRIGGERS)
    assert problems() == []
