"""The front page of the admin: whether the log is in order, what needs a person, what is coming, and pictures."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone

from disputes.admin.ledger_state import ledger_state
from ingest.admin.front_page import attention
from ingest.admin.front_page.pictures import pictures
from ingest.looking_back import look_back_progress

admin.site.index_template = "admin/ingest/dashboard.html"
admin.site.index_title = "Front page"


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Add what the front page shows this user to its context, and nothing that the role may not see.

    Some thirty queries, each of which reads a few rows of an index however long the tables are; the figures of the
    pictures are kept for some minutes, see `front_page.keeping`. While stored articles are matched anew two more
    count these.
    """
    may = request.user.has_perm
    now = timezone.now()
    shown: dict[str, Any] = {}
    if may("disputes.view_ledgeraudit"):
        shown |= ledger_state(request)
    if may("ingest.view_feed"):
        shown["feeds"] = attention.feeds_in_trouble()
    if may("disputes.view_subscription"):
        shown["parked"] = attention.parked()
    if may("ingest.view_candidate"):
        shown["inbox"] = attention.inbox(request.user.get_username())
        shown["looking_back"] = look_back_progress()
    if may("ingest.view_proposedevent") and may("ingest.view_candidate"):
        shown["proposed"] = attention.proposed_events()
    if may("disputes.view_dispute"):
        shown["disagreements"] = attention.disagreements()
        shown["ahead"] = attention.ahead(now.date())
    if may("disputes.manage_party"):
        shown["duplicates"] = attention.possible_duplicates()
    if may("disputes.view_event"):
        shown["latest"] = attention.recorded_last()
    context.update(shown, steps=attention.steps(shown), pictures=pictures(request, now.date()))
    return context
