"""Streams that a consumer does not get further with: parked, tried again, and let flow."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from disputes.models import Event, ParkedStream, ParkedStreamState, Subscription
from disputes.subscriptions.reading import Incoming, read_one
from disputes.subscriptions.registry import Consumer
from disputes.subscriptions.trying import BATCH_SECONDS, claim, hand_over

DIED = "The worker ended in the middle of the delivery"


@dataclass(frozen=True, slots=True)
class _Begun:
    """The right to try a parked stream again; good while nobody has touched the row."""

    pk: int
    version: int
    attempts: int


def park(subscription: Subscription, failed: Incoming, error: str, attempts: int, *, now: datetime) -> None:
    """Let the consumer go on without this event and those of its stream that follow.

    Nothing where the stream is parked already. To be called with the subscription's lock held.
    """
    ParkedStream.objects.get_or_create(
        subscription=subscription,
        stream=failed.stream,
        defaults={
            "version": failed.version,
            "position": failed.position,
            "type": failed.type,
            "attempts": attempts,
            "error": error,
            "parked_at": now,
            "last_try_at": now,
        },
    )


def retry_parked(consumer: Consumer) -> bool:
    """Deliver one parked stream that a person asked to try again; say whether there was one and nobody else at it.

    Its events are delivered in order up to the subscription's position, then it flows with the others. Where one
    fails again, it stays parked there. As with a batch, the failure is written down before the try.
    """
    begun = _begin(consumer)
    if begun is None:
        return False
    with transaction.atomic():
        subscription = claim(consumer, wait=True)
        if subscription is None:
            return False
        parked = subscription.parked_streams.filter(
            pk=begun.pk, version=begun.version, attempts=begun.attempts, state=ParkedStreamState.PARKED
        ).first()
        if parked is None:
            return False
        _go_on(subscription, consumer, parked)
    return True


def waiting_events(parked: ParkedStream, position: int) -> list[tuple[int, str]]:
    """Give position and type of the events of a parked stream up to the subscription's position. One query."""
    return list(
        Event.objects.filter(stream=parked.stream, version__gte=parked.version, position__lte=position)
        .order_by("version")
        .values_list("position", "type")
    )


def _begin(consumer: Consumer) -> _Begun | None:
    with transaction.atomic():
        subscription = claim(consumer)
        if subscription is None:
            return None
        parked = subscription.parked_streams.filter(state=ParkedStreamState.RETRYING).order_by("position").first()
        if parked is None:
            return None
        parked.state = ParkedStreamState.PARKED
        parked.attempts += 1
        parked.error = DIED
        parked.last_try_at = timezone.now()
        parked.save()
    return _Begun(parked.pk, parked.version, parked.attempts)


def _go_on(subscription: Subscription, consumer: Consumer, parked: ParkedStream) -> None:
    until = time.monotonic() + BATCH_SECONDS
    delivered = 0
    for position, _type in waiting_events(parked, subscription.position):
        incoming = read_one(position)
        if delivered and time.monotonic() >= until:
            # The rest has its turn in a transaction of its own.
            _move(parked, incoming, ParkedStreamState.RETRYING, attempts=0, error="")
            break
        if incoming.event is not None and not consumer.wants(incoming.type):
            continue
        error = hand_over(consumer, [incoming])
        if error is not None:
            attempts = parked.attempts if incoming.version == parked.version else 1
            _move(parked, incoming, ParkedStreamState.PARKED, attempts=attempts, error=error)
            break
        delivered += 1
    else:
        parked.delete()
    if delivered:
        subscription.last_delivered_at = timezone.now()
        subscription.save(update_fields=["last_delivered_at"])


def _move(parked: ParkedStream, to: Incoming, state: ParkedStreamState, *, attempts: int, error: str) -> None:
    parked.version, parked.position, parked.type = to.version, to.position, to.type
    parked.state, parked.attempts, parked.error = state, attempts, error
    parked.save()
