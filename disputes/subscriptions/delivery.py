"""Delivering the log to a subscription: in order, at least once, and without ever getting stuck.

Two transactions for each batch. The first counts an attempt and says when the next one may be, as if this one would
fail. The second delivers, moves the position and takes that back. So a delivery that kills its worker is an attempt
like any other, and is found and parked.

The second holds the lock on the subscription's row. A runner that meets the lock leaves: whoever holds it looks for
more work after letting it go, and by then sees what the other was called for.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, Subquery
from django.utils import timezone

from disputes.models import LedgerHead, ParkedStream, ParkedStreamState, Subscription, SubscriptionState
from disputes.subscriptions.parking import DIED, park, retry_parked
from disputes.subscriptions.reading import Incoming, head_position, read_next, read_one
from disputes.subscriptions.registry import CONSUMERS, Consumer, Start
from disputes.subscriptions.trying import BATCH_SECONDS, claim, hand_over

RUN_SECONDS = 30.0
"""How long one run goes on before it lets others have the worker."""


class UnknownConsumer(LookupError):
    """No consumer of this name is declared by this code."""


@dataclass(frozen=True, slots=True)
class _Begun:
    """The right to deliver the next batch; good while nobody has begun it anew."""

    position: int
    attempts: int
    limit: int


@dataclass(frozen=True, slots=True)
class _Outcome:
    """How far a batch came."""

    position: int
    """The last position that was dealt with."""
    delivered: int
    failed: Incoming | None = None
    error: str = ""
    careful_until: int = 0


def ensure_subscriptions() -> None:
    """Give each declared consumer its row, at the place where it wants to start. One query where all have one."""
    missing = CONSUMERS.keys() - set(Subscription.objects.values_list("name", flat=True))
    if not missing:
        return
    end = head_position()
    Subscription.objects.bulk_create(
        [Subscription(name=name, position=end if CONSUMERS[name].start is Start.END else 0) for name in missing],
        ignore_conflicts=True,
    )


def due_subscriptions() -> list[str]:
    """Name the subscriptions for which a run would find something to deliver now. One query."""
    may_go_on = Q(next_try_at=None) | Q(next_try_at__lte=timezone.now())
    return list(
        Subscription.objects.filter(name__in=list(CONSUMERS), state=SubscriptionState.RUNNING)
        .filter((may_go_on & Q(position__lt=_HEAD)) | _HAS_RETRYING)
        .values_list("name", flat=True)
    )


def deliver(name: str, *, seconds: float = RUN_SECONDS) -> bool:
    """Deliver to one subscription until it has all, fails, or time is up; say whether the latter left some.

    May be called at any time, twice and at once: one runner delivers and the others leave. Raises UnknownConsumer.
    """
    consumer = CONSUMERS.get(name)
    if consumer is None:
        raise UnknownConsumer(f"no consumer {name!r} is declared")
    deadline = time.monotonic() + seconds
    while (work := _find_work(consumer)) is not None:
        if time.monotonic() >= deadline:
            return True
        if not work(consumer):
            return False
    return False


_HEAD = Subquery(LedgerHead.objects.values("position")[:1])
_HAS_RETRYING = Exists(ParkedStream.objects.filter(subscription=OuterRef("pk"), state=ParkedStreamState.RETRYING))


def _find_work(consumer: Consumer) -> Callable[[Consumer], bool] | None:
    """Give what is to be done next, None where there is nothing. One query, without the lock: see the module."""
    rows = Subscription.objects.filter(name=consumer.name).annotate(head=_HEAD, has_retrying=_HAS_RETRYING)
    for position, head, has_retrying in rows.values_list("position", "head", "has_retrying"):
        if has_retrying:
            return retry_parked
        if position < head:
            return _deliver_next
    return None


def _deliver_next(consumer: Consumer) -> bool:
    """Deliver a batch; say whether to go on. Not after a failure, nor where somebody else is at it."""
    begun = _begin(consumer, now=timezone.now())
    if begun is None:
        return False
    batch = read_next(begun.position, begun.limit)
    with transaction.atomic():
        subscription = claim(consumer, wait=True)
        if subscription is None or (subscription.position, subscription.attempts) != (begun.position, begun.attempts):
            return False
        parked = set(subscription.parked_streams.values_list("stream", flat=True))
        work_through = _work_through_at_once if consumer.takes_batches else _work_through
        outcome = work_through(consumer, begun.position, batch, parked)
        _settle(subscription, consumer, begun, outcome, now=timezone.now())
    return subscription.next_try_at is None


def _begin(consumer: Consumer, *, now: datetime) -> _Begun | None:
    """Count the attempt and put the next one off, in a transaction of its own."""
    with transaction.atomic():
        subscription = claim(consumer)
        if subscription is None or (subscription.next_try_at is not None and subscription.next_try_at > now):
            return None
        died = subscription.attempts > 0 and subscription.position < subscription.careful_until
        if died and subscription.attempts >= consumer.retry.attempts:
            park(subscription, read_one(subscription.position + 1), DIED, subscription.attempts, now=now)
            subscription.position += 1
            subscription.attempts = 0
        careful = subscription.attempts > 0 or subscription.position < subscription.careful_until
        limit = 1 if careful else consumer.batch_size
        subscription.last_error = DIED if died and subscription.attempts else subscription.last_error
        subscription.attempts += 1
        subscription.next_try_at = now + consumer.retry.wait(subscription.attempts)
        subscription.careful_until = max(subscription.careful_until, subscription.position + limit)
        subscription.save()
    return _Begun(subscription.position, subscription.attempts, limit)


def _work_through(consumer: Consumer, position: int, batch: Sequence[Incoming], parked: Collection[str]) -> _Outcome:
    """Hand over what the consumer wants, one by one, up to the first event that fails or until time is up."""
    until = time.monotonic() + BATCH_SECONDS
    delivered = 0
    for incoming in batch:
        if _is_due(consumer, incoming, parked):
            error = hand_over(consumer, [incoming])
            if error is not None:
                return _Outcome(position, delivered, incoming, error)
            delivered += 1
        position = incoming.position
        if time.monotonic() >= until:
            break
    return _Outcome(position, delivered)


def _work_through_at_once(
    consumer: Consumer, position: int, batch: Sequence[Incoming], parked: Collection[str]
) -> _Outcome:
    """Hand over all that can be read; where that fails, have the same events delivered one by one."""
    due = [incoming for incoming in batch if _is_due(consumer, incoming, parked)]
    unreadable = next((incoming for incoming in due if incoming.event is None), None)
    readable = [incoming for incoming in due if unreadable is None or incoming.position < unreadable.position]
    if readable:
        error = hand_over(consumer, readable)
        if error is not None and len(readable) > 1:
            return _Outcome(readable[0].position - 1, 0, careful_until=readable[-1].position)
        if error is not None:
            return _Outcome(readable[0].position - 1, 0, readable[0], error)
    if unreadable is not None:
        error = hand_over(consumer, [unreadable])
        return _Outcome(unreadable.position - 1, len(readable), unreadable, error or "")
    return _Outcome(batch[-1].position if batch else position, len(readable))


def _is_due(consumer: Consumer, incoming: Incoming, parked: Collection[str]) -> bool:
    """Say whether the event is to be handed over now.

    One that can't be read is, whatever its type: perhaps a newer version of the consumer wants it.
    """
    return incoming.stream not in parked and (incoming.event is None or consumer.wants(incoming.type))


def _settle(subscription: Subscription, consumer: Consumer, begun: _Begun, outcome: _Outcome, *, now: datetime) -> None:
    """Write down how far the batch came, in its transaction."""
    subscription.position = outcome.position
    if begun.limit > 1 or outcome.failed is not None:
        # It ended in good order, or with an error that says which event it was: no reason to be careful.
        subscription.careful_until = max(outcome.careful_until, outcome.position)
    subscription.attempts = 0
    subscription.next_try_at = None
    subscription.last_error = ""
    if outcome.delivered:
        subscription.last_delivered_at = now
    failed = outcome.failed
    if failed is not None:
        # What was counted in advance is the attempt on the first event of the batch.
        attempts = begun.attempts if failed.position == begun.position + 1 else 1
        if attempts >= consumer.retry.attempts:
            park(subscription, failed, outcome.error, attempts, now=now)
            subscription.position = subscription.careful_until = failed.position
        else:
            subscription.attempts = attempts
            subscription.next_try_at = now + consumer.retry.wait(attempts)
            subscription.last_error = outcome.error
    subscription.save()
