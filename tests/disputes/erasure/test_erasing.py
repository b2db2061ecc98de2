"""Erasing a person from the record: no event changes, and the name is nowhere."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.management import call_command
from django.db import connection
from psycopg import sql

from disputes import commands, ledger, projections
from disputes.erasure import places
from disputes.errors import Invalid, NotFound, Unfit
from disputes.events.court import JudgeAssigned
from disputes.events.personal import ERASED
from disputes.history import dispute_history
from disputes.ledger import EventIdConflict, NewEvent
from disputes.models import Event, Party, Proceeding, SubjectKey, TimelineEntry
from disputes.occurred import Occurred
from disputes.party import fold_party
from disputes.recorded import read_present

JUDGE, PERSON, ALIAS = "Josephine Placeholder", "Nemo Placeholder", "Captain Placeholder"
REASON = "Asked for by the person."


def tell_a_story() -> None:
    """Record a dispute with a judge, and a party that is a person."""
    commands.register_party("somebody", name=PERSON, aliases=[ALIAS], kind="person", note="Of no renown.", by="curator")
    commands.register_party("a-company", name="A Company", by="curator")
    commands.open_dispute("a", title="A dispute", kind="litigation", summary="About data.", by="curator")
    commands.add_party("a", party="somebody", role="plaintiff", by="curator")
    filed = commands.record_event(
        "a",
        type="complaint_filed",
        occurred="2023-04",
        standing="confirmed",
        data={"summary": "Somebody sued.", "proceeding": "court-1", "court": "A Court", "judge": JUDGE},
        justification="Seen at the court.",
        by="curator",
    )
    commands.correct_event(
        "a",
        event=filed.event_id,
        reason="The day is known.",
        occurred="2023-04-19",
        standing="confirmed",
        data={"summary": f"{PERSON} sued.", "proceeding": "court-1", "court": "A Court", "judge": JUDGE},
        justification="Seen at the court.",
        personal={"/data/summary": "party/somebody"},
        by="curator",
    )


def everything() -> str:
    """Give the whole database as text."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables = [name for (name,) in cursor.fetchall()]
        text = io.StringIO()
        for table in tables:
            cursor.execute(sql.SQL("SELECT {0}::text FROM {0}").format(sql.Identifier(table)))
            text.writelines(f"{table}: {row}\n" for (row,) in cursor.fetchall())
    return text.getvalue()


def subject_of_judge() -> str:
    (row,) = places.find_subjects(JUDGE)
    return row.subject


@pytest.mark.django_db
def test_it_works() -> None:
    tell_a_story()
    assert Proceeding.objects.get().judge == JUDGE
    assert Party.objects.get(slug="somebody").name == PERSON
    log = "".join(Event.objects.values_list("body", flat=True))
    for name in (JUDGE, PERSON, ALIAS):
        assert name not in log, "sealed from the moment it is recorded"
    commands.erase_subject("party/somebody", reason=REASON, by="admin")
    commands.erase_subject(subject_of_judge(), reason=REASON, by="admin")
    for name in (JUDGE, PERSON, ALIAS):
        assert name not in everything()


@pytest.mark.django_db
def test_read_models_folds_and_timeline_show_that_it_was_erased_and_when() -> None:
    tell_a_story()
    commands.erase_subject("party/somebody", reason=REASON, by="admin")
    row = SubjectKey.objects.get(pk="party/somebody")
    party = Party.objects.get(slug="somebody")
    assert (party.name, party.aliases, party.note, party.kind) == (ERASED, [ERASED], ERASED, "person")
    assert party.erased_at == row.erased_at
    assert (row.erased_by, row.reason, row.key) == ("admin", REASON, None)
    corrected = next(found for found in commands.load_dispute("a").readings if found.corrected_by)
    assert corrected.data["summary"] == ERASED
    assert [(lost.pointer, lost.at) for lost in corrected.erased] == [("/data/summary", row.erased_at)]
    assert corrected.event.erased == (), "the first wording named nobody but the judge"
    assert corrected.data["judge"] == JUDGE, "the judge is somebody else"
    for entry in TimelineEntry.objects.filter(type="personal_data_erased"):
        assert entry.data["subject"] == "party/somebody"
        assert row.erased_at is not None
        assert entry.recorded_at <= row.erased_at
    assert TimelineEntry.objects.get(type="personal_data_erased").summary == f"Personal data erased: {REASON}"


@pytest.mark.django_db
def test_each_concerned_stream_says_so_and_which_events_to_read_again() -> None:
    tell_a_story()
    recorded = commands.erase_subject("party/somebody", reason=REASON, by="admin")
    assert {event.stream for event in recorded} == {"dispute/a", "party/somebody"}
    (said,) = [event for event in recorded if event.stream == "dispute/a"]
    lost = [event for event in ledger.read_stream("dispute/a") if event.erased]
    assert said.data["events"] == [str(event.event_id) for event in lost]
    assert said.recorded_by == "admin"


@pytest.mark.django_db
def test_the_past_shows_the_placeholder_too() -> None:
    """The data are gone, whatever the tracker knew then; and what it knew then is told beside."""
    tell_a_story()
    before = ledger.read_stream("dispute/a")[-1].recorded_at
    commands.erase_subject("party/somebody", reason=REASON, by="admin")
    known = dispute_history("a", until=before)
    assert not any(event.type == "personal_data_erased" for event in known)
    assert any(reading.data.get("summary") == ERASED for reading in read_present(known))
    then = fold_party("somebody", ledger.read_stream("party/somebody"), as_of=before)
    assert (then.name, then.erased_at) == (ERASED, SubjectKey.objects.get(pk="party/somebody").erased_at)


@pytest.mark.django_db
def test_a_rebuild_gives_the_same_rows() -> None:
    tell_a_story()
    commands.erase_subject("party/somebody", reason=REASON, by="admin")

    def rows() -> list[Any]:
        """Give every row, whatever the surrogate keys."""
        told = []
        for model in projections.READ_MODELS:
            columns = [field for field in model._meta.concrete_fields if field.get_internal_type() != "BigAutoField"]
            told.append(sorted(model._default_manager.values(*(field.attname for field in columns)), key=repr))
        return told

    before = rows()
    projections.rebuild()
    assert rows() == before
    assert PERSON not in str(before)


@pytest.mark.django_db(transaction=True)
def test_proofs_and_exports_hold_before_and_after(tmp_path: Path) -> None:
    tell_a_story()
    first, second = tmp_path / "before.ndjson", tmp_path / "after.ndjson"
    call_command("export_ledger", str(first), stdout=io.StringIO())
    for subject in ("party/somebody", subject_of_judge()):
        commands.erase_subject(subject, reason=REASON, by="admin")
    call_command("export_ledger", str(second), stdout=io.StringIO())
    for file in (first, second):
        call_command("verify_ledger", str(file), stdout=io.StringIO())
        text = file.read_text()
        assert not any(name in text for name in (JUDGE, PERSON, ALIAS)), "an export carries the ciphertext"
    call_command("verify_ledger", stdout=io.StringIO())
    leaves = [line for line in first.read_text().splitlines() if line.startswith('{"hash"')]
    assert second.read_text().splitlines()[1 : len(leaves) + 1] == leaves, "no byte of what was recorded has changed"


@pytest.mark.django_db
def test_the_same_event_again_is_given_back_before_and_after() -> None:
    tell_a_story()
    event = assigned(JUDGE)
    version = ledger.stream_version("dispute/a")
    first = ledger.append("dispute/a", [event], expected_version=version, recorded_by="curator")
    assert first[0].data["judge"] == JUDGE
    assert ledger.append("dispute/a", [event], expected_version=0, recorded_by="curator") == first
    other = assigned("Somebody Else", event.event_id)
    with pytest.raises(EventIdConflict):
        ledger.append("dispute/a", [other], expected_version=0, recorded_by="curator")


@pytest.mark.django_db
def test_the_same_event_again_is_given_back_after_the_erasure() -> None:
    tell_a_story()
    event = assigned(JUDGE)
    version = ledger.stream_version("dispute/a")
    ledger.append("dispute/a", [event], expected_version=version, recorded_by="curator")
    commands.erase_subject(subject_of_judge(), reason=REASON, by="admin")
    (again,) = ledger.append("dispute/a", [event], expected_version=0, recorded_by="curator")
    assert again.data["judge"] == ERASED
    changed = event._replace(justification="Otherwise.")
    with pytest.raises(EventIdConflict):
        ledger.append("dispute/a", [changed], expected_version=0, recorded_by="curator")


def assigned(judge: str, event_id: UUID | None = None) -> NewEvent:
    payload = JudgeAssigned(summary="A judge was assigned.", proceeding="court-1", judge=judge)
    return NewEvent(
        event_id or uuid4(), payload, occurred=Occurred.parse("2023-05"), standing="confirmed", justification="Seen."
    )


@pytest.mark.django_db
def test_what_was_merged_is_written_anew_where_it_is_told() -> None:
    tell_a_story()
    commands.register_party("twin", name="Nemo P.", aliases=["N. Placeholder"], kind="person", by="curator")
    commands.merge_parties("twin", into="somebody", reason="One and the same.", by="curator")
    commands.open_dispute("b", title="Another", kind="litigation", summary="About data.", by="curator")
    commands.merge_disputes("a", into="b", reason="One and the same.", by="curator")
    assert "N. Placeholder" in Party.objects.get(slug="somebody").aliases
    streams = {event.stream for event in commands.erase_subject("party/twin", reason=REASON, by="admin")}
    assert streams == {"party/twin", "party/somebody"}
    assert "N. Placeholder" not in everything()
    streams = {event.stream for event in commands.erase_subject("party/somebody", reason=REASON, by="admin")}
    assert streams == {"party/somebody", "dispute/a", "dispute/b"}
    for name in (PERSON, ALIAS):
        assert name not in everything()


@pytest.mark.django_db
def test_an_erasure_happens_once_has_a_reason_and_can_not_be_undone() -> None:
    tell_a_story()
    with pytest.raises(Invalid, match="say why"):
        commands.erase_subject("party/somebody", reason="  ", by="admin")
    with pytest.raises(NotFound, match="party/nobody"):
        commands.erase_subject("party/nobody", reason=REASON, by="admin")
    recorded = commands.erase_subject("party/somebody", reason=REASON, by="admin")
    with pytest.raises(Unfit, match="were erased on"):
        commands.erase_subject("party/somebody", reason=REASON, by="admin")
    said = next(event for event in recorded if event.stream == "dispute/a")
    with pytest.raises(Unfit, match="gone"):
        commands.retract_event("a", event=said.event_id, reason="Undo it.", by="admin")
    with pytest.raises(Unfit, match="erased"):
        commands.add_alias("somebody", alias=ALIAS, by="curator")
    assert not Event.objects.filter(body__contains=ALIAS).exists()


@pytest.mark.django_db
def test_a_preview_says_what_goes_and_what_stays() -> None:
    tell_a_story()
    commands.note_conflict("a", text=f"One source calls {PERSON} otherwise.", by="curator")
    commands.register_party("namesake", name=PERSON, kind="person", by="curator")
    shown = places.preview("party/somebody")
    assert set(shown.names) == {PERSON, ALIAS}
    assert (shown.texts, set(shown.streams)) == (4, {"party/somebody", "dispute/a"})
    assert [related.subject for related in shown.related] == ["party/namesake"]
    clear = Event.objects.get(type="conflict_noted")
    assert shown.clear_events == [clear.position], "written in the clear, and there for good"


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["somebody", "party/somebody", PERSON, ALIAS])
def test_a_person_is_found_by_slug_id_and_name(text: str) -> None:
    tell_a_story()
    assert [row.subject for row in places.find_subjects(text)] == ["party/somebody"]


@pytest.mark.django_db
def test_the_reasons_of_the_matcher_name_no_person_in_the_clear() -> None:
    tell_a_story()
    reasons = [{"kind": "party", "text": f"plaintiff “{PERSON.upper()}”", "weight": 2.0}]
    reasons.append({"kind": "term", "text": "training data", "weight": 1.0})
    event = commands.attach_evidence("a", article="https://news.example/1", reasons=reasons, by="system:matcher")
    assert event.data["reasons"][0]["text"].startswith("plaintiff")
    body = json.loads(Event.objects.get(event_id=event.event_id).body)
    assert list(body["sealed"]) == ["/data/reasons/0/text"]
    assert body["data"]["reasons"][1]["text"] == "training data"
    commands.erase_subject("party/somebody", reason=REASON, by="admin")
    assert PERSON.upper() not in everything()
