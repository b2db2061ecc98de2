"""Entries of dockets, on the page of the dispute and on that of the feed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from disputes.admin.panels import Panel, dispute_panel
from disputes.models import Dispute, Proceeding
from ingest.dockets import entries_of, proceedings_of
from ingest.models import DocketEntry, Feed

SHOWN = 50


@dataclass(frozen=True, slots=True)
class DocketLine:
    """An entry, and the disputes that its proceedings belong to."""

    entry: DocketEntry
    disputes: Sequence[Dispute]


@dispute_panel
def dockets_of_dispute(slug: str) -> Panel | None:
    """Show the newest entries of the dockets of a dispute. Two queries."""
    newest = entries_of(Proceeding.objects.filter(dispute=slug).exclude(docket_key="").select_related("dispute"))
    # Two proceedings of a dispute may have one docket.
    entries = {entry.pk: entry for entry, _ in newest[: 2 * SHOWN]}
    if not entries:
        return None
    return _panel([DocketLine(entry, ()) for entry in list(entries.values())[:SHOWN]])


def docket_of_feed(feed: Feed) -> Panel | None:
    """Show the newest entries that a feed has brought, with the disputes they belong to. Two queries."""
    newest = list(DocketEntry.objects.filter(feed=feed).select_related("article")[:SHOWN])
    if not newest:
        return None
    cases = proceedings_of(newest)
    return _panel(
        DocketLine(entry, list({case.dispute_id: case.dispute for case in cases[entry.article_id]}.values()))
        for entry in newest
    )


def _panel(lines: Iterable[DocketLine]) -> Panel:
    lines = list(lines)
    shows_disputes = any(line.disputes for line in lines)
    return Panel("admin/ingest/parts/docket.html", {"lines": lines, "shows_disputes": shows_disputes})
