"""What was recorded while a form was open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from django.urls import reverse

from disputes import ledger
from disputes.admin.dates import show_date
from disputes.admin.ever_said import say_words
from disputes.admin.labels import type_label
from disputes.admin.values import Change, Names, Said, changes, parties_in, party_names
from disputes.amendments import AMENDING, CORRECTION, Words
from disputes.ledger import VersionConflict
from disputes.recorded import Reading, read_present
from disputes.summaries import summarise


class Meanwhile(NamedTuple):
    """One event that the author of a form had not seen."""

    reading: Reading
    label: str
    summary: str
    url: str
    """Where it can be read without leaving the form: its page in the ledger."""
    said: Sequence[Said]
    """What it says, where it amends nothing."""
    changes: Sequence[Change]
    """What a correction changed."""


def events_since(conflict: VersionConflict) -> list[Meanwhile]:
    """Give the events after the version that was expected, oldest first. Reads the whole stream, in two queries."""
    events = ledger.read_stream(conflict.stream)
    seen = read_present([event for event in events if event.version <= conflict.expected])
    new = read_present([event for event in events if event.version > conflict.expected])
    said = {reading.event.event_id: Words.of(reading) for reading in (*seen, *new)}
    corrected = {event.event_id: UUID(event.data["event"]) for event in events if event.type == CORRECTION}
    names = party_names(slug for words in _all_words(said, new) for slug in parties_in(words.data))
    return [_told(reading, _subject(reading, corrected), said, names) for reading in new]


def _subject(reading: Reading, corrected: Mapping[UUID, UUID]) -> UUID | None:
    """Give the event that this one amends, in the end: a correction of a correction says the event anew."""
    if reading.event.type not in AMENDING:
        return None
    subject = UUID(reading.event.data["event"])
    while subject in corrected and reading.event.type == CORRECTION:
        subject = corrected[subject]
    return subject


def _all_words(said: dict[UUID, Words], new: Sequence[Reading]) -> list[Words]:
    corrections = [Words.of_correction(reading.event) for reading in new if reading.event.type == CORRECTION]
    return [*said.values(), *corrections]


def _told(reading: Reading, subject: UUID | None, said: dict[UUID, Words], names: Names) -> Meanwhile:
    event = reading.event
    label, changed = type_label(event.type), list[Change]()
    before = said.get(subject) if subject is not None else None
    if before is not None:
        label = f"{label} of {', '.join(filter(None, (type_label(before.type), show_date(before.occurred))))}"
    if event.type == CORRECTION and subject is not None and before is not None:
        after = Words.of_correction(event)
        changed = changes(say_words(before, names), say_words(after, names))
        # A further correction is compared with this one.
        said[subject] = after
    return Meanwhile(
        reading,
        label,
        summarise(reading),
        reverse("admin:disputes_event_change", args=[event.position]),
        () if event.type in AMENDING else say_words(said[event.event_id], names),
        changed,
    )
