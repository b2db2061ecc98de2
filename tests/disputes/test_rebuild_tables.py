"""A rebuild exchanges the tables and nothing else: names, rules, owners and privileges are what they were."""

from __future__ import annotations

from typing import Any, LiteralString

import pytest
from django.core.management import call_command
from django.db import connection, models

from disputes import commands, projections
from disputes.models import Dispute, LedgerHead, Participation, Price, Proceeding, TimelineEntry
from disputes.projections import READ_MODELS, TABLES

pytestmark = pytest.mark.django_db

DESCRIPTIONS: dict[str, LiteralString] = {
    "columns": """
        SELECT attrelid::regclass::text, attnum, attname, format_type(atttypid, atttypmod), attnotnull, attidentity,
               attgenerated, attstorage, attcompression, attcollation::regcollation::text,
               pg_get_expr(adbin, adrelid), col_description(attrelid, attnum)
        FROM pg_attribute LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
        WHERE attrelid = ANY (%s::regclass[]) AND attnum > 0
    """,
    "indexes": """
        SELECT schemaname, tablename, indexname, indexdef FROM pg_indexes
        WHERE format('%%I.%%I', schemaname, tablename)::regclass = ANY (%s::regclass[])
    """,
    "constraints": """
        SELECT conrelid::regclass::text, conname, contype, condeferrable, convalidated, conindid::regclass::text,
               pg_get_constraintdef(oid)
        FROM pg_constraint WHERE conrelid = ANY (%s::regclass[])
    """,
    "sequences": """
        SELECT refobjid::regclass::text, refobjsubid, objid::regclass::text FROM pg_depend
        WHERE classid = 'pg_class'::regclass AND deptype = 'i' AND refobjsubid > 0 AND refobjid = ANY (%s::regclass[])
    """,
    "owners and privileges": """
        SELECT relnamespace::regnamespace::text, relname, relkind, relpersistence, relowner::regrole::text,
               reloptions, relrowsecurity, reltablespace, acl.*
        FROM pg_class LEFT JOIN LATERAL (
            SELECT '' AS attname, (aclexplode(relacl)).*
            UNION ALL SELECT attname, (aclexplode(attacl)).* FROM pg_attribute WHERE attrelid = pg_class.oid
        ) AS acl ON grantee <> relowner
        WHERE pg_class.oid = ANY (%s::regclass[])
    """,
}
"""What PostgreSQL says of tables, but for the numbers that it gives them."""


def describe() -> dict[str, list[Any]]:
    names = [table.name for table in TABLES]
    told = {}
    with connection.cursor() as cursor:
        for what, query in DESCRIPTIONS.items():
            cursor.execute(query, [names])
            told[what] = sorted(cursor.fetchall(), key=repr)
        cursor.execute("SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_'")
        told["schemas"] = sorted(cursor.fetchall())
    return told


def numbers() -> list[int]:
    """Give the numbers by which PostgreSQL knows the tables; others, once they were exchanged."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT unnest(%s::regclass[])::oid::bigint", [[table.name for table in TABLES]])
        return [number for (number,) in cursor.fetchall()]


@pytest.fixture(autouse=True)
def _a_dispute() -> None:
    commands.register_party("holder", name="Holder, Inc.", by="curator")
    commands.open_dispute("a", title="A dispute", kind="api_pricing", summary="About data.", by="curator")
    commands.add_party("a", party="holder", role="data_holder", by="curator")
    commands.record_event(
        "a",
        type="price_disclosed",
        occurred="2023",
        standing="reported",
        data={
            "summary": "Two prices became known.",
            "amounts": [{"low": low, "currency": "USD", "basis": "reported"} for low in ("0.24", "12000")],
        },
        justification="Seen.",
        by="curator",
    )


def test_it_works() -> None:
    before, of_before = describe(), numbers()
    assert {table for table, *_ in before["columns"]} == {table.name for table in TABLES}
    assert before["indexes"]
    assert before["constraints"]
    assert before["sequences"]
    for _turn in range(2):
        projections.rebuild()
        assert describe() == before
    assert not set(of_before) & set(numbers()), "every table is another one"


def test_privileges_survive() -> None:
    """Readers of their own, such as a report, and whom the owner let pass the privilege on."""
    with connection.cursor() as cursor:
        cursor.execute("GRANT SELECT ON disputes_timelineentry, disputes_dispute TO PUBLIC")
        cursor.execute("GRANT SELECT, TRIGGER ON disputes_price TO pg_monitor WITH GRANT OPTION")
        cursor.execute("GRANT SELECT (slug, name), REFERENCES (slug) ON disputes_party TO pg_read_all_stats")
    before = describe()
    granted = {
        (table, column, privilege) for _, table, *_, column, _, _, privilege, _ in before["owners and privileges"]
    }
    assert {("disputes_party", "name", "SELECT"), ("disputes_dispute", "", "SELECT")} <= granted
    projections.rebuild()
    assert describe() == before


def test_keys_that_the_database_gives_out_still_count() -> None:
    projections.rebuild()
    highest = max(Participation.objects.values_list("pk", flat=True))
    assert Participation.objects.create(dispute_id="a", party_id="holder", role="plaintiff", rank=1).pk > highest
    commands.record_event(
        "a",
        type="price_disclosed",
        occurred="2024",
        standing="reported",
        data={
            "summary": "A third one became known.",
            "amounts": [{"low": "1", "currency": "USD", "basis": "reported"}],
        },
        justification="Seen.",
        by="curator",
    )
    assert Price.objects.values("pk").distinct().count() == 3


def test_migrations_find_what_they_left() -> None:
    """A later migration drops and makes indexes and constraints by their names, or looks for them."""
    projections.rebuild()
    before = describe()
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
    call_command("migrate", check_unapplied=True, verbosity=0)
    court = Proceeding._meta.get_field("court")
    unindexed = models.CharField(max_length=300, blank=True)
    unindexed.set_attributes_from_name("court")
    with connection.schema_editor() as editor:
        for model in READ_MODELS:
            for index in model._meta.indexes:
                editor.remove_index(model, index)
                editor.add_index(model, index)
            for constraint in model._meta.constraints:
                editor.remove_constraint(model, constraint)
                editor.add_constraint(model, constraint)
        editor.alter_field(Proceeding, court, unindexed, strict=True)  # finds the index by its column
        editor.alter_field(Proceeding, unindexed, court, strict=True)
    assert describe() == before
    projections.rebuild()
    assert describe() == before


def test_what_hangs_on_a_read_model_is_named_and_nothing_has_changed() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE VIEW prices_of_a_report AS SELECT low FROM disputes_price")
    before, of_before = describe(), numbers()
    with pytest.raises(projections.RebuildProblem, match=r"drop it and make it again.*prices_of_a_report"):
        projections.rebuild()
    assert (describe(), numbers()) == (before, of_before)
    commands.note_conflict("a", text="Two articles differ.", by="curator")
    assert Dispute.objects.get().version == LedgerHead.objects.get().position - 1
    with connection.cursor() as cursor:
        cursor.execute("DROP VIEW prices_of_a_report")
    projections.rebuild()
    assert TimelineEntry.objects.count() == 4
