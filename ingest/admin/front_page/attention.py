"""What needs a person, in the order of a curator's day: each with its number, the first few, and where to handle it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.urls import reverse

from disputes.admin.contradictions import Contradicted, contradicted, evidence_against, noted_conflicts
from disputes.admin.dates import show_date
from disputes.admin.labels import type_label
from disputes.admin.scheduled_entries import ScheduledEntry, coming, scheduled, show_entries, unanswered
from disputes.duplicates import suspected_duplicates
from disputes.models import Event, ParkedStream
from disputes.streams import split_stream
from disputes.subscriptions.lag import FAILING, Lag, subscription_lags
from ingest.admin.feed_health import IN_TROUBLE
from ingest.admin.front_page.counting import Counted, counted
from ingest.admin.front_page.keeping import keep
from ingest.admin.inbox.filters import AGES, InboxFilters, narrow
from ingest.models import Candidate, CandidateState, Feed, ProposedEvent, ProposedEventState

SHOWN = 6
NOTED = 2
"""Conflicts that are shown: most disputes have one, and few of them can be resolved."""
RECENT = dt.timedelta(days=90)
"""How long a day that has passed unanswered is asked about here; the calendar asks for ever."""


@dataclass(frozen=True, slots=True)
class FeedsInTrouble:
    """Feeds that do not come, the worst first."""

    count: Counted
    feeds: Sequence[Feed]
    all_feeds: Counted


def feeds_in_trouble() -> FeedsInTrouble:
    """Find them. Three queries: two over an index of those in trouble, one counts all."""
    rows = Feed.objects.filter(state__in=IN_TROUBLE)
    return FeedsInTrouble(
        counted(rows), list(rows.order_by("-state", "title", "id")[:SHOWN]), counted(Feed.objects.all())
    )


@dataclass(frozen=True, slots=True)
class Parked:
    """Subscriptions that fail, and streams that one of them does not get further with."""

    troubled: Sequence[Lag]
    streams: Sequence[ParkedStream]
    count: int


def parked() -> Parked:
    """Find them. One query, two where anything is parked."""
    troubled = [lag for lag in subscription_lags() if lag.condition == FAILING or lag.parked_streams]
    count = sum(lag.parked_streams for lag in troubled)
    streams = list(ParkedStream.objects.order_by("parked_at", "position")[:SHOWN]) if count else []
    return Parked(troubled, streams, count)


@dataclass(frozen=True, slots=True)
class Age:
    """Candidates whose articles appeared at about the same time; `query` lists them in the inbox."""

    label: str
    count: Counted
    query: str


@dataclass(frozen=True, slots=True)
class Inbox:
    """Candidates that wait, by the age of their stories."""

    ages: Sequence[Age]
    oldest: Candidate | None
    """What waits for the longest time."""
    newest: Sequence[Candidate]

    @property
    def count(self) -> Counted:
        """How many wait in all."""
        return sum((age.count for age in self.ages), Counted(0))


def inbox(me: str) -> Inbox:
    """Look into it as its own filters do. Six queries over its indexes, each of which reads some thousands at most."""
    waiting = Candidate.objects.filter(state=CandidateState.PENDING)
    shown = waiting.select_related("article", "dispute").defer("article__text", "reasons")
    by_age = {name: InboxFilters(age=name) for name in AGES}
    return Inbox(
        ages=[
            Age(AGES[name][0].lower(), counted(narrow(filters, me=me)), filters.query)
            for name, filters in by_age.items()
        ],
        oldest=shown.order_by("proposed_at", "id").first(),
        newest=list(shown.order_by("-dated_at", "-id")[:SHOWN]),
    )


@dataclass(frozen=True, slots=True)
class Proposed:
    """An event that an article states, as one line."""

    candidate: int
    label: str
    date: str
    dispute: str
    quote: str


def proposed_events() -> tuple[Counted, list[Proposed]]:
    """Find those that wait, the newest first. Two queries over an index of these."""
    rows = ProposedEvent.objects.filter(state=ProposedEventState.OPEN).filter(
        ~Q(candidate__state=CandidateState.REJECTED)
    )
    newest = rows.select_related("candidate__dispute").order_by("-id")[:SHOWN]
    return counted(rows), [
        Proposed(
            candidate=row.candidate_id,
            label=type_label(row.type),
            date=show_date(row.occurred),
            dispute=row.candidate.dispute.title,
            quote=row.quote,
        )
        for row in newest
    ]


@dataclass(frozen=True, slots=True)
class Disagreements:
    """Occurrences that are contradicted, and conflicts that were noted."""

    count: Counted
    occurrences: Sequence[Contradicted]
    noted: Counted
    disputes: Sequence[tuple[str, str, str]]
    """Slug, title and the last conflict that was noted."""


def disagreements() -> Disagreements:
    """Find them, the newest first. Seven queries at most, over indexes of these."""
    against, noted = evidence_against(), noted_conflicts()
    return Disagreements(
        count=counted(against.order_by().values("event_id").distinct()),
        occurrences=contradicted(SHOWN),
        noted=counted(noted),
        disputes=[
            (slug, title, conflicts[-1])
            for slug, title, conflicts in noted.values_list("slug", "title", "conflicts")[:NOTED]
        ],
    )


@dataclass(frozen=True, slots=True)
class Duplicates:
    """Parties that may be one."""

    count: int
    pairs: Sequence[tuple[str, str]]
    """The names of the first pairs."""


def possible_duplicates() -> Duplicates:
    """Give what was found in the last minutes: finding them reads the names of all parties."""
    (kept,) = keep({"duplicates": _find_duplicates}, position=None).values()
    return Duplicates(kept.figures["count"], [(one, another) for one, another in kept.figures["pairs"]])


def _find_duplicates() -> dict[str, Any]:
    found = suspected_duplicates()
    return {"count": len(found), "pairs": [(pair.first.name, pair.second.name) for pair in found[:SHOWN]]}


@dataclass(frozen=True, slots=True)
class Ahead:
    """What is set, and what has passed without a word of what came of it."""

    this_week: Counted
    this_month: Counted
    entries: Sequence[ScheduledEntry]
    passed: Counted
    unanswered: Sequence[ScheduledEntry]


def ahead(today: dt.date) -> Ahead:
    """Look into the calendar. Five queries over an index of what is scheduled."""
    awaited = coming(scheduled(), today)
    passed = unanswered(scheduled(), today).filter(last_day__gte=today - RECENT)
    return Ahead(
        this_week=counted(awaited.filter(last_day__lte=today + dt.timedelta(days=7))),
        this_month=counted(awaited.filter(last_day__lte=today + dt.timedelta(days=30))),
        entries=show_entries(awaited[:SHOWN], today),
        passed=counted(passed),
        unanswered=show_entries(passed[: SHOWN // 2], today),
    )


@dataclass(frozen=True, slots=True)
class Recorded:
    """An event as it was recorded."""

    position: int
    label: str
    url: str
    key: str
    recorded_by: str
    recorded_at: dt.datetime


def recorded_last() -> list[Recorded]:
    """Give the newest events of the log. One query by position."""
    rows = Event.objects.defer("body", "leaf_hash").order_by("-position")[:SHOWN]
    return [_recorded(event) for event in rows]


def _recorded(event: Event) -> Recorded:
    category, key = split_stream(event.stream)
    names: Mapping[str, str] = {"dispute": "admin:disputes_dispute_change", "party": "admin:disputes_party_change"}
    return Recorded(
        position=event.position,
        label=type_label(event.type),
        url=reverse(names[category], args=[key]) if category in names else "",
        key=key,
        recorded_by=event.recorded_by,
        recorded_at=event.recorded_at,
    )


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the day: what waits there, and the screen that handles it."""

    label: str
    number: str
    url: str
    is_pressing: bool


def steps(shown: Mapping[str, Any]) -> list[Step]:
    """Give the steps of the day, in order, of what is shown."""
    found: list[Step] = []

    def add(label: str, number: object, name: str, *, is_pressing: bool, **query: str) -> None:
        address = reverse(name) + (f"?{urlencode(query)}" if query else "")
        found.append(Step(label, str(number), address, is_pressing and str(number) != "0"))

    if (feeds := shown.get("feeds")) is not None:
        add("Feeds in trouble", feeds.count, "admin:ingest_feed_changelist", is_pressing=True, state="in_trouble")
    if (held := shown.get("parked")) is not None:
        number = held.count or len(held.troubled)
        add("Parked events", number, "admin:disputes_subscription_changelist", is_pressing=True)
    if (waiting := shown.get("inbox")) is not None:
        add("In the inbox", waiting.count, "admin:ingest_candidate_changelist", is_pressing=False)
    if (stated := shown.get("proposed")) is not None:
        add("Proposed events", stated[0], "admin:ingest_candidate_changelist", is_pressing=False, state="stated")
    if (disagreeing := shown.get("disagreements")) is not None:
        add(
            "Contradicted",
            disagreeing.count,
            "admin:disputes_dispute_changelist",
            is_pressing=False,
            disagreement="contradicted",
        )
    if (alike := shown.get("duplicates")) is not None:
        add("Possible duplicates", alike.count, "admin:disputes_party_duplicates", is_pressing=False)
    if (coming_up := shown.get("ahead")) is not None:
        add("In the next 7 days", coming_up.this_week, "admin:disputes_dispute_calendar", is_pressing=False)
        add(
            "Passed, unanswered",
            coming_up.passed,
            "admin:disputes_dispute_calendar",
            is_pressing=True,
            view="passed",
        )
    return found
