"""The state of the log: audits, checkpoints, what to take along to prove it, and 'Verify now'."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.timesince import timesince

from disputes.admin.audit_views import VerifyNowView
from disputes.admin.keyset import KeysetAdmin
from disputes.admin.ledger_state import download, download_note, existing_position, ledger_state, public_keys
from disputes.admin.read_only import Button, CommandUrl
from disputes.admin.theme import display
from disputes.models import Checkpoint, LedgerAudit
from disputes.proofs.checkpoint import latest_checkpoint
from disputes.proofs.keys import PUBLIC_FILE

IN_ORDER, ALTERED, RUNNING, WAITING = "In order", "Altered", "Running", "Waiting"
RESULT_COLOUR = {IN_ORDER: "success", ALTERED: "danger", RUNNING: "info", WAITING: "default"}


@admin.register(LedgerAudit)
class AuditAdmin(KeysetAdmin[LedgerAudit]):
    """Every audit, newest first, below the state of the log."""

    list_display = (
        "show_asked",
        "show_result",
        "show_size",
        "checkpoints",
        "show_position",
        "show_duration",
        "show_by",
    )
    ordering = ("-id",)
    list_before_template = "admin/disputes/parts/ledger_state.html"
    page_template = "admin/disputes/audit.html"
    empty_state = "The log was not audited yet. A worker does it every hour, the first time within a minute."
    command_urls = (CommandUrl("verify/", "verify", VerifyNowView),)

    def get_urls(self) -> list[URLPattern]:
        """Offer what a verification elsewhere needs for download."""
        wrap = self.admin_site.admin_view
        return [
            path("checkpoint/", wrap(self.download_checkpoint), name="disputes_ledgeraudit_checkpoint"),
            path("public-keys/", wrap(self.download_keys), name="disputes_ledgeraudit_keys"),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: Mapping[str, Any] | None = None) -> HttpResponse:
        """Show the state of the log above the list; some seven queries."""
        return super().changelist_view(request, {**ledger_state(request), **(extra_context or {})})

    def list_buttons(self, request: HttpRequest) -> list[Button]:
        """Lead to what was signed."""
        return [Button("Checkpoints", reverse(f"{self.admin_site.name}:disputes_checkpoint_changelist"), "verified")]

    def page(self, request: HttpRequest, row: LedgerAudit) -> Mapping[str, Any]:
        """Show what one audit found; one query where it names a position."""
        result = _result(row)
        return {
            "title": f"Audit {row.pk}",
            "audit": row,
            "result": result,
            "result_colour": RESULT_COLOUR[result],
            "problems": row.problem.splitlines(),
            "event": existing_position(row.first_bad_position),
            "duration": _duration(row),
        }

    def download_checkpoint(self, request: HttpRequest) -> HttpResponse:
        """Give the newest checkpoint as the signed note that it is."""
        self._check(request)
        checkpoint = latest_checkpoint()
        if checkpoint is None:
            raise Http404("there is no checkpoint yet")
        return download_note(checkpoint)

    def download_keys(self, request: HttpRequest) -> HttpResponse:
        """Give the public keys, one a line, as verify_ledger takes them."""
        self._check(request)
        keys = public_keys()
        if not keys:
            raise Http404("there is no public key on this machine yet; the first checkpoint makes one")
        return download("".join(f"{key}\n" for key in keys), PUBLIC_FILE)

    def _check(self, request: HttpRequest) -> None:
        if not self.has_view_permission(request):
            raise PermissionDenied

    @display(description="Asked for (UTC)")
    def show_asked(self, row: LedgerAudit) -> str:
        """Give the moment."""
        return f"{row.requested_at:%Y-%m-%d %H:%M:%S}"

    @display(description="Result", label=RESULT_COLOUR)
    def show_result(self, row: LedgerAudit) -> str:
        """Give the result, coloured."""
        return _result(row)

    @display(description="Events")
    def show_size(self, row: LedgerAudit) -> str:
        """Give how many were in order, of how many."""
        return f"{row.size:,}" if row.size == row.log_size else f"{row.size:,} of {row.log_size:,}"

    @display(description="First bad position")
    def show_position(self, row: LedgerAudit) -> str:
        """Give the position."""
        return "" if row.first_bad_position is None else str(row.first_bad_position)

    @display(description="Took")
    def show_duration(self, row: LedgerAudit) -> str:
        """Give how long it took."""
        return _duration(row)

    @display(description="Asked for by")
    def show_by(self, row: LedgerAudit) -> str:
        """Give who asked."""
        return row.requested_by or "the clock"


@admin.register(Checkpoint)
class CheckpointAdmin(KeysetAdmin[Checkpoint]):
    """What was signed, newest first."""

    list_display = ("size", "show_root", "show_made")
    ordering = ("-size",)
    page_template = "admin/disputes/checkpoint.html"
    empty_state = "Nothing was signed yet. A worker makes a checkpoint every minute in which something is recorded."

    def get_urls(self) -> list[URLPattern]:
        """Offer each note for download."""
        wrap = self.admin_site.admin_view
        return [
            path("<int:size>/note/", wrap(self.download_note), name="disputes_checkpoint_note"),
            *super().get_urls(),
        ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Checkpoint]:
        """Leave the notes out of the list."""
        rows = super().get_queryset(request)
        is_page = request.resolver_match is not None and "object_id" in request.resolver_match.kwargs
        return rows if is_page else rows.defer("note")

    @display(description="Root")
    def show_root(self, row: Checkpoint) -> str:
        """Give the root as checkpoints have it."""
        return b64encode(row.root).decode()

    @display(description="Made (UTC)")
    def show_made(self, row: Checkpoint) -> str:
        """Give the moment."""
        return f"{row.made_at:%Y-%m-%d %H:%M:%S}"

    def page(self, request: HttpRequest, row: Checkpoint) -> Mapping[str, Any]:
        """Show the note."""
        return {"title": f"Checkpoint of {row.size} events", "checkpoint": row, "root": bytes(row.root).hex()}

    def download_note(self, request: HttpRequest, size: int) -> HttpResponse:
        """Give the note as a file."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return download_note(self.find(request, str(size)))


def _result(audit: LedgerAudit) -> str:
    if audit.ok is not None:
        return IN_ORDER if audit.ok else ALTERED
    return WAITING if audit.started_at is None else RUNNING


def _duration(audit: LedgerAudit) -> str:
    if audit.started_at is None or audit.finished_at is None:
        return ""
    seconds = (audit.finished_at - audit.started_at).total_seconds()
    return f"{seconds:.1f} s" if seconds < 60 else timesince(audit.started_at, audit.finished_at)
