"""Telling the workers that the log has grown. The database holds what is to be delivered; the bell only hurries it."""

from __future__ import annotations

import logging
import os
import threading
import time

from celery import current_app
from django.core.cache import cache
from django.db import transaction
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

QUEUE = "deliver"
WAKE_TASK = "disputes.tasks.wake_subscriptions"
DELIVER_TASK = "disputes.tasks.deliver_events"

IN_FLIGHT_SECONDS = 30
"""How long a message counts as being on its way; one that is lost holds back no other for longer."""
PAUSE_SECONDS = 0.01
"""The least time between two rings of one process."""
OUTAGE_SECONDS = 5.0
"""How long a process leaves a broker alone that did not answer."""


def ring() -> None:
    """Wake the subscriptions once the present transaction has committed.

    Costs the caller some microseconds and never fails: a thread of the process talks to the broker. Where that is
    down, or the process ends first, the next round of beat does it.
    """
    transaction.on_commit(_bell.press, robust=True)


def answer_wake() -> None:
    """Let the next ring send a message again. To be called before looking at what is there to deliver."""
    cache.delete(_key(WAKE_TASK))


def summon(name: str) -> None:
    """Ask for a run of one subscription, unless one is asked for already. Raises where the broker is down."""
    _send(DELIVER_TASK, name)


def answer_summons(name: str) -> None:
    """Let the next `summon` send a message again. To be called before the subscription is looked at."""
    cache.delete(_key(DELIVER_TASK, name))


class _Bell:
    """A button that is pressed by commands, and a thread that goes to the door."""

    _pressed: threading.Event
    _starting: threading.Lock
    _thread: threading.Thread | None

    def __init__(self) -> None:
        self.renew()

    def renew(self) -> None:
        """Begin anew, as in a forked process, whose parent's thread is missing and may have held any lock."""
        self._pressed = threading.Event()
        self._starting = threading.Lock()
        self._thread = None

    def press(self) -> None:
        """Have a message sent soon."""
        self._pressed.set()
        if self._thread is None or not self._thread.is_alive():
            with self._starting:
                if self._thread is None or not self._thread.is_alive():
                    self._thread = threading.Thread(target=self._attend, name="subscriptions-doorbell", daemon=True)
                    self._thread.start()

    def _attend(self) -> None:
        while self._pressed.wait():
            self._pressed.clear()
            try:
                _send(WAKE_TASK)
            except (RedisError, OperationalError, OSError) as error:
                logger.warning("Could not ring for the subscriptions, the next round wakes them: %s", error)
                time.sleep(OUTAGE_SECONDS)
            time.sleep(PAUSE_SECONDS)


def _send(task: str, *arguments: str) -> None:
    """Send a message, unless one like it is on its way: a broker that is busy must not be given ever more of them."""
    key = _key(task, *arguments)
    if not cache.add(key, 1, timeout=IN_FLIGHT_SECONDS):
        return
    try:
        current_app.send_task(task, args=arguments, queue=QUEUE, expires=IN_FLIGHT_SECONDS)
    except OperationalError:
        cache.delete(key)
        raise


def _key(task: str, *arguments: str) -> str:
    return ":".join(("on-its-way", task, *arguments))


_bell = _Bell()
os.register_at_fork(after_in_child=_bell.renew)
