"""What was recorded while a form was open."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from django.urls import reverse

from disputes import ledger
from disputes.admin.ever_said import say_words
from disputes.admin.labels import type_label
from disputes.admin.values import Said, parties_in, party_names
from disputes.amendments import CORRECTION, Words
from disputes.ledger import VersionConflict
from disputes.recorded import Reading, read_present
from disputes.summaries import summarise


class Meanwhile(NamedTuple):
    """One event that its author had not seen."""

    reading: Reading
    label: str
    summary: str
    url: str
    """Where it can be read without leaving the form: its page in the ledger."""
    said: Sequence[Said]
    """What it says, or for a correction what the event says from now on."""


def events_since(conflict: VersionConflict) -> list[Meanwhile]:
    """Give the events after the version that was expected, oldest first. Two queries."""
    readings = read_present(ledger.read_stream(conflict.stream, after=conflict.expected))
    words = [
        Words.of_correction(reading.event) if reading.event.type == CORRECTION else Words.of(reading)
        for reading in readings
    ]
    names = party_names(slug for said in words for slug in parties_in(said.data))
    return [
        Meanwhile(
            reading,
            type_label(reading.event.type),
            summarise(reading),
            reverse("admin:disputes_event_change", args=[reading.event.position]),
            say_words(said, names),
        )
        for reading, said in zip(readings, words, strict=True)
    ]
