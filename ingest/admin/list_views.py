"""Lists of feeds in and out of the admin, as OPML."""

from __future__ import annotations

from http import HTTPStatus

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils import timezone

from disputes.admin.read_only import Crumb, address
from disputes.errors import Refused
from ingest.admin.feed_views import FeedView
from ingest.feed_lists import export_opml, import_opml
from ingest.opml import LARGEST

SHOWN = 20
"""Outlines that were left out, of which each is told; a longer list is cut, and the number told."""


class ImportForm(forms.Form):
    """A list of feeds."""

    file = forms.FileField(
        label="OPML file",
        help_text="The subscriptions that another reader exported. Nothing is fetched now; feeds that are new are "
        "fetched in turn over the next hour.",
    )


class ImportView(FeedView):
    """Register the feeds of a list."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Ask for the file."""
        return self._show(ImportForm(), HTTPStatus.OK)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Register what can be, and name what can't."""
        form = ImportForm(request.POST, request.FILES)
        if not form.is_valid():
            return self._show(form, HTTPStatus.UNPROCESSABLE_ENTITY)
        try:
            imported = import_opml(form.cleaned_data["file"].read(LARGEST + 1), by=request.user.get_username())
        except Refused as refusal:
            form.add_error("file", "; ".join(error.detail for error in refusal.errors) or refusal.detail)
            return self._show(form, HTTPStatus.UNPROCESSABLE_ENTITY)
        messages.success(
            request,
            f"{len(imported.added)} feed{'' if len(imported.added) == 1 else 's'} added; "
            f"{imported.present} of the list were registered before.",
        )
        for problem in imported.problems[:SHOWN]:
            messages.warning(request, f"Left out: {problem}")
        if len(imported.problems) > SHOWN:
            messages.warning(request, f"{len(imported.problems) - SHOWN} more outlines were left out.")
        return HttpResponseRedirect(address(self.admin, "changelist"))

    def _show(self, form: forms.Form, status: HTTPStatus) -> HttpResponse:
        feeds_url = address(self.admin, "changelist")
        context = {
            **self.admin.admin_site.each_context(self.request),
            "title": "Import feeds",
            "crumbs": [Crumb("Feeds", feeds_url)],
            "submit_label": "Import",
            "back_url": feeds_url,
            "form": form,
            "has_errors": status is not HTTPStatus.OK,
        }
        return TemplateResponse(self.request, "admin/disputes/command.html", context, status=status)


class ExportView(FeedView):
    """Give all feeds as a file."""

    http_method_names = ["get"]

    def get(self, request: HttpRequest) -> HttpResponse:
        """Write it."""
        name = f"feeds-{timezone.now():%Y-%m-%d}.opml"
        return HttpResponse(
            export_opml(),
            content_type="text/x-opml; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )
