"""Writing once, on the version that was seen: what every write over the API shares."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypedDict
from uuid import UUID

from rest_framework.request import Request

from disputes import ledger
from disputes.api.conditional import expected_version, stale
from disputes.api.idempotency import identity_of
from disputes.errors import Refused
from disputes.ledger import VersionConflict
from disputes.recorded import RecordedEvent

HEADERS: Mapping[str, str] = {
    "If-Match": "The version of the stream that the writer has seen, in quotes; 412 where it has moved on.",
    "Idempotency-Key": "A key of the writer's choice: sent again with the same body it gets the first answer.",
}
"""The request headers that every write heeds."""


class How(TypedDict):
    """Who records, under which id, on which version."""

    by: str
    event_id: UUID | None
    expected_version: int | None


Command = Callable[[How, RecordedEvent | None], RecordedEvent]
"""Carries a write out. The event is what was recorded under the same id before, where the write is a repetition."""


def write(request: Request, stream: str, command: Command, *, absent: Refused) -> RecordedEvent:
    """Carry out a command under the key and on the version that the request names.

    The same request again gives what the first one recorded, whatever happened since. Raises `absent` where the
    stream has no event, Problem (412) where it has moved on, and what the command raises.
    """
    event = _carry_out(request, stream, command, absent)
    # As it is stored, so that a repetition is answered by the very same bytes.
    return ledger.find([event.event_id])[event.event_id]


def _carry_out(request: Request, stream: str, command: Command, absent: Refused) -> RecordedEvent:
    identity = identity_of(request)
    how = How(by=request.user.get_username(), event_id=identity, expected_version=None)
    if (first := _first_answer(identity)) is not None:
        return command(how, first)
    current = ledger.stream_version(stream)
    if not current:
        raise absent
    expected = expected_version(request, current)
    how = {**how, "expected_version": expected}
    try:
        return command(how, None)
    except (Refused, VersionConflict) as error:
        # The same request may have been carried out by another process in the meantime.
        if (first := _first_answer(identity)) is not None:
            return command(how, first)
        if isinstance(error, VersionConflict) and expected is not None and error.stream == stream:
            raise stale(expected=expected, current=error.actual) from error
        raise


def _first_answer(identity: UUID | None) -> RecordedEvent | None:
    return None if identity is None else ledger.find([identity]).get(identity)
