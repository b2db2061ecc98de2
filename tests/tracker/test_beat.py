"""Two beats do no harm: one sends the tasks, and the other takes over when it dies."""

from pathlib import Path

import pytest

from tests.support.celery_processes import CeleryProcess, celery_stage
from tests.support.waiting import wait_until
from tracker.beat import Leadership

LEADS = "This beat sends the tasks now"


def test_it_works(committed_database: str) -> None:
    first, second = Leadership(), Leadership()
    try:
        assert first.hold()
        assert first.hold(), "who holds the lock goes on holding it"
        assert not second.hold()
        first.release()
        # The server lets the lock go when it notices that the connection has.
        wait_until(second.hold, 10, "The lock is not let go")
        assert not first.hold()
    finally:
        first.release()
        second.release()


@pytest.mark.processes
def test_of_two_beats_one_sends_and_the_other_takes_over(committed_database: str, tmp_path: Path) -> None:
    with celery_stage(tmp_path, FETCH_TIME_SCALE="100") as stage:
        beats = [stage.start_beat(), stage.start_beat()]

        def leaders() -> list[CeleryProcess]:
            return [beat for beat in beats if LEADS in beat.output]

        def sent() -> int:
            return int(stage.queue.llen("poll"))

        wait_until(lambda: sent() >= 3, 30, "No beat sends")
        (leader,) = leaders()
        leader.kill()
        before = sent()
        (heir,) = [beat for beat in beats if beat is not leader]
        wait_until(lambda: LEADS in heir.output, 30, "Nobody takes over")
        wait_until(lambda: sent() > before, 30, "The other does not send")
