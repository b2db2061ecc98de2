"""People and organisations."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import ClassVar

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpResponse
from rest_framework.request import Request

from disputes.api import parameters as asked
from disputes.api import shapes
from disputes.api.filters import Filters, ReadFilter, terms_filter
from disputes.api.links import Links
from disputes.api.moving import MergedAway
from disputes.api.paging import Ordering
from disputes.api.parameters import read_text
from disputes.api.party_names import has_name
from disputes.api.problems import NOT_FOUND, Problem
from disputes.api.resource import Resource, TableResource
from disputes.api.schema import operation, page_schema, reference
from disputes.api.telling import known_at
from disputes.as_known import as_known
from disputes.merged import present_slug
from disputes.models import Dispute, Participation, Party
from disputes.moments import read_moment
from disputes.vocabulary import Role


class PartyFilters(Filters):
    """Narrows parties."""

    q = ReadFilter(read=read_text, help_text="Words that a present or former name or an alias holds.", method="_search")
    dispute = ReadFilter(read=read_text, help_text="The slug of a dispute that it has a role in.", method="_together")
    role = terms_filter(Role, "A role that it has; with `dispute`, in that one.", method="_together")
    parent = ReadFilter(read=read_text, help_text="The slug of the party it belongs to.", method="_child_of")
    updated_after = ReadFilter(
        read=read_moment,
        help_text="An event was recorded after this moment.",
        schema={"type": "string", "format": "date-time"},
        field_name="updated_at",
        lookup_expr="gt",
    )

    def filter_queryset(self, queryset: QuerySet[Party]) -> QuerySet[Party]:
        """Narrow by every filter that was asked for."""
        narrowed: QuerySet[Party] = super().filter_queryset(queryset)
        dispute, roles = self.form.cleaned_data["dispute"], self.form.cleaned_data["role"]
        if dispute or roles:
            seats = Participation.objects.filter(party=OuterRef("pk"))
            seats = seats.filter(dispute=present_slug(Dispute, dispute)) if dispute else seats
            seats = seats.filter(role__in=roles) if roles else seats
            narrowed = narrowed.filter(Exists(seats))
        return narrowed

    @staticmethod
    def _together(rows: QuerySet[Party], _name: str, _value: object) -> QuerySet[Party]:
        return rows

    @staticmethod
    def _child_of(rows: QuerySet[Party], _name: str, slug: str) -> QuerySet[Party]:
        # A parent that was merged into another is recorded under the slug that it had.
        present = present_slug(Party, slug)
        return rows.filter(Q(parent=present) | Q(parent__merged_into=present))

    @staticmethod
    def _search(rows: QuerySet[Party], _name: str, text: str) -> QuerySet[Party]:
        for word in text.split():
            rows = rows.filter(has_name(word))
        return rows


class PartyList(TableResource[Party]):
    """All parties."""

    filters = PartyFilters
    asks = (asked.AS_OF,)
    fields_of = shapes.Party
    orderings: ClassVar = {"name": Ordering("name", "slug"), "updated": Ordering("updated_at", "slug")}
    default_ordering = "name"

    @operation("list_parties", tag="parties", answers=page_schema(shapes.Party))
    def get(self, _request: Request) -> HttpResponse:
        """List parties, without those that were merged into another.

        With `as_of` the list, its filters and its order are those of what the tracker knew then.
        """
        with as_known(self.asked.get(asked.AS_OF)):
            page, count = self.page(self.filtered(Party.objects.filter(merged_into="")))
            items = _tell(page.rows, self.links)
        return self.answer_page(page, count, items)


class PartyDetail(Resource):
    """One party."""

    may_be_merged = True
    asks = (asked.AS_OF,)
    fields_of = shapes.Party

    @operation("get_party", tag="parties", answers=reference(shapes.Party))
    def get(self, _request: Request, slug: str) -> HttpResponse:
        """Tell a party: its names over time, whom it belongs to, its disputes.

        With `as_of` it reads as the tracker knew it then.
        """
        as_of = self.asked.get(asked.AS_OF)
        with as_known(as_of):
            party = Party.objects.filter(slug=slug).first()
            if party is None:
                raise Problem(NOT_FOUND, f"there is no party {slug!r}{known_at(as_of)}")
            if party.merged_into:
                raise MergedAway(slug, present_slug(Party, party.merged_into))
            (told,) = _tell([party], self.links)
        return self.answer(self.chosen(told), version=party.version)


def _tell(parties: Sequence[Party], links: Links) -> list[shapes.Party]:
    """Tell parties. One query: the disputes they have a role in."""
    seats: dict[str, list[Participation]] = defaultdict(list)
    taken = Participation.objects.filter(party__in=[party.slug for party in parties])
    for seat in taken.select_related("dispute").order_by("party", "dispute__title", "dispute", "rank"):
        seats[seat.party_id].append(seat)
    return [
        shapes.Party(
            slug=party.slug,
            url=links.party(party.slug),
            kind=party.kind or None,
            name=party.name,
            aliases=party.aliases,
            former_names=party.former_names,
            parent=party.parent_id,
            disputes=[
                shapes.DisputeOfParty(slug=seat.dispute_id, title=seat.dispute.title, role=seat.role)
                for seat in seats[party.slug]
            ],
            note=party.note or None,
            erased_at=party.erased_at,
            version=party.version,
            updated_at=party.updated_at,
        )
        for party in parties
    ]
