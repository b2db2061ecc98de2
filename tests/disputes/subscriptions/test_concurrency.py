"""Writers and runners at work at once: one runner delivers to a subscription, several subscriptions side by side."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from django.db import connections

from disputes.ledger import VersionConflict
from disputes.recorded import RecordedEvent
from disputes.subscriptions import Start, commands, consumer, delivery
from tests.disputes.subscriptions.conftest import SOON, Recorder, append
from tests.support.waiting import wait_until

pytestmark = pytest.mark.django_db(transaction=True)

WRITERS = 3
EACH = 60


def in_thread(work: Callable[[], object]) -> None:
    try:
        work()
    finally:
        connections.close_all()


def test_it_works() -> None:
    """Three writers, two subscriptions, two runners for each: all in order, none twice, none missed."""
    recorders = [Recorder("one", batch_size=7), Recorder("two", batch_size=50)]
    finished = threading.Event()

    def write(number: int) -> None:
        for index in range(EACH):
            _append_next("shared" if index % 2 else f"own-{number}")

    def run(recorder: Recorder) -> None:
        while not finished.is_set():
            delivery.deliver(recorder.name)

    with ThreadPoolExecutor(WRITERS + 4) as pool:
        runners = [pool.submit(in_thread, partial(run, recorder)) for recorder in recorders for _both in range(2)]
        try:
            for writer in [pool.submit(in_thread, partial(write, number)) for number in range(WRITERS)]:
                writer.result()
            everything = list(range(1, WRITERS * EACH + 1))
            wait_until(lambda: all(len(recorder.seen) >= len(everything) for recorder in recorders), 30, "not all came")
        finally:
            finished.set()
        for runner in runners:
            runner.result()
    for recorder in recorders:
        assert recorder.seen == everything


def test_a_runner_that_meets_another_leaves_and_its_event_is_delivered_all_the_same() -> None:
    arrived, go_on = threading.Event(), threading.Event()
    seen: list[int] = []

    @consumer("slow", start=Start.BEGINNING)
    def take(event: RecordedEvent) -> None:
        seen.append(event.position)
        arrived.set()
        assert go_on.wait(10)

    delivery.ensure_subscriptions()
    append("a")
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(in_thread, lambda: delivery.deliver("slow"))
        assert arrived.wait(10)
        append("a")
        assert delivery.deliver("slow") is False, "it leaves at once"
        assert seen == [1]
        go_on.set()
        first.result()
    assert seen == [1, 2], "whoever held the subscription took that one too"


def test_a_pause_waits_for_the_batch_that_is_being_delivered() -> None:
    arrived, go_on = threading.Event(), threading.Event()
    seen: list[int] = []

    @consumer("slow", start=Start.BEGINNING, batch_size=1)
    def take(event: RecordedEvent) -> None:
        seen.append(event.position)
        arrived.set()
        assert go_on.wait(10)

    delivery.ensure_subscriptions()
    append("a", "a", "a")
    with ThreadPoolExecutor(2) as pool:
        runner = pool.submit(in_thread, lambda: delivery.deliver("slow"))
        assert arrived.wait(10)
        pause = pool.submit(in_thread, lambda: commands.pause_subscription("slow", by="oscar"))
        assert not pause.done()
        go_on.set()
        pause.result()
        runner.result()
    delivered = len(seen)
    assert delivered < 4
    delivery.deliver("slow")
    assert len(seen) == delivered, "nothing once it is paused"
    commands.resume_subscription("slow", by="oscar")
    delivery.deliver("slow")
    assert seen == [1, 2, 3]


def test_a_person_and_a_runner_decide_one_after_the_other() -> None:
    recorder = Recorder(retry=SOON)
    append(*"aaaaaaaa")
    recorder.fails_at = {1}
    recorder.until_parked()
    recorder.fails_at = set()

    def run() -> None:
        for _round in range(20):
            delivery.deliver("recorder")

    with ThreadPoolExecutor(3) as pool:
        work = [pool.submit(in_thread, run) for _runner in range(2)]
        work.append(pool.submit(in_thread, lambda: commands.retry_event("recorder", 1, by="oscar")))
        for done in work:
            done.result()
    delivery.deliver("recorder")
    assert recorder.seen == [1, 2, 3, 4, 5, 6, 7, 8]


def _append_next(stream: str) -> None:
    while True:
        try:
            append(stream)
        except VersionConflict:
            continue
        return
