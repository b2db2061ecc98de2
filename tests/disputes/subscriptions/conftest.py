"""Consumers that live as long as a test, and a log to consume."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from uuid import uuid4

import pytest

from disputes import ledger
from disputes.events import EventType
from disputes.events.curation import ConflictNoted
from disputes.ledger import NewEvent
from disputes.models import Subscription
from disputes.recorded import RecordedEvent
from disputes.subscriptions import CONSUMERS, RetryPolicy, Start, consumer, delivery

SOON = RetryPolicy(attempts=3, first_wait=timedelta(0))
"""Without waits, so that a test need not."""
LATER = RetryPolicy(attempts=3, first_wait=timedelta(hours=1))
"""With waits that no test sees the end of."""


@pytest.fixture(autouse=True)
def _own_consumers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take the product's consumers away, and afterwards those of the test."""
    for name in list(CONSUMERS):
        monkeypatch.delitem(CONSUMERS, name)


@pytest.fixture(autouse=True)
def _forget_consumers(_own_consumers: None) -> Iterator[None]:
    yield
    CONSUMERS.clear()


class Recorder:
    """A consumer that keeps what it was given, and fails at the positions that it is told to fail at."""

    def __init__(self, name: str = "recorder", *, start: Start = Start.BEGINNING, **options: object) -> None:
        self.name = name
        self.seen: list[int] = []
        self.fails_at: set[int] = set()
        consumer(name, start=start, **options)(self.handle)  # type: ignore[arg-type]
        delivery.ensure_subscriptions()

    def handle(self, event: RecordedEvent) -> None:
        if event.position in self.fails_at:
            raise RuntimeError(f"no liking for event {event.position}")
        self.seen.append(event.position)

    def deliver(self) -> None:
        assert not delivery.deliver(self.name)

    @property
    def row(self) -> Subscription:
        return Subscription.objects.get(pk=self.name)

    def until_parked(self) -> None:
        """Deliver until the attempts of one event are used up."""
        streams = self.row.parked_streams.count()
        for _attempt in range(CONSUMERS[self.name].retry.attempts):
            self.deliver()
        assert self.row.parked_streams.count() == streams + 1


def append(*streams: str, payload: EventType | None = None) -> list[int]:
    """Append an event to each stream in turn and give their positions; a noted conflict, unless it is said."""
    positions = []
    for stream in streams:
        (event,) = ledger.append(
            f"dispute/{stream}",
            [NewEvent(uuid4(), payload or ConflictNoted(text=f"Of {stream}."))],
            expected_version=ledger.stream_version(f"dispute/{stream}"),
            recorded_by="curator",
        )
        positions.append(event.position)
    return positions
