"""Random histories with erasures: the name is nowhere, and what is told equals what is told anew from the log."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg import sql

from disputes import commands, projections
from disputes.erasure.subjects import subjects_by_name
from disputes.errors import Refused
from disputes.history import dispute_history, party_history
from disputes.models import Event, Participation
from disputes.party import fold_party

pytestmark = pytest.mark.django_db

PEOPLE = ("Nemo Placeholder", "Josephine Placeholder", "Ångström Placeholder")
"""Nobody; each may be a judge, and is a party as well."""
STEPS = st.one_of(
    st.tuples(st.just("judge"), st.integers(0, 2)),
    st.tuples(st.just("summary"), st.integers(0, 2)),
    st.tuples(st.just("alias"), st.integers(0, 2)),
    st.tuples(st.just("rename"), st.integers(0, 2)),
    st.tuples(st.just("correct"), st.integers(0, 2)),
    st.tuples(st.just("retract"), st.integers(0, 2)),
    st.tuples(st.just("merge"), st.integers(0, 2)),
    st.tuples(st.just("erase"), st.integers(0, 2)),
)


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=15, deadline=None
)
@given(st.lists(STEPS, min_size=3, max_size=14))
def test_what_was_erased_is_nowhere_and_all_else_is_as_before(steps: list[tuple[str, int]]) -> None:
    with transaction.atomic():
        begin()
        erased: set[int] = set()
        for step, who in steps:
            try:
                with transaction.atomic():
                    take(step, who)
            except Refused:
                continue
            if step == "erase":
                erased.add(who)
        everything = dump()
        for who, name in enumerate(PEOPLE):
            assert (name in everything) is (who not in erased), name
        before = rows()
        projections.rebuild()
        assert rows() == before
        # Each example begins with an empty record.
        transaction.set_rollback(True)


def begin() -> None:
    commands.open_dispute("a", title="A dispute", kind="litigation", summary="About data.", by="curator")
    commands.record_event(
        "a",
        type="complaint_filed",
        occurred="2022",
        standing="confirmed",
        data={"summary": "Somebody sued.", "proceeding": "court-1", "court": "A Court"},
        justification="Seen.",
        by="curator",
    )
    for who, name in enumerate(PEOPLE):
        commands.register_party(f"party-{who}", name=name, kind="person", by="curator")
        commands.add_party("a", party=f"party-{who}", role="plaintiff", by="curator")
    for who in range(len(PEOPLE)):
        take("judge", who)


def take(step: str, who: int) -> None:
    """Do one thing to one person; who is erased is not named again."""
    slug, name = f"party-{who}", PEOPLE[who]
    if step != "erase" and fold_party(slug, party_history(slug)).erased_at is not None:
        return
    if step == "judge":
        record(name)
    elif step == "summary":
        record(name, personal={"/data/summary": name}, summary=f"Ordered by {name}.")
    elif step == "alias":
        number = Event.objects.count()
        commands.add_alias(slug, alias=f"{name} the {number}th", by="curator")
    elif step == "rename":
        commands.rename_party(slug, name=f"{name} {Event.objects.count()}", by="curator")
    elif step in {"correct", "retract"}:
        ordered = [
            reading
            for reading in commands.load_dispute("a").readings
            if reading.type == "order_issued" and reading.counts
        ]
        if not ordered:
            return
        if step == "retract":
            commands.retract_event("a", event=ordered[0].event.event_id, reason="It was wrong.", by="curator")
            return
        commands.correct_event(
            "a",
            event=ordered[0].event.event_id,
            reason="It was another.",
            occurred="2024",
            standing="confirmed",
            data={**ordered[0].data, "judge": name},
            justification="Seen.",
            by="curator",
        )
    elif step == "merge":
        other = (who + 1) % len(PEOPLE)
        commands.merge_parties(slug, into=f"party-{other}", reason="One and the same.", by="curator")
    else:
        judge = [subject.id for subject in subjects_by_name([name]).values()]
        commands.erase_subjects([f"party/{slug}", *judge], reason="Request 12.", by="admin")


def record(judge: str, *, personal: dict[str, str] | None = None, summary: str = "The court ordered it.") -> None:
    commands.record_event(
        "a",
        type="order_issued",
        occurred="2023",
        standing="confirmed",
        data={"summary": summary, "proceeding": "court-1", "judge": judge},
        justification="Seen.",
        personal=personal,
        by="curator",
    )


def rows() -> list[Any]:
    """Give what is told of all, whatever the surrogate keys."""
    told = []
    for model in projections.READ_MODELS:
        names = [field.attname for field in model._meta.concrete_fields if field.get_internal_type() != "BigAutoField"]
        told.append(sorted(model._default_manager.values(*names), key=repr))
    return told


def dump() -> str:
    """Give every table as text."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        text = ""
        for (table,) in cursor.fetchall():
            cursor.execute(sql.SQL("SELECT string_agg({0}::text, E'\\n') FROM {0}").format(sql.Identifier(table)))
            text += cursor.fetchone()[0] or ""
    return text


def test_it_works() -> None:
    begin()
    assert all(name in dump() for name in PEOPLE)
    take("erase", 0)
    assert PEOPLE[0] not in dump()
    assert len(dispute_history("a")) > 6
    assert Participation.objects.count() == 3
