"""Celery's settings: no message is lost with its worker, and none is kept back."""

import pytest

from tracker.celery import app


def test_a_task_comes_back_when_its_worker_dies() -> None:
    assert app.conf.task_acks_late
    assert app.conf.task_reject_on_worker_lost
    assert app.conf.worker_prefetch_multiplier == 1


def test_no_task_runs_for_so_long_that_redis_gives_it_to_another_as_well() -> None:
    assert app.conf.task_soft_time_limit < app.conf.task_time_limit
    visibility: int = app.conf.broker_transport_options["visibility_timeout"]
    for name, task in app.tasks.items():
        assert (task.time_limit or app.conf.task_time_limit) < visibility, name


@pytest.mark.parametrize("name", sorted(app.conf.beat_schedule))
def test_what_beat_sends_is_for_now_and_expires(name: str) -> None:
    options = app.conf.beat_schedule[name].get("options", {})
    assert not options.keys() & {"eta", "countdown"}, "a task with a time of its own blocks its worker's prefetch"
    assert options["expires"] > 0, "while no worker runs, messages must not pile up"
