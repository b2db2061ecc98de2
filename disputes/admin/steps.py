"""The dates and moments at which something changed: what the sliders of a page step through, and its fields suggest."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from disputes.admin.dates import show_date
from disputes.admin.times import write_moment
from disputes.dispute import DisputeState
from disputes.models import Event
from disputes.streams import dispute_stream
from disputes.vocabulary import Status

MOST_MOMENTS = 300
"""Where there are more, each day on which something was recorded is one step."""
_SITTING = timedelta(minutes=1)
"""What is recorded in shorter intervals is one step."""


class Step(NamedTuple):
    """One step: what the field then holds, and what changed there, in words."""

    value: str
    label: str


def day_steps(state: DisputeState) -> list[Step]:
    """Give the days on which something happened, will happen, or the status changed by the calendar alone."""
    found: defaultdict[date, list[str]] = defaultdict(list)
    for reading in [*state.occurrences, *state.scheduled]:
        if reading.first_day is not None:
            found[reading.first_day].append(reading.declaration.label)
    for period in state.status_history:
        if period.status is Status.DORMANT:
            found[period.since].append(f"{period.status.label}, by the calendar")
    return [Step(day.isoformat(), f"{_day(day)}: {_several(labels)}") for day, labels in sorted(found.items())]


def moment_steps(moments: Iterable[datetime]) -> list[Step]:
    """Give the moments at which something was recorded, in order; what was recorded in one go is one step."""
    sittings: list[list[datetime]] = []
    for moment in sorted(moment.astimezone(UTC) for moment in moments):
        if sittings and moment - sittings[-1][-1] <= _SITTING:
            sittings[-1].append(moment)
        else:
            sittings.append([moment])
    if len(sittings) > MOST_MOMENTS:
        days: defaultdict[date, int] = defaultdict(int)
        for sitting in sittings:
            days[sitting[-1].date()] += len(sitting)
        return [
            Step(write_moment(datetime.combine(day, time.max, tzinfo=UTC)), f"{_day(day)}: {_events(number)} recorded")
            for day, number in days.items()
        ]
    return [
        Step(
            write_moment(sitting[-1]),
            f"{_day(sitting[-1].date())}, {sitting[-1]:%H:%M} UTC: {_events(len(sitting))} recorded",
        )
        for sitting in sittings
    ]


def recorded_moments(slug: str) -> list[datetime]:
    """Give when each event of a dispute's own stream was recorded. One query by its index."""
    stream = Event.objects.filter(stream=dispute_stream(slug))
    return list(stream.order_by("version").values_list("recorded_at", flat=True))


def _several(labels: Sequence[str]) -> str:
    return labels[0] if len(labels) == 1 else f"{labels[0]}, and {len(labels) - 1} more"


def _events(number: int) -> str:
    return f"{number} event{'' if number == 1 else 's'}"


def _day(day: date) -> str:
    return show_date({"date": day.isoformat(), "precision": "day"})
