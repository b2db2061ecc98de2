"""The addresses below the inbox: decide, claim, and the parts that the script asks for."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseRedirect, JsonResponse, QueryDict

from disputes.admin.permitted_view import PermittedView
from disputes.errors import Refused
from ingest.admin.inbox.acts import ACTS, JUDGE, Outcome, carry_out, undo
from ingest.admin.inbox.filters import InboxFilters, in_state, read_filters
from ingest.admin.inbox.items import read_story
from ingest.admin.inbox.page import inbox_page, item_part, rows_part, undo_label
from ingest.admin.returning import back_to_inbox, query_of_page
from ingest.claims import claim_story
from ingest.models import Candidate, StoryClaim
from ingest.saved_views import remove_view, save_view

VIEW = "ingest.view_candidate"
MOST_NEXT = 12
"""Stories of which the first that nobody else has open is shown after a decision."""


class DecideView(PermittedView):
    """Do what a button says with the candidates that are ticked, or with those of the open story."""

    permission = JUDGE
    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        """Decide, and show the next story: as parts to the script, else as a page."""
        name, me = request.POST.get("act", ""), request.user.get_username()
        outcome = undo(by=me) if name == "undo" else carry_out(name, request.POST, by=me)
        query = query_of_page(request)
        if request.get_preferred_type(["text/html", "application/json"]) == "application/json":
            return self._parts(request, name, outcome, read_filters(query))
        if outcome.said:
            messages.success(request, outcome.said)
        if outcome.refusals:
            # No redirect, which would lose what was typed.
            return inbox_page(self.admin, request, query, typed=request.POST, refusals=outcome.refusals)
        story = _story_of(outcome.done) if name == "undo" else self._next(request, read_filters(query), claim=False)
        query.pop("story", None)
        if story is not None:
            query["story"] = str(story)
        return HttpResponseRedirect(back_to_inbox(self.admin, query))

    def _parts(self, request: HttpRequest, name: str, outcome: Outcome, filters: InboxFilters) -> JsonResponse:
        me = request.user.get_username()
        answer: dict[str, Any] = {
            "done": outcome.done,
            "said": outcome.said,
            "refusals": outcome.refusals,
            "stays": name in ACTS and ACTS[name].stays,
            "undo": undo_label(me),
            "story": None,
        }
        if name == "undo":
            story = _story_of(outcome.done)
        else:
            story = (
                self._next(request, filters, claim=True) if outcome.done else read_story(request.POST.get("story", ""))
            )
        if story is not None:
            answer |= {"story": str(story), "item": item_part(self.admin, request, filters, story)}
        status = HTTPStatus.OK if outcome.done else HTTPStatus.UNPROCESSABLE_ENTITY
        return JsonResponse(answer, status=status)

    def _next(self, request: HttpRequest, filters: InboxFilters, *, claim: bool) -> UUID | None:
        """Give the open story where something of it is left to judge, else the first that nobody else has open."""
        me = request.user.get_username()
        present = read_story(request.POST.get("story", ""))
        if present is not None and in_state(filters.state).filter(story=present).exists():
            return present
        wanted = [read_story(text) for text in request.POST.getlist("next")[:MOST_NEXT]]
        stories = [story for story in wanted if story is not None]
        if not claim:
            return stories[0] if stories else None
        for story in stories:
            if claim_story(story, by=me) is None:
                return story
        return stories[0] if stories else None


class ClaimView(PermittedView):
    """Claim the story that somebody opens, or say who has it."""

    permission = JUDGE
    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        """Answer {"holder", "since"}, both empty where it is theirs now."""
        story = read_story(request.POST.get("story", ""))
        if story is None:
            return HttpResponseBadRequest("story is no UUID", content_type="text/plain")
        held: StoryClaim | None = claim_story(story, by=request.user.get_username())
        return JsonResponse({"holder": held.by if held else "", "since": f"{held.since:%H:%M} UTC" if held else ""})


class ItemView(PermittedView):
    """The pane of one story."""

    permission = VIEW
    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest) -> HttpResponse:
        """Give it as a part of a page."""
        story = read_story(request.GET.get("story", ""))
        if story is None:
            return HttpResponseBadRequest("story is no UUID", content_type="text/plain")
        return HttpResponse(item_part(self.admin, request, read_filters(request.GET), story))


class RowsView(PermittedView):
    """Further rows of the list."""

    permission = VIEW
    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest) -> HttpResponse:
        """Give them as a part of a page; the header X-Next leads to those behind."""
        return rows_part(self.admin, request, request.GET)


class SaveView(PermittedView):
    """Keep a choice of filters under a name."""

    permission = JUDGE
    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        """Save it, and show it."""
        filters = read_filters(query_of_page(request))
        try:
            view = save_view(
                request.user.pk or 0,
                name=request.POST.get("name", ""),
                query=filters.query,
                is_shared="is_shared" in request.POST,
            )
        except Refused as refusal:
            messages.error(request, f"The view was not saved: {refusal}.")
        else:
            messages.success(request, f"The view “{view.name}” is saved.")
        return HttpResponseRedirect(back_to_inbox(self.admin, QueryDict(filters.query)))


class RemoveView(PermittedView):
    """Remove a view of one's own."""

    permission = JUDGE
    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        """Remove it."""
        number = request.POST.get("view", "")
        try:
            name = remove_view(
                request.user.pk or 0,
                int(number) if number.isdecimal() and len(number) <= len("9" * 18) else 0,
            )
        except Refused as refusal:
            messages.error(request, f"Nothing was removed: {refusal}.")
        else:
            messages.success(request, f"The view “{name}” is removed.")
        return HttpResponseRedirect(back_to_inbox(self.admin, query_of_page(request)))


def _story_of(numbers: Sequence[int]) -> UUID | None:
    return Candidate.objects.filter(pk__in=numbers).values_list("story", flat=True).first()
