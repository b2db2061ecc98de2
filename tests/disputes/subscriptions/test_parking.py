"""An event that keeps failing is parked with its stream; the others go on, and a person decides."""

import pytest

from disputes.errors import Invalid, NotFound, Unfit
from disputes.events import EVENT_TYPES
from disputes.models import ParkedStream, ParkedStreamState, SkippedEvent
from disputes.subscriptions import Start, batch_consumer, commands, delivery
from tests.disputes.subscriptions.conftest import LATER, SOON, Recorder, append

pytestmark = pytest.mark.django_db


@pytest.fixture
def recorder() -> Recorder:
    """A consumer for which event 2, the first of stream b, is parked, and 4 and 6 wait behind it."""
    recorder = Recorder(retry=SOON)
    append(*"abab")
    recorder.fails_at = {2}
    recorder.until_parked()
    append(*"abc")
    recorder.deliver()
    return recorder


def parked() -> ParkedStream:
    return ParkedStream.objects.get()


def test_it_works(recorder: Recorder) -> None:
    assert recorder.seen == [1, 3, 5, 7], "other streams go on"
    row = parked()
    assert (row.stream, row.version, row.position, row.type) == ("dispute/b", 1, 2, "conflict_noted")
    assert (row.attempts, row.error) == (3, "RuntimeError: no liking for event 2")
    assert (recorder.row.attempts, recorder.row.next_try_at, recorder.row.last_error) == (0, None, "")
    recorder.fails_at = set()
    commands.retry_event("recorder", 2, by="oscar")
    assert delivery.due_subscriptions() == ["recorder"]
    recorder.deliver()
    assert recorder.seen[4:] == [2, 4, 6], "the stream in its order"
    assert not ParkedStream.objects.exists()
    append(*"ba")
    recorder.deliver()
    assert recorder.seen[7:] == [8, 9], "the stream flows again"


def test_nothing_is_tried_again_unasked(recorder: Recorder) -> None:
    recorder.fails_at = set()
    recorder.deliver()
    assert recorder.seen == [1, 3, 5, 7]
    assert delivery.due_subscriptions() == []


def test_one_that_fails_again_stays_where_it_is(recorder: Recorder) -> None:
    commands.retry_event("recorder", 2, by="oscar")
    recorder.deliver()
    row = parked()
    assert (row.position, row.state, row.attempts, row.retried_by) == (2, ParkedStreamState.PARKED, 1, "oscar")
    assert recorder.seen == [1, 3, 5, 7]


def test_another_of_the_stream_that_fails_is_parked_in_its_place(recorder: Recorder) -> None:
    recorder.fails_at = {6}
    commands.retry_event("recorder", 2, by="oscar")
    recorder.deliver()
    row = parked()
    assert recorder.seen[4:] == [2, 4]
    assert (row.position, row.version, row.attempts) == (6, 3, 1)
    assert row.error == "RuntimeError: no liking for event 6"


def test_skipping_leaves_out_one_event_and_says_why(recorder: Recorder) -> None:
    commands.skip_event("recorder", 2, reason=" Sent by hand ", by="oscar")
    recorder.deliver()
    assert recorder.seen[4:] == [4, 6]
    assert not ParkedStream.objects.exists()
    skipped = SkippedEvent.objects.get()
    assert (skipped.position, skipped.stream, skipped.reason, skipped.skipped_by) == (
        2,
        "dispute/b",
        "Sent by hand",
        "oscar",
    )
    assert skipped.error == "RuntimeError: no liking for event 2"


def test_skipping_the_last_of_a_stream_lets_it_flow() -> None:
    recorder = Recorder(retry=SOON)
    append("a")
    recorder.fails_at = {1}
    recorder.until_parked()
    commands.skip_event("recorder", 1, reason="No use", by="oscar")
    recorder.deliver()
    append("a")
    recorder.deliver()
    assert recorder.seen == [2]


@pytest.mark.parametrize("reason", ["", "  ", "x" * 301])
def test_skipping_needs_a_reason_that_can_be_kept(recorder: Recorder, reason: str) -> None:
    with pytest.raises(Invalid, match=r"reason|why"):
        commands.skip_event("recorder", 2, reason=reason, by="oscar")
    assert parked().state == ParkedStreamState.PARKED


def test_only_what_is_parked_can_be_decided_on(recorder: Recorder) -> None:
    for position in (1, 4, 99):
        with pytest.raises(NotFound, match=f"event {position} is not parked"):
            commands.retry_event("recorder", position, by="oscar")
    commands.retry_event("recorder", 2, by="oscar")
    with pytest.raises(NotFound, match="meanwhile"):
        commands.skip_event("recorder", 2, reason="Too late", by="olga")
    with pytest.raises(NotFound, match="no subscription"):
        commands.retry_event("nobody", 2, by="oscar")


def test_several_streams_are_tried_again_at_once_and_do_not_hinder_each_other() -> None:
    recorder = Recorder(retry=SOON)
    append(*"abc")
    recorder.fails_at = {1, 2}
    recorder.until_parked()
    recorder.until_parked()
    recorder.fails_at = {1}
    assert commands.retry_everything("recorder", by="oscar") == 2
    recorder.deliver()
    assert recorder.seen == [3, 2]
    assert parked().position == 1
    commands.retry_everything("recorder", by="oscar")
    recorder.fails_at = set()
    recorder.deliver()
    with pytest.raises(Unfit, match="nothing of recorder is parked"):
        commands.retry_everything("recorder", by="oscar")


def test_a_parked_stream_is_tried_again_though_another_event_holds_the_subscription_up(recorder: Recorder) -> None:
    recorder.fails_at = {8}
    append("a")
    recorder.deliver()
    assert recorder.row.last_error
    commands.retry_event("recorder", 2, by="oscar")
    recorder.deliver()
    assert 6 in recorder.seen


def test_a_long_parked_stream_is_delivered_in_several_transactions(
    recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorder.fails_at = set()
    monkeypatch.setattr("disputes.subscriptions.parking.BATCH_SECONDS", 0.0)
    commands.retry_event("recorder", 2, by="oscar")
    recorder.deliver()
    assert recorder.seen[4:] == [2, 4, 6]
    assert not ParkedStream.objects.exists()


def test_an_event_of_a_parked_stream_that_can_not_be_read_waits_too(
    recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    append("b")
    monkeypatch.delitem(EVENT_TYPES, "conflict_noted")
    recorder.deliver()
    assert recorder.row.position == 8
    assert parked().position == 2, "it is not the one that holds the stream up"


def test_a_batch_consumer_parks_the_one_at_fault_alone() -> None:
    seen: list[int] = []

    @batch_consumer("collector", start=Start.BEGINNING, retry=SOON)
    def collect(events: object) -> None:
        positions = [event.position for event in events]  # type: ignore[attr-defined]
        if 2 in positions:
            raise RuntimeError("no second")
        seen.extend(positions)

    delivery.ensure_subscriptions()
    append(*"abcb")
    for _attempt in range(4):
        delivery.deliver("collector")
    assert seen == [1, 3]
    assert parked().position == 2


def test_pausing_stops_everything_and_resuming_goes_on_at_once(recorder: Recorder) -> None:
    commands.pause_subscription("recorder", reason="Moving", by="oscar")
    append("a")
    commands.retry_event("recorder", 2, by="oscar")
    assert delivery.due_subscriptions() == []
    recorder.fails_at = set()
    recorder.deliver()
    assert recorder.seen == [1, 3, 5, 7]
    assert (recorder.row.pause_reason, recorder.row.changed_by) == ("Moving", "oscar")
    with pytest.raises(Unfit, match="paused already, by oscar"):
        commands.pause_subscription("recorder", by="olga")
    commands.resume_subscription("recorder", by="olga")
    recorder.deliver()
    assert recorder.seen[4:] == [2, 4, 6, 8]
    with pytest.raises(Unfit, match="not paused"):
        commands.resume_subscription("recorder", by="olga")


def test_an_operator_hurries_what_waits_to_be_tried_again() -> None:
    recorder = Recorder(retry=LATER)
    append("a")
    with pytest.raises(Unfit, match="does not wait"):
        commands.hurry_subscription("recorder", by="oscar")
    recorder.fails_at = {1}
    recorder.deliver()
    recorder.fails_at = set()
    commands.hurry_subscription("recorder", by="oscar")
    recorder.deliver()
    assert recorder.seen == [1]
