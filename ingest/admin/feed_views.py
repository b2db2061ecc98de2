"""What operators do to feeds: add one, fetch, pause and resume one or many."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict

from disputes.admin.command_form import line
from disputes.admin.permitted_view import PermittedView
from disputes.admin.read_only import address
from disputes.errors import NotFound, Refused
from ingest import feeds
from ingest.admin.form_view import OperationView
from ingest.models import Feed

MANAGE = "ingest.manage_feed"


class AddFeedForm(forms.Form):
    """The address of a feed."""

    url = line("Address of the feed", max_length=2_048, help_text="RSS, Atom or JSON Feed. It is fetched once now.")


class AddFeedView(OperationView):
    """Register a feed."""

    permission = MANAGE
    form_class = AddFeedForm
    title, submit_label, list_title = "Add a feed", "Add", "Feeds"
    refused_field = "url"

    def carry_out(self, said: Mapping[str, Any], *, by: str) -> str:
        """Fetch it and keep it."""
        feed = feeds.add_feed(said["url"], by=by)
        messages.success(self.request, f"Added {feed}. Its articles are matched in the background.")
        return address(self.admin, "change", feed.pk)


class FeedActionView(PermittedView):
    """Do one thing to a feed, on POST alone."""

    permission = MANAGE
    http_method_names = ["post"]
    carry_out: ClassVar[Callable[..., Feed]]
    done: ClassVar[str]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Do it, and go back to the feed."""
        try:
            type(self).carry_out(pk, by=request.user.get_username(), **self.arguments(request))
        except NotFound as error:
            raise Http404(error.detail) from error
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, self.done)
        return HttpResponseRedirect(address(self.admin, "change", pk))

    def arguments(self, request: HttpRequest) -> dict[str, Any]:
        """Give what the command takes besides."""
        return {}


class FetchNowView(FeedActionView):
    """Make a feed due at once."""

    carry_out = staticmethod(feeds.fetch_now)
    done = "The feed is due now; a worker fetches it."


class PauseView(FeedActionView):
    """Stop polling a feed."""

    carry_out = staticmethod(feeds.pause_feed)
    done = "The feed is paused."

    def arguments(self, request: HttpRequest) -> dict[str, Any]:
        """Hand the reason on."""
        return {"reason": request.POST.get("reason", "").strip()}


class ResumeView(FeedActionView):
    """Poll a paused feed again."""

    carry_out = staticmethod(feeds.resume_feed)
    done = "The feed is polled again."


class BulkView(PermittedView):
    """Do one thing to the feeds that are ticked in the list, on POST alone. Three queries for each."""

    permission = MANAGE
    http_method_names = ["post"]
    MOST: ClassVar[int] = 100
    OPERATIONS: ClassVar[Mapping[str, tuple[Callable[..., Feed], str, str]]] = {
        "fetch": (
            feeds.fetch_now,
            "1 feed is due now; a worker fetches it.",
            "{} feeds are due now; workers fetch them in turn.",
        ),
        "pause": (feeds.pause_feed, "1 feed is paused.", "{} feeds are paused."),
        "resume": (feeds.resume_feed, "1 feed is polled again.", "{} feeds are polled again."),
    }
    """What is done, and what is said of one and of many."""

    def post(self, request: HttpRequest) -> HttpResponse:
        """Do it to each, say which were left alone and why, and go back to the same part of the list."""
        back = QueryDict(request.POST.get("query", ""))
        goal = address(self.admin, "changelist") + (f"?{back.urlencode()}" if back else "")
        chosen = sorted({int(key) for key in request.POST.getlist("feed") if key.isascii() and key.isdigit()})
        operation = self.OPERATIONS.get(request.POST.get("do", ""))
        if operation is None or not chosen:
            messages.error(request, "No feed was ticked, so nothing was done.")
            return HttpResponseRedirect(goal)
        carry_out, of_one, of_many = operation
        arguments = {"reason": request.POST.get("reason", "").strip()} if carry_out is feeds.pause_feed else {}
        left: list[str] = []
        for key in chosen[: self.MOST]:
            try:
                carry_out(key, by=request.user.get_username(), **arguments)
            except Refused as refusal:
                left.append(f"feed {key}: {refusal}")
        number = len(chosen[: self.MOST]) - len(left)
        if number:
            messages.success(request, of_one if number == 1 else of_many.format(number))
        for why in left[:10]:
            messages.warning(request, f"Left alone: {why}")
        if len(left) > 10:
            messages.warning(request, f"{len(left) - 10} more were left alone.")
        return HttpResponseRedirect(goal)
