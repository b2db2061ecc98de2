"""Lists of feeds in and out of the admin, as OPML. What an import would do is shown before it is done."""

from __future__ import annotations

import zlib
from base64 import b64encode
from binascii import a2b_base64
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils import timezone

from disputes.admin.permitted_view import PermittedView
from disputes.admin.read_only import Crumb, address
from disputes.errors import FieldError, Invalid, Refused
from ingest.admin.feed_views import MANAGE
from ingest.admin.form_view import OperationView
from ingest.feed_lists import export_opml, import_opml, preview_opml
from ingest.opml import LARGEST

SHOWN: Final = 20
"""Outlines that were left out, of which each is told; a longer list is cut, and the number told."""
PREVIEWED: Final = 200
"""Of each kind, outlines that the preview lists."""
_BROKEN: Final = "the list did not arrive whole; choose the file again"
LARGEST_CARRIED: Final = 2_000_000
"""Characters of a list that the preview's form carries on; a request's fields may not hold more."""


class ImportForm(forms.Form):
    """A list of feeds."""

    file = forms.FileField(
        label="OPML file",
        help_text="The subscriptions that another reader exported. You see what would be added before it is.",
    )


class ImportView(OperationView):
    """Show what a list would bring, and register its feeds once that is confirmed.

    The preview's form carries the list itself, so that what is imported is what was shown, on whichever machine.
    """

    permission = MANAGE
    form_class = ImportForm
    title, submit_label, list_title = "Import feeds", "Show what it would add", "Feeds"
    refused_field = "file"

    def post(self, request: HttpRequest) -> HttpResponse:
        """Import what was shown, or show what was sent."""
        if "list" not in request.POST:
            return super().post(request)
        try:
            body = _unpack(request.POST["list"])
            return HttpResponseRedirect(self._import(body, by=request.user.get_username()))
        except Refused as refusal:
            messages.error(request, "; ".join(error.detail for error in refusal.errors) or refusal.detail)
            return self._show(self.form_class(), HTTPStatus.UNPROCESSABLE_ENTITY)

    def finish(self, said: Mapping[str, Any], *, by: str) -> HttpResponse:
        """Show what the list would bring. Raises Refused where it can't be read."""
        body = said["file"].read(LARGEST + 1)
        found = preview_opml(body)
        carried = _pack(body)
        list_url = address(self.admin, "changelist")
        context = {
            **self.admin.admin_site.each_context(self.request),
            "title": "What the list would add",
            "crumbs": [Crumb(self.list_title, list_url), Crumb(self.title, address(self.admin, "import"))],
            "back_url": list_url,
            "new": found.new[:PREVIEWED],
            "new_count": len(found.new),
            "paused_count": sum(outline.is_paused for outline in found.new),
            "present": found.present[:PREVIEWED],
            "present_count": len(found.present),
            "problems": found.problems[:PREVIEWED],
            "problem_count": len(found.problems),
            "shown": PREVIEWED,
            "list": carried,
        }
        return TemplateResponse(self.request, "admin/ingest/import_preview.html", context)

    def _import(self, body: bytes, *, by: str) -> str:
        """Register what can be, and name what can't."""
        imported = import_opml(body, by=by)
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


def _pack(body: bytes) -> str:
    packed = b64encode(zlib.compress(body, 9)).decode()
    if len(packed) > LARGEST_CARRIED:
        raise Invalid("the list is too long", [FieldError("/file", "it is too long to be shown first; split it")])
    return packed


def _unpack(packed: str) -> bytes:
    try:
        inflating = zlib.decompressobj()
        body = inflating.decompress(a2b_base64(packed.encode(), strict_mode=True), LARGEST + 1)
    except (ValueError, zlib.error) as error:
        raise Invalid(_BROKEN) from error
    if not inflating.eof:
        raise Invalid(_BROKEN)
    return body
