"""The status of a dispute over time, derived from its occurrences and the calendar.

Each event type names the status it leads to. A proceeding has the status of its latest such event; a dispute has
that of its furthest open proceeding; where all have ended, that of the one that ended last; where there is none,
that of its latest occurrence. A proceeding that is transferred to another court, joined to another proceeding or
remanded ends so and leaves its stage to the one in which it goes on. Twelve months without an occurrence, and nothing
scheduled, make a dispute dormant, unless it has ended, a licence is in force or a court has still to decide: a case
ends by an act of its court or of the parties, not by the silence of the press.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from uuid import UUID

from disputes.recorded import Reading
from disputes.scheduled import SCHEDULES
from disputes.vocabulary import Status

_DAYS_OF_A_YEAR = 365
_LICENCE_ENDS = frozenset({"licence_expired", "licence_terminated"})


@dataclass(frozen=True, slots=True)
class StatusPeriod:
    """A status from one day until the day before another begins; `until` is None for the last."""

    status: Status
    since: date
    until: date | None
    cause: UUID | None
    """The event that led to it; None where the calendar did."""


_Order = tuple[date, date, int]


@dataclass(slots=True)
class Track:
    """The last word on one proceeding, or on the dispute outside of any."""

    status: Status
    order: _Order
    cause: UUID
    """The event that said it."""


class Tracks:
    """What each proceeding, and the dispute itself, was last led to."""

    def __init__(self) -> None:
        self.proceedings: dict[str, Track] = {}
        self.outside: Track | None = None
        self.licences: set[tuple[str | None, str | None]] = set()
        """Licensor and licensee of each licence that is in force."""

    @property
    def is_awake(self) -> bool:
        """Whether silence does not make the dispute dormant."""
        status, _cause = self.overall()
        return status.is_final or status.is_before_court or bool(self.licences)

    def hear(self, reading: Reading) -> bool:
        """Take an occurrence in; say whether it may have changed anything."""
        has_moved = self._move(reading)
        if reading.type == "questions_referred" and (below := reading.data.get("from_proceeding")):
            # Who asks waits for the answer.
            self._hear_in(below, Track(Status.STAYED, reading.order, reading.event.event_id))
        status = reading.declaration.status_after(reading.data)
        if status is None:
            return has_moved
        self._hear_of_licence(reading, status)
        heard = Track(status, reading.order, reading.event.event_id)
        key = reading.data.get("proceeding")
        if key:
            self._hear_in(key, heard)
            return True
        if self.outside is None or self.outside.order < heard.order:
            self.outside = heard
        if reading.type.startswith("settlement_"):
            for key_ in self.proceedings:
                self._hear_in(key_, heard)
        return True

    def _move(self, reading: Reading) -> bool:
        """Let a proceeding that goes on as another one end, and the other one begin where it stood."""
        data = reading.data
        if reading.type == "case_consolidated":
            old, new = data["proceeding"], data.get("into")
        elif reading.type in {"case_transferred", "case_remanded"}:
            old, new = data.get("from_proceeding"), data["proceeding"]
        else:
            return False
        if not old or not new or old == new:
            return False
        left, there = self.proceedings.get(old), self.proceedings.get(new)
        stage = left.status if left is not None and not left.status.is_final else Status.PLEADINGS
        if there is None or there.status.is_final or there.status.rank < stage.rank:
            self._hear_in(new, Track(stage, reading.order, reading.event.event_id))
        self._hear_in(old, Track(Status.TRANSFERRED, reading.order, reading.event.event_id))
        return True

    def _hear_of_licence(self, reading: Reading, status: Status) -> None:
        sides = (reading.data.get("licensor"), reading.data.get("licensee"))
        if status is Status.LICENSED:
            self.licences.add(sides)
        elif reading.type in _LICENCE_ENDS:
            # Where it is not said whose licence ended, none is taken to be in force.
            self.licences = self.licences - {sides} if any(sides) else set()

    def _hear_in(self, key: str, heard: Track) -> None:
        before = self.proceedings.get(key)
        if before is None or before.order < heard.order:
            self.proceedings[key] = heard

    def overall(self) -> tuple[Status, UUID | None]:
        """Give the status of the dispute, and the event that led to it."""
        open_ones = [track for track in self.proceedings.values() if not track.status.is_final]
        if open_ones:
            furthest = max(open_ones, key=lambda track: (track.status.rank, track.order))
            return furthest.status, furthest.cause
        ended = [*self.proceedings.values(), *([self.outside] if self.outside else [])]
        if not ended:
            return Status.WATCHING, None
        last = max(ended, key=lambda track: track.order)
        return last.status, last.cause


def status_of_proceedings(occurrences: Sequence[Reading]) -> dict[str, Status]:
    """Give the status of each proceeding after these occurrences."""
    tracks = Tracks()
    for reading in occurrences:
        tracks.hear(reading)
    return {key: track.status for key, track in tracks.proceedings.items()}


def status_history(occurrences: Sequence[Reading]) -> list[StatusPeriod]:
    """Give the status on every day, past and to come, as periods without a gap from the first occurrence on.

    It holds for every `on_date` at once: the status on a day is that of the occurrences that had happened by then.
    """
    by_beginning = sorted(occurrences, key=lambda reading: (reading.first_day, reading.order))
    scheduled = [r.first_day for r in by_beginning if r.type in SCHEDULES and r.first_day is not None]
    steps: list[tuple[date, Status, UUID | None]] = []
    tracks = Tracks()
    last_activity: date | None = None
    for day, group in groupby(by_beginning, key=lambda reading: reading.first_day):
        if day is None:
            continue
        if last_activity is not None:
            _fall_asleep(steps, tracks, last_activity, before=day, scheduled=scheduled)
        is_changed = not steps or steps[-1][1] is Status.DORMANT
        for reading in group:
            is_changed |= tracks.hear(reading)
            last_day = reading.last_day or day
            if last_activity is None or last_day > last_activity:
                last_activity = last_day
        if is_changed:
            steps.append((day, *tracks.overall()))
    if last_activity is not None:
        _fall_asleep(steps, tracks, last_activity, before=None, scheduled=scheduled)
    return _periods(steps)


def status_on(history: Sequence[StatusPeriod], day: date) -> Status:
    """Look the status of a day up in its history; before the first occurrence it is `watching`."""
    status = Status.WATCHING
    for period in history:
        if period.since > day:
            break
        status = period.status
    return status


def a_year_after(day: date) -> date:
    """Give the same day of the next year; 29 February becomes 1 March."""
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return date(day.year + 1, 3, 1)


def _fall_asleep(
    steps: list[tuple[date, Status, UUID | None]],
    tracks: Tracks,
    last_activity: date,
    *,
    before: date | None,
    scheduled: list[date],
) -> None:
    if before is not None and (before - last_activity).days <= _DAYS_OF_A_YEAR:
        return
    # What lies at the end of the calendar, such as the year 9999, is slept through by nobody.
    if tracks.is_awake or steps[-1][1] is Status.DORMANT or last_activity.year >= date.max.year - 1:
        return
    asleep = max(a_year_after(last_activity), steps[-1][0]) + timedelta(days=1)
    if before is not None and asleep >= before:
        return
    if any(day >= asleep for day in scheduled):
        return
    steps.append((asleep, Status.DORMANT, None))


def _periods(steps: Sequence[tuple[date, Status, UUID | None]]) -> list[StatusPeriod]:
    changes: list[tuple[date, Status, UUID | None]] = []
    for step in steps:
        if not changes or changes[-1][1] is not step[1]:
            changes.append(step)
    return [
        StatusPeriod(status, since, until=changes[index + 1][0] if index + 1 < len(changes) else None, cause=cause)
        for index, (since, status, cause) in enumerate(changes)
    ]
