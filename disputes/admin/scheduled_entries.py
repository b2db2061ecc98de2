"""What is set for a day, across all disputes, as the calendar and the front page show it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet
from django.urls import reverse

from disputes.admin.dates import show_date
from disputes.admin.labels import type_label
from disputes.models import TimelineEntry
from disputes.occurred import Precision
from disputes.scheduled import SCHEDULES

AHEAD, NOW, PASSED, ANSWERED, OVER = "ahead", "now", "passed", "answered", "over"
HELD = {"hearing_scheduled": "hearing_held", "trial_scheduled": "trial_held"}
"""What is usually recorded once the day has passed."""


@dataclass(frozen=True, slots=True)
class ScheduledEntry:
    """Something that is set for a day, or for some time."""

    event_id: UUID
    slug: str
    dispute: str
    page: str
    """The address of the dispute."""
    type: str
    label: str
    lane: str
    summary: str
    date: str
    """In words, no finer than it is known."""
    first_day: dt.date
    last_day: dt.date
    is_vague: bool
    """Whether the day is not known: "April 2027"."""
    state: str
    """"ahead"; "now": the day, or the time in which it lies, has come; "passed": nothing tells what came of it;
    "answered": something does; "over": an event of another type that lay ahead, and has happened as far as is known."""
    outcome: UUID | None
    outcome_label: str

    @property
    def url(self) -> str:
        """Give the address of the event on the page of its dispute."""
        return f"{self.page}#event-{self.event_id}"

    @property
    def outcome_url(self) -> str:
        """Give the address of what came of it."""
        return f"{self.page}#event-{self.outcome}"

    @property
    def is_done(self) -> bool:
        """Whether nothing is awaited any more."""
        return self.state in {ANSWERED, OVER}

    @property
    def asks(self) -> bool:
        """Whether a person has to say what came of it."""
        return self.state == PASSED

    @property
    def is_today(self) -> bool:
        """Whether it is now, and the day is known."""
        return self.state == NOW and not self.is_vague

    @property
    def held_as(self) -> str:
        """The type of event to record once it was held; "" where that may be anything."""
        return HELD.get(self.type, "")


def scheduled() -> QuerySet[TimelineEntry]:
    """Give what sets a day or lay ahead when it was recorded; by its last possible day, in the order of an index."""
    return (
        TimelineEntry.objects.filter(is_scheduled=True, retracted_by__isnull=True, first_day__isnull=False)
        .select_related("dispute")
        .only("type", "lane", "summary", "occurred", "first_day", "last_day", "outcome", "position", "dispute__title")
        .order_by("last_day", "first_day", "position")
    )


def coming(rows: QuerySet[TimelineEntry], today: dt.date) -> QuerySet[TimelineEntry]:
    """Keep what is awaited, nearest first; what is set for today is, what was called off is not."""
    is_awaited = Q(type__in=SCHEDULES, outcome__isnull=True) | (~Q(type__in=SCHEDULES) & Q(first_day__gt=today))
    return rows.filter(is_awaited, last_day__gte=today)


def unanswered(rows: QuerySet[TimelineEntry], today: dt.date) -> QuerySet[TimelineEntry]:
    """Keep the hearings, trials and deadlines that have passed without a word of what came of them, newest first."""
    passed = rows.filter(last_day__lt=today, type__in=SCHEDULES, outcome__isnull=True)
    return passed.order_by("-last_day", "-first_day", "-position")


def show_entries(rows: Iterable[TimelineEntry], today: dt.date) -> list[ScheduledEntry]:
    """Make them ready to be shown, in their order. One query for what came of them, none where nothing did."""
    found = list(rows)
    wanted = [row.outcome for row in found if row.outcome is not None]
    answers = (
        {
            event_id: f"{type_label(name)}, {show_date(occurred)}"
            for event_id, name, occurred in TimelineEntry.objects.filter(event_id__in=wanted).values_list(
                "event_id", "type", "occurred"
            )
        }
        if wanted
        else {}
    )
    # Looked up once: a slug stands in an address as it is.
    page = reverse("admin:disputes_dispute_change", args=["slug"])
    return [
        _entry(
            row,
            today,
            page=page.replace("/slug/", f"/{row.dispute_id}/"),
            outcome_label=answers.get(row.outcome, "") if row.outcome else "",
        )
        for row in found
    ]


def _entry(row: TimelineEntry, today: dt.date, *, page: str, outcome_label: str) -> ScheduledEntry:
    occurred, first_day, last_day = row.occurred or {}, row.first_day, row.last_day
    if first_day is None or last_day is None:
        raise ValueError(f"event {row.event_id} has no date")
    return ScheduledEntry(
        event_id=row.event_id,
        slug=row.dispute_id,
        dispute=row.dispute.title,
        page=page,
        type=row.type,
        label=type_label(row.type),
        lane=row.lane,
        summary=row.summary,
        date=show_date(occurred),
        first_day=first_day,
        last_day=last_day,
        is_vague=occurred.get("precision") != Precision.DAY,
        state=_state(row, first_day, last_day, today),
        outcome=row.outcome,
        outcome_label=outcome_label,
    )


def _state(row: TimelineEntry, first_day: dt.date, last_day: dt.date, today: dt.date) -> str:
    if row.outcome is not None:
        return ANSWERED
    if first_day > today:
        return AHEAD
    if row.type not in SCHEDULES:
        return OVER
    return NOW if last_day >= today else PASSED
