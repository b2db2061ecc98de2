"""Captures: what was received, byte for byte, to look at and to download."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.template.defaultfilters import filesizeformat
from django.template.response import TemplateResponse
from django.views import View

from disputes.admin.fields import number_input
from disputes.admin.keyset import KeysetAdmin, ListFilters
from disputes.admin.read_only import CommandUrl, Crumb, ReadOnlyAdmin, address
from disputes.admin.theme import TextInput, display
from ingest.capture import DamagedCaptureError, body_bytes
from ingest.capture.surt import sort_key
from ingest.capture.text import captured_text
from ingest.models import ArticleCapture, Capture

SHOWN = 200
PART = 100_000
"""Characters of a body that one page shows."""
_DIGEST = re.compile(r"[0-9a-f]{64}")


class DownloadView(View):
    """Hand out the bytes of a capture as a file, for whoever may see captures.

    They are a stranger's: the browser is told to save them, not what they are, and to run nothing of them.
    """

    admin: ReadOnlyAdmin[Any] = None  # type: ignore[assignment]  # given by `as_view`
    http_method_names = ["get"]

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Verify the bytes and send them."""
        capture = Capture.objects.select_related("body").filter(pk=pk).first()
        if not self.admin.has_view_permission(request, capture):
            raise PermissionDenied
        if capture is None:
            raise Http404(f"there is no capture {pk}")
        try:
            content = body_bytes(capture.body)
        except DamagedCaptureError as error:
            raise Http404(f"The bytes of capture {pk} can't be given out: {error}") from error
        response = HttpResponse(content, content_type="application/octet-stream")
        response["Content-Disposition"] = f'attachment; filename="{capture.body.digest[:16]}.bin"'
        response["Content-Security-Policy"] = "sandbox; default-src 'none'"
        response["X-Content-Type-Options"] = "nosniff"
        response["Cache-Control"] = "private, no-store"
        return response


class TextView(View):
    """Show a capture as text, a part at a time, for whoever may see captures. Nothing of it is markup here."""

    admin: ReadOnlyAdmin[Any] = None  # type: ignore[assignment]  # given by `as_view`
    http_method_names = ["get"]

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Read the file and show the part that is asked for."""
        capture = Capture.objects.select_related("body", "feed").filter(pk=pk).first()
        if not self.admin.has_view_permission(request, capture):
            raise PermissionDenied
        if capture is None:
            raise Http404(f"there is no capture {pk}")
        try:
            found = captured_text(capture)
        except DamagedCaptureError as error:
            raise Http404(f"The bytes of capture {pk} can't be shown: {error}") from error
        asked = request.GET.get("from", "0")
        start = min(int(asked), len(found.text)) if asked.isascii() and asked.isdigit() and len(asked) < 10 else 0
        end = min(start + PART, len(found.text))
        context = {
            **self.admin.admin_site.each_context(request),
            "title": "As text",
            "crumbs": [
                Crumb("Captures", address(self.admin, "changelist")),
                Crumb(str(capture), address(self.admin, "change", pk)),
            ],
            "capture": capture,
            "text": found.text[start:end],
            "faults": found.faults,
            "start": start,
            "end": end,
            "length": len(found.text),
            "earlier": max(start - PART, 0) if start else None,
        }
        return TemplateResponse(request, "admin/ingest/capture_text.html", context)


class CaptureFilters(ListFilters):
    """A part of the web, bytes or words by their digest, a feed."""

    q = forms.CharField(
        label="Address, or SHA-256 of bytes or words",
        required=False,
        max_length=2_048,
        widget=TextInput(attrs={"placeholder": "press.example, or https://press.example/2026/"}),
    )
    feed = forms.IntegerField(label="Feed", required=False, min_value=1, max_value=2**63 - 1, widget=number_input())

    def narrow(self, rows: QuerySet[Any], said: dict[str, Any]) -> QuerySet[Any]:
        """Follow an index: of digests, or of addresses with the host reversed, of which one may be a beginning."""
        if (feed := said.get("feed")) is not None:
            rows = rows.filter(feed=feed)
        term = said.get("q", "").strip().lower()
        if _DIGEST.fullmatch(term):
            named = ArticleCapture.objects.filter(digest=term).values("capture")
            return rows.filter(Q(body=term) | Q(pk__in=named))
        return rows.filter(_within(term)) if term else rows


def _within(term: str) -> Q:
    """Say which addresses begin with this one; a host alone stands for its ports and subdomains too."""
    try:
        beginning = sort_key(term if "//" in term else f"https://{term}")
    except ValueError:
        return Q(pk__in=[])
    if not beginning.endswith(")/"):
        return Q(sort_key__startswith=beginning)
    host = beginning.removesuffix(")/")
    return Q(sort_key__startswith=f"{host})") | Q(sort_key__startswith=f"{host},") | Q(sort_key__startswith=f"{host}:")


@admin.register(Capture)
class CaptureAdmin(KeysetAdmin[Capture]):
    """What was received."""

    list_display = ("show_address", "fetched_at", "show_kind", "status", "show_size")
    list_select_related = ("body", "feed")
    filter_form = CaptureFilters
    ordering = ("-fetched_at", "-id")
    page_template = "admin/ingest/capture.html"
    empty_state = "Nothing is captured yet. The documents of feeds are from their next fetch on."
    command_urls = (
        CommandUrl("<int:pk>/download/", "download", DownloadView),
        CommandUrl("<int:pk>/text/", "text", TextView),
    )

    @display(description="Address")
    def show_address(self, row: Capture) -> str:
        """Give the address."""
        return row.url if len(row.url) <= 110 else f"{row.url[:109]}…"

    @display(description="Is", label={"Feed": "info", "Page": "success", "Erased": "default"})
    def show_kind(self, row: Capture) -> str:
        """Say whether it is a feed's document or the page of an article, or no more there."""
        if row.body.erased_at is not None:
            return "Erased"
        return "Feed" if row.feed_id else "Page"

    @display(description="Bytes")
    def show_size(self, row: Capture) -> str:
        """Give the size of the body."""
        return filesizeformat(row.body.size)

    def page(self, request: HttpRequest, row: Capture) -> Mapping[str, Any]:
        """Show what was asked and answered, and which words were taken from it. Two queries."""
        return {
            "capture": row,
            "body": row.body,
            "is_link": urlsplit(row.url).scheme in {"http", "https"},
            "links": ArticleCapture.objects.filter(capture=row)
            .select_related("article")
            .defer("article__text")[:SHOWN],
        }
