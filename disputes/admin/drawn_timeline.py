"""The timeline of a dispute's page as a drawing: which occurrences are on it, and what it says in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from disputes.admin.dates import show_date
from disputes.corroboration import Corroboration
from disputes.drawing import Drawing, Plotted, draw
from disputes.recorded import Reading
from disputes.vocabulary import Lane


@dataclass(frozen=True, slots=True)
class DrawnTimeline:
    """A drawing with the sentence that says what there is on it."""

    drawing: Drawing
    now: str
    """The day that it is of, in words."""
    sentence: str
    has_clusters: bool
    has_contradictions: bool
    has_changes: bool


def draw_timeline(
    readings: Iterable[Reading],
    *,
    day: date,
    is_today: bool,
    accounts: Mapping[UUID, Corroboration],
    link: Callable[[UUID], str],
    changes: Mapping[UUID, str],
) -> DrawnTimeline | None:
    """Draw occurrences as of a day; None where there is none. No query; linear in the occurrences."""
    plotted = [
        Plotted(
            event=reading.event.event_id,
            lane=reading.declaration.lane,
            label=reading.declaration.label,
            when=show_date(reading.occurred),
            first_day=reading.first_day,
            last_day=reading.last_day,
            accounts=accounts[reading.event.event_id].supporting,
            against=accounts[reading.event.event_id].contradicting,
            link=link(reading.event.event_id),
            change=changes.get(reading.event.event_id, ""),
        )
        for reading in readings
        if reading.first_day is not None and reading.last_day is not None
    ]
    drawing = draw(plotted, day=day)
    if drawing is None:
        return None
    day_in_words = show_date({"date": day.isoformat(), "precision": "day"})
    return DrawnTimeline(
        drawing=drawing,
        now=f"today, {day_in_words}" if is_today else day_in_words,
        sentence=_sentence(plotted, day),
        has_clusters=any(mark.is_cluster for lane in drawing.lanes for mark in lane.marks),
        has_contradictions=any(each.against for each in plotted),
        has_changes=any(each.change for each in plotted),
    )


def _sentence(plotted: Sequence[Plotted], day: date) -> str:
    by_lane = Counter(each.lane for each in plotted)
    lanes = ", ".join(f"{Lane(lane).label.lower()} {by_lane[lane]}" for lane in Lane if by_lane[lane])
    said = [f"{_count(len(plotted), 'occurrence')}: {lanes}."]
    first = min(plotted, key=lambda each: (each.first_day, each.last_day))
    last = max(plotted, key=lambda each: (each.last_day, each.first_day))
    if first.when != last.when:
        said.append(f"The first is {first.when}, the last {last.when}.")
    if ahead := sum(each.first_day > day for each in plotted):
        said.append(f"{ahead} still to come.")
    if against := sum(bool(each.against) for each in plotted):
        said.append(f"Sources disagree on {against}.")
    return " ".join(said)


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"
