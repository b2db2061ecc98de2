"""The feeds of a page: looked for, shown, and those added that were chosen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, NamedTuple

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse

from disputes.admin.command_form import line
from disputes.admin.read_only import Crumb, address
from ingest.admin.feed_views import MANAGE
from ingest.admin.form_view import OperationView
from ingest.discovery import MOST, FoundFeed, find_feeds
from ingest.feed_lists import add_found_feeds, registered_among
from ingest.models import Feed


class PageForm(forms.Form):
    """The address of a page."""

    url = line(
        "Address of the page",
        max_length=2_048,
        help_text="A newspaper's section, a court, a blog. It is fetched once now, and up to six times more where it "
        "names no feed.",
    )


class Offer(NamedTuple):
    """A feed of a page."""

    found: FoundFeed
    registered: Feed | None
    """The feed that it is already."""


class DiscoverView(OperationView):
    """Look for the feeds of a page, show them, and add those that are ticked."""

    permission = MANAGE
    form_class = PageForm
    title, submit_label, list_title = "Find the feeds of a page", "Look for feeds", "Feeds"
    refused_field = "url"

    def post(self, request: HttpRequest) -> HttpResponse:
        """Add what was chosen, or look at the page that is named."""
        if "add" not in request.POST:
            return super().post(request)
        chosen = request.POST.getlist("feed")[:MOST]
        if not chosen:
            messages.error(request, "No feed was chosen, so none was added.")
            return self._show(self.form_class(request.POST), HTTPStatus.UNPROCESSABLE_ENTITY)
        return HttpResponseRedirect(self._add(chosen, by=request.user.get_username()))

    def finish(self, said: Mapping[str, Any], *, by: str) -> HttpResponse:
        """Show what was found. Raises Refused where the page can't be had."""
        found = find_feeds(said["url"].strip())
        registered = registered_among(feed.url for feed in found)
        offers = [Offer(feed, registered.get(feed.url)) for feed in found]
        list_url = address(self.admin, "changelist")
        context = {
            **self.admin.admin_site.each_context(self.request),
            "title": self.title,
            "crumbs": [Crumb(self.list_title, list_url)],
            "back_url": list_url,
            "url": said["url"],
            "offers": offers,
            "has_new": any(offer.registered is None for offer in offers),
            "only": len(offers) == 1,
        }
        return TemplateResponse(self.request, "admin/ingest/discovered.html", context)

    def _add(self, chosen: Sequence[str], *, by: str) -> str:
        added = add_found_feeds(chosen, by=by)
        number = len(added.added)
        if number:
            told = "1 feed is" if number == 1 else f"{number} feeds are"
            messages.success(self.request, f"{told} added; a worker fetches {'it' if number == 1 else 'them'} now.")
        if added.present:
            messages.info(self.request, f"{added.present} of them were registered before.")
        for problem in added.problems:
            messages.warning(self.request, f"Left out: {problem}")
        return address(self.admin, "changelist")
