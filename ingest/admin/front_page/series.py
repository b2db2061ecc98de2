"""The figures behind the pictures, counted from the read models and the pipeline's tables: see `keeping`."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from typing import Any, TypedDict

from django.db import connection
from django.db.models import Count, Q

from disputes.models import Dispute
from ingest.candidates import MATCHER
from ingest.models import Candidate, CandidateState, Feed

MONTHS, WEEKS, DAYS = 24, 26, 14
DISPUTES = 12
"""Of how many the accept rate is shown: those with the most decisions."""


class StatusSeries(TypedDict):
    """How many disputes had each status on some days."""

    days: list[str]
    counts: dict[str, list[int]]


def statuses_by_month(today: dt.date) -> StatusSeries:
    """Count the disputes by status at the end of each of the last months, and today.

    As the record reads now: what was recorded late is counted in the month in which it happened. A dispute counts from
    its first occurrence on; one that was merged into another does not. One pass over the periods of all statuses, each
    of which adds one at the end of the month in which it begins and takes it off again where it ends: the sums of
    these are what a look at every month's end would count.
    """
    days = _month_ends(today)
    steps: dict[str, list[int]] = defaultdict(lambda: [0] * len(days))
    months = {(day.year, day.month): place for place, day in enumerate(days)}
    for status, month, number in _query(
        """
        SELECT status, greatest(date_trunc('month', day)::date, %(first)s), sum(step)
        FROM (SELECT status, since AS day, 1 AS step FROM disputes_statusperiod WHERE since <= %(today)s
              UNION ALL
              SELECT status, until, -1 FROM disputes_statusperiod WHERE until <= %(today)s) AS steps
        GROUP BY 1, 2
        """,
        {"first": days[0].replace(day=1), "today": today},
    ):
        steps[status][months[month.year, month.month]] += int(number)
    counts = {status: _running(found) for status, found in sorted(steps.items())}
    return {
        "days": [day.isoformat() for day in days],
        "counts": {name: row for name, row in counts.items() if any(row)},
    }


def _month_ends(today: dt.date) -> list[dt.date]:
    """Give the last days of the months before this one, and today, oldest first."""
    ends = [today]
    for _month in range(MONTHS - 1):
        ends.append(ends[-1].replace(day=1) - dt.timedelta(days=1))
    return ends[::-1]


def _running(steps: Sequence[int]) -> list[int]:
    total, sums = 0, []
    for step in steps:
        total += step
        sums.append(total)
    return sums


class WeeklyEvidence(TypedDict):
    """What was attached in each week; a week is named by its Monday."""

    weeks: list[str]
    matcher: list[int]
    people: list[int]


def evidence_by_week(today: dt.date) -> WeeklyEvidence:
    """Count the evidence by the week in which it was attached, what the matcher attached by itself apart.

    What was taken off since is not counted. Reads an index of that time alone.
    """
    this_week = today - dt.timedelta(days=today.weekday())
    weeks = [this_week - dt.timedelta(weeks=ago) for ago in reversed(range(WEEKS))]
    found: dict[tuple[dt.date, bool], int] = {
        (week, by_matcher): number
        for week, by_matcher, number in _query(
            """
            SELECT date_trunc('week', attached_at AT TIME ZONE 'UTC')::date, attached_by = %(matcher)s, count(*)
            FROM disputes_evidenceitem WHERE attached_at >= %(first)s AND attached_at < %(end)s GROUP BY 1, 2
            """,
            {
                "matcher": MATCHER,
                "first": dt.datetime.combine(weeks[0], dt.time.min, dt.UTC),
                "end": dt.datetime.combine(this_week + dt.timedelta(weeks=1), dt.time.min, dt.UTC),
            },
        )
    }
    return {
        "weeks": [week.isoformat() for week in weeks],
        "matcher": [found.get((week, True), 0) for week in weeks],
        "people": [found.get((week, False), 0) for week in weeks],
    }


class Judged(TypedDict):
    """What curators decided about the candidates of a dispute."""

    slug: str
    title: str
    accepted: int
    rejected: int


def decisions_by_dispute() -> list[Judged]:
    """Count what curators accepted and rejected of what the matcher was not sure of, for the disputes with the most.

    What it attached by itself is no decision. Reads an index of the decisions alone.
    """
    rows = list(
        Candidate.objects.filter(state__in=[CandidateState.ACCEPTED, CandidateState.REJECTED])
        .exclude(decided_by__startswith="system:")
        .order_by()
        .values_list("dispute")
        .annotate(accepted=Count("state", filter=Q(state=CandidateState.ACCEPTED)), decided=Count("*"))
        .order_by("-decided", "dispute")[:DISPUTES]
    )
    titles = dict(Dispute.objects.filter(pk__in=[slug for slug, *_counts in rows]).values_list("pk", "title"))
    return [
        {"slug": slug, "title": titles.get(slug, slug), "accepted": accepted, "rejected": decided - accepted}
        for slug, accepted, decided in rows
    ]


def feeds_by_state() -> dict[str, int]:
    """Count the feeds by state."""
    return dict(Feed.objects.order_by().values_list("state").annotate(number=Count("*")))


def fetches_of(days: Sequence[dt.date]) -> dict[str, dict[str, int]]:
    """Count the fetches of each of these days, which follow each other, by what came of them. Reads no other."""
    found: dict[str, dict[str, int]] = {day.isoformat(): {} for day in days}
    for day, outcome, number in _query(
        """
        SELECT (started_at AT TIME ZONE 'UTC')::date, outcome, count(*)
        FROM ingest_fetch WHERE started_at >= %(first)s AND started_at < %(end)s GROUP BY 1, 2
        """,
        {
            "first": dt.datetime.combine(days[0], dt.time.min, dt.UTC),
            "end": dt.datetime.combine(days[-1] + dt.timedelta(days=1), dt.time.min, dt.UTC),
        },
    ):
        found[day.isoformat()][outcome] = number
    return found


def _query(statement: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())
