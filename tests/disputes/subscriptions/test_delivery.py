"""Events reach a consumer in order and once, from where it stood."""

import pytest
from django.db import DatabaseError, connection

from disputes.events.curation import DisputeClosed
from disputes.models import Article, Subscription
from disputes.recorded import RecordedEvent
from disputes.subscriptions import Start, batch_consumer, consumer, delivery
from tests.disputes.subscriptions.conftest import LATER, Recorder, append

pytestmark = pytest.mark.django_db


def test_it_works() -> None:
    recorder = Recorder()
    append("a", "b")
    recorder.deliver()
    append("a")
    recorder.deliver()
    recorder.deliver()
    assert recorder.seen == [1, 2, 3]
    assert recorder.row.position == 3
    assert recorder.row.last_delivered_at is not None


def test_a_consumer_begins_where_its_declaration_says() -> None:
    append("a", "b")
    beginning = Recorder("beginning", start=Start.BEGINNING)
    end = Recorder("end", start=Start.END)
    append("c")
    for recorder in (beginning, end):
        recorder.deliver()
    assert (beginning.seen, end.seen) == ([1, 2, 3], [3])
    delivery.ensure_subscriptions()
    assert end.row.position == 3, "a place is given once"


def test_only_the_types_it_wants_are_delivered_and_the_others_are_no_lag() -> None:
    recorder = Recorder(event_types=[DisputeClosed.name])
    append("a", "b")
    recorder.deliver()
    assert recorder.seen == []
    assert recorder.row.position == 2
    assert recorder.row.last_delivered_at is None


def test_batches_may_be_smaller_than_the_log() -> None:
    recorder = Recorder(batch_size=2)
    append(*"abcde")
    recorder.deliver()
    assert recorder.seen == [1, 2, 3, 4, 5]


def test_an_event_is_given_as_the_ledger_gives_it_back() -> None:
    given: list[RecordedEvent] = []
    consumer("keeper", start=Start.BEGINNING)(given.append)
    delivery.ensure_subscriptions()
    append("a")
    delivery.deliver("keeper")
    (event,) = given
    assert (event.stream, event.version, event.type, event.data) == (
        "dispute/a",
        1,
        "conflict_noted",
        {"text": "Of a."},
    )


def test_time_that_runs_out_leaves_the_rest_for_the_next_run() -> None:
    recorder = Recorder()
    append("a")
    assert delivery.deliver("recorder", seconds=0) is True
    assert recorder.seen == []
    recorder.deliver()
    assert recorder.seen == [1]


def test_subscriptions_that_have_nothing_to_deliver_are_not_due() -> None:
    Recorder("one")
    Recorder("two")
    assert delivery.due_subscriptions() == []
    append("a")
    assert delivery.due_subscriptions() == ["one", "two"]
    delivery.deliver("one")
    assert delivery.due_subscriptions() == ["two"]


def test_what_a_failed_handler_wrote_is_gone_and_what_others_of_its_batch_wrote_stays() -> None:
    @consumer("writer", start=Start.BEGINNING, retry=LATER)
    def write(event: RecordedEvent) -> None:
        Article.objects.create(url=f"https://press.example/{event.position}")
        if event.position == 3:
            raise RuntimeError("too late")

    delivery.ensure_subscriptions()
    append(*"abcd")
    delivery.deliver("writer")
    assert set(Article.objects.values_list("url", flat=True)) == {f"https://press.example/{n}" for n in (1, 2)}
    assert Subscription.objects.get().position == 2


def test_a_handler_that_breaks_its_transaction_breaks_its_own_event_only() -> None:
    @consumer("careless", start=Start.BEGINNING, retry=LATER)
    def swallow(event: RecordedEvent) -> None:
        if event.position == 2:
            try:
                with connection.cursor() as cursor:
                    cursor.execute("SELECT 1/0")
            except DatabaseError:
                pass

    delivery.ensure_subscriptions()
    append(*"abc")
    delivery.deliver("careless")
    row = Subscription.objects.get()
    assert (row.position, row.attempts) == (1, 1)


def test_a_batch_consumer_is_given_several_at_once() -> None:
    batches: list[list[int]] = []

    @batch_consumer("collector", start=Start.BEGINNING, batch_size=3)
    def collect(events: object) -> None:
        batches.append([event.position for event in events])  # type: ignore[attr-defined]

    delivery.ensure_subscriptions()
    append(*"abcd")
    delivery.deliver("collector")
    assert batches == [[1, 2, 3], [4]]


def test_a_batch_that_fails_is_delivered_one_by_one_to_find_the_one_at_fault() -> None:
    batches: list[list[int]] = []

    @batch_consumer("collector", start=Start.BEGINNING, retry=LATER)
    def collect(events: object) -> None:
        positions = [event.position for event in events]  # type: ignore[attr-defined]
        batches.append(positions)
        if 3 in positions:
            raise RuntimeError("no third")

    delivery.ensure_subscriptions()
    append(*"abcd")
    delivery.deliver("collector")
    row = Subscription.objects.get()
    assert batches == [[1, 2, 3, 4], [1], [2], [3]]
    assert (row.position, row.attempts) == (2, 1)
    assert "no third" in row.last_error


@pytest.mark.parametrize(
    ("name", "options", "says"),
    [
        ("taken", {}, "already"),
        ("Has Spaces", {}, "can't name a consumer"),
        ("x" * 81, {}, "can't name a consumer"),
        ("new", {"event_types": ["no_such_type"]}, "no event type"),
        ("new", {"batch_size": 0}, "batches of 0"),
    ],
)
def test_a_declaration_that_can_not_be_right_is_an_error(name: str, options: dict[str, object], says: str) -> None:
    consumer("taken", start=Start.END)(lambda _event: None)
    with pytest.raises(ValueError, match=says):
        consumer(name, start=Start.END, **options)(lambda _event: None)  # type: ignore[arg-type]


def test_an_undeclared_consumer_is_named() -> None:
    with pytest.raises(delivery.UnknownConsumer, match="'nobody'"):
        delivery.deliver("nobody")
