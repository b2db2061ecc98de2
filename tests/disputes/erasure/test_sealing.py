"""Sealing and opening events, with real keys in a real database, and no ledger yet."""

from __future__ import annotations

import copy
import json
from typing import Any
from uuid import uuid4

import pytest
import rfc8785
from django.db import DatabaseError, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from disputes.erasure import subjects
from disputes.erasure.boxes import BrokenBox
from disputes.erasure.master_key import MasterKeyProblem, MasterKeyring
from disputes.erasure.sealing import (
    MissingKey,
    NotSealable,
    Record,
    SubjectErased,
    open_sealed,
    seal,
    text_at,
    wishes,
)
from disputes.events.personal import ERASED
from disputes.models import SubjectKey

pytestmark = pytest.mark.django_db

NAME = "First Name of Nobody"


def ordered(judge: str = NAME, **more: Any) -> Record:
    data = {"summary": "The court ordered it.", "proceeding": "a-court-1", "judge": judge}
    return record("order_issued", "dispute/a", data, **more)


def registered(**data: Any) -> Record:
    return record("party_registered", "party/a", {"party_name": NAME, "aliases": ["Nobody", "N."], **data})


def record(kind: str, stream: str, data: dict[str, Any], **more: Any) -> Record:
    return {
        "data": data,
        "id": str(uuid4()),
        "recorded_by": "curator",
        "schema": 1,
        "stream": stream,
        "type": kind,
        **more,
    }


def sealed(found: Record, *, stored: Record | None = None, **chosen: str) -> Record:
    """Seal a record, which itself stays as it is."""
    pointers = {pointer.replace("__", "/"): about for pointer, about in chosen.items()}
    (result,) = seal([found], [wishes(found, pointers)], {stored["id"]: stored} if stored else {})
    return result


def opened(found: Record) -> Record:
    """Open a copy of a record, as it comes from its stored text."""
    result: Record = json.loads(rfc8785.dumps(found))
    open_sealed([result])
    assert "erased" not in result
    return result


def erase(subject: str) -> None:
    subjects.destroy_key(subject, at=timezone.now(), by="admin", reason="The person asked for it.")


def subject_at(found: Record, pointer: str) -> str:
    subject: str = found["sealed"][pointer]["subject"]
    return subject


def test_it_works() -> None:
    plain = ordered()
    hidden = sealed(plain)
    assert hidden["data"]["judge"] is None
    assert NAME not in json.dumps(hidden)
    assert subject_at(hidden, "/data/judge").startswith("person/")
    assert opened(hidden) == plain


def test_an_event_that_names_nobody_stays_as_it_is() -> None:
    plain = record("statement_made", "dispute/a", {"summary": "Something was said."})
    assert wishes(plain, {}) == []
    assert sealed(plain) == plain


def test_the_same_event_again_gives_the_same_bytes() -> None:
    plain = ordered()
    first = sealed(plain)
    assert sealed(plain) == first
    assert sealed(plain, stored=first) == first


def test_one_person_has_one_subject_however_the_name_is_written() -> None:
    first, second = sealed(ordered()), sealed(ordered(f"  {NAME.upper()}"))
    other = sealed(ordered("Somebody Else"))
    assert subject_at(first, "/data/judge") == subject_at(second, "/data/judge")
    assert subject_at(first, "/data/judge") != subject_at(other, "/data/judge")
    assert {subjects.name_of(row) for row in SubjectKey.objects.all()} == {NAME, "Somebody Else"}


def test_two_events_of_one_append_that_write_a_name_in_two_ways_have_one_subject() -> None:
    both = [ordered("A Name"), ordered("a  name")]
    first, second = seal(both, [wishes(found, {}) for found in both], {})
    assert subject_at(first, "/data/judge") == subject_at(second, "/data/judge")


def test_a_party_that_is_a_person_is_sealed_and_an_organisation_is_not() -> None:
    person, company = registered(kind="person", note="A note."), registered(kind="organisation")
    assert sealed(company) == company
    hidden = sealed(person)
    assert set(hidden["sealed"]) == {"/data/party_name", "/data/aliases/0", "/data/aliases/1", "/data/note"}
    assert {item["subject"] for item in hidden["sealed"].values()} == {"party/a"}
    assert opened(hidden) == person
    # From then on whatever is said in its stream is sealed.
    renamed = record("party_renamed", "party/a", {"new_name": "Another Name", "justification": "It is known."})
    assert set(sealed(renamed)["sealed"]) == {"/data/new_name", "/data/justification"}
    elsewhere = record("event_retracted", "dispute/a", {"event": str(uuid4()), "reason": "It was wrong."})
    assert sealed(elsewhere) == elsewhere


def test_the_reading_that_a_correction_gives_is_sealed_too() -> None:
    reading = {"type": "order_issued", "data": ordered()["data"]}
    correction = record("event_corrected", "dispute/a", {"event": str(uuid4()), "reason": "Wrong.", "reading": reading})
    hidden = sealed(correction)
    assert set(hidden["sealed"]) == {"/data/reading/data/judge"}
    assert opened(hidden) == correction
    sealed(registered(kind="person"))
    party = {**correction, "stream": "party/a"}
    party["data"]["reading"] = {"type": "alias_added", "data": {"alias": "Nobody"}}
    assert set(sealed(party)["sealed"]) == {"/data/reason", "/data/reading/data/alias"}


def test_any_free_text_can_be_chosen() -> None:
    plain = ordered(evidence=[{"article": {"id": str(uuid4())}, "quote": f"{NAME} said so."}], justification="Seen.")
    hidden = sealed(plain, __data__summary=NAME, __evidence__0__quote=NAME, __justification="party/b")
    assert set(hidden["sealed"]) == {"/data/judge", "/data/summary", "/evidence/0/quote", "/justification"}
    assert subject_at(hidden, "/data/summary") == subject_at(hidden, "/data/judge")
    assert opened(hidden) == plain


@pytest.mark.parametrize(
    "pointer", ["", "data", "/data", "/data/none", "/evidence/0/quote", "/id", "/recorded_by", "/x"]
)
def test_what_is_no_free_text_is_refused(pointer: str) -> None:
    with pytest.raises(NotSealable) as refusal:
        seal([found := ordered()], [wishes(found, {pointer: NAME})], {})
    assert refusal.value.errors[0].pointer == pointer


def test_a_subject_that_does_not_exist_is_not_made_up() -> None:
    with pytest.raises(NotSealable, match="give the person's name"):
        seal([found := ordered()], [wishes(found, {"/data/summary": f"person/{uuid4()}"})], {})


def test_what_was_erased_reads_so_with_when_and_of_whom() -> None:
    hidden = sealed(ordered())
    subject = subject_at(hidden, "/data/judge")
    erase(subject)
    result = json.loads(rfc8785.dumps(hidden))
    open_sealed([result])
    (erasure,) = result["erased"]
    assert result["data"] == {"summary": "The court ordered it.", "proceeding": "a-court-1", "judge": ERASED}
    assert (erasure.pointer, erasure.subject) == ("/data/judge", subject)
    assert erasure.at == SubjectKey.objects.get(pk=subject).erased_at


def test_an_erased_event_again_gives_the_same_bytes_if_all_else_is_the_same() -> None:
    """Nobody can compare the name any more; whatever is given in its place counts as the same."""
    plain = ordered()
    hidden = sealed(plain)
    erase(subject_at(hidden, "/data/judge"))
    assert sealed(plain, stored=hidden) == hidden
    assert sealed({**plain, "data": {**plain["data"], "summary": "Else."}}, stored=hidden) != hidden
    assert not SubjectKey.objects.filter(key__isnull=False).exists(), "no key is made for what is recorded already"


def test_nothing_more_is_recorded_of_a_party_that_was_erased() -> None:
    sealed(registered(kind="person"))
    erase("party/a")
    with pytest.raises(SubjectErased, match="party/a were erased on"):
        sealed(record("alias_added", "party/a", {"alias": "Nobody"}))
    moved = record("parent_changed", "party/a", {"parent": "b"})
    assert sealed(moved) == moved


def test_a_judge_met_again_after_the_erasure_is_somebody_new() -> None:
    """That is what forgetting means: nothing links the name to the key that is gone."""
    first = subject_at(sealed(ordered()), "/data/judge")
    erase(first)
    assert subject_at(sealed(ordered()), "/data/judge") != first


def test_a_box_that_was_altered_is_an_error_and_not_garbage() -> None:
    hidden = sealed(ordered())
    box = hidden["sealed"]["/data/judge"]["box"]
    for wrong in (box[:-4] + "AAA=", "A" + box[1:] if box[0] != "A" else "B" + box[1:], "", "no box"):
        altered = copy.deepcopy(hidden)
        altered["sealed"]["/data/judge"]["box"] = wrong
        with pytest.raises(BrokenBox, match=hidden["id"]):
            open_sealed([altered])


def test_a_box_that_was_moved_is_an_error() -> None:
    first, second = sealed(ordered()), sealed(ordered())
    first["sealed"], second["sealed"] = second["sealed"], first["sealed"]
    with pytest.raises(BrokenBox, match=first["id"]):
        open_sealed([first])


def test_a_key_that_is_not_there_is_an_error_and_no_erasure() -> None:
    hidden = sealed(ordered())
    hidden["sealed"]["/data/judge"]["subject"] = "person/unknown"
    with pytest.raises(MissingKey, match=r"person/unknown.*disputes_subjectkey"):
        open_sealed([hidden])


def test_without_its_master_key_nothing_opens_and_none_is_made(keyring: MasterKeyring) -> None:
    hidden = sealed(ordered())
    kept = keyring.file.rename(keyring.home / "elsewhere")
    with pytest.raises(MasterKeyProblem, match="Put its copy back"):
        open_sealed([copy.deepcopy(hidden)])
    with pytest.raises(MasterKeyProblem, match="Put its copy back"):
        sealed(ordered("Somebody Else"))
    assert not keyring.file.exists()
    kept.rename(keyring.file)
    assert opened(hidden)["data"]["judge"] == NAME


def test_a_key_that_was_altered_in_the_table_is_an_error() -> None:
    hidden = sealed(ordered())
    SubjectKey.objects.update(key=b"\x00" * 80)
    with pytest.raises(MasterKeyProblem, match="the row was altered"):
        open_sealed([hidden])


def test_a_destroyed_key_never_comes_back() -> None:
    subject = subject_at(sealed(ordered()), "/data/judge")
    row = SubjectKey.objects.get()
    old = {"key": row.key, "lookup": row.lookup, "name": row.name, "erased_at": None, "reason": ""}
    erase(subject)
    for attempt in (
        lambda: SubjectKey.objects.update(**old),
        lambda: SubjectKey.objects.update(reason="Another."),
        lambda: SubjectKey.objects.all().delete(),
        lambda: SubjectKey.objects.create(subject=subject, key=b"x", master="x"),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            attempt()
    assert SubjectKey.objects.get().key is None


def test_many_events_cost_one_query(django_assert_num_queries: Any) -> None:
    hidden = [sealed(ordered(f"Name {number}")) for number in range(5)]
    with django_assert_num_queries(1):  # the keys
        open_sealed(hidden)
    with django_assert_num_queries(0):
        open_sealed([record("statement_made", "dispute/a", {"summary": "Something was said."})])


def test_keys_wrapped_anew_open_the_same_and_a_backup_opens_nothing(keyring: MasterKeyring) -> None:
    hidden = sealed(ordered())
    backup = bytes(SubjectKey.objects.get().key or b"")
    old, new = keyring.load()[0], keyring.add()
    assert subjects.wrap_anew(new) == 1
    keyring.keep_only(new)
    assert opened(hidden)["data"]["judge"] == NAME
    assert subject_at(sealed(ordered()), "/data/judge") == subject_at(hidden, "/data/judge"), "still found by name"
    assert bytes(SubjectKey.objects.get().key or b"") != backup
    SubjectKey.objects.update(key=backup, master=old.id)
    with pytest.raises(MasterKeyProblem, match=old.id):
        open_sealed([hidden])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(["order_issued", "statement_made"]), st.text("abc éß", min_size=1, max_size=9)),
        min_size=1,
        max_size=6,
    ),
    st.sets(st.integers(0, 5)),
    st.data(),
)
def test_sealing_and_opening_gives_back_all_but_what_was_erased(
    told: list[tuple[str, str]], chosen: set[int], data: st.DataObject
) -> None:
    plain, wanted = [], []
    for number, (kind, text) in enumerate(told):
        payload = {"summary": f"Of {text}", "proceeding": "a-court-1", "judge": text}
        found = record(kind, "dispute/a", payload if kind == "order_issued" else {"summary": f"Of {text}"})
        plain.append(found)
        wanted.append(wishes(found, {"/data/summary": text} if number in chosen else {}))
    hidden = seal(plain, wanted, {})
    known = {item["subject"] for found in hidden for item in found.get("sealed", {}).values()}
    gone = data.draw(st.sets(st.sampled_from(sorted(known)))) if known else set()
    for subject in gone:
        erase(subject)
    records: list[Record] = [json.loads(rfc8785.dumps(found)) for found in hidden]
    open_sealed(records)
    for before, after, result in zip(plain, hidden, records, strict=True):
        lost = result.pop("erased", ())
        due = {pointer for pointer, item in after.get("sealed", {}).items() if item["subject"] in gone}
        assert {erasure.pointer for erasure in lost} == due
        for erasure in lost:
            assert text_at(result, erasure.pointer) == ERASED
            _put_back(result, before, erasure.pointer)
        assert result == before


def _put_back(result: Record, before: Record, pointer: str) -> None:
    _, first, last = pointer.split("/")
    result[first][last] = before[first][last]
