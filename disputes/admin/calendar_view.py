"""The calendar of what is set: by month, as a list, and what has passed without a word of what came of it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.template.response import TemplateResponse
from django.utils import timezone

from disputes.admin.calendar_page import WEEKDAYS, Month, agenda, month_grid
from disputes.admin.labels import type_label
from disputes.admin.permitted_view import PermittedView
from disputes.admin.read_only import address
from disputes.admin.scheduled_entries import scheduled, show_entries, unanswered
from disputes.models import TimelineEntry
from disputes.scheduled import SCHEDULES

MONTH, AGENDA, PASSED = "month", "agenda", "passed"
VIEWS = {MONTH: "Month", AGENDA: "List", PASSED: "Passed, unanswered"}
SHOWN = 25
"""Entries of a list."""
MOST_IN_A_MONTH = 1_000
"""Entries that are looked at for a month; its squares show some of each day."""
OTHERS = "others"
"""In the place of a type: all that is not a hearing, a trial or a deadline."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What an address asks the calendar for; what can't be read asks for nothing."""

    view: str
    month: Month
    dispute: str
    type: str
    beyond: str
    """The position of the entry that the page before ended with."""
    problem: str = ""
    """What is wrong with the month that was asked for."""

    @classmethod
    def read(cls, data: QueryDict, today: dt.date) -> Asked:
        """Read it; the present month stands for one that is not given or does not exist."""
        said = {name: data.get(name, "").replace("\x00", "").strip() for name in ("dispute", "type", "beyond")}
        view = data.get("view", MONTH)
        asked = cls(view=view if view in VIEWS else MONTH, month=Month.of(today), **said)
        month = data.get("month", "")
        try:
            return replace(asked, month=Month.parse(month)) if month else asked
        except ValueError as error:
            return replace(asked, problem=f"{error}. This is the present month.")

    def query(self, **others: str) -> str:
        """Give the query of an address that asks for the same but for what is named."""
        said = {"view": self.view, "month": str(self.month), "dispute": self.dispute, "type": self.type} | others
        return f"?{urlencode({name: text for name, text in said.items() if text})}"

    @property
    def rows(self) -> QuerySet[TimelineEntry]:
        """Give what is scheduled and fits the filters."""
        rows = scheduled()
        for word in self.dispute.split():
            rows = rows.filter(Q(dispute__title__icontains=word) | Q(dispute=word))
        if self.type in SCHEDULES:
            return rows.filter(type=self.type)
        return rows.exclude(type__in=SCHEDULES) if self.type == OTHERS else rows


class CalendarView(PermittedView):
    """Show what is set. `?view=` month, agenda or passed, `?month=2026-11`, `?dispute=` and `?type=` filter."""

    permission = "disputes.view_dispute"
    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show a page of it; two queries beside those of every page, and one more behind the first of a list."""
        today = timezone.now().date()
        asked = Asked.read(request.GET, today)
        shown = _month(asked, today) if asked.view == MONTH else _list(asked, today)
        context = {
            **self.admin.admin_site.each_context(request),
            **shown,
            "title": "Calendar",
            "asked": asked,
            "views": [(label, name == asked.view, asked.query(view=name)) for name, label in VIEWS.items()],
            "before": _turned(asked, -1),
            "after": _turned(asked, 1),
            "present": "" if asked.month == Month.of(today) else asked.query(month=""),
            "as_list": asked.query(view=AGENDA),
            "types": [*((name, type_label(name)) for name in sorted(SCHEDULES)), (OTHERS, "Anything else")],
            "without_filters": asked.query(dispute="", type=""),
            "may_curate": request.user.has_perm("disputes.curate_dispute"),
            "calendar_url": address(self.admin, "calendar"),
        }
        status = HTTPStatus.BAD_REQUEST if asked.problem else HTTPStatus.OK
        return TemplateResponse(request, "admin/disputes/calendar.html", context, status=status)


def _turned(asked: Asked, months: int) -> tuple[str, str] | None:
    month = asked.month.moved(months)
    return (month.label, asked.query(month=str(month))) if month is not None else None


def _month(asked: Asked, today: dt.date) -> dict[str, Any]:
    rows = asked.rows.filter(last_day__gte=asked.month.first_day, first_day__lte=asked.month.last_day)
    found = list(rows[: MOST_IN_A_MONTH + 1])
    entries = show_entries(found[:MOST_IN_A_MONTH], today)
    return {
        "entries": entries,
        "grid": month_grid(asked.month, entries, today),
        "weekdays": WEEKDAYS,
        "cut_at": MOST_IN_A_MONTH if len(found) > MOST_IN_A_MONTH else None,
    }


def _list(asked: Asked, today: dt.date) -> dict[str, Any]:
    is_passed = asked.view == PASSED
    rows = unanswered(asked.rows, today) if is_passed else asked.rows.filter(last_day__gte=asked.month.first_day)
    found = list(_beyond(rows, asked.beyond, newest_first=is_passed)[: SHOWN + 1])
    entries = show_entries(found[:SHOWN], today)
    return {
        "entries": entries,
        "months": agenda(entries, newest_first=is_passed),
        "further": asked.query(beyond=str(found[SHOWN - 1].position)) if len(found) > SHOWN else "",
    }


def _beyond(rows: QuerySet[TimelineEntry], text: str, *, newest_first: bool) -> QuerySet[TimelineEntry]:
    """Go on behind the entry that an earlier page ended with, by its position; what names none goes on nowhere."""
    if not text.isascii() or not text.isdecimal() or len(text) > 18:
        return rows
    last = TimelineEntry.objects.filter(position=int(text)).values_list("last_day", "first_day", "position").first()
    if last is None or last[0] is None or last[1] is None:
        return rows
    day, first, position = last
    side = "lt" if newest_first else "gt"
    return rows.filter(
        Q(**{f"last_day__{side}": day})
        | Q(last_day=day, **{f"first_day__{side}": first})
        | Q(last_day=day, first_day=first, **{f"position__{side}": position})
    )
