"""One try at delivering, in a transaction that holds the subscription's lock."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from django.db import transaction

from disputes.models import Subscription, SubscriptionState
from disputes.subscriptions.reading import Incoming
from disputes.subscriptions.registry import Consumer

logger = logging.getLogger(__name__)

BATCH_SECONDS = 1.0
"""After so long a batch is committed with what it has, so that no transaction stays open for long."""
_LONGEST_ERROR = 2_000


def claim(consumer: Consumer, *, wait: bool = False) -> Subscription | None:
    """Lock the subscription until the transaction ends; None where it is paused or, without `wait`, locked."""
    return (
        Subscription.objects.select_for_update(skip_locked=not wait, no_key=True)
        .filter(name=consumer.name, state=SubscriptionState.RUNNING)
        .first()
    )


def hand_over(consumer: Consumer, batch: Sequence[Incoming]) -> str | None:
    """Give events to the consumer in a savepoint; give what went wrong, and nothing of it stays then."""
    events = []
    for incoming in batch:
        if incoming.event is None:
            logger.warning(
                "The consumer %s is not given event %s: %s", consumer.name, incoming.position, incoming.problem
            )
            return describe(incoming.problem)
        events.append(incoming.event)
    try:
        with transaction.atomic():
            consumer.handle(events)
    except Exception as error:
        logger.warning(
            "The consumer %s could not take %s",
            consumer.name,
            ", ".join(f"event {event.position}" for event in events[:3]) + (", …" if len(events) > 3 else ""),
            exc_info=True,
        )
        return describe(error)
    return None


def describe(error: Exception | None) -> str:
    """Say what went wrong, in words that the database can hold."""
    text = f"{type(error).__name__}: {error}".replace("\x00", "\N{REPLACEMENT CHARACTER}")
    return text.encode(errors="replace").decode()[:_LONGEST_ERROR]
