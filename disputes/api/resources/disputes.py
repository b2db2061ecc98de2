"""Disputes: the list, and each in full."""

from __future__ import annotations

from typing import ClassVar

from django.http import HttpResponse
from rest_framework.request import Request

from disputes.api import parameters as asked
from disputes.api import shapes
from disputes.api.dispute_rows import DisputeFilters, tell_rows
from disputes.api.paging import Ordering
from disputes.api.resource import Resource, TableResource
from disputes.api.schema import operation, page_schema, reference
from disputes.api.telling import load, tell_dispute
from disputes.as_known import as_known
from disputes.commands.execution import today
from disputes.dispute import DisputeState
from disputes.models import Dispute
from disputes.on_date import told_on

EXPANDABLE = ("parties",)


class DisputeList(TableResource[Dispute]):
    """All disputes."""

    filters = DisputeFilters
    asks = (asked.ON_DATE, asked.AS_OF)
    fields_of = shapes.Dispute
    expandable = EXPANDABLE
    orderings: ClassVar = {
        "latest": Ordering("latest_day", "slug"),
        "opened": Ordering("opened_day", "slug"),
        "title": Ordering("title", "slug"),
        "evidence_count": Ordering("evidence_told", "slug"),
        "updated": Ordering("updated_at", "slug"),
    }
    default_ordering = "title"

    @operation("list_disputes", tag="disputes", answers=page_schema(shapes.Dispute))
    def get(self, _request: Request) -> HttpResponse:
        """List disputes.

        With `on_date` each reads as it stood on that day: its status, its latest and its next occurrence. With
        `as_of` the list, its filters and its order are those of what the tracker knew then.
        """
        on_date = self.asked.get(asked.ON_DATE)
        day = on_date or today()
        with as_known(self.asked.get(asked.AS_OF)):
            rows = told_on(Dispute.objects.filter(merged_into=""), day, looking_back=on_date is not None)
            page, count = self.page(self.filtered(rows))
            items = tell_rows(page.rows, self.links, expand_parties=self.is_expanded("parties"))
        return self.answer_page(page, count, items)


class DisputeDetail(Resource):
    """One dispute in full."""

    may_be_merged = True
    asks = (asked.ON_DATE, asked.AS_OF)
    fields_of = shapes.DisputeDetail
    expandable = EXPANDABLE

    @operation("get_dispute", tag="disputes", answers=reference(shapes.DisputeDetail))
    def get(self, _request: Request, slug: str) -> HttpResponse:
        """Tell a dispute in full, told from its events.

        `on_date` asks what had happened by a day, `as_of` what the tracker knew at a moment; both together ask what
        the tracker knew then of what had happened by the day. The ETag begins with the version, for `If-Match`.
        """
        on_date, as_of = self.asked.get(asked.ON_DATE), self.asked.get(asked.AS_OF)
        state = load(slug, on_date=on_date or today(), as_of=as_of)
        told = tell_dispute(
            state,
            self.links,
            as_of=as_of,
            evidence_count=state.evidence_count if on_date else _articles_of_the_record(state),
            expand_parties=self.is_expanded("parties"),
        )
        return self.answer(self.chosen(told), version=state.version)


def _articles_of_the_record(state: DisputeState) -> int:
    """Count articles as lists do: also those that only an occurrence cites which is still to come."""
    articles = {str(article) for article, _event in state.evidence}
    articles |= {item["article"]["id"] for reading in state.scheduled for item in reading.evidence}
    return len(articles)
