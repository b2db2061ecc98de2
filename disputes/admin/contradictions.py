"""Where sources disagree: occurrences that an article reports otherwise, and conflicts that curators noted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from disputes.admin.choice_filter import ChoiceFilter
from disputes.admin.dates import show_date
from disputes.admin.labels import type_label
from disputes.corroboration import Corroboration, corroborate, stories_of
from disputes.models import Dispute, EvidenceItem, TimelineEntry
from disputes.vocabulary import Stance

_READ_FOR_EACH = 8
"""Items of evidence that are read for each occurrence that is wanted: one may have several against it."""


@dataclass(frozen=True, slots=True)
class Contradicted:
    """An occurrence that some source reports otherwise."""

    event_id: UUID
    slug: str
    dispute: str
    label: str
    date: str
    accounts: Corroboration
    """Independent accounts for and against it."""
    since: datetime
    """When the newest of those against it was attached."""


def evidence_against() -> QuerySet[EvidenceItem]:
    """Give the evidence that contradicts an occurrence, newest first; in the order of an index."""
    rows = EvidenceItem.objects.filter(stance=Stance.CONTRADICTS.value, event_id__isnull=False)
    return rows.order_by("-attached_at", "-id")


def noted_conflicts() -> QuerySet[Dispute]:
    """Give the disputes with a conflict that a curator noted, the one that changed last first."""
    return Dispute.objects.filter(~Q(conflicts=[]), merged_into="").order_by("-updated_at", "slug")


def contradicted(limit: int) -> list[Contradicted]:
    """Give the occurrences that were contradicted last. Four queries at most, of a few rows each."""
    since: dict[UUID, datetime] = {}
    for event, attached_at in evidence_against().values_list("event_id", "attached_at")[: limit * _READ_FOR_EACH]:
        if event is not None and len(since) < limit:
            since.setdefault(event, attached_at)
    if not since:
        return []
    entries = {
        entry.event_id: entry
        for entry in TimelineEntry.objects.filter(event_id__in=since)
        .select_related("dispute")
        .only("type", "occurred", "dispute__title")
    }
    accounts = _accounts({entry.dispute_id for entry in entries.values()}, since)
    return [
        Contradicted(
            event_id=event,
            slug=entries[event].dispute_id,
            dispute=entries[event].dispute.title,
            label=type_label(entries[event].type),
            date=show_date(entries[event].occurred),
            accounts=accounts[event],
            since=moment,
        )
        for event, moment in since.items()
        if event in entries
    ]


def _accounts(disputes: set[str], events: Any) -> dict[UUID, Corroboration]:
    items: dict[UUID, list[tuple[str, UUID]]] = defaultdict(list)
    # The disputes lead to the index; an event has no index of its own.
    rows = EvidenceItem.objects.filter(dispute__in=disputes, event_id__in=list(events)).order_by()
    for event, stance, article in rows.values_list("event_id", "stance", "article_id"):
        if event is not None:
            items[event].append((stance, article))
    stories = stories_of(article for found in items.values() for _stance, article in found)
    return {event: corroborate(items.get(event, []), stories) for event in events}


class DisagreementFilter(ChoiceFilter):
    """By whether its sources disagree."""

    title = "disagreement"
    parameter_name = "disagreement"

    def options(self) -> Sequence[tuple[str, str]]:
        """List what there is."""
        return [("contradicted", "An occurrence is contradicted"), ("noted", "A conflict is noted")]

    def choose(self, rows: QuerySet[Any], value: str) -> QuerySet[Any]:
        """Look into the evidence that contradicts, which is little, or at the conflicts."""
        if value == "noted":
            return rows.filter(~Q(conflicts=[]))
        return rows.filter(Exists(evidence_against().order_by().filter(dispute=OuterRef("pk"))))
