"""The same event, or the same command, sent again: recorded once, and answered as the first time.

Also when the caller never saw the first answer, whatever happened since, and when all repetitions come at once.
"""

from __future__ import annotations

import inspect
import itertools
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from typing import Any, TypeVar
from uuid import UUID, uuid4, uuid5

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction

from disputes import commands, ledger, projections
from disputes.commands.execution import append_to_dispute
from disputes.events import EVENT_TYPES
from disputes.events.curation import ConflictNoted
from disputes.ledger import EventIdConflict, NewEvent, VersionConflict
from disputes.models import Dispute, LedgerHead
from disputes.recorded import RecordedEvent
from tests.disputes.test_rebuild import rows

Answer = TypeVar("Answer")

STREAM = "dispute/a"
THREADS = 6


def noted(text: str = "Two articles differ.", event_id: UUID | None = None) -> NewEvent:
    return NewEvent(event_id or uuid4(), ConflictNoted(text=text))


def judged(event_id: UUID, judge: str) -> NewEvent:
    """Make an event of which a text is sealed."""
    data = {"summary": "A judge was assigned.", "proceeding": "court-1", "judge": judge}
    return NewEvent(event_id, EVENT_TYPES["judge_assigned"].model_validate(data), justification="Seen.")


def append(
    events: Sequence[NewEvent], expected: int, *, stream: str = STREAM, by: str = "curator"
) -> list[RecordedEvent]:
    return ledger.append(stream, events, expected_version=expected, recorded_by=by)


def size() -> int:
    return LedgerHead.objects.get().position


Surroundings = Callable[[], AbstractContextManager[Any]]
around = pytest.mark.parametrize("surrounding", [nullcontext, transaction.atomic], ids=["alone", "in a transaction"])


@pytest.mark.django_db
def test_it_works() -> None:
    event = noted()
    first = append([event], 0)
    assert append([event], 0) == first
    assert size() == 1


@pytest.mark.django_db(transaction=True)
@around
def test_whatever_version_is_expected_by_now(surrounding: Surroundings) -> None:
    batch = [noted("one"), noted("two"), noted("three")]
    with surrounding():
        first = append(batch, 0)
        append([noted("since then")], 3)
    for expected in (0, 3, 4, 1, 99):
        with surrounding():
            assert append(batch, expected) == first, "all of them"
            assert append(batch[1:], expected) == first[1:], "some of them"
    assert size() == 4


@pytest.mark.django_db(transaction=True)
@around
def test_what_is_sealed_in_it_is_no_difference(surrounding: Surroundings) -> None:
    batch = [noted(), judged(uuid4(), "Nemo Placeholder")]
    with surrounding():
        first = append(batch, 0)
    for expected in (0, 2, 99):
        with surrounding():
            assert append(batch, expected) == first
    with pytest.raises(EventIdConflict), surrounding():
        append([judged(batch[1].event_id, "Josephine Placeholder")], 2)
    assert size() == 2


@pytest.mark.django_db(transaction=True)
@around
def test_other_content_is_an_error_that_names_the_event(surrounding: Surroundings) -> None:
    event = noted()
    append([event], 0)
    append([noted()], 1)
    other, new = noted("Something else", event.event_id), noted()
    attempts: list[tuple[str, str, list[NewEvent]]] = [
        (STREAM, "curator", [other]),
        (STREAM, "somebody else", [event]),
        ("dispute/b", "curator", [event]),
        (STREAM, "curator", [event, new]),
        (STREAM, "curator", [new, event]),
        (STREAM, "curator", [new, other]),
    ]
    for expected, (stream, by, events) in itertools.product((0, 1, 2, 99), attempts):
        with pytest.raises(EventIdConflict) as refusal, surrounding():
            append(events, expected, stream=stream, by=by)
        assert refusal.value.event_id == event.event_id
        assert size() == 2
    append([new], 2)


@pytest.mark.django_db(transaction=True)
@around
def test_one_id_twice_in_a_batch_is_an_error(surrounding: Surroundings) -> None:
    event = noted()
    with pytest.raises(EventIdConflict) as refusal, surrounding():
        append([event, event], 0)
    assert (refusal.value.event_id, size()) == (event.event_id, 0)


@pytest.mark.django_db(transaction=True)
@around
def test_what_the_database_refuses_for_another_reason_is_not_taken_for_a_repetition(surrounding: Surroundings) -> None:
    refused: list[tuple[str, Any, str]] = [("dispute/a", None, "23502"), ("dispute/" + "a" * 200, "curator", "22001")]
    for stream, by, state in refused:
        with pytest.raises(DatabaseError) as refusal, surrounding():
            ledger.append(stream, [noted()], expected_version=0, recorded_by=by)
        assert isinstance(refusal.value.__cause__, psycopg.Error), "the cause is the driver's own error"
        assert refusal.value.__cause__.sqlstate == state
    assert size() == 0


@pytest.mark.django_db(transaction=True)
@around
def test_many_at_once_record_one_and_get_the_same_answer(surrounding: Surroundings) -> None:
    for stream, expected in (("dispute/a", 0), ("dispute/b", 2), ("dispute/c", 99)):
        batch = [noted("one"), judged(uuid4(), "Nemo Placeholder")]
        before = size()
        if expected:
            # Whoever expects the version after the events can only have seen them recorded.
            append(batch, 0, stream=stream)

        def send(
            _number: int, batch: Sequence[NewEvent] = batch, stream: str = stream, expected: int = expected
        ) -> list[RecordedEvent]:
            with surrounding():
                return append(batch, expected, stream=stream)

        answers = at_once(send)
        assert all(answer == answers[0] for answer in answers)
        assert [event.version for event in answers[0]] == [1, 2]
        assert size() == before + 2


@pytest.mark.django_db(transaction=True)
@around
def test_one_id_in_two_streams_at_once_is_recorded_in_one(surrounding: Surroundings) -> None:
    event = noted()

    def send(number: int) -> str:
        try:
            with surrounding():
                append([event], 0, stream=f"dispute/{number}")
        except EventIdConflict as refusal:
            return f"refused {refusal.event_id}"
        return "recorded"

    assert sorted(at_once(send)) == ["recorded"] + [f"refused {event.event_id}"] * (THREADS - 1)
    assert size() == 1


@pytest.mark.django_db(transaction=True)
@around
def test_the_answer_that_a_cut_connection_did_not_bring(surrounding: Surroundings) -> None:
    batch = [noted(), noted()]
    with surrounding():
        append(batch, 0)
    cut_connection()
    with pytest.raises(DatabaseError), surrounding():
        append(batch, 0)
    connection.close()
    with surrounding():
        again = append(batch, 0)
    assert again == ledger.read_stream(STREAM)
    assert size() == 2


@pytest.mark.django_db(transaction=True)
def test_an_append_that_was_cut_before_its_commit_is_carried_out_by_the_repetition() -> None:
    batch = [noted(), noted()]

    def append_and_be_cut() -> None:
        with transaction.atomic():
            append(batch, 0)
            cut_connection()

    with pytest.raises(DatabaseError):
        append_and_be_cut()
    connection.close()
    assert size() == 0
    assert [event.version for event in append(batch, 0)] == [1, 2]


Step = tuple[str, str, dict[str, Any]]
"""A command, the slug that it is about, and its arguments."""


def id_of(step: str) -> UUID:
    return uuid5(UUID("0f1f9b3e-0b6a-4c55-8e5e-3f5a0f6f7c11"), step)


def occurrence(summary: str, **more: Any) -> dict[str, Any]:
    return {
        "occurred": "2023-04",
        "standing": "reported",
        "data": {"summary": summary, **more},
        "evidence": [{"article": "https://press.example/1", "quote": "“It is so.”"}],
    }


def description(title: str) -> dict[str, Any]:
    return {"title": title, "kind": "litigation", "summary": "About data."}


RENAMED = id_of("rename_party holder")
REASONS = [{"kind": "term", "text": "owner", "weight": 1.5}]
ARTICLE = "https://press.example/2"
SCRIPT: Sequence[Step] = (
    ("register_party", "holder", {"name": "Holder, Inc.", "aliases": ["Holder"]}),
    ("register_party", "user", {"name": "Nemo Placeholder", "kind": "person"}),
    ("rename_party", "holder", {"name": "Owner, Inc.", "effective": "2023"}),
    ("add_alias", "holder", {"alias": "The owner"}),
    ("remove_alias", "holder", {"alias": "The owner"}),
    ("change_parent", "holder", {"parent": "user"}),
    ("correct_party_event", "holder", {"event": RENAMED, "reason": "X", "data": {"new_name": "Owner"}}),
    ("retract_party_event", "holder", {"event": RENAMED, "reason": "It was not"}),
    ("open_dispute", "a", description("A dispute")),
    ("open_dispute", "b", description("Another")),
    ("describe_dispute", "a", description("A quarrel")),
    ("note_conflict", "a", {"text": "Two articles differ."}),
    ("relate_disputes", "a", {"other": "b"}),
    ("add_party", "a", {"party": "user", "role": "defendant"}),
    ("remove_party", "a", {"party": "user", "role": "defendant"}),
    ("change_watch_rules", "a", {"rules": [{"kind": "any", "phrases": ["the owner"], "weight": 1.5}]}),
    ("close_dispute", "a", {"reason": "Settled"}),
    ("reopen_dispute", "a", {"reason": "Not settled"}),
    (
        "record_event",
        "a",
        {"type": "complaint_filed", **occurrence("Sued.", proceeding="court-1", court="A Court", judge="A Judge")},
    ),
    (
        "correct_event",
        "a",
        {"event": id_of("record_event a"), "reason": "X", **occurrence("Sued!", proceeding="court-1", court="B Court")},
    ),
    ("retract_event", "a", {"event": id_of("correct_event a"), "reason": "It was right"}),
    ("attach_evidence", "a", {"article": ARTICLE, "score": 0.91, "reasons": REASONS}),
    ("detach_evidence", "a", {"article": ARTICLE, "reason": "About another"}),
    ("reject_evidence", "a", {"article": ARTICLE, "score": 0.5}),
    ("merge_disputes", "b", {"into": "a", "reason": "The same"}),
    ("undo_dispute_merge", "b", {"reason": "Two after all"}),
    ("merge_parties", "user", {"into": "holder", "reason": "The same"}),
    ("undo_party_merge", "user", {"reason": "Two after all"}),
)  # fmt: skip
"""Every command that takes an event id, each fit where it stands and unfit a moment later."""


def stream_of(step: Step) -> str:
    return f"dispute/{step[1]}" if step[1] in {"a", "b"} else f"party/{step[1]}"


def carry_out(step: Step, expected: int | None) -> RecordedEvent:
    name, slug, arguments = step
    command = getattr(commands, name)
    if expected is not None and "expected_version" in inspect.signature(command).parameters:
        arguments = arguments | {"expected_version": expected}
    recorded: RecordedEvent = command(slug, **arguments, event_id=id_of(f"{name} {slug}"), by="curator")
    return recorded


def test_the_script_has_every_command_that_takes_an_event_id() -> None:
    taking = {
        name
        for name in commands.__all__
        if "event_id" in inspect.signature(getattr(commands, name)).parameters
    }  # fmt: skip
    assert {name for name, *_ in SCRIPT} == taking


@pytest.mark.django_db(transaction=True)
@around
@pytest.mark.parametrize("is_expecting", [False, True], ids=["any version", "the version seen"])
def test_every_command_is_repeatable(surrounding: Surroundings, is_expecting: bool) -> None:
    first: list[tuple[int, RecordedEvent]] = []
    for step in SCRIPT:
        then = ledger.stream_version(stream_of(step))
        with surrounding():
            recorded = carry_out(step, then if is_expecting else None)
        assert recorded.version == then + 1, step
        first.append((then, recorded))
        with surrounding():
            assert carry_out(step, then if is_expecting else None) == recorded, "at once"
    told, recorded_in_all = rows(), size()
    for step, (then, recorded) in zip(SCRIPT, first, strict=True):
        for expected in (then, then + 1, 99) if is_expecting else (None,):
            with surrounding():
                assert carry_out(step, expected) == recorded, "whatever happened since"
    assert size() == recorded_in_all
    assert rows() == told


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_expecting", [False, True], ids=["any version", "the version seen"])
def test_every_command_many_times_at_once_is_recorded_once(is_expecting: bool) -> None:
    for step in SCRIPT:
        then, before = ledger.stream_version(stream_of(step)), size()
        answers = at_once(lambda _number: carry_out(step, then if is_expecting else None), threads=3)  # noqa: B023
        assert all(answer == answers[0] for answer in answers), step
        assert size() - before == (2 if "merge" in step[0] else 1), step
    told = rows()
    projections.rebuild()
    assert rows() == told


@pytest.mark.django_db(transaction=True)
def test_whoever_is_overtaken_by_the_same_command_does_not_write_over_what_came_after_it() -> None:
    """Between reading the history and the append there is time for the same command, and for others behind it."""
    commands.open_dispute("a", **description("A dispute"), by="curator")
    event = noted("The same")

    def send_the_same(_state: object = None) -> RecordedEvent:
        return append_to_dispute("a", [event], expected_version=1, by="curator")[0]

    def overtake(_number: int) -> RecordedEvent:
        recorded = send_the_same()
        commands.describe_dispute("a", **description("Described anew"), by="curator")
        return recorded

    answers: list[RecordedEvent] = []
    recorded = append_to_dispute(
        "a",
        [event],
        check=lambda _state: answers.extend(at_once(overtake, threads=1)),
        expected_version=1,
        by="curator",
    )
    assert recorded == answers
    assert Dispute.objects.get(slug="a").title == "Described anew"
    told = rows()
    projections.rebuild()
    assert rows() == told


@pytest.mark.django_db
def test_a_command_with_other_content_under_the_same_id_is_refused() -> None:
    commands.open_dispute("a", **description("A dispute"), by="curator", event_id=UUID(int=1))
    commands.note_conflict("a", text="One.", by="curator", event_id=UUID(int=2), expected_version=1)
    for expected in (None, 1, 2, 99):
        for text, by in (("Two.", "curator"), ("One.", "somebody else")):
            with pytest.raises(EventIdConflict), transaction.atomic():
                commands.note_conflict("a", text=text, by=by, event_id=UUID(int=2), expected_version=expected)
    with pytest.raises(VersionConflict), transaction.atomic():
        commands.note_conflict("a", text="One.", by="curator", event_id=UUID(int=3), expected_version=1)
    assert size() == 2


def cut_connection() -> None:
    """End the server's side of the present connection, so that no answer comes back."""
    with psycopg.connect(**connection.get_connection_params(), autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [connection.connection.info.backend_pid])


def at_once(send: Callable[[int], Answer], threads: int = THREADS) -> list[Answer]:
    """Let several threads send at the same moment, each on a connection of its own."""
    start = threading.Barrier(threads)

    def run(number: int) -> Answer:
        try:
            connection.ensure_connection()
            start.wait(10)
            return send(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(run, range(threads)))
