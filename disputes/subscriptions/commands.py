"""What operators do to subscriptions. Each command takes `by`, who does it, and wakes the workers."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from disputes.errors import FieldError, Invalid, NotFound, Unfit
from disputes.models import ParkedStream, ParkedStreamState, SkippedEvent, Subscription, SubscriptionState
from disputes.subscriptions import doorbell

LONGEST_REASON = 300


@transaction.atomic
def pause_subscription(name: str, *, by: str, reason: str = "") -> Subscription:
    """Deliver nothing more until it is resumed. Waits for a batch that is being delivered; Unfit where it is paused."""
    subscription = _locked(name)
    if subscription.state == SubscriptionState.PAUSED:
        raise Unfit(f"{name} is paused already, by {subscription.changed_by}")
    subscription.state = SubscriptionState.PAUSED
    subscription.pause_reason = reason.strip()[:LONGEST_REASON]
    subscription.changed_by = by
    subscription.save()
    return subscription


@transaction.atomic
def resume_subscription(name: str, *, by: str) -> Subscription:
    """Deliver again, from where it stands and at once. Raises Unfit where it is not paused."""
    subscription = _locked(name)
    if subscription.state != SubscriptionState.PAUSED:
        raise Unfit(f"{name} is not paused")
    subscription.state = SubscriptionState.RUNNING
    subscription.pause_reason = ""
    _start_afresh(subscription, by=by)
    return subscription


@transaction.atomic
def hurry_subscription(name: str, *, by: str) -> Subscription:
    """Deliver what failed again at once, with all its attempts. Raises Unfit where nothing waits to be tried again."""
    subscription = _locked(name)
    if subscription.state != SubscriptionState.RUNNING or subscription.next_try_at is None:
        raise Unfit(f"{name} does not wait to try again")
    _start_afresh(subscription, by=by)
    return subscription


@transaction.atomic
def retry_event(name: str, position: int, *, by: str) -> ParkedStream:
    """Deliver a parked event again, then those of its stream that wait behind it, and let the stream flow.

    Where one fails once more it stays parked there. Raises NotFound where no event of this position is parked.
    """
    parked = _parked(_locked(name), position)
    _retry(parked, by=by)
    return parked


@transaction.atomic
def retry_everything(name: str, *, by: str) -> int:
    """Deliver all parked events again, as `retry_event` does; give the number of streams. Unfit where there is none."""
    subscription = _locked(name)
    streams = list(subscription.parked_streams.filter(state=ParkedStreamState.PARKED))
    if not streams:
        raise Unfit(f"nothing of {name} is parked")
    for parked in streams:
        _retry(parked, by=by)
    return len(streams)


@transaction.atomic
def skip_event(name: str, position: int, *, reason: str, by: str) -> SkippedEvent:
    """Leave a parked event out for good, with a reason that is kept, and let its stream go on behind it.

    Raises NotFound where no event of this position is parked, Invalid without a reason.
    """
    subscription = _locked(name)
    reason = reason.strip()
    if not reason:
        raise Invalid("say why the event is skipped", [FieldError("/reason", "say why the event is skipped")])
    if len(reason) > LONGEST_REASON:
        raise Invalid("the reason is too long", [FieldError("/reason", f"at most {LONGEST_REASON} characters")])
    parked = _parked(subscription, position)
    skipped = SkippedEvent.objects.create(
        subscription=subscription,
        position=parked.position,
        stream=parked.stream,
        type=parked.type,
        error=parked.error,
        reason=reason,
        skipped_by=by,
        skipped_at=timezone.now(),
    )
    # The version behind it may not exist yet; the row then only says where to go on, and goes with the next run.
    parked.version += 1
    _retry(parked, by=by)
    return skipped


def _retry(parked: ParkedStream, *, by: str) -> None:
    parked.state = ParkedStreamState.RETRYING
    parked.attempts = 0
    parked.retried_by = by
    parked.save()
    doorbell.ring()


def _start_afresh(subscription: Subscription, *, by: str) -> None:
    subscription.attempts = 0
    subscription.next_try_at = None
    subscription.changed_by = by
    subscription.save()
    doorbell.ring()


def _locked(name: str) -> Subscription:
    try:
        return Subscription.objects.select_for_update(no_key=True).get(pk=name)
    except Subscription.DoesNotExist as error:
        raise NotFound(f"there is no subscription {name!r}") from error


def _parked(subscription: Subscription, position: int) -> ParkedStream:
    parked = subscription.parked_streams.filter(position=position, state=ParkedStreamState.PARKED).first()
    if parked is None:
        raise NotFound(f"event {position} is not parked for {subscription.name}; perhaps it was tried again meanwhile")
    return parked
