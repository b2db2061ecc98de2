"""Telling the workers that there is work. The database holds what is to be done; a lost or doubled ring is harmless."""

import logging

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)


def ring(task: str) -> None:
    """Ask for a run of a task once the present transaction has committed.

    Where the queue can't be reached, that is logged and nothing is lost: beat asks for the same task every few
    seconds.
    """

    def send() -> None:
        try:
            current_app.send_task(task)
        except OperationalError as error:
            logger.warning("Could not ring for %s, the next round will do it: %s", task, error)

    transaction.on_commit(send)
