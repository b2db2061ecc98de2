"""Disputes as they stand on a day, in SQL: what depends on the calendar is computed as it is asked for.

The same rules as those of the fold, see `disputes.dispute`; tests hold the two together.
"""

from __future__ import annotations

import datetime as dt

from django.db.models import (
    Case,
    CharField,
    Count,
    DateField,
    Exists,
    F,
    IntegerField,
    JSONField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce, JSONObject

from disputes.models import Dispute, EvidenceItem, StatusPeriod, TimelineEntry
from disputes.vocabulary import Status


def told_on(rows: QuerySet[Dispute], day: dt.date, *, looking_back: bool) -> QuerySet[Dispute]:
    """Add what depends on the day: `status`, `opened_day`, `latest`, `latest_day`, `next_occurred`.

    `evidence_told` counts the articles of the whole record or, looking back, without those that only events of
    later days cite.
    """
    occurrences = TimelineEntry.objects.filter(
        dispute=OuterRef("pk"), first_day__isnull=False, retracted_by__isnull=True
    )
    # The order in which occurrences take effect, see `disputes.recorded.Reading.order`.
    happened = occurrences.filter(first_day__lte=day).order_by("-last_day", "-first_day", "-position")
    scheduled = occurrences.filter(first_day__gt=day).order_by("first_day", "last_day", "position")
    periods = StatusPeriod.objects.filter(dispute=OuterRef("pk"), since__lte=day).order_by("-since")
    latest = JSONObject(occurred="occurred", type="type", summary="summary")
    return rows.annotate(
        # Before its first occurrence a dispute is watched.
        status=Coalesce(Subquery(periods.values("status")[:1]), Value(Status.WATCHING.value), output_field=CharField()),
        opened_day=Case(When(opened_on__lte=day, then=F("opened_on")), output_field=DateField()),
        latest=Subquery(happened.values(found=latest)[:1], output_field=JSONField()),
        latest_day=Subquery(happened.values("last_day")[:1]),
        next_occurred=Subquery(scheduled.values("occurred")[:1]),
        evidence_told=_evidence_by(day) if looking_back else F("evidence_count"),
    )


def _evidence_by(day: dt.date) -> Coalesce:
    of_later_events = TimelineEntry.objects.filter(
        event_id=OuterRef("event_id"), first_day__gt=day, retracted_by__isnull=True
    )
    # What an event itself cites comes with the event; what was attached by hand or by the pipeline is there already.
    told = EvidenceItem.objects.filter(dispute=OuterRef("pk")).exclude(Q(cause=F("event_id")) & Exists(of_later_events))
    counted = told.order_by().values("dispute").annotate(number=Count("article", distinct=True)).values("number")
    return Coalesce(Subquery(counted), Value(0), output_field=IntegerField())
