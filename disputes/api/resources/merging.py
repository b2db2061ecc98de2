"""Merging disputes and parties that turned out to be one, and undoing it."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from rest_framework.request import Request
from rest_framework.response import Response

from disputes import commands
from disputes.api import shapes
from disputes.api.recording import StrictBody, read_body
from disputes.api.resource import Resource
from disputes.api.schema import operation, reference
from disputes.api.telling import tell_entry, tell_recorded
from disputes.api.writing import HEADERS, How, write
from disputes.errors import FieldError, Invalid, unknown_dispute, unknown_party
from disputes.events.base import Line, Prose
from disputes.recorded import RecordedEvent
from disputes.streams import dispute_stream, party_stream


class MergeBody(StrictBody):
    """What a dispute or a party is merged into, and why."""

    into: Line
    """The slug of the one that goes on."""
    reason: Prose


class UndoBody(StrictBody):
    """Why a merge is undone."""

    reason: Prose


class DisputeMerge(Resource):
    """A dispute's end in another."""

    permissions: ClassVar = {"POST": "disputes.curate_dispute"}
    headers_of: ClassVar = {"POST": HEADERS}

    @operation(
        "merge_dispute",
        tag="disputes",
        answers=reference(shapes.Event),
        status=201,
        takes=reference(MergeBody, "validation"),
    )
    def post(self, request: Request, slug: str) -> Response:
        """Merge a dispute into another, which tells the events of both from now on.

        Both histories are kept. The slug of the one that was merged redirects, but with `as_of` before the merge,
        and the merge can be undone. Answers the event that the merged one ends with.
        """
        body = read_body(MergeBody, self.body(request))

        def command(how: How, _first: RecordedEvent | None) -> RecordedEvent:
            return _in_body(lambda: commands.merge_disputes(slug, into=body.into, reason=body.reason, **how))

        event = write(request, dispute_stream(slug), command, absent=unknown_dispute(slug))
        return _answer_event(self, event, body.into)


class DisputeUndoMerge(Resource):
    """A dispute's return out of another."""

    permissions: ClassVar = {"POST": "disputes.curate_dispute"}
    headers_of: ClassVar = {"POST": HEADERS}

    @operation(
        "undo_dispute_merge",
        tag="disputes",
        answers=reference(shapes.Event),
        status=201,
        takes=reference(UndoBody, "validation"),
    )
    def post(self, request: Request, slug: str) -> Response:
        """Undo a merge: the dispute tells its own events again.

        `slug` and `If-Match` are those of the dispute that was merged away. What was recorded meanwhile stays with
        the one that took it in.
        """
        body = read_body(UndoBody, self.body(request))

        def command(how: How, _first: RecordedEvent | None) -> RecordedEvent:
            return commands.undo_dispute_merge(slug, reason=body.reason, **how)

        event = write(request, dispute_stream(slug), command, absent=unknown_dispute(slug))
        return _answer_event(self, event, slug)


class PartyMerge(Resource):
    """A party's end in another."""

    permissions: ClassVar = {"POST": "disputes.manage_party"}
    headers_of: ClassVar = {"POST": HEADERS}

    @operation(
        "merge_party",
        tag="parties",
        answers=reference(shapes.LogEntry),
        status=201,
        takes=reference(MergeBody, "validation"),
    )
    def post(self, request: Request, slug: str) -> Response:
        """Merge a party into another, which has its names as aliases and its roles from now on.

        Both histories are kept. The slug of the one that was merged redirects, but with `as_of` before the merge,
        and the merge can be undone. Answers the event that the merged one ends with.
        """
        body = read_body(MergeBody, self.body(request))

        def command(how: How, _first: RecordedEvent | None) -> RecordedEvent:
            return _in_body(lambda: commands.merge_parties(slug, into=body.into, reason=body.reason, **how))

        return _answer_entry(self, write(request, party_stream(slug), command, absent=unknown_party(slug)))


class PartyUndoMerge(Resource):
    """A party's return out of another."""

    permissions: ClassVar = {"POST": "disputes.manage_party"}
    headers_of: ClassVar = {"POST": HEADERS}

    @operation(
        "undo_party_merge",
        tag="parties",
        answers=reference(shapes.LogEntry),
        status=201,
        takes=reference(UndoBody, "validation"),
    )
    def post(self, request: Request, slug: str) -> Response:
        """Undo a merge: the party has its own names and roles again.

        `slug` and `If-Match` are those of the party that was merged away.
        """
        body = read_body(UndoBody, self.body(request))

        def command(how: How, _first: RecordedEvent | None) -> RecordedEvent:
            return commands.undo_party_merge(slug, reason=body.reason, **how)

        return _answer_entry(self, write(request, party_stream(slug), command, absent=unknown_party(slug)))


def _in_body(command: Callable[[], RecordedEvent]) -> RecordedEvent:
    """Let errors point into the body, where a command's pointers lead into the data of its event."""
    try:
        return command()
    except Invalid as error:
        errors = [FieldError(found.pointer.removeprefix("/data"), found.detail) for found in error.errors]
        raise Invalid(error.detail, errors) from error


def _answer_event(resource: Resource, event: RecordedEvent, told_by: str) -> Response:
    answer = Response(tell_recorded(event, told_by, resource.links), status=201)
    answer["Location"] = resource.links.event(told_by, event.event_id)
    return answer


def _answer_entry(resource: Resource, event: RecordedEvent) -> Response:
    answer = Response(tell_entry(event), status=201)
    answer["Location"] = resource.links.under_root(f"events/?after={event.position - 1}&page_size=1")
    return answer
