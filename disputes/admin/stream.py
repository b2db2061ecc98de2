"""The events of a stream as they were recorded, newest first, and what may be done to each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import NamedTuple
from uuid import UUID

from disputes.admin.ever_said import Amendments, EverSaid, ever_said
from disputes.admin.labels import type_label
from disputes.admin.times import Times
from disputes.admin.values import Names
from disputes.amendments import AMENDING
from disputes.commands.merging import MERGES
from disputes.recorded import Reading
from disputes.streams import split_stream
from disputes.summaries import summarise


class StreamLine(NamedTuple):
    """One event of the stream as it was recorded."""

    position: int
    version: int
    event_id: UUID
    label: str
    summary: str
    recorded_by: str
    recorded_at: datetime
    state: str
    may_be_corrected: bool
    may_be_retracted: bool
    of: str
    """The slug of the one that was merged into this one, where the event is of its stream."""
    ever_said: EverSaid | None


class Absorbed(NamedTuple):
    """What was merged into this one."""

    slug: str
    reason: str
    recorded_by: str
    recorded_at: datetime
    before: str
    """The query that tells it as it was before."""
    may_be_undone: bool
    """Whether it was merged into this very one, not into one that was merged into this one later."""


NOT_CORRECTED = (
    AMENDING | MERGES | {"evidence_attached", "evidence_detached", "evidence_rejected", "personal_data_erased"}
)
"""An amendment is amended by a further one of the same event, evidence is attached anew, and a merge is undone."""


OPENINGS = frozenset({"dispute_opened", "party_registered", "personal_data_erased"})
"""What can't be retracted: a dispute is closed or merged instead, a party is merged."""


def halves_of_merges(readings: Iterable[Reading]) -> frozenset[UUID]:
    """Give the events that say one half of a merge, or of its undoing; linear, in order of recording."""
    found: set[UUID] = set()
    for reading in readings:
        event = reading.event
        if event.type in MERGES or (event.type in AMENDING and UUID(event.data["event"]) in found):
            found.add(event.event_id)
    return frozenset(found)


def stream_lines(
    readings: Sequence[Reading],
    own: str,
    *,
    names: Names,
    amendments: Amendments,
    say: Callable[[Reading], str] = summarise,
    amend_others: bool = True,
    most: int | None = None,
) -> list[StreamLine]:
    """Make the lines of all events, newest first, or of so many of them.

    With amendments each tells everything that was ever said of it.
    `own` is the stream; `amend_others` says whether events of what was merged into it may be amended as well.
    """
    halves = halves_of_merges(readings)
    lines = []
    for reading in islice(reversed(readings), most):
        event = reading.event
        may_amend = reading.counts and (amend_others or event.stream == own)
        lines.append(
            StreamLine(
                position=event.position,
                version=event.version,
                event_id=event.event_id,
                label=type_label(event.type),
                summary=say(reading),
                recorded_by=event.recorded_by,
                recorded_at=event.recorded_at,
                state="retracted" if reading.retracted_by else "corrected" if reading.corrected_by else "",
                may_be_corrected=may_amend and event.type not in NOT_CORRECTED,
                may_be_retracted=may_amend and event.type not in OPENINGS and event.event_id not in halves,
                of="" if event.stream == own else split_stream(event.stream)[1],
                ever_said=ever_said(reading, amendments, names),
            )
        )
    return lines


def absorbed_by(readings: Iterable[Reading], own: str, absorbing: str) -> list[Absorbed]:
    """Give what was merged into the one of this stream, directly or into what was merged into it in turn."""
    return [
        Absorbed(
            slug=reading.data["other"],
            reason=reading.data["reason"],
            recorded_by=reading.event.recorded_by,
            recorded_at=reading.event.recorded_at,
            before=Times(as_of=reading.event.recorded_at - timedelta(microseconds=1)).query(),
            may_be_undone=reading.event.stream == own,
        )
        for reading in readings
        if reading.counts and reading.type == absorbing
    ]
