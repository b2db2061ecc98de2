"""Merging two disputes, or two parties, that turned out to be one; and undoing it.

Both streams stay as they are: the one ends with a pointer, the other takes in its events. Nothing is copied.
"""

from __future__ import annotations

from django.db import transaction

from disputes import projections
from disputes.commands.execution import append_to_dispute, append_to_party, load_dispute, load_party, new_event
from disputes.errors import FieldError, Invalid, Unfit
from disputes.history import dispute_history, party_history
from disputes.ledger import NewEvent
from disputes.models import Participation
from disputes.recorded import Reading, RecordedEvent, read_present
from disputes.streams import dispute_stream, party_stream


def merge_disputes(slug: str, *, into: str, reason: str, by: str, expected_version: int | None = None) -> RecordedEvent:
    """Record that a dispute is another one. Its events are told by that one from now on; its slug leads there.

    Raises Invalid where the other does not exist or is this one, Unfit where either was merged away already.
    """
    _require_other(slug, into)
    merged = new_event("dispute_merged", {"into": into, "reason": reason})
    absorbed = new_event("dispute_absorbed", {"other": slug, "reason": reason})

    with transaction.atomic():
        projections.lock_ledger()
        load_dispute(into)
        recorded = append_to_dispute(slug, [merged], expected_version=expected_version, by=by)[0]
        append_to_dispute(into, [absorbed], expected_version=None, by=by)
    return recorded


def undo_dispute_merge(slug: str, *, reason: str, by: str) -> RecordedEvent:
    """Record that a dispute is one of its own after all. Raises Unfit where it was not merged."""
    into = load_dispute(slug).merged_into
    if into is None:
        raise Unfit(f"{slug} was not merged into another dispute")

    with transaction.atomic():
        projections.lock_ledger()
        absorbed = _counting(dispute_history(into), dispute_stream(into), "dispute_absorbed", other=slug)
        merged = _counting(dispute_history(slug), dispute_stream(slug), "dispute_merged", into=into)
        # The one that took it in first, so that every row has one owner at a time.
        append_to_dispute(into, [_retraction(absorbed, reason)], expected_version=None, by=by)
        return append_to_dispute(slug, [_retraction(merged, reason)], expected_version=None, by=by, undoes_merge=True)[
            0
        ]


def merge_parties(slug: str, *, into: str, reason: str, by: str, expected_version: int | None = None) -> RecordedEvent:
    """Record that a party is another one. Its names become aliases of that one, its roles are held by it.

    Raises Invalid where the other does not exist or is this one, Unfit where either was merged away already.
    """
    _require_other(slug, into)
    merged = new_event("parties_merged", {"into": into, "reason": reason})
    absorbed = new_event("party_absorbed", {"other": slug, "reason": reason})

    with transaction.atomic():
        projections.lock_ledger()
        load_party(into)
        recorded = append_to_party(slug, [merged], expected_version=expected_version, by=by)[0]
        append_to_party(into, [absorbed], expected_version=None, by=by)
        _project_disputes_of(slug)
    return recorded


def undo_party_merge(slug: str, *, reason: str, by: str) -> RecordedEvent:
    """Record that a party is one of its own after all. Raises Unfit where it was not merged."""
    into = load_party(slug).merged_into
    if into is None:
        raise Unfit(f"{slug} was not merged into another party")

    with transaction.atomic():
        projections.lock_ledger()
        absorbed = _counting(party_history(into), party_stream(into), "party_absorbed", other=slug)
        merged = _counting(party_history(slug), party_stream(slug), "parties_merged", into=into)
        append_to_party(into, [_retraction(absorbed, reason)], expected_version=None, by=by)
        recorded = append_to_party(
            slug, [_retraction(merged, reason)], expected_version=None, by=by, undoes_merge=True
        )[0]
        _project_disputes_of(into)
    return recorded


def _require_other(slug: str, into: str) -> None:
    if slug == into:
        raise Invalid("nothing is merged into itself", [FieldError("/data/into", f"{into} is the same one")])


def _counting(history: list[RecordedEvent], stream: str, kind: str, **data: str) -> Reading:
    for reading in reversed(read_present(history)):
        said = {name: reading.data.get(name) for name in data}
        if reading.counts and reading.type == kind and reading.event.stream == stream and said == data:
            return reading
    raise Unfit(f"{stream} has no {kind} that counts")


def _retraction(reading: Reading, reason: str) -> NewEvent:
    return new_event("event_retracted", {"event": str(reading.event.event_id), "reason": reason})


def _project_disputes_of(party: str) -> None:
    """Write the parties of disputes anew: their rows name the party that another was merged into."""
    for slug in list(Participation.objects.filter(party=party).values_list("dispute", flat=True).distinct()):
        projections.project_dispute(slug)
