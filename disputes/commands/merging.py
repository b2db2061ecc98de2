"""Merging two disputes, or two parties, that turned out to be one; and undoing it.

Both streams stay as they are: the one ends with a pointer, the other takes in its events. Nothing is copied.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from uuid import UUID, uuid4, uuid5

from django.db import transaction

from disputes import ledger, projections
from disputes.commands.execution import append_to_dispute, append_to_party, load_dispute, load_party, new_event
from disputes.dispute import DisputeState
from disputes.errors import FieldError, Invalid, NotFound, Unfit
from disputes.history import dispute_history, party_history
from disputes.ledger import EventIdConflict, NewEvent
from disputes.models import Participation
from disputes.party import PartyState
from disputes.recorded import Reading, RecordedEvent, read_present
from disputes.streams import dispute_stream, party_stream

MERGES = frozenset({"dispute_merged", "dispute_absorbed", "parties_merged", "party_absorbed"})
"""What the one stream and the other say of a merge."""


def merge_disputes(
    slug: str,
    *,
    into: str,
    reason: str,
    by: str,
    event_id: UUID | None = None,
    expected_version: int | None = None,
) -> RecordedEvent:
    """Record that a dispute is another one. Its events are told by that one from now on; its slug leads there.

    The expected version is that of the dispute that is merged away. Raises Invalid where the other does not exist
    or is this one, Unfit where either was merged away already.
    """
    _require_other(slug, into)
    merged = new_event("dispute_merged", {"into": into, "reason": reason}, event_id=event_id)
    absorbed = new_event("dispute_absorbed", {"other": slug, "reason": reason}, event_id=_beside(event_id))

    with transaction.atomic():
        ledger.lock()
        if not _is_recorded(merged):
            _require_present(into, load_dispute)
        # The one that takes it in first: at no moment is what was recorded told by neither.
        append_to_dispute(into, [absorbed], expected_version=None, by=by)
        recorded = append_to_dispute(slug, [merged], expected_version=expected_version, by=by)[0]
        # It tells the other's last event too.
        projections.project(dispute_stream(into))
    return recorded


def undo_dispute_merge(
    slug: str, *, reason: str, by: str, event_id: UUID | None = None, expected_version: int | None = None
) -> RecordedEvent:
    """Record that a dispute is one of its own after all; what was recorded meanwhile stays with the other.

    Raises Unfit where it was not merged, or where the one that took it in was merged away itself.
    """
    with transaction.atomic():
        ledger.lock()
        if (first := _first_undoing(dispute_stream(slug), event_id, reason, by)) is not None:
            return first
        into = load_dispute(slug).merged_into
        if into is None:
            raise Unfit(f"{slug} was not merged into another dispute")
        absorbed = _counting(dispute_history(into), dispute_stream(into), "dispute_absorbed", other=slug)
        merged = _counting(dispute_history(slug), dispute_stream(slug), "dispute_merged", into=into)
        # The one that took it in first, so that every row has one owner at a time.
        append_to_dispute(into, [_retraction(absorbed, reason, _beside(event_id))], expected_version=None, by=by)
        retraction = _retraction(merged, reason, event_id)
        return append_to_dispute(slug, [retraction], expected_version=expected_version, by=by, undoes_merge=True)[0]


def merge_parties(
    slug: str,
    *,
    into: str,
    reason: str,
    by: str,
    event_id: UUID | None = None,
    expected_version: int | None = None,
) -> RecordedEvent:
    """Record that a party is another one. Its names become aliases of that one, its roles are held by it.

    The expected version is that of the party that is merged away. Raises Invalid where the other does not exist or
    is this one, Unfit where either was merged away already.
    """
    _require_other(slug, into)
    merged = new_event("parties_merged", {"into": into, "reason": reason}, event_id=event_id)
    absorbed = new_event("party_absorbed", {"other": slug, "reason": reason}, event_id=_beside(event_id))

    with transaction.atomic():
        ledger.lock()
        if not _is_recorded(merged):
            _require_present(into, load_party)
        # The one that takes it in first: at no moment is what was recorded told by neither.
        append_to_party(into, [absorbed], expected_version=None, by=by)
        recorded = append_to_party(slug, [merged], expected_version=expected_version, by=by)[0]
        projections.project(party_stream(into))
        _project_disputes_of(slug)
    return recorded


def undo_party_merge(
    slug: str, *, reason: str, by: str, event_id: UUID | None = None, expected_version: int | None = None
) -> RecordedEvent:
    """Record that a party is one of its own after all.

    Raises Unfit where it was not merged, or where the one that took it in was merged away itself.
    """
    with transaction.atomic():
        ledger.lock()
        if (first := _first_undoing(party_stream(slug), event_id, reason, by)) is not None:
            return first
        into = load_party(slug).merged_into
        if into is None:
            raise Unfit(f"{slug} was not merged into another party")
        absorbed = _counting(party_history(into), party_stream(into), "party_absorbed", other=slug)
        merged = _counting(party_history(slug), party_stream(slug), "parties_merged", into=into)
        append_to_party(into, [_retraction(absorbed, reason, _beside(event_id))], expected_version=None, by=by)
        retraction = _retraction(merged, reason, event_id)
        recorded = append_to_party(slug, [retraction], expected_version=expected_version, by=by, undoes_merge=True)[0]
        _project_disputes_of(into)
    return recorded


def refuse_half_a_merge(subject: Reading, readings: Iterable[Reading]) -> None:
    """Refuse to correct or retract what one of two streams says of a merge, or of its undoing. Raises Unfit."""
    by_id = {reading.event.event_id: reading for reading in readings}
    found: Reading | None = subject
    while found is not None and found.event.type in {"event_corrected", "event_retracted"}:
        found = by_id.get(UUID(found.event.data["event"]))
    if found is not None and found.event.type in MERGES:
        raise Unfit("a merge is recorded in two streams and is undone, or made again, as a whole; do that instead")


def _require_other(slug: str, into: str) -> None:
    if slug == into:
        raise Invalid("nothing is merged into itself", [FieldError("/data/into", f"{into} is the same one")])


def _require_present(into: str, load: Callable[[str], DisputeState | PartyState]) -> None:
    try:
        gone_to = load(into).merged_into
    except NotFound as error:
        raise Invalid(error.detail, [FieldError("/data/into", error.detail)]) from error
    if gone_to is not None:
        raise Unfit(f"{into} was merged into {gone_to}; merge into {gone_to}, or undo that merge first")


def _beside(event_id: UUID | None) -> UUID:
    """Derive the id of the event in the other stream, so that a repeated command finds both."""
    return uuid4() if event_id is None else uuid5(event_id, "absorbed")


def _is_recorded(event: NewEvent) -> bool:
    return bool(ledger.find([event.event_id]))


def _first_undoing(stream: str, event_id: UUID | None, reason: str, by: str) -> RecordedEvent | None:
    """Give what the same command recorded before, None where it did not; the ledger compares the contents."""
    first = None if event_id is None else ledger.find([event_id]).get(event_id)
    if first is None:
        return None
    if first.type != "event_retracted":
        raise EventIdConflict(first.event_id)
    again = new_event("event_retracted", {"event": first.data["event"], "reason": reason}, event_id=event_id)
    return ledger.append(stream, [again], expected_version=0, recorded_by=by)[0]


def _counting(history: list[RecordedEvent], stream: str, kind: str, **data: str) -> Reading:
    for reading in reversed(read_present(history)):
        said = {name: reading.data.get(name) for name in data}
        if reading.counts and reading.type == kind and reading.event.stream == stream and said == data:
            return reading
    raise Unfit(f"{stream} has no {kind} that counts")


def _retraction(reading: Reading, reason: str, event_id: UUID | None) -> NewEvent:
    data = {"event": str(reading.event.event_id), "reason": reason}
    return new_event("event_retracted", data, event_id=event_id)


def _project_disputes_of(party: str) -> None:
    """Write the parties of disputes anew: their rows name the party that another was merged into."""
    for slug in list(Participation.objects.filter(party=party).values_list("dispute", flat=True).distinct()):
        projections.project(dispute_stream(slug))
