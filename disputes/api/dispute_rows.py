"""Disputes read from the tables for lists: a flat number of queries for any number of disputes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from disputes.api import shapes
from disputes.api.filters import Filters, ReadFilter, terms_filter
from disputes.api.links import Links
from disputes.api.parameters import read_first_day, read_last_day, read_text
from disputes.api.party_names import has_name
from disputes.api.telling import tell_date, tell_latest, tell_party_in_role
from disputes.docket import docket_key
from disputes.known_parties import known_parties
from disputes.merged import present_slug
from disputes.models import Dispute, Participation, Party, Proceeding
from disputes.moments import read_moment
from disputes.vocabulary import Claim, DataType, Kind, Role, Status

DAY = {"type": "string", "examples": ["2023", "2023-04", "2023-04-19"]}
WORDS = 10
"""How many words of a search are looked at; each is a condition of the query."""


class DisputeFilters(Filters):
    """Narrows disputes. What is asked of a party, or of a proceeding, has to hold for one and the same."""

    status = terms_filter(Status, "Where the dispute stands on the day.", field_name="status", lookup_expr="in")
    kind = terms_filter(Kind, "What sort of quarrel it is.", field_name="kind", lookup_expr="in")
    party = ReadFilter(read=read_text, help_text="The slug of a party in any role.", method="_together")
    role = terms_filter(Role, "A role that is taken; with `party`, by that party.", method="_together")
    data_type = terms_filter(DataType, "What data are at issue.", field_name="data_types", lookup_expr="overlap")
    jurisdiction = ReadFilter(
        read=lambda text: [read_text(text)],
        help_text="A jurisdiction as the record writes it, such as US.",
        field_name="jurisdictions",
        lookup_expr="contains",
    )
    court = ReadFilter(read=read_text, help_text="Part of a court's name, in any case.", method="_together")
    docket_number = ReadFilter(read=read_text, help_text="A docket number in any usual spelling.", method="_together")
    claim = terms_filter(Claim, "What is pleaded.", method="_together")
    opened_after = ReadFilter(
        read=read_first_day,
        help_text="Began on this day or later; a month or a year means its first day.",
        schema=DAY,
        field_name="opened_day",
        lookup_expr="gte",
    )
    opened_before = ReadFilter(
        read=read_last_day,
        help_text="Began on this day or earlier; a month or a year means its last day.",
        schema=DAY,
        field_name="opened_day",
        lookup_expr="lte",
    )
    updated_after = ReadFilter(
        read=read_moment,
        help_text="An event was recorded after this moment.",
        schema={"type": "string", "format": "date-time"},
        field_name="updated_at",
        lookup_expr="gt",
    )
    q = ReadFilter(
        read=read_text,
        help_text="Words that the title, the summary or the names of the parties hold, former names included.",
        method="_search",
    )

    def filter_queryset(self, queryset: QuerySet[Dispute]) -> QuerySet[Dispute]:
        """Narrow by every filter that was asked for."""
        narrowed: QuerySet[Dispute] = super().filter_queryset(queryset)
        asked = {name: value for name, value in self.form.cleaned_data.items() if value is not None}
        seat: dict[str, Any] = {}
        if "party" in asked:
            seat["party"] = present_slug(Party, asked["party"])
        if "role" in asked:
            seat["role__in"] = asked["role"]
        if seat:
            narrowed = narrowed.filter(Exists(Participation.objects.filter(dispute=OuterRef("pk"), **seat)))
        case: dict[str, Any] = {}
        if "court" in asked:
            case["court__icontains"] = asked["court"]
        if "docket_number" in asked:
            case["docket_key"] = docket_key(asked["docket_number"])
        if "claim" in asked:
            case["claim_terms__overlap"] = asked["claim"]
        if case:
            narrowed = narrowed.filter(Exists(Proceeding.objects.filter(dispute=OuterRef("pk"), **case)))
        return narrowed

    @staticmethod
    def _together(rows: QuerySet[Dispute], _name: str, _value: object) -> QuerySet[Dispute]:
        return rows

    @staticmethod
    def _search(rows: QuerySet[Dispute], _name: str, text: str) -> QuerySet[Dispute]:
        for word in text.split()[:WORDS]:
            named = Participation.objects.filter(has_name(word, "party__"), dispute=OuterRef("pk"))
            rows = rows.filter(Q(title__icontains=word) | Q(summary__icontains=word) | Exists(named))
        return rows


def tell_rows(rows: Sequence[Dispute], links: Links, *, expand_parties: bool) -> list[shapes.Dispute]:
    """Tell disputes as `disputes.on_date` gives them. Two queries: their parties' roles, and the parties."""
    seats: dict[str, list[Participation]] = defaultdict(list)
    for seat in Participation.objects.filter(dispute__in=[row.slug for row in rows]).order_by("dispute", "rank"):
        seats[seat.dispute_id].append(seat)
    parties = known_parties(seat.party_id for found in seats.values() for seat in found)
    told = []
    for row in rows:
        # What is added to them is no field of the model.
        computed = vars(row)
        latest = computed["latest"]
        told.append(
            shapes.Dispute(
                slug=row.slug,
                url=links.dispute(row.slug),
                title=row.title,
                kind=row.kind,
                status=computed["status"],
                summary=row.summary,
                parties=[
                    tell_party_in_role(seat.party_id, seat.role, seat.note, parties, expanded=expand_parties)
                    for seat in seats[row.slug]
                ],
                data_types=row.data_types,
                jurisdictions=row.jurisdictions,
                opened=tell_date(row.opened) if computed["opened_day"] is not None else None,
                latest=tell_latest(latest["occurred"], latest["type"], latest["summary"]) if latest else None,
                next_date=tell_date(computed["next_occurred"]),
                evidence_count=computed["evidence_told"],
                version=row.version,
                updated_at=row.updated_at,
            )
        )
    return told
