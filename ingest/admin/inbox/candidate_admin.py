"""Where the inbox stands in the admin."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict

from disputes.admin.read_only import CommandUrl, ReadOnlyAdmin, address
from ingest.admin.inbox.acts import FindDispute
from ingest.admin.inbox.filters import read_filters
from ingest.admin.inbox.page import inbox_page
from ingest.admin.inbox.views import ClaimView, DecideView, ItemView, RemoveView, RowsView, SaveView
from ingest.admin.proposed_events import DecideEventView
from ingest.admin.returning import back_to_inbox
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
        if "find_dispute" in request.GET:
            return self._with_dispute(request)
        return inbox_page(self, request, request.GET)

    def _with_dispute(self, request: HttpRequest) -> HttpResponse:
        """Narrow the list to the dispute whose title was typed, or say that there is none."""
        form, filters = FindDispute(request.GET), read_filters(request.GET)
        if form.is_valid():
            filters = filters.with_(dispute=form.cleaned_data["find_dispute"] or "")
        else:
            messages.error(request, " ".join(map(str, form.errors["find_dispute"])))
        return HttpResponseRedirect(back_to_inbox(self, QueryDict(filters.query)))

    def elsewhere(self, request: HttpRequest, row: Candidate) -> str:
        """Show a candidate where it is judged."""
        query = urlencode({"state": row.state, "story": row.story or row.article_id})
        return f"{address(self, 'changelist')}?{query}"
