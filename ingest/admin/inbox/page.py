"""The page of the inbox and its parts: the list, and the story that is open beside it."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, TypeAlias
from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.template.loader import render_to_string
from django.template.response import TemplateResponse

from disputes.admin.read_only import ReadOnlyAdmin, address
from ingest import triage
from ingest.admin.inbox.acts import JUDGE, REASONS, SNOOZES, WEEK, FindDispute, OtherDisputes, judges
from ingest.admin.inbox.counts import count_facets, count_states
from ingest.admin.inbox.filters import InboxFilters, read_filters
from ingest.admin.inbox.items import Item, find_item, read_story
from ingest.admin.inbox.stories import StoryPage, find_stories
from ingest.admin.proposed_events import CURATE
from ingest.models import CandidateState
from ingest.saved_views import views_for

Admin: TypeAlias = ReadOnlyAdmin[Any]


def inbox_page(
    admin: Admin, request: HttpRequest, query: QueryDict, *, typed: QueryDict | None = None, refusals: Any = ()
) -> HttpResponse:
    """Show the inbox as it is asked for. With `refusals` it answers 422, and what was `typed` stands in its fields."""
    me = request.user.get_username()
    filters = read_filters(query)
    stories = find_stories(filters, me=me, before=query.get("before", ""))
    story = read_story(query.get("story", "")) or (stories.stories[0].key if stories.stories else None)
    item = find_item(story, filters, me=me) if story is not None else None
    may_judge = request.user.has_perm(JUDGE)
    others = OtherDisputes(initial={})
    context = {
        **admin.admin_site.each_context(request),
        **_shared(admin, request, filters),
        "title": "Inbox",
        "states": count_states(filters, me=me),
        "facets": count_facets(filters, me=me),
        "finder": FindDispute(),
        "kept": [(name, value) for name, value in QueryDict(filters.query).items() if name != "dispute"],
        "page": stories,
        "rows_url": rows_url(admin, filters, stories),
        "older_url": f"?{_query_behind(filters, stories)}" if stories.before else "",
        "is_first": not query.get("before"),
        "item": item,
        "open_story": item.story if item else None,
        "others": others,
        "media": others.media,
        "reasons": REASONS,
        "snoozes": [(days, label, days == WEEK) for days, label in SNOOZES.items()],
        "judges": judges() if may_judge else (),
        "me": me,
        "undo": undo_label(me) if may_judge else "",
        "views": views_for(request.user.pk or 0) if may_judge else (),
        "typed": typed or QueryDict(),
        "refusals": refusals,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if refusals else HTTPStatus.OK
    return TemplateResponse(request, "admin/ingest/inbox/page.html", context, status=status)


def rows_part(admin: Admin, request: HttpRequest, query: QueryDict) -> HttpResponse:
    """Give further rows of the list, and where those behind them are."""
    filters = read_filters(query)
    page = find_stories(filters, me=request.user.get_username(), before=query.get("before", ""))
    context = {**_shared(admin, request, filters), "page": page, "open_story": None}
    response = TemplateResponse(request, "admin/ingest/inbox/rows.html", context)
    response["X-Next"] = rows_url(admin, filters, page)
    return response


def item_part(admin: Admin, request: HttpRequest, filters: InboxFilters, story: UUID) -> str:
    """Give the pane of a story, as HTML."""
    item: Item | None = find_item(story, filters, me=request.user.get_username())
    return render_to_string("admin/ingest/inbox/item.html", {**_shared(admin, request, filters), "item": item}, request)


def rows_url(admin: Admin, filters: InboxFilters, page: StoryPage) -> str:
    """Give the address of the rows behind a page, "" where there are none."""
    return f"{address(admin, 'rows')}?{_query_behind(filters, page)}" if page.before else ""


def _query_behind(filters: InboxFilters, page: StoryPage) -> str:
    query = QueryDict(filters.query, mutable=True)
    query["before"] = page.before
    return query.urlencode()


def undo_label(me: str) -> str:
    """Say what somebody would undo, "" where there is nothing. Two queries."""
    steps = list(triage.last_press(me).select_related("candidate__article").defer("candidate__article__text")[:2])
    if not steps:
        return ""
    article = steps[0].candidate.article
    more = " and others" if len(steps) > 1 else ""
    return f"{steps[0].get_act_display()}: {article.title or article.url}{more}"


def _shared(admin: Admin, request: HttpRequest, filters: InboxFilters) -> Mapping[str, Any]:
    return {
        "filters": filters,
        "may_judge": request.user.has_perm(JUDGE),
        "may_record": request.user.has_perm(CURATE),
        "is_waiting": filters.state in {CandidateState.PENDING, CandidateState.SNOOZED},
        "decide_url": address(admin, "decide"),
        "decide_event_url": address(admin, "decide_event"),
        "item_url": address(admin, "item"),
        "claim_url": address(admin, "claim"),
        "save_view_url": address(admin, "save_view"),
        "remove_view_url": address(admin, "remove_view"),
        "inbox_url": address(admin, "changelist"),
    }
