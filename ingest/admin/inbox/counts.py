"""How many candidates each filter of the inbox would leave: counted in one pass, as far as is useful, and kept."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.core.cache import cache
from django.db import connection
from django.db.models import Case, CharField, Value, When
from django.utils import timezone

from disputes.models import Dispute
from ingest.admin.front_page.counting import counted
from ingest.admin.inbox.filters import (
    AGES,
    BANDS,
    ME,
    NOBODY,
    STATES,
    YES,
    InboxFilters,
    narrow,
    of_age,
    quiet_disputes,
)
from ingest.models import TriageStep

MOST: Final = 100_000
"""Candidates that are counted; with more the numbers are those of so many of them."""
MOST_IN_STATE: Final = 5_000
SHOWN: Final = 12
"""Disputes, sources, languages and people, those with the most; others are found by typing."""
KEPT: Final = 30
"""Seconds for which counts are kept while nobody decides anything."""
_FACETS: Final = ("dispute", "source", "language", "band", "age", "assigned_to")


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a filter."""

    label: str
    count: str
    query: str
    is_chosen: bool = False


@dataclass(frozen=True, slots=True)
class Facet:
    """A filter with its values."""

    name: str
    label: str
    choices: Sequence[Choice]


def count_states(filters: InboxFilters, *, me: str) -> list[Choice]:
    """Count each state under the other filters, up to some thousands. Five queries, none while they are kept."""

    def count() -> dict[str, str]:
        return {state: str(counted(narrow(filters.with_(state=state), me=me), most=MOST_IN_STATE)) for state in STATES}

    found = _kept("states", filters.with_(state=""), me, count)
    return [
        Choice(label, found[state], filters.with_(state=state).query, is_chosen=state == filters.state)
        for state, label in STATES.items()
    ]


def count_facets(filters: InboxFilters, *, me: str) -> list[Facet]:
    """Count the values of each filter among what the others leave. Four queries, none while they are kept."""
    numbers = _kept("facets", filters, me, lambda: _count(filters, me=me))

    def facet(name: str, label: str, values: Sequence[tuple[str, str, Any]]) -> Facet:
        chosen = getattr(filters, name)
        choices = [
            Choice(said, str(count), filters.with_(**{name: "" if value == chosen else value}).query, value == chosen)
            for value, said, count in values
        ]
        return Facet(name, label, choices)

    titles = numbers["titles"]
    for name in ("dispute", "source", "language"):
        # What is chosen can always be let go.
        if chosen := getattr(filters, name):
            numbers[name].setdefault(chosen, 0)
    sources, languages = numbers["source"], numbers["language"]
    assigned = {ME: ("Me", numbers["assigned_to"].get(me, 0)), NOBODY: ("Nobody", numbers["assigned_to"].get("", 0))}
    others = [(name, name, n) for name, n in _most(numbers["assigned_to"]) if name not in {"", me}]
    return [
        facet("dispute", "Dispute", [(slug, titles.get(slug, slug), n) for slug, n in _most(numbers["dispute"])]),
        facet("source", "Source", [(source, source, n) for source, n in _most(sources) if source]),
        facet("language", "Language", [(code, code, n) for code, n in _most(languages) if code]),
        facet("score", "Score", [(key, band[0], numbers["band"].get(key, 0)) for key, band in BANDS.items()]),
        facet("age", "Appeared", [(key, age[0], numbers["age"].get(key, 0)) for key, age in AGES.items()]),
        facet("assigned", "Assigned to", [(key, *said) for key, said in assigned.items()] + others),
        facet("event", "States an event", [(YES, "Yes", numbers["event"])]),
        facet("new", "New to its dispute", [(YES, "Yes", numbers["new"])]),
    ]


def _most(numbers: dict[str, int]) -> list[tuple[str, int]]:
    return sorted(numbers.items(), key=lambda item: (-item[1], item[0]))[:SHOWN]


def _kept(kind: str, filters: InboxFilters, me: str, count: Any) -> Any:
    """Give what was counted a moment ago, unless anybody decided anything since."""
    newest = TriageStep.objects.order_by("-id").values_list("id", flat=True).first()
    said = hashlib.sha256(f"{kind}\n{filters.query}\n{me}".encode()).hexdigest()
    return cache.get_or_set(f"inbox:{said}:{newest}", count, timeout=KEPT)


def _count(filters: InboxFilters, *, me: str) -> dict[str, Any]:
    now = timezone.now()
    bands = [When(score__gte=least, score__lt=below, then=Value(key)) for key, (_, least, below) in BANDS.items()]
    ages = [When(of_age(key, now), then=Value(key)) for key in AGES]
    rows = narrow(filters, me=me).order_by()
    rows = rows.annotate(
        band=Case(*bands, default=Value(""), output_field=CharField()),
        age=Case(*ages, default=Value(""), output_field=CharField()),
    )
    inner, values = rows.values_list(*_FACETS)[:MOST].query.sql_with_params()
    columns = ("dispute", "source", "language", "band", "age", "assigned_to")
    sets = ", ".join(f"({column})" for column in columns)
    with connection.cursor() as cursor:
        # The names are those above; what came from outside is among the values.
        cursor.execute(
            f"SELECT grouping({', '.join(columns)}), coalesce({', '.join(columns)}), count(*) "  # noqa: S608
            f"FROM ({inner}) AS found ({', '.join(columns)}) GROUP BY GROUPING SETS ({sets})",
            values,
        )
        found: dict[str, Counter[str]] = defaultdict(Counter)
        for mask, value, number in cursor.fetchall():
            # Each row is of one set, and its column is the one whose bit is not set.
            at = next(at for at in range(len(columns)) if not mask & 1 << (len(columns) - 1 - at))
            found[columns[at]][value or ""] += number
    numbers: dict[str, Any] = {column: dict(found[column]) for column in columns}
    quiet = quiet_disputes(set(numbers["dispute"]))
    numbers["new"] = sum(number for slug, number in numbers["dispute"].items() if slug in quiet)
    numbers["event"] = str(counted(narrow(filters.with_(event=YES), me=me), most=MOST_IN_STATE))
    shown = [slug for slug, _number in _most(numbers["dispute"])] + [filters.dispute]
    numbers["titles"] = dict(Dispute.objects.filter(pk__in=shown).values_list("slug", "title"))
    return numbers
