"""The consumers that this code declares. Modules that declare one are imported in `AppConfig.ready`."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import TypeVar

from disputes.events import EVENT_TYPES
from disputes.recorded import RecordedEvent
from disputes.subscriptions.retry import RetryPolicy

EventHandler = Callable[[RecordedEvent], None]
BatchHandler = Callable[[Sequence[RecordedEvent]], None]
_EventHandler = TypeVar("_EventHandler", bound=EventHandler)
_BatchHandler = TypeVar("_BatchHandler", bound=BatchHandler)

DEFAULT_RETRY = RetryPolicy()
DEFAULT_BATCH = 500
"""Events read at once; how many share a transaction is bounded by time besides."""
LONGEST_NAME = 80


class Start(Enum):
    """Where a consumer begins that is met for the first time."""

    BEGINNING = auto()
    """With the first event of the log."""
    END = auto()
    """With what is recorded after a worker has met it."""


@dataclass(frozen=True, slots=True)
class Consumer:
    """Something that wants to be told what is recorded."""

    name: str
    """What is stored; it never changes and never names Python code."""
    handle: BatchHandler
    takes_batches: bool
    """Whether `handle` takes several events at once; else it is always given one."""
    start: Start
    event_types: frozenset[str] | None
    """The event types that it wants; None for all."""
    batch_size: int
    """The most events that share a transaction."""
    retry: RetryPolicy

    def wants(self, event_type: str) -> bool:
        """Say whether events of this type are delivered to it."""
        return self.event_types is None or event_type in self.event_types


CONSUMERS: dict[str, Consumer] = {}
"""Every declared consumer by its name."""


def consumer(
    name: str,
    *,
    start: Start,
    event_types: Collection[str] | None = None,
    batch_size: int = DEFAULT_BATCH,
    retry: RetryPolicy = DEFAULT_RETRY,
) -> Callable[[_EventHandler], _EventHandler]:
    """Declare the decorated function as a consumer, which is called with each event that it wants, in order.

    It is called in a transaction that also moves the consumer's position: what it writes to the database happens
    exactly once, what it does outside at least once, so that must be idempotent, by `event_id` or `position`. It
    raises to say that the event could not be taken. It must bound its own time, to some seconds.

    Raises ValueError where the name is taken or an event type does not exist.
    """

    def declare(handler: _EventHandler) -> _EventHandler:
        def handle(events: Sequence[RecordedEvent]) -> None:
            for event in events:
                handler(event)

        _register(
            Consumer(
                name=name,
                handle=handle,
                takes_batches=False,
                start=start,
                event_types=None if event_types is None else frozenset(event_types),
                batch_size=batch_size,
                retry=retry,
            )
        )
        return handler

    return declare


def batch_consumer(
    name: str,
    *,
    start: Start,
    event_types: Collection[str] | None = None,
    batch_size: int = DEFAULT_BATCH,
    retry: RetryPolicy = DEFAULT_RETRY,
) -> Callable[[_BatchHandler], _BatchHandler]:
    """Declare a consumer that takes up to `batch_size` events at once; otherwise as `consumer`.

    Where a batch fails, its events are delivered one by one, so that the one at fault is found.
    """

    def declare(handler: _BatchHandler) -> _BatchHandler:
        _register(
            Consumer(
                name=name,
                handle=handler,
                takes_batches=True,
                start=start,
                event_types=None if event_types is None else frozenset(event_types),
                batch_size=batch_size,
                retry=retry,
            )
        )
        return handler

    return declare


def _register(declared: Consumer) -> None:
    name = declared.name
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name) or len(name) > LONGEST_NAME:
        raise ValueError(
            f"{name!r} can't name a consumer: use small letters, digits and single hyphens, at most {LONGEST_NAME}"
        )
    if name in CONSUMERS:
        raise ValueError(f"there is a consumer {name!r} already; one position can't serve two")
    if declared.batch_size < 1:
        raise ValueError(f"the consumer {name!r} can't take batches of {declared.batch_size} events")
    unknown = sorted((declared.event_types or frozenset()) - EVENT_TYPES.keys())
    if unknown:
        raise ValueError(f"the consumer {name!r} wants {unknown[0]!r}, which is no event type")
    CONSUMERS[name] = declared
