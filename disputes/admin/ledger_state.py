"""How the log is, for the pages that show it, and what a verification elsewhere needs."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse

from disputes.admin.audit_views import AUDIT
from disputes.models import Checkpoint, Event
from disputes.proofs.audit import unfinished_audit
from disputes.proofs.health import ledger_health
from disputes.proofs.keys import KeyProblem, configured_keyring


def ledger_state(request: HttpRequest) -> dict[str, Any]:
    """Give what the state of the log is shown by, on its own page and on the front page; some six indexed queries."""
    health = ledger_health()
    running = unfinished_audit()
    return {
        "ledger": health,
        "ledger_event": existing_position(health.first_bad_position),
        "ledger_running": running,
        "ledger_progress": f"{running.size:,} of {running.log_size:,} events" if running is not None else "",
        "ledger_keys": public_keys(),
        "may_audit": request.user.has_perm(AUDIT),
    }


def existing_position(position: int | None) -> int | None:
    """Give a position if there is still an event to look at; one indexed query where one is given."""
    if position is None:
        return None
    return Event.objects.filter(position=position).values_list("position", flat=True).first()


def public_keys() -> list[str]:
    """Give the public keys of this installation, the newest last.

    Where another machine makes the checkpoints and shares no home, this one does not know any.
    """
    try:
        return [str(key) for key in configured_keyring().verifier_keys()]
    except KeyProblem:
        return []


def download_note(checkpoint: Checkpoint) -> HttpResponse:
    """Give a checkpoint as a file that `verify_ledger --against` takes."""
    return download(checkpoint.note, f"ledger-checkpoint-{checkpoint.size}.txt")


def download(text: str, name: str) -> HttpResponse:
    """Give a text as a file."""
    return HttpResponse(
        text,
        content_type="text/plain; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
    )
