"""Everything that was recorded of a dispute or a party: its own stream, and those of what was merged into it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from disputes import ledger
from disputes.recorded import RecordedEvent, read_present
from disputes.streams import dispute_stream, party_stream, split_stream


def dispute_history(slug: str, *, until: datetime | None = None) -> list[RecordedEvent]:
    """Read the events of a dispute and of all that were merged into it, in order of recording.

    One query for each stream. An unknown dispute is empty.
    """
    return _history(slug, dispute_stream, "dispute_absorbed", until)


def party_history(slug: str, *, until: datetime | None = None) -> list[RecordedEvent]:
    """Read the events of a party and of all that were merged into it, in order of recording."""
    return _history(slug, party_stream, "party_absorbed", until)


class TooManyEvents(Exception):
    """Histories that hold more events than were to be read."""


def dispute_histories(
    slugs: Iterable[str], *, until: datetime, at_most: int | None = None
) -> dict[str, list[RecordedEvent]]:
    """Read the histories of many disputes, as `dispute_history` reads that of one.

    One query, and one more for each further step of merges. Raises TooManyEvents.
    """
    return _histories(slugs, dispute_stream, "dispute_absorbed", until, at_most)


def party_histories(
    slugs: Iterable[str], *, until: datetime, at_most: int | None = None
) -> dict[str, list[RecordedEvent]]:
    """Read the histories of many parties, as `party_history` reads that of one. Queries and errors as for disputes."""
    return _histories(slugs, party_stream, "party_absorbed", until, at_most)


def _history(slug: str, stream_of: Callable[[str], str], absorbing: str, until: datetime | None) -> list[RecordedEvent]:
    streams: dict[str, list[RecordedEvent]] = {}
    met = [slug]
    for key in met:  # grows as absorbed ones are met
        streams[key] = ledger.read_stream(stream_of(key), until=until)
        met += [other for other in _absorbed(streams[key], absorbing) if other not in met]
    return _together(met, streams)


def _histories(
    slugs: Iterable[str], stream_of: Callable[[str], str], absorbing: str, until: datetime, at_most: int | None
) -> dict[str, list[RecordedEvent]]:
    asked = list(slugs)
    streams: dict[str, list[RecordedEvent]] = {}
    missing = set(asked)
    number = 0
    while missing:
        left = None if at_most is None else at_most - number
        events = ledger.read_streams(map(stream_of, missing), until=until, limit=None if left is None else left + 1)
        number += len(events)
        if left is not None and len(events) > left:
            raise TooManyEvents
        read: dict[str, list[RecordedEvent]] = {key: [] for key in missing}
        for event in events:
            read[split_stream(event.stream)[1]].append(event)
        streams |= read
        missing = {other for told in read.values() for other in _absorbed(told, absorbing)} - streams.keys()
    histories = {}
    for slug in asked:
        met = [slug]
        for key in met:
            met += [other for other in _absorbed(streams[key], absorbing) if other not in met]
        histories[slug] = _together(met, streams)
    return histories


def _absorbed(events: Sequence[RecordedEvent], absorbing: str) -> list[str]:
    """Name what was merged into the dispute or the party of this stream, and was not taken out again."""
    if not any(event.type == absorbing for event in events):
        return []
    readings = read_present(events)
    # Each once: while a merge is refused that was recorded already, it is there twice.
    return list(dict.fromkeys(found.data["other"] for found in readings if found.type == absorbing and found.counts))


def _together(keys: Sequence[str], streams: Mapping[str, list[RecordedEvent]]) -> list[RecordedEvent]:
    if len(keys) == 1:
        return streams[keys[0]]
    return sorted((event for key in keys for event in streams[key]), key=lambda event: event.position)
