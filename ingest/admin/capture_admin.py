"""Captures: what was received, byte for byte, to look at and to download."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.template.defaultfilters import filesizeformat
from django.views import View

from disputes.admin.read_only import CommandUrl, ReadOnlyAdmin
from disputes.admin.theme import display
from ingest.capture import DamagedCaptureError, body_bytes
from ingest.models import ArticleCapture, Capture

SHOWN = 200


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


@admin.register(Capture)
class CaptureAdmin(ReadOnlyAdmin[Capture]):
    """What was received."""

    list_display = ("show_address", "fetched_at", "show_kind", "status", "show_size")
    list_select_related = ("body", "feed")
    search_fields = ("url", "=body__digest", "=articles__digest")
    search_help_text = "Address, or a SHA-256 as the log names it"
    ordering = ("-fetched_at", "-id")
    page_template = "admin/ingest/capture.html"
    empty_state = "Nothing is captured yet. The documents of feeds are from their next fetch on."
    command_urls = (CommandUrl("<int:pk>/download/", "download", DownloadView),)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Capture], search_term: str
    ) -> tuple[QuerySet[Capture], bool]:
        """Find a digest by itself, without a look at every address."""
        term = search_term.strip().lower()
        if len(term) == 64 and set(term) <= set("0123456789abcdef"):
            of_words = ArticleCapture.objects.filter(digest=term).values("capture")
            return (queryset.filter(body=term) | queryset.filter(pk__in=of_words)), False
        found: tuple[QuerySet[Capture], bool] = super().get_search_results(request, queryset, search_term)
        return found

    @display(description="Address", ordering="sort_key")
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
