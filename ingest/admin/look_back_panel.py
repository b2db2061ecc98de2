"""How far the stored articles are matched anew, on the page of a dispute: its rules may have been changed just now."""

from __future__ import annotations

from disputes.admin.panels import Panel, dispute_panel
from ingest.looking_back import look_back_progress
from ingest.models import LookBack


@dispute_panel
def progress_of_looking_back(_slug: str) -> Panel | None:
    """Show it while it goes on. One query, and four more while it does."""
    if not LookBack.objects.filter(reached__isnull=False).exists():
        return None
    return Panel("admin/ingest/parts/look_back_panel.html", {"progress": look_back_progress()})
