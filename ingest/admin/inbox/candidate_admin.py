"""Where the inbox stands in the admin."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from disputes.admin.read_only import CommandUrl, ReadOnlyAdmin, address
from ingest.admin.inbox.page import inbox_page
from ingest.admin.inbox.views import ClaimView, DecideView, ItemView, RemoveView, RowsView, SaveView
from ingest.admin.proposed_events import DecideEventView
from ingest.models import Candidate


@admin.register(Candidate)
class CandidateAdmin(ReadOnlyAdmin[Candidate]):
    """Proposed links between articles and disputes."""

    command_urls = (
        CommandUrl("decide/", "decide", DecideView),
        CommandUrl("decide-event/", "decide_event", DecideEventView),
        CommandUrl("claim/", "claim", ClaimView),
        CommandUrl("item/", "item", ItemView),
        CommandUrl("rows/", "rows", RowsView),
        CommandUrl("views/save/", "save_view", SaveView),
        CommandUrl("views/remove/", "remove_view", RemoveView),
    )

    def changelist_view(self, request: HttpRequest, extra_context: Mapping[str, Any] | None = None) -> HttpResponse:
        """Show the inbox; what its address may say is in `filters`, and `?story=` opens one."""
        if request.method not in {"GET", "HEAD"} or not self.has_view_permission(request):
            raise PermissionDenied
        return inbox_page(self, request, request.GET)

    def elsewhere(self, request: HttpRequest, row: Candidate) -> str:
        """Show a candidate where it is judged."""
        query = urlencode({"state": row.state, "story": row.story or row.article_id})
        return f"{address(self, 'changelist')}?{query}"
