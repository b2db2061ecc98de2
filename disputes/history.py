"""Everything that was recorded of a dispute or a party: its own stream, and those of what was merged into it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from disputes import ledger
from disputes.recorded import RecordedEvent, read_present
from disputes.streams import dispute_stream, party_stream


def dispute_history(slug: str, *, until: datetime | None = None) -> list[RecordedEvent]:
    """Read the events of a dispute and of all that were merged into it, in order of recording.

    One query for each stream. An unknown dispute is empty.
    """
    return _history(slug, dispute_stream, "dispute_absorbed", until)


def party_history(slug: str, *, until: datetime | None = None) -> list[RecordedEvent]:
    """Read the events of a party and of all that were merged into it, in order of recording."""
    return _history(slug, party_stream, "party_absorbed", until)


def _history(slug: str, stream_of: Callable[[str], str], absorbing: str, until: datetime | None) -> list[RecordedEvent]:
    history: list[RecordedEvent] = []
    met = [slug]
    for key in met:  # grows as absorbed ones are met
        events = ledger.read_stream(stream_of(key), until=until)
        history += events
        if not any(event.type == absorbing for event in events):
            continue
        for reading in read_present(events):
            if reading.type == absorbing and reading.counts and reading.data["other"] not in met:
                met.append(reading.data["other"])
    if len(met) > 1:
        history.sort(key=lambda event: event.position)
    return history
