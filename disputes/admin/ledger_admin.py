"""The ledger: events as they were recorded. Nothing here can be written, by anybody."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse

from disputes import ledger
from disputes.admin.event_list import EventFilters, EventList
from disputes.admin.event_proof import prove_event
from disputes.admin.keyset import KeysetAdmin
from disputes.admin.labels import type_label
from disputes.admin.theme import ChangeList, display
from disputes.erasure.errors import Unreadable
from disputes.models import Event
from disputes.streams import DISPUTE, PARTY, split_stream


@admin.register(Event)
class EventAdmin(KeysetAdmin[Event]):
    """The log in order of position, newest first."""

    list_display = ("position", "show_type", "stream", "version", "recorded_by", "show_recorded")
    filter_form = EventFilters
    ordering = ("-position",)
    page_template = "admin/disputes/event.html"
    empty_state = "The log is empty. What curators and the pipeline record is listed here."

    def get_queryset(self, request: HttpRequest) -> QuerySet[Event]:
        """Leave the bodies out of the list."""
        rows = super().get_queryset(request)
        is_page = request.resolver_match is not None and "object_id" in request.resolver_match.kwargs
        return rows if is_page else rows.defer("body", "leaf_hash")

    def get_changelist(self, request: HttpRequest, **_options: Any) -> type[ChangeList]:
        """Page by position, and bound how far is looked."""
        return EventList

    @display(description="Type")
    def show_type(self, row: Event) -> str:
        """Give the label of the type."""
        return type_label(row.type)

    @display(description="Recorded (UTC)")
    def show_recorded(self, row: Event) -> str:
        """Give the database's clock."""
        return f"{row.recorded_at:%Y-%m-%d %H:%M:%S}"

    def page(self, request: HttpRequest, row: Event) -> Mapping[str, Any]:
        """Show the body as it was recorded, laid out to be read: with what is sealed as ciphertext."""
        category, key = split_stream(row.stream)
        models = {DISPUTE: "dispute", PARTY: "party"}
        return {
            "title": f"Event {row.position}",
            "event": row,
            **_sealed(row),
            "label": type_label(row.type),
            "body": json.dumps(json.loads(row.body), indent=2, ensure_ascii=False),
            "leaf_hash": bytes(row.leaf_hash).hex(),
            "proof": prove_event(row),
            "subject_url": reverse(f"admin:disputes_{models[category]}_change", args=[key])
            if category in models
            else "",
            "previous": row.position - 1 if row.position > 1 else None,
            "next": Event.objects.filter(position=row.position + 1).values_list("position", flat=True).first(),
        }


def _sealed(row: Event) -> dict[str, Any]:
    """Say which texts were erased, or why sealed ones can't be opened. Two queries at most."""
    if '"sealed":{' not in row.body:
        return {}
    try:
        return {"erased": sorted(ledger.find([row.event_id])[row.event_id].erased)}
    except (Unreadable, LookupError) as error:
        return {"unreadable": str(error)}
