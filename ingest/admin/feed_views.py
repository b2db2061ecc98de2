"""What operators do to feeds: add one, fetch it now, pause it, resume it."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.views import View

from disputes.admin.command_form import line
from disputes.admin.read_only import Crumb, ReadOnlyAdmin, address
from disputes.errors import NotFound, Refused
from ingest import feeds
from ingest.models import Feed

MANAGE = "ingest.manage_feed"


class FeedView(View):
    """A view for those who manage feeds."""

    admin: ReadOnlyAdmin[Any] = None  # type: ignore[assignment]  # given by `as_view`

    def dispatch(self, request: HttpRequest, *arguments: Any, **route: Any) -> HttpResponseBase:
        """Refuse those who may not."""
        if not request.user.has_perm(MANAGE):
            raise PermissionDenied
        return super().dispatch(request, *arguments, **route)


class AddFeedForm(forms.Form):
    """The address of a feed."""

    url = line("Address of the feed", max_length=2_048, help_text="RSS, Atom or JSON Feed. It is fetched once now.")


class AddFeedView(FeedView):
    """Register a feed."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Ask for the address."""
        return self._show(AddFeedForm(), HTTPStatus.OK)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Fetch it and keep it, or say why not."""
        form = AddFeedForm(request.POST)
        if form.is_valid():
            try:
                feed = feeds.add_feed(form.cleaned_data["url"], by=request.user.get_username())
            except Refused as refusal:
                form.add_error("url", "; ".join(error.detail for error in refusal.errors) or refusal.detail)
            else:
                messages.success(request, f"Added {feed}. Its articles are matched in the background.")
                return HttpResponseRedirect(address(self.admin, "change", feed.pk))
        return self._show(form, HTTPStatus.UNPROCESSABLE_ENTITY)

    def _show(self, form: forms.Form, status: HTTPStatus) -> HttpResponse:
        feeds_url = address(self.admin, "changelist")
        context = {
            **self.admin.admin_site.each_context(self.request),
            "title": "Add a feed",
            "crumbs": [Crumb("Feeds", feeds_url)],
            "submit_label": "Add",
            "back_url": feeds_url,
            "form": form,
            "has_errors": status is not HTTPStatus.OK,
        }
        return TemplateResponse(self.request, "admin/disputes/command.html", context, status=status)


class FeedActionView(FeedView):
    """Do one thing to a feed, on POST alone."""

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
