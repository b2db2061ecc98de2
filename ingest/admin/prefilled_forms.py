"""Events that articles state, as what the form of an event begins with."""

from __future__ import annotations

from uuid import UUID

from django.http import QueryDict

from disputes.admin.dates import show_date
from disputes.admin.labels import type_label
from disputes.admin.prefilling import Offer, Prefill, event_offers, event_prefill
from disputes.merged import present_slug
from disputes.models import Dispute
from ingest.models import CandidateState, ProposedEvent, ProposedEventState
from ingest.proposals import find_known_events

LONGEST_NUMBER = 18
"""Digits of a key that PostgreSQL can look up."""


@event_prefill
def fill_from_proposal(query: QueryDict, dispute: str) -> Prefill | None:
    """Fill the form from the proposed event that `?proposal=` names. Two queries, where one is named."""
    number = query.get("proposal", "")
    if not number.isdecimal() or len(number) > LONGEST_NUMBER:
        return None
    proposal = ProposedEvent.objects.select_related("candidate").filter(pk=int(number)).first()
    if proposal is None or present_slug(Dispute, proposal.candidate.dispute_id) != dispute:
        return None
    dated = " The article gives no date; this is the month in which it appeared." * proposal.is_dated_by_publication
    return Prefill(
        occurred=proposal.occurred,
        standing=proposal.standing,
        data=proposal.data,
        quote=proposal.quote,
        note=f"Filled in from what the article seems to state. Compare it with the text before you record it.{dated}",
    )


@event_offers
def offer_proposals(article: UUID) -> list[Offer]:
    """Offer what an article states and what is neither judged nor recorded from it yet. Some four queries."""
    rows = list(
        ProposedEvent.objects.filter(candidate__article=article, state=ProposedEventState.OPEN)
        .exclude(candidate__state=CandidateState.REJECTED)
        .select_related("candidate")
        .order_by("pk")
    )
    known = find_known_events(rows)
    return [
        Offer(
            dispute=present_slug(Dispute, row.candidate.dispute_id),
            type=row.type,
            label=f"{type_label(row.type)}, {show_date(row.occurred)}",
            quote=row.quote,
            query={"proposal": str(row.pk)},
            known=known[row.pk].event_id if row.pk in known else None,
        )
        for row in rows
        if not (row.pk in known and known[row.pk].is_cited)
    ]
