"""Everything that was ever said of an event, in words: its first words, and what corrected or retracted them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from disputes.admin.values import Change, Names, Said, changes, say_event
from disputes.amendments import Amendment, Words
from disputes.recorded import Reading
from disputes.vocabulary import Stance

Amendments = Mapping[UUID, Sequence[Amendment]]


class Step(NamedTuple):
    """A correction or a retraction, with what corrected or retracted it in turn."""

    event: UUID
    position: int
    is_correction: bool
    reason: str
    recorded_by: str
    recorded_at: datetime
    is_in_force: bool
    changes: Sequence[Change]
    """What a correction says otherwise than the words that it takes the place of."""
    steps: Sequence[Step]


class EverSaid(NamedTuple):
    """An event as it was recorded, and each step since."""

    position: int
    recorded_by: str
    recorded_at: datetime
    words: Sequence[Said]
    steps: Sequence[Step]


def ever_said(reading: Reading, amendments: Amendments, names: Names) -> EverSaid | None:
    """Tell all that was said of an event; None where it was never amended."""
    found = amendments.get(reading.event.event_id)
    if not found:
        return None
    event = reading.event
    words = say_words(Words.of(event), names)
    return EverSaid(event.position, event.recorded_by, event.recorded_at, words, _steps(found, words, names))


def say_words(words: Words, names: Names) -> list[Said]:
    """Say all that an event says, its evidence included."""
    said = say_event(
        words.type,
        words.data,
        occurred=words.occurred,
        standing=words.standing,
        names=names,
        justification=words.justification,
    )
    cited = [
        f"{item['article']['url']}{' (contradicts)' if item.get('stance') == Stance.CONTRADICTS else ''}"
        for item in words.evidence
    ]
    return [*said, Said("Evidence", "; ".join(cited))] if cited else said


def _steps(amendments: Iterable[Amendment], before: Sequence[Said], names: Names) -> list[Step]:
    steps = []
    for amendment in amendments:
        event = amendment.event
        words = before if amendment.words is None else say_words(amendment.words, names)
        steps.append(
            Step(
                event=event.event_id,
                position=event.position,
                is_correction=amendment.words is not None,
                reason=amendment.reason,
                recorded_by=event.recorded_by,
                recorded_at=event.recorded_at,
                is_in_force=amendment.is_in_force,
                changes=changes(before, words),
                steps=_steps(amendment.amendments, words, names),
            )
        )
        # What comes next takes the place of what this one came to say.
        inner = [found.words for found in amendment.amendments if found.words is not None and found.is_in_force]
        before = say_words(inner[-1], names) if inner else words
    return steps
