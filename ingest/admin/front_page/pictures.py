"""The pictures of the front page: each a plot for the eye, and the same figures as a table for everyone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse

from disputes.admin.labels import term_label
from disputes.models import LedgerHead
from disputes.vocabulary import Status
from ingest.admin.front_page import series
from ingest.admin.front_page.keeping import Kept, keep
from ingest.models import FeedState, FetchOutcome

STAGES: Mapping[str, tuple[str, tuple[Status, ...]]] = {
    "before": ("No case", (Status.WATCHING, Status.THREATENED, Status.NEGOTIATING)),
    "court": (
        "Before a court or authority",
        (
            Status.UNDER_INQUIRY,
            Status.STAYED,
            Status.PLEADINGS,
            Status.DISCOVERY,
            Status.SUMMARY_JUDGMENT,
            Status.TRIAL,
            Status.JUDGMENT_RESERVED,
            Status.REFERRED,
            Status.ON_APPEAL,
        ),
    ),
    "agreed": ("Licensed or settled", (Status.LICENSED, Status.SETTLEMENT_PENDING, Status.SETTLED)),
    "ended": ("Decided or given up", (Status.DECIDED, Status.DISMISSED, Status.WITHDRAWN, Status.TRANSFERRED)),
    "dormant": ("Dormant", (Status.DORMANT,)),
}
"""Twenty statuses are too many to tell apart in a plot; each stage has its colour, the table has the statuses."""
FEW = 10
"""Decisions below which a share says little, and so is said to rest on few."""
WORKED = (FetchOutcome.STORED, FetchOutcome.NOT_MODIFIED, FetchOutcome.UNCHANGED)


@dataclass(frozen=True, slots=True)
class Bars:
    """One set of bars, stacked on those before it; `colour` names a custom property of the stylesheet."""

    label: str
    colour: str
    values: Sequence[int]


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the table: what it is of, where that leads, and its figures."""

    head: str
    url: str
    cells: Sequence[str | int]


@dataclass(frozen=True, slots=True)
class Picture:
    """A plot with its table."""

    key: str
    title: str
    said: str
    """What is to be seen, in a sentence: the text of the plot for those who do not see it."""
    labels: Sequence[str | tuple[str, str]]
    """Of each bar; a title that may be cut short can come with words that may not."""
    bars: Sequence[Bars]
    columns: Sequence[str]
    rows: Sequence[Row]
    counted_at: dt.datetime
    is_lying: bool = False
    """Whether the bars lie, so that long labels can be read."""
    is_empty: bool = False
    links: Sequence[tuple[str, int, str]] = field(default_factory=tuple)
    """Present figures with the screens that list what is counted: label, number, address."""

    @property
    def data_id(self) -> str:
        """Name the element that holds what the script draws."""
        return f"plot-{self.key}"

    @property
    def plot(self) -> dict[str, Any]:
        """Give what the script draws."""
        return {
            "labels": list(self.labels),
            "lying": self.is_lying,
            "bars": [{"label": bars.label, "colour": bars.colour, "values": list(bars.values)} for bars in self.bars],
        }


def pictures(request: HttpRequest, today: dt.date) -> list[Picture]:
    """Draw what this user may see. Two queries where the figures are kept, one to three more for each that is not."""
    head = LedgerHead.objects.values_list("position", flat=True).get()
    may = request.user.has_perm
    drawn: dict[str, Callable[[Kept], Picture]] = {}
    counts: dict[str, Callable[[], Any]] = {}
    if may("disputes.view_dispute"):
        counts[f"statuses:{today}"] = partial(series.statuses_by_month, today)
        drawn[f"statuses:{today}"] = disputes_by_status
        counts[f"evidence:{today}"] = partial(series.evidence_by_week, today)
        drawn[f"evidence:{today}"] = evidence_per_week
    if may("ingest.view_candidate"):
        counts["decisions"], drawn["decisions"] = series.decisions_by_dispute, accept_rate
    found = [drawn[name](kept) for name, kept in keep(counts, position=head).items()]
    return [*found, health_of_feeds(today)] if may("ingest.view_feed") else found


def disputes_by_status(kept: Kept) -> Picture:
    """Draw the stages, month by month; the table has each status."""
    days = [dt.date.fromisoformat(day) for day in kept.figures["days"]]
    counts: Mapping[str, Sequence[int]] = kept.figures["counts"]
    order = [status for _label, statuses in STAGES.values() for status in statuses if status in counts]
    now = [(term_label(Status, name), counts[name][-1], _disputes(status=name)) for name in order if counts[name][-1]]
    months = [f"{day:%b %Y}" for day in days]
    stages = [
        Bars(label, key, [sum(counts[name][place] for name in names if name in counts) for place in range(len(days))])
        for key, (label, names) in STAGES.items()
    ]
    return Picture(
        key="statuses",
        title="Disputes by status",
        said=_said_by_stage(stages) if order else "No dispute has an occurrence yet.",
        labels=months,
        bars=stages,
        columns=["End of", *(term_label(Status, name) for name in order), "All"],
        rows=[
            Row(
                "Today" if place == len(days) - 1 else month,
                _disputes(on_date=days[place].isoformat()),
                [*(counts[name][place] for name in order), sum(row[place] for row in counts.values())],
            )
            for place, month in reversed(list(enumerate(months)))
        ],
        counted_at=kept.counted_at,
        is_empty=not order,
        links=now,
    )


def _said_by_stage(stages: Sequence[Bars]) -> str:
    counted = [f"{bars.label.lower()} {bars.values[-1]:,}" for bars in stages if bars.values[-1]]
    return f"Today, of {sum(bars.values[-1] for bars in stages):,} disputes: {', '.join(counted)}."


def evidence_per_week(kept: Kept) -> Picture:
    """Draw what was attached week by week, by whom."""
    matcher, people = kept.figures["matcher"], kept.figures["people"]
    weeks = [dt.date.fromisoformat(week) for week in kept.figures["weeks"]]
    return Picture(
        key="evidence",
        title="Evidence per week",
        said=f"This week {matcher[-1] + people[-1]:,}, last week {matcher[-2] + people[-2]:,}; "
        f"of {sum(matcher) + sum(people):,} in {len(weeks)} weeks the matcher attached {sum(matcher):,} by itself.",
        labels=[f"{week.day} {week:%b}" for week in weeks],
        bars=[Bars("Attached by people", "people", people), Bars("Attached by the matcher", "matcher", matcher)],
        columns=["Week from", "By people", "By the matcher", "All"],
        rows=[
            Row(f"{week.day} {week:%B %Y}", "", [by_people, by_matcher, by_people + by_matcher])
            for week, by_people, by_matcher in reversed(list(zip(weeks, people, matcher, strict=True)))
        ],
        counted_at=kept.counted_at,
        is_empty=not any(matcher) and not any(people),
    )


def accept_rate(kept: Kept) -> Picture:
    """Draw what curators accepted and rejected by dispute: as numbers, so that few decisions look like few."""
    judged: Sequence[series.Judged] = kept.figures
    accepted, decided = sum(each["accepted"] for each in judged), sum(map(_decided, judged))
    return Picture(
        key="accepts",
        title="How often curators agree with the matcher",
        said=f"Of {decided:,} candidates that were decided {accepted:,} were accepted, {_share(accepted, decided)}; "
        f"{_most(judged)}."
        if judged
        else "Nothing was decided yet.",
        labels=[(each["title"], f"{each['accepted']} of {_decided(each)}, {_rate(each)}") for each in judged],
        bars=[
            Bars("Accepted", "accepted", [each["accepted"] for each in judged]),
            Bars("Rejected", "rejected", [each["rejected"] for each in judged]),
        ],
        columns=["Dispute", "Accepted", "Rejected", "Decisions", "Accept rate"],
        rows=[
            Row(
                each["title"],
                _inbox(dispute=each["slug"]),
                [each["accepted"], each["rejected"], _decided(each), _rate(each)],
            )
            for each in judged
        ],
        counted_at=kept.counted_at,
        is_lying=True,
        is_empty=not judged,
    )


def health_of_feeds(today: dt.date) -> Picture:
    """Draw the fetches of the last days by whether they worked; the present states stand beside it."""
    days = [today - dt.timedelta(days=ago) for ago in reversed(range(series.DAYS))]
    # A fetch is stored when it is over; on the day after the last of a day's may still be under way.
    closed, still_open = days[:-2], days[-2:]
    kept = keep({f"fetches:{closed[0]}:{closed[-1]}": partial(series.fetches_of, closed)}, position=0) | keep(
        {f"fetches:{today}": partial(series.fetches_of, still_open), "feeds": series.feeds_by_state}, position=None
    )
    *by_day, states = kept.values()
    outcomes = {day: found for part in by_day for day, found in part.figures.items()}
    worked = [sum(outcomes[day.isoformat()].get(outcome, 0) for outcome in WORKED) for day in days]
    failed = [sum(outcomes[day.isoformat()].values()) - number for day, number in zip(days, worked, strict=True)]
    return Picture(
        key="fetches",
        title="Fetches per day",
        said=f"Fetches today: {worked[-1]:,} worked, {failed[-1]:,} failed; "
        f"in {len(days)} days {sum(worked):,} and {sum(failed):,}.",
        labels=[f"{day.day} {day:%b}" for day in days],
        bars=[Bars("Worked", "worked", worked), Bars("Failed", "failed", failed)],
        columns=["Day", *(outcome.label for outcome in FetchOutcome), "All"],
        rows=[
            Row(f"{day.day} {day:%B}", "", [*(found.get(outcome, 0) for outcome in FetchOutcome), sum(found.values())])
            for day in reversed(days)
            for found in [outcomes[day.isoformat()]]
        ],
        counted_at=min(each.counted_at for each in (by_day[-1], states)),
        is_empty=not any(worked) and not any(failed),
        links=[
            (str(state.label), states.figures[state], f"{reverse('admin:ingest_feed_changelist')}?state={state}")
            for state in FeedState
            if states.figures.get(state)
        ],
    )


def _most(judged: Sequence[series.Judged]) -> str:
    if len(judged) < series.DISPUTES:
        return "one dispute" if len(judged) == 1 else f"{len(judged)} disputes"
    return f"the {len(judged)} disputes with the most decisions"


def _decided(each: series.Judged) -> int:
    return each["accepted"] + each["rejected"]


def _rate(each: series.Judged) -> str:
    few = " (few)" if _decided(each) < FEW else ""
    return f"{_share(each['accepted'], _decided(each))}{few}"


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.0%}".replace("%", " %")


def _disputes(**asked: str) -> str:
    return f"{reverse('admin:disputes_dispute_changelist')}?{urlencode(asked)}"


def _inbox(**asked: str) -> str:
    return f"{reverse('admin:ingest_candidate_changelist')}?{urlencode(asked)}"
