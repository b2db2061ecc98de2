"""The inbox: links between articles and disputes that the matcher proposes, and what was decided about them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, cast

from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpResponse
from rest_framework.request import Request
from rest_framework.response import Response

from disputes.api.filters import Filters, ReadFilter, words_filter
from disputes.api.links import Links
from disputes.api.paging import Ordering
from disputes.api.parameters import read_number, read_one_of, read_text
from disputes.api.recording import StrictBody, read_body
from disputes.api.resource import Resource, TableResource
from disputes.api.resources.evidence import tell_article_in_evidence
from disputes.api.schema import operation, page_schema, reference
from disputes.api.shapes import PartialDate
from disputes.errors import NotFound
from disputes.events import EVENT_TYPES
from disputes.events.base import Prose
from ingest.api import shapes
from ingest.candidates import accept_candidate, reject_candidate, undo_candidate
from ingest.models import Candidate, CandidateState, ProposedEvent, ProposedEventState
from ingest.proposals import KnownEvent, find_known_events

JUDGE = "ingest.judge_candidate"
EXPANDABLE = ("article",)


class RejectionBody(StrictBody):
    """Why a candidate is rejected."""

    reason: Prose | None = None


class CandidateFilters(Filters):
    """Narrows candidates."""

    state = words_filter(CandidateState.values, "What became of it.", field_name="state", lookup_expr="in")
    dispute = ReadFilter(read=read_text, help_text="The slug of a dispute.", field_name="dispute")
    min_score = ReadFilter(
        read=read_number(0, 1),
        help_text="A score of at least this.",
        schema={"type": "number", "minimum": 0, "maximum": 1},
        field_name="score",
        lookup_expr="gte",
    )

    proposed_event = ReadFilter(
        read=read_one_of(ProposedEventState.values),
        help_text="What became of an event that the article states; `open` is what waits for a curator.",
        schema={"type": "string", "enum": ProposedEventState.values},
        method="_with_event",
    )

    @staticmethod
    def _with_event(rows: QuerySet[Candidate], _name: str, state: str) -> QuerySet[Candidate]:
        return rows.filter(Exists(ProposedEvent.objects.filter(candidate=OuterRef("pk"), state=state)))


class CandidateList(TableResource[Candidate]):
    """All candidates."""

    filters = CandidateFilters
    fields_of = shapes.Candidate
    expandable = EXPANDABLE
    orderings: ClassVar = {"proposed": Ordering("proposed_at", "id"), "score": Ordering("score", "id")}
    default_ordering = "-proposed"

    @operation("list_candidates", tag="candidates", answers=page_schema(shapes.Candidate))
    def get(self, _request: Request) -> HttpResponse:
        """List candidates; `state=pending` is the inbox."""
        rows = Candidate.objects.select_related("article").prefetch_related("proposed_events")
        expanded = self.is_expanded("article")
        page, count = self.page(self.filtered(rows if expanded else rows.defer("article__text")))
        return self.answer_page(page, count, tell_all(page.rows, self.links, expanded=expanded))


class CandidateDetail(Resource):
    """One candidate."""

    fields_of = shapes.Candidate
    expandable = EXPANDABLE

    @operation("get_candidate", tag="candidates", answers=reference(shapes.Candidate))
    def get(self, _request: Request, candidate: int) -> HttpResponse:
        """Tell a candidate with the reasons for it."""
        found = find_candidate(candidate)
        return self.answer(self.chosen(tell(found, self.links, expanded=self.is_expanded("article"))))


class CandidateAccept(Resource):
    """Accepting a candidate."""

    permissions: ClassVar = {"POST": JUDGE}

    @operation("accept_candidate", tag="candidates", answers=reference(shapes.Candidate))
    def post(self, request: Request, candidate: int) -> Response:
        """Attach the article as evidence."""
        self.refuse_body(request)
        return Response(tell(accept_candidate(candidate, by=request.user.get_username()), self.links))


class CandidateReject(Resource):
    """Rejecting a candidate."""

    permissions: ClassVar = {"POST": JUDGE}

    @operation(
        "reject_candidate",
        tag="candidates",
        answers=reference(shapes.Candidate),
        takes=reference(RejectionBody, "validation"),
    )
    def post(self, request: Request, candidate: int) -> Response:
        """Record that the article is no evidence for the dispute, with a reason if there is one to give."""
        body = read_body(RejectionBody, self.body(request, may_be_empty=True))
        rejected = reject_candidate(candidate, by=request.user.get_username(), reason=body.reason)
        return Response(tell(rejected, self.links))


class CandidateUndo(Resource):
    """Taking a decision back."""

    permissions: ClassVar = {"POST": JUDGE}

    @operation("undo_candidate", tag="candidates", answers=reference(shapes.Candidate))
    def post(self, request: Request, candidate: int) -> Response:
        """Take the decision about a candidate back, whoever made it; it waits again."""
        self.refuse_body(request)
        return Response(tell(undo_candidate(candidate, by=request.user.get_username()), self.links))


def find_candidate(identity: int) -> Candidate:
    """Give the candidate with this id and its article. Raises NotFound."""
    found = Candidate.objects.select_related("article").filter(pk=identity).first()
    if found is None:
        raise NotFound(f"there is no candidate {identity}")
    return found


def tell(candidate: Candidate, links: Links, *, expanded: bool = False) -> shapes.Candidate:
    """Tell a candidate whose article is at hand. Four queries, for the events that it states."""
    return tell_all([candidate], links, expanded=expanded)[0]


def tell_all(candidates: Sequence[Candidate], links: Links, *, expanded: bool = False) -> list[shapes.Candidate]:
    """Tell candidates whose articles, and the events that these state, are at hand. Three queries."""
    proposals = [proposal for candidate in candidates for proposal in candidate.proposed_events.all()]
    known = find_known_events(proposals)
    return [
        shapes.Candidate(
            id=candidate.pk,
            url=links.under_root(f"candidates/{candidate.pk}/"),
            article=tell_article_in_evidence(candidate.article, expanded=expanded),
            dispute=candidate.dispute_id,
            score=candidate.score,
            reasons=[cast("shapes.CandidateReason", reason) for reason in candidate.reasons],
            proposed_events=[
                tell_proposed_event(proposal, known.get(proposal.pk), links)
                for proposal in proposals
                if proposal.candidate_id == candidate.pk
            ],
            state=candidate.state,
            proposed_at=candidate.proposed_at,
            decided_at=candidate.decided_at,
            decided_by=candidate.decided_by or None,
            decision=candidate.decision,
            snoozed_until=candidate.snoozed_until,
        )
        for candidate in candidates
    ]


def tell_proposed_event(proposal: ProposedEvent, known: KnownEvent | None, links: Links) -> shapes.ProposedEvent:
    """Tell an event that an article states, and the one that the record has of it."""
    return shapes.ProposedEvent(
        id=proposal.pk,
        type=proposal.type,
        label=EVENT_TYPES[proposal.type].label,
        occurred=cast("PartialDate", proposal.occurred),
        is_dated_by_publication=proposal.is_dated_by_publication,
        standing=proposal.standing,
        data=proposal.data,
        quote=proposal.quote,
        field=proposal.place,
        start=proposal.start,
        end=proposal.end,
        state=proposal.state,
        known_event=shapes.KnownEvent(
            id=known.event_id,
            url=links.event(known.dispute, known.event_id),
            type=known.type,
            occurred=cast("PartialDate", known.occurred),
            summary=known.summary,
            is_cited=known.is_cited,
        )
        if known
        else None,
        decided_at=proposal.decided_at,
        decided_by=proposal.decided_by or None,
        decision=proposal.decision,
    )
