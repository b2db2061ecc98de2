"""A failed delivery is tried again, after waits that grow, and the events behind it wait so long."""

from datetime import timedelta

import pytest
from django.utils import timezone

from disputes.events import EVENT_TYPES
from disputes.events.curation import DisputeClosed
from disputes.models import Subscription
from disputes.recorded import RecordedEvent
from disputes.subscriptions import RetryPolicy, Start, consumer, delivery
from tests.disputes.subscriptions.conftest import LATER, SOON, Recorder, append

pytestmark = pytest.mark.django_db


def test_it_works() -> None:
    recorder = Recorder(retry=SOON)
    append(*"abc")
    recorder.fails_at = {2}
    recorder.deliver()
    row = recorder.row
    assert (row.position, row.attempts) == (1, 1)
    assert row.last_error == "RuntimeError: no liking for event 2"
    recorder.fails_at = set()
    recorder.deliver()
    row = recorder.row
    assert recorder.seen == [1, 2, 3], "in order, and what was delivered is not delivered again"
    assert (row.attempts, row.next_try_at, row.last_error) == (0, None, "")


def test_nothing_is_tried_before_its_time() -> None:
    recorder = Recorder(retry=LATER)
    append(*"ab")
    recorder.fails_at = {1}
    recorder.deliver()
    recorder.fails_at = set()
    recorder.deliver()
    assert recorder.seen == []
    assert delivery.due_subscriptions() == []
    assert recorder.row.attempts == 1, "a look does not count as an attempt"
    wait = recorder.row.next_try_at - timezone.now()  # type: ignore[operator]
    assert timedelta(minutes=59) < wait < timedelta(minutes=72)
    Subscription.objects.update(next_try_at=timezone.now())
    assert delivery.due_subscriptions() == ["recorder"]
    recorder.deliver()
    assert recorder.seen == [1, 2]


def test_each_event_has_all_its_attempts() -> None:
    recorder = Recorder(retry=SOON)
    append(*"ab")
    recorder.fails_at = {1}
    recorder.deliver()
    recorder.deliver()
    assert recorder.row.attempts == 2
    recorder.fails_at = {2}
    recorder.deliver()
    assert (recorder.row.position, recorder.row.attempts) == (1, 1)


def test_waits_grow_to_a_ceiling() -> None:
    policy = RetryPolicy(attempts=9, first_wait=timedelta(seconds=5), factor=4, longest_wait=timedelta(hours=1))
    waits = [policy.wait(attempt) for attempt in range(1, 9)]
    assert all(timedelta(seconds=low) <= wait for low, wait in zip([5, 20, 80, 320, 1280], waits, strict=False))
    assert max(waits) <= timedelta(hours=1.2)
    assert policy.wait(10_000) <= timedelta(hours=1.2), "no overflow"
    assert len({policy.wait(3) for _number in range(20)}) > 1, "not in step"
    with pytest.raises(ValueError, match="once at least"):
        RetryPolicy(attempts=0)


def test_an_event_type_that_this_code_does_not_know_is_a_failure_with_a_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    """Even for a consumer that does not want it: a newer version of it might."""
    recorder = Recorder(retry=SOON)
    narrow = Recorder("narrow", event_types=[DisputeClosed.name], retry=SOON)
    append(*"ab")
    known = EVENT_TYPES["conflict_noted"]
    monkeypatch.delitem(EVENT_TYPES, "conflict_noted")
    for consumer_ in (recorder, narrow):
        consumer_.deliver()
        assert (consumer_.row.position, consumer_.row.attempts) == (0, 1)
        assert "event type 'conflict_noted' is not known" in consumer_.row.last_error
    monkeypatch.setitem(EVENT_TYPES, "conflict_noted", known)
    recorder.deliver()
    assert recorder.seen == [1, 2], "after an update it goes on"


def test_events_before_one_that_can_not_be_read_are_delivered(monkeypatch: pytest.MonkeyPatch) -> None:
    recorder = Recorder(retry=LATER)
    append("a")
    append("b", payload=DisputeClosed(reason="Over"))
    append("c")
    monkeypatch.delitem(EVENT_TYPES, DisputeClosed.name)
    recorder.deliver()
    assert recorder.seen == [1]
    assert "'dispute_closed' is not known" in recorder.row.last_error


@pytest.mark.parametrize("said", ["a\x00b", "\ud800", "x" * 100_000])
def test_whatever_an_error_says_can_be_stored(said: str) -> None:
    @consumer("rude", start=Start.BEGINNING, retry=LATER)
    def fail(_event: RecordedEvent) -> None:
        raise RuntimeError(said)

    delivery.ensure_subscriptions()
    append("a")
    delivery.deliver("rude")
    assert Subscription.objects.get().last_error.startswith("RuntimeError: ")
