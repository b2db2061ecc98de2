"""A command wakes the subscriptions at no cost to itself, and whatever the broker does."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
import redis
from django.conf import settings
from django.core.cache import cache
from django.db import transaction

from disputes import commands, tasks
from disputes.models import Event
from disputes.subscriptions import doorbell
from tests.disputes.subscriptions.conftest import Recorder, append
from tests.support.product import ROOT
from tests.support.waiting import wait_until


@pytest.fixture
def queue() -> Iterator[redis.Redis]:
    """Give the broker, with nothing in the queue."""
    broker = redis.Redis.from_url(settings.REDIS_URL)
    broker.delete(doorbell.QUEUE)
    yield broker
    broker.delete(doorbell.QUEUE)
    broker.close()


def sent(queue: redis.Redis) -> list[str]:
    """Give the tasks in the queue, oldest first."""
    return [json.loads(message)["headers"]["task"] for message in reversed(queue.lrange(doorbell.QUEUE, 0, -1))]


def open_disputes(*names: str) -> None:
    for name in names:
        commands.open_dispute(name, title=name, kind="threat", summary="About data.", by="curator")


@pytest.mark.django_db(transaction=True)
def test_it_works(queue: redis.Redis) -> None:
    open_disputes(*(f"dispute-{number}" for number in range(20)))
    wait_until(lambda: sent(queue), 5, "nobody rang")
    open_disputes("one-more")
    assert sent(queue) == [doorbell.WAKE_TASK], "one message is on its way, however many commands there were"
    doorbell.answer_wake()
    open_disputes("another")
    wait_until(lambda: len(sent(queue)) == 2, 5, "nobody rang again")


@pytest.mark.django_db(transaction=True)
def test_what_is_taken_back_rings_for_nobody(queue: redis.Redis) -> None:
    with transaction.atomic():
        open_disputes("never")
        transaction.set_rollback(True)
    open_disputes("kept")
    wait_until(lambda: sent(queue), 5, "nobody rang")
    assert Event.objects.count() == 1


@pytest.mark.django_db
def test_the_round_asks_for_a_run_of_each_that_has_something_once(queue: redis.Redis) -> None:
    Recorder("one")
    Recorder("two")
    append("a")
    Recorder("done").deliver()
    tasks.wake_subscriptions()
    tasks.wake_subscriptions()
    assert sent(queue) == [doorbell.DELIVER_TASK] * 2
    tasks.deliver_events("one")
    append("a")
    tasks.wake_subscriptions()
    assert len(sent(queue)) == 4, "one and done; a run of two is asked for already"


@pytest.mark.django_db
def test_a_run_that_leaves_something_asks_for_the_next(queue: redis.Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    Recorder()
    append("a")
    monkeypatch.setattr("disputes.subscriptions.delivery.deliver", lambda _name: True)
    tasks.deliver_events("recorder")
    assert sent(queue) == [doorbell.DELIVER_TASK]


@pytest.mark.django_db
def test_a_message_for_a_consumer_that_is_gone_does_no_harm(queue: redis.Redis) -> None:
    tasks.deliver_events("nobody")


def test_a_message_that_is_lost_holds_back_others_for_some_seconds_only(queue: redis.Redis) -> None:
    doorbell.summon("recorder")
    (key,) = (key for key in cache._cache.get_client().scan_iter() if b"recorder" in key)  # type: ignore[attr-defined]
    assert 0 < cache._cache.get_client().ttl(key) <= doorbell.IN_FLIGHT_SECONDS  # type: ignore[attr-defined]


COMMANDS = """
import json, sys, time
import django
django.setup()
from django.db import connection
from disputes import commands
connection.ensure_connection()
commands.open_dispute("warm", title="Warm", kind="threat", summary="S.", by="curator")
slowest = 0.0
for number in range(30):
    started = time.perf_counter()
    commands.open_dispute(f"dispute-{number}", title="A dispute", kind="threat", summary="S.", by="curator")
    slowest = max(slowest, time.perf_counter() - started)
print(json.dumps(slowest))
"""


@pytest.mark.processes
@pytest.mark.parametrize("answers", [False, True], ids=["closed", "silent"])
def test_a_broker_that_is_down_neither_fails_nor_slows_a_command(committed_database: str, answers: bool) -> None:
    """Closed: the connection is refused. Silent: it is taken, and nobody ever says a word."""
    with socket.socket() as broker:
        broker.bind(("127.0.0.1", 0))
        if answers:
            broker.listen()
        environment = {
            **os.environ,
            "DATABASE_URL": urlsplit(settings.DATABASE_URL)._replace(path=f"/{committed_database}").geturl(),
            "REDIS_URL": f"redis://127.0.0.1:{broker.getsockname()[1]}/0",
        }
        result = subprocess.run(
            [sys.executable, "-c", COMMANDS],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert result.returncode == 0, result.stderr
    assert Event.objects.count() == 31
    assert float(result.stdout) < 0.5, "the broker is waited for"
    if not answers:
        assert result.stderr.count("Could not ring") == 1, "said once, not for every command"
