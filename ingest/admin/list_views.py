"""Lists of feeds in and out of the admin, as OPML."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from disputes.admin.permitted_view import PermittedView
from disputes.admin.read_only import address
from ingest.admin.feed_views import MANAGE
from ingest.admin.form_view import OperationView
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


class ImportView(OperationView):
    """Register the feeds of a list."""

    permission = MANAGE
    form_class = ImportForm
    title, submit_label, list_title = "Import feeds", "Import", "Feeds"
    refused_field = "file"

    def carry_out(self, said: Mapping[str, Any], *, by: str) -> str:
        """Register what can be, and name what can't."""
        imported = import_opml(said["file"].read(LARGEST + 1), by=by)
        messages.success(
            self.request,
            f"{len(imported.added)} feed{'' if len(imported.added) == 1 else 's'} added; "
            f"{imported.present} of the list were registered before.",
        )
        for problem in imported.problems[:SHOWN]:
            messages.warning(self.request, f"Left out: {problem}")
        if len(imported.problems) > SHOWN:
            messages.warning(self.request, f"{len(imported.problems) - SHOWN} more outlines were left out.")
        return address(self.admin, "changelist")


class ExportView(PermittedView):
    """Give all feeds as a file."""

    permission = MANAGE
    http_method_names = ["get"]

    def get(self, request: HttpRequest) -> HttpResponse:
        """Write it."""
        name = f"feeds-{timezone.now():%Y-%m-%d}.opml"
        return HttpResponse(
            export_opml(),
            content_type="text/x-opml; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )
