"""How a status came about: which rule of `disputes.status` decided it, and what each proceeding had to say. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum
from uuid import UUID

from disputes.dispute import DisputeState
from disputes.status import Track, Tracks
from disputes.vocabulary import Status


class Rule(Enum):
    """The rules by which a dispute has its status, in a sentence each."""

    NOTHING_YET = "Nothing has happened yet that leads to another status."
    ONLY_OPEN = "One proceeding is open, and its latest event names the status."
    FURTHEST_OPEN = "Of several open proceedings the one that has come furthest names the status."
    LAST_ENDED = "Every proceeding has ended; what came last, in or out of court, names the status."
    LATEST_OUTSIDE = "There is no proceeding; the latest event that leads to a status names it."
    ASLEEP = (
        "Nothing has happened for twelve months, nothing is scheduled, no court has still to decide, "
        "and no licence is in force."
    )


@dataclass(frozen=True, slots=True)
class Voice:
    """What was last said of one proceeding, or outside of all."""

    proceeding: str | None
    """Its key; None for what happened outside of any."""
    status: Status
    cause: UUID
    """The event that led to it."""
    decides: bool
    """Whether it names the status of the dispute."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a dispute has the status that it has."""

    rule: Rule
    voices: Sequence[Voice]
    last_activity: date | None
    """The last day on which anything can have happened."""
    licences: Sequence[tuple[str | None, str | None]]
    """Licensor and licensee of each licence in force, which keeps the dispute from falling asleep."""


def explain_status(state: DisputeState) -> Explanation:
    """Say how the status of a dispute came about, on the day that it was folded for. Linear in its occurrences."""
    tracks = Tracks()
    # As `status_history` hears them.
    for reading in sorted(state.occurrences, key=lambda reading: (reading.first_day, reading.order)):
        tracks.hear(reading)
    _status, cause = tracks.overall()
    rule = Rule.ASLEEP if state.status is Status.DORMANT else _rule(tracks)
    heard: list[tuple[str | None, Track]] = [*tracks.proceedings.items()]
    if tracks.outside is not None:
        heard.append((None, tracks.outside))
    return Explanation(
        rule=rule,
        voices=[
            Voice(key, track.status, track.cause, decides=rule is not Rule.ASLEEP and track.cause == cause)
            for key, track in heard
        ],
        last_activity=max((r.last_day for r in state.occurrences if r.last_day is not None), default=None),
        licences=sorted(tracks.licences, key=lambda sides: (sides[0] or "", sides[1] or "")),
    )


def _rule(tracks: Tracks) -> Rule:
    open_ones = sum(not track.status.is_final for track in tracks.proceedings.values())
    if open_ones:
        return Rule.ONLY_OPEN if open_ones == 1 else Rule.FURTHEST_OPEN
    if tracks.proceedings:
        return Rule.LAST_ENDED
    return Rule.LATEST_OUTSIDE if tracks.outside is not None else Rule.NOTHING_YET
