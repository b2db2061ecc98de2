"""The list of a log of any length: what it is narrowed by, and how far one page looks."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from django import forms
from django.db import connection
from django.db.models import QuerySet
from django.http import HttpRequest

from disputes.admin.keyset import AFTER, BEFORE, KeysetList, ListFilters
from disputes.admin.theme import Select, TextInput
from disputes.admin.times import LONGEST, DayField
from disputes.events import EVENT_TYPES
from disputes.streams import DISPUTE, PARTY

WINDOW: Final = 50_000
"""Positions that one page looks through for events of a type or an author, which no index leads to: an index would
cost each append what a reader rarely needs. Some 15 ms."""

_FIRST_SINCE: Final = """
    WITH RECURSIVE halved(low, high) AS (
        SELECT 1::bigint, COALESCE((SELECT max(position) FROM disputes_event), 0) + 1
        UNION ALL
        SELECT CASE WHEN met.recorded_at < %s THEN met.position + 1 ELSE halved.low END,
               CASE WHEN met.recorded_at < %s THEN halved.high ELSE met.position END
        FROM halved JOIN LATERAL (
            SELECT position, recorded_at FROM disputes_event
            WHERE position >= (halved.low + halved.high) / 2 ORDER BY position LIMIT 1
        ) AS met ON true
        WHERE halved.low < halved.high
    )
    SELECT max(low) FROM halved
"""


def first_position_since(moment: dt.datetime) -> int:
    """Give the position of the first event that was recorded at a moment or later; one past the end if there is none.

    One query, which halves the log some twenty times: the clock of the log never goes back.
    """
    with connection.cursor() as cursor:
        cursor.execute(_FIRST_SINCE, [moment, moment])
        (position,) = cursor.fetchone()
    return int(position)


def _types() -> list[tuple[str, str]]:
    declared = sorted(((name, kind.label) for name, kind in EVENT_TYPES.items()), key=lambda pair: pair[1])
    return [("", "All"), *declared]


class EventFilters(ListFilters):
    """Type, author, stream and days of recording."""

    type = forms.ChoiceField(label="Type", choices=_types, required=False, widget=Select())
    by = forms.CharField(label="Recorded by", required=False, max_length=150, widget=TextInput())
    stream = forms.CharField(
        label="Dispute, party or stream",
        required=False,
        max_length=120,
        widget=TextInput(attrs={"placeholder": "getty-v-stability"}),
    )
    since = DayField(label="Recorded since", required=False, max_length=LONGEST, widget=TextInput())
    until = DayField(label="Recorded until", required=False, max_length=LONGEST, widget=TextInput())

    first: int = 1
    last: int | None = None
    """Between which positions the days lie, once `narrow` has looked."""

    def narrow(self, rows: QuerySet[Any], said: dict[str, Any]) -> QuerySet[Any]:
        """Compare the columns; the days become positions, one query for each."""
        if kind := said.get("type"):
            rows = rows.filter(type=kind)
        if author := said.get("by"):
            rows = rows.filter(recorded_by=author)
        if stream := said.get("stream"):
            streams = [stream] if "/" in stream else [f"{DISPUTE}/{stream}", f"{PARTY}/{stream}"]
            rows = rows.filter(stream__in=streams)
        if since := said.get("since"):
            self.first = first_position_since(_midnight(since))
            rows = rows.filter(position__gte=self.first)
        if (until := said.get("until")) and until < dt.date.max:
            self.last = first_position_since(_midnight(until + dt.timedelta(days=1))) - 1
            rows = rows.filter(position__lte=self.last)
        return rows

    @property
    def looks_through(self) -> bool:
        """Whether no index leads to what is asked for."""
        said = self.said
        return ("type" in said or "by" in said) and "stream" not in said


class EventList(KeysetList):
    """The log by position. What no index leads to is looked for in a window, and the page says how far it looked."""

    looked_through: tuple[int, int] | None = None
    _first: int = 1

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> QuerySet[Any]:
        """Bound how far is looked. One query more where it is."""
        rows = super().get_queryset(request, exclude_parameters)
        if not isinstance(self.filters, EventFilters) or not self.filters.looks_through:
            return rows
        head = self.model._default_manager.order_by("-position").values_list("position", flat=True).first() or 0
        if self.filters.last is not None:
            head = min(head, self.filters.last)
        self._first = self.filters.first
        if (after := _position(request.GET.get(AFTER))) is not None and BEFORE not in request.GET:
            low, high = after + 1, min(after + WINDOW, head)
        else:
            before = _position(request.GET.get(BEFORE))
            high = head if before is None else min(before - 1, head)
            low = max(high - WINDOW + 1, self._first)
        if low <= high:
            self.looked_through = (low, high)
        return rows.filter(position__gte=low, position__lte=high)

    def get_results(self, request: HttpRequest) -> None:
        """Tell the end of the window from the end of the log."""
        super().get_results(request)
        if self.looked_through is None:
            return
        low, high = self.looked_through
        shown = self.result_list
        if shown and len(shown) == self.list_per_page and self.has_older:
            self.looked_through = (shown[-1].pk, high)
        self.has_older = low > self._first or (self.has_older and self.looked_through[0] > low)

    def _link_pages(self) -> None:
        super()._link_pages()
        if self.looked_through is not None:
            low, _high = self.looked_through
            self.older_url = self.get_query_string({BEFORE: low}) if self.has_older else ""


def _position(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else None


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time.min, tzinfo=dt.UTC)
