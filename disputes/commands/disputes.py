"""What curators, seeds and the pipeline may do to a dispute. Each command validates, then appends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from disputes.commands.execution import (
    append_to_dispute,
    given,
    new_event,
    require_parties,
    require_slug,
)
from disputes.dispute import DisputeState
from disputes.errors import FieldError, Invalid, Unfit
from disputes.models import Dispute
from disputes.recorded import RecordedEvent


def open_dispute(slug: str, *, by: str, event_id: UUID | None = None, **description: Any) -> RecordedEvent:
    """Take a dispute into the record: title, kind, summary and the rest of `dispute_opened`.

    Raises Unfit where it is there already, Invalid where a field is wrong.
    """
    require_slug(slug, example="getty-v-stability")

    def check(state: DisputeState) -> None:
        if state.exists:
            raise Unfit(f"the dispute {slug!r} is open already")

    event = new_event("dispute_opened", description, event_id=event_id)
    return append_to_dispute(slug, [event], check=check, expected_version=None, by=by, opens=True)[0]


def describe_dispute(
    slug: str,
    *,
    by: str,
    event_id: UUID | None = None,
    expected_version: int | None = None,
    **description: Any,
) -> RecordedEvent:
    """Write the description anew; the fields are those of `open_dispute`."""
    return _curate(slug, "dispute_described", description, by, event_id, expected_version)


def note_conflict(
    slug: str, *, text: str, by: str, event_id: UUID | None = None, expected_version: int | None = None
) -> RecordedEvent:
    """Record that sources disagree, or that one of them is wrong."""
    return _curate(slug, "conflict_noted", {"text": text}, by, event_id, expected_version)


def relate_disputes(
    slug: str,
    *,
    other: str,
    by: str,
    note: str | None = None,
    event_id: UUID | None = None,
    expected_version: int | None = None,
) -> RecordedEvent:
    """Link another dispute to this one. Raises Invalid where the other does not exist or is this one."""
    if other == slug or not Dispute.objects.filter(slug=other).exists():
        raise Invalid("the related dispute is not right", [FieldError("/data/other", f"no other dispute {other!r}")])
    return _curate(slug, "dispute_related", given(other=other, note=note), by, event_id, expected_version)


def close_dispute(
    slug: str, *, reason: str, by: str, event_id: UUID | None = None, expected_version: int | None = None
) -> RecordedEvent:
    """Stop following a dispute; nothing of it is lost. Raises Unfit where it is closed."""

    def check(state: DisputeState) -> None:
        if state.is_closed:
            raise Unfit(f"{slug} is closed already")

    event = new_event("dispute_closed", {"reason": reason}, event_id=event_id)
    return append_to_dispute(slug, [event], check=check, expected_version=expected_version, by=by)[0]


def reopen_dispute(
    slug: str, *, reason: str, by: str, event_id: UUID | None = None, expected_version: int | None = None
) -> RecordedEvent:
    """Follow a closed dispute again. Raises Unfit where it is not closed."""

    def check(state: DisputeState) -> None:
        if not state.is_closed:
            raise Unfit(f"{slug} is not closed")

    event = new_event("dispute_reopened", {"reason": reason}, event_id=event_id)
    return append_to_dispute(slug, [event], check=check, expected_version=expected_version, by=by)[0]


def add_party(
    slug: str,
    *,
    party: str,
    role: str,
    by: str,
    note: str | None = None,
    event_id: UUID | None = None,
    expected_version: int | None = None,
) -> RecordedEvent:
    """Record a registered party in a role. Raises Unfit where it has that role with that note already."""

    def check(state: DisputeState) -> None:
        there = state.participations.get((party, role))
        if there is not None and there.note == note:
            raise Unfit(f"{party} is {role} of {slug} already")

    event = new_event("party_joined", given(party=party, role=role, note=note), event_id=event_id)
    require_parties(event)
    return append_to_dispute(slug, [event], check=check, expected_version=expected_version, by=by)[0]


def remove_party(
    slug: str,
    *,
    party: str,
    role: str,
    by: str,
    reason: str | None = None,
    event_id: UUID | None = None,
    expected_version: int | None = None,
) -> RecordedEvent:
    """End a party's role. Raises Unfit where it has none."""

    def check(state: DisputeState) -> None:
        if (party, role) not in state.participations:
            raise Unfit(f"{party} is not {role} of {slug}")

    event = new_event("party_left", given(party=party, role=role, reason=reason), event_id=event_id)
    return append_to_dispute(slug, [event], check=check, expected_version=expected_version, by=by)[0]


def change_watch_rules(
    slug: str,
    *,
    rules: Sequence[Mapping[str, Any]],
    by: str,
    since: Mapping[str, Any] | None = None,
    until: Mapping[str, Any] | None = None,
    event_id: UUID | None = None,
    expected_version: int | None = None,
) -> RecordedEvent:
    """Set the phrases by which the pipeline finds articles, and when these appear; they replace the earlier ones."""
    data = given(rules=list(rules), since=since, until=until)
    return _curate(slug, "watch_terms_changed", data, by, event_id, expected_version)


def _curate(  # noqa: PLR0917 (private)
    slug: str,
    name: str,
    data: Mapping[str, Any],
    by: str,
    event_id: UUID | None,
    expected_version: int | None,
) -> RecordedEvent:
    event = new_event(name, data, event_id=event_id)
    return append_to_dispute(slug, [event], expected_version=expected_version, by=by)[0]
