"""The ledger's promises, as the database holds them."""

import json
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256

import psycopg
import pytest
import rfc8785
from django.db import DatabaseError, connection, connections, transaction

from disputes import ledger
from disputes.events.curation import ConflictNoted, DisputeOpened
from disputes.ledger import EventIdConflict, NewEvent, UnfitIsolation, VersionConflict
from disputes.models import Event, LedgerHead
from disputes.vocabulary import Kind


def opened(title: str = "A dispute", event_id: uuid.UUID | None = None) -> NewEvent:
    return NewEvent(event_id or uuid.uuid4(), DisputeOpened(title=title, kind=Kind.THREAT, summary="About data."))


def noted(text: str = "Two articles differ.", event_id: uuid.UUID | None = None) -> NewEvent:
    return NewEvent(event_id or uuid.uuid4(), ConflictNoted(text=text))


@pytest.mark.django_db
def test_it_works() -> None:
    first, second = ledger.append("dispute/a", [opened(), noted()], expected_version=0, recorded_by="curator")
    assert (first.position, first.version, second.position, second.version) == (1, 1, 2, 2)
    assert ledger.read_stream("dispute/a") == [first, second]
    assert list(ledger.read_all(after=1)) == [second]
    assert LedgerHead.objects.get().position == 2


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE disputes_event SET body = '{}' WHERE position = 1",
        "DELETE FROM disputes_event WHERE position = 1",
        "TRUNCATE disputes_event",
        "TRUNCATE disputes_event CASCADE",
        "SET session_replication_role = replica; DELETE FROM disputes_event",
        """INSERT INTO disputes_event
           SELECT 2, gen_random_uuid(), stream, 2, type, schema, recorded_at, recorded_by, body, leaf_hash
           FROM disputes_event""",
    ],
)
def test_raw_sql_through_the_applications_own_connection_changes_nothing(statement: str) -> None:
    (event,) = ledger.append("dispute/a", [opened()], expected_version=0, recorded_by="curator")
    with pytest.raises(DatabaseError) as refusal, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert isinstance(refusal.value.__cause__, psycopg.Error)
    # The trigger's own code; or, where the role may not even set the parameter, insufficient_privilege.
    assert refusal.value.__cause__.sqlstate in {"LG004", "42501"}
    assert ledger.read_stream("dispute/a") == [event]


@pytest.mark.django_db
def test_the_orm_changes_nothing_either() -> None:
    ledger.append("dispute/a", [opened()], expected_version=0, recorded_by="curator")
    event = Event.objects.get()
    for change in (event.delete, event.save, lambda: Event.objects.update(body="{}"), Event.objects.all().delete):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            change()


@pytest.mark.django_db
def test_a_clash_of_versions_names_both() -> None:
    ledger.append("dispute/a", [opened()], expected_version=0, recorded_by="curator")
    for expected in (0, 5):
        with pytest.raises(VersionConflict) as clash, transaction.atomic():
            ledger.append("dispute/a", [noted()], expected_version=expected, recorded_by="curator")
        assert (clash.value.stream, clash.value.expected, clash.value.actual) == ("dispute/a", expected, 1)
    assert ledger.stream_version("dispute/a") == 1


@pytest.mark.django_db
def test_the_same_event_again_gives_the_stored_one() -> None:
    event = opened(event_id=uuid.uuid4())
    first = ledger.append("dispute/a", [event], expected_version=0, recorded_by="curator")
    # Whatever version the caller believes in by now: it never saw the first answer.
    assert ledger.append("dispute/a", [event], expected_version=7, recorded_by="curator") == first
    assert LedgerHead.objects.get().position == 1


@pytest.mark.django_db
def test_the_same_id_with_other_content_is_an_error() -> None:
    identity = uuid.uuid4()
    ledger.append("dispute/a", [opened("A dispute", identity)], expected_version=0, recorded_by="curator")
    for stream, event, by in (
        ("dispute/a", opened("Another", identity), "curator"),
        ("dispute/b", opened("A dispute", identity), "curator"),
        ("dispute/a", opened("A dispute", identity), "somebody else"),
    ):
        with pytest.raises(EventIdConflict, match=str(identity)), transaction.atomic():
            ledger.append(stream, [event], expected_version=1, recorded_by=by)


@pytest.mark.django_db
def test_a_batch_of_which_a_part_is_recorded_is_refused_whole() -> None:
    event = opened()
    ledger.append("dispute/a", [event], expected_version=0, recorded_by="curator")
    with pytest.raises(EventIdConflict), transaction.atomic():
        ledger.append("dispute/a", [event, noted()], expected_version=1, recorded_by="curator")
    assert ledger.stream_version("dispute/a") == 1


@pytest.mark.django_db
def test_the_body_is_canonical_and_the_leaf_covers_it_with_its_place() -> None:
    ledger.append("dispute/a", [opened("Ünïcode – “quoted”\n\U0001f600")], expected_version=0, recorded_by="curator")
    event = Event.objects.get()
    assert rfc8785.dumps(json.loads(event.body)).decode() == event.body
    leaf = rfc8785.dumps(
        {
            "body": json.loads(event.body),
            "position": event.position,
            "recorded_at": event.recorded_at.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            "version": event.version,
        }
    )
    assert bytes(event.leaf_hash) == sha256(b"\x00" + leaf).digest(), "RFC 6962, section 2.1"


@pytest.mark.django_db(transaction=True)
def test_another_isolation_level_is_refused() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET default_transaction_isolation = 'repeatable read'")
    with pytest.raises(UnfitIsolation):
        ledger.append("dispute/a", [opened()], expected_version=0, recorded_by="curator")


WRITERS = 8
EACH = 40


@pytest.mark.django_db(transaction=True)
def test_eight_writers_and_a_tailing_reader_miss_and_double_nothing() -> None:
    """Half of the writers share a stream and decide anew on a clash; some transactions are rolled back."""
    seen: list[int] = []
    finished = threading.Event()

    def write(number: int) -> None:
        stream = "dispute/shared" if number % 2 else f"dispute/own-{number}"
        try:
            for index in range(EACH):
                if index % 10 == 9:
                    _append_and_take_back(stream)
                _append_next(stream)
        finally:
            connections.close_all()

    def tail() -> None:
        try:
            while True:
                last_round = finished.is_set()
                seen.extend(event.position for event in ledger.read_all(after=seen[-1] if seen else 0))
                if last_round:
                    return
        finally:
            connections.close_all()

    with ThreadPoolExecutor(WRITERS + 1) as pool:
        reader = pool.submit(tail)
        for writer in [pool.submit(write, number) for number in range(WRITERS)]:
            writer.result()
        finished.set()
        reader.result()
    assert seen == list(range(1, WRITERS * EACH + 1))
    moments = list(Event.objects.order_by("position").values_list("recorded_at", flat=True))
    assert moments == sorted(moments), "the clock never goes back"
    for stream in ("dispute/shared", "dispute/own-0"):
        versions = list(Event.objects.filter(stream=stream).order_by("position").values_list("version", flat=True))
        assert versions == list(range(1, len(versions) + 1))


def _append_and_take_back(stream: str) -> None:
    with transaction.atomic():
        try:
            with transaction.atomic():
                ledger.append(stream, [noted()], expected_version=ledger.stream_version(stream), recorded_by="writer")
        except VersionConflict:
            pass
        transaction.set_rollback(True)


def _append_next(stream: str) -> None:
    while True:
        try:
            with transaction.atomic():
                ledger.append(stream, [noted()], expected_version=ledger.stream_version(stream), recorded_by="writer")
        except VersionConflict:
            continue
        return
