"""Who records the seeds, and the ids of their events."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID, uuid5

from disputes.recorded import RecordedEvent

RECORDED_BY = "system:seeds"
"""Who records what seed files say. No user can take the name: user names hold no colon."""

_NAMESPACE = UUID("7d8f1f5e-0c0b-4a53-9a43-6a1b0e6f2c11")


class Identities:
    """Gives each thing that a seed file says its event id, derived from its key within the stream.

    What is said of it for the first time has the same id in every installation; what is said later (a correction, a
    party that joins again) takes the next free one.
    """

    def __init__(self, stream: str, recorded: Iterable[RecordedEvent]) -> None:
        self._stream = stream
        self._taken = {event.event_id for event in recorded}

    def first(self, item: str) -> UUID:
        """Give the id of what is first said of an item, such as "event/2023-05-18-audit-letter"."""
        return uuid5(_NAMESPACE, f"{self._stream}/{item}")

    def next(self, item: str) -> UUID:
        """Give an id that is not taken yet, and take it."""
        identity, number = self.first(item), 1
        while identity in self._taken:
            number += 1
            identity = uuid5(_NAMESPACE, f"{self._stream}/{item}/{number}")
        self._taken.add(identity)
        return identity


def own_events(recorded: Sequence[RecordedEvent]) -> list[RecordedEvent]:
    """Choose the events that seeds recorded.

    Folded by themselves they tell what the seeds said last. A file is compared with that and never with the present
    state, so what curators changed since then stays as they left it.
    """
    return [event for event in recorded if event.recorded_by == RECORDED_BY]
