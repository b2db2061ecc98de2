"""The calendar of what is set: by month, as a list, and what has passed without a word of what came of it."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
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
SHOWN = 50
"""Entries of a list."""
MOST_IN_A_MONTH = 1_000
"""Entries that are looked at for a month; its squares show some of each day."""
OTHERS = "others"
"""In the place of a type: all that is not a hearing, a trial or a deadline."""


class CalendarView(PermittedView):
    """Show what is set. `?view=` month, agenda or passed, `?month=2026-11`, `?dispute=` and `?type=` filter."""

    permission = "disputes.view_dispute"
    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show a page of it; some two queries beside those of every page."""
        today = timezone.now().date()
        asked = {name: request.GET.get(name, "").replace("\x00", "").strip() for name in ("dispute", "type")}
        view = request.GET.get("view", MONTH)
        view = view if view in VIEWS else MONTH
        month, problem = Month.of(today), ""
        try:
            month = Month.parse(request.GET["month"]) if request.GET.get("month") else month
        except ValueError as error:
            problem = f"{error}. This is the present month."
        filters = {name: text for name, text in asked.items() if text}

        def query(**others: str) -> str:
            return f"?{urlencode({**filters, **others})}"

        context: dict[str, Any] = {
            **self.admin.admin_site.each_context(request),
            "title": "Calendar",
            "view": view,
            "views": [
                (label, name == view, query(view=name) if name == PASSED else query(view=name, month=str(month)))
                for name, label in VIEWS.items()
            ],
            "month": month,
            "problem": problem,
            "asked": asked,
            "types": [*((name, type_label(name)) for name in sorted(SCHEDULES)), (OTHERS, "Anything else")],
            "without_filters": f"?{urlencode({'view': view, 'month': str(month)})}",
            "weekdays": WEEKDAYS,
            "today": today,
            "may_curate": request.user.has_perm("disputes.curate_dispute"),
            "query": query,
            "calendar_url": address(self.admin, "calendar"),
        }
        if view == PASSED:
            rows = _before(_filtered(unanswered(today), asked), request.GET.get("before", ""))
        else:
            rows = _filtered(scheduled(), asked).filter(last_day__gte=month.first_day)
            rows = rows.filter(first_day__lte=month.last_day) if view == MONTH else rows
            context |= {
                "before": (before := month.moved(-1)) and (before.label, query(view=view, month=str(before))),
                "after": (after := month.moved(1)) and (after.label, query(view=view, month=str(after))),
                "present": None if month == Month.of(today) else query(view=view),
            }
        most = MOST_IN_A_MONTH if view == MONTH else SHOWN
        found = list(rows[: most + 1])
        entries = show_entries(found[:most], today)
        context["entries"] = entries
        if view == MONTH:
            context |= {"grid": month_grid(month, entries, today), "as_list": query(view=AGENDA, month=str(month))}
        else:
            context["months"] = agenda(entries, newest_first=view == PASSED)
        if len(found) > most:
            context |= {"is_cut": most, "further": _further(found[most - 1], view, month, query)}
        return TemplateResponse(
            request,
            "admin/disputes/calendar.html",
            context,
            status=HTTPStatus.BAD_REQUEST if problem else HTTPStatus.OK,
        )


def _filtered(rows: QuerySet[TimelineEntry], asked: dict[str, str]) -> QuerySet[TimelineEntry]:
    for word in asked["dispute"].split():
        rows = rows.filter(Q(dispute__title__icontains=word) | Q(dispute=word))
    if asked["type"] in SCHEDULES:
        return rows.filter(type=asked["type"])
    return rows.exclude(type__in=SCHEDULES) if asked["type"] == OTHERS else rows


def _before(rows: QuerySet[TimelineEntry], text: str) -> QuerySet[TimelineEntry]:
    """Go on after the entry that an earlier page ended with, by its position."""
    if not text.isascii() or not text.isdecimal() or len(text) > 18:
        return rows
    last = TimelineEntry.objects.filter(position=int(text)).values_list("last_day", "first_day", "position").first()
    if last is None or last[0] is None or last[1] is None:
        return rows
    day, first, position = last
    return rows.filter(
        Q(last_day__lt=day)
        | Q(last_day=day, first_day__lt=first)
        | Q(last_day=day, first_day=first, position__lt=position)
    )


def _further(last: TimelineEntry, view: str, month: Month, query: Any) -> str:
    """Give the query of what comes after the last that is shown; "" where filters have to help."""
    if view == PASSED:
        return str(query(view=PASSED, before=str(last.position)))
    later = Month.of(last.last_day).moved(0) if last.last_day is not None else None
    return str(query(view=AGENDA, month=str(later))) if view == AGENDA and later is not None and later > month else ""
