"""Events that the article of a candidate states: confirm one, turn it down, take that back."""

from __future__ import annotations

from typing import ClassVar

from rest_framework.request import Request
from rest_framework.response import Response

from disputes.api.recording import StrictBody, read_body
from disputes.api.resource import Resource
from disputes.api.schema import operation, reference
from disputes.errors import NotFound
from disputes.events.base import Slug
from ingest.api import shapes
from ingest.api.candidates import find_candidate, tell
from ingest.models import ProposedEvent
from ingest.proposals import confirm_event, dismiss_event, undo_event

CURATE = "disputes.curate_dispute"


class ConfirmationBody(StrictBody):
    """How a proposed event is confirmed."""

    proceeding: Slug | None = None
    """The case it belongs to, by its key in the record, where the proposed one is wrong or missing."""
    as_new: bool = False
    """Whether it is another event than the one that the record has."""


class ProposedEventConfirm(Resource):
    """Confirming an event that an article states."""

    permissions: ClassVar = {"POST": CURATE}

    @operation(
        "confirm_proposed_event",
        tag="candidates",
        answers=reference(shapes.Candidate),
        takes=reference(ConfirmationBody, "validation"),
    )
    def post(self, request: Request, candidate: int, proposal: int) -> Response:
        """Record the event with the article and its words as evidence.

        Where the record has the event already the article becomes further evidence for it. The candidate is accepted.
        """
        body = read_body(ConfirmationBody, self.body(request, may_be_empty=True))
        require_of(candidate, proposal)
        confirm_event(proposal, by=request.user.get_username(), proceeding=body.proceeding, as_new=body.as_new)
        return Response(tell(find_candidate(candidate), self.links))


class ProposedEventDismiss(Resource):
    """Turning down an event that an article states."""

    permissions: ClassVar = {"POST": CURATE}

    @operation("dismiss_proposed_event", tag="candidates", answers=reference(shapes.Candidate))
    def post(self, request: Request, candidate: int, proposal: int) -> Response:
        """Say that the event is not to be recorded; the candidate stays as it is."""
        self.refuse_body(request)
        require_of(candidate, proposal)
        dismiss_event(proposal, by=request.user.get_username())
        return Response(tell(find_candidate(candidate), self.links))


class ProposedEventUndo(Resource):
    """Taking a decision about a proposed event back."""

    permissions: ClassVar = {"POST": CURATE}

    @operation("undo_proposed_event", tag="candidates", answers=reference(shapes.Candidate))
    def post(self, request: Request, candidate: int, proposal: int) -> Response:
        """Take back what was decided about a proposed event; what was recorded is retracted."""
        self.refuse_body(request)
        require_of(candidate, proposal)
        undo_event(proposal, by=request.user.get_username())
        return Response(tell(find_candidate(candidate), self.links))


def require_of(candidate: int, proposal: int) -> None:
    """Refuse a proposed event that is not of the candidate. One query."""
    if not ProposedEvent.objects.filter(pk=proposal, candidate=candidate).exists():
        raise NotFound(f"candidate {candidate} has no proposed event {proposal}")
