"""What may be done to a party: register it, rename it, add and remove aliases, say whose it is, correct all that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from disputes import ledger
from disputes.commands.execution import (
    When,
    append_to_party,
    new_event,
    require_amendable,
    require_parties,
    require_slug,
    resolve_occurred,
)
from disputes.commands.merging import refuse_half_a_merge
from disputes.errors import FieldError, Invalid, Unfit, unknown_event
from disputes.ledger import NewEvent
from disputes.party import PartyState
from disputes.recorded import Reading, RecordedEvent, read_present
from disputes.streams import party_stream


def register_party(
    slug: str,
    *,
    name: str,
    by: str,
    aliases: Sequence[str] = (),
    kind: str | None = None,
    note: str | None = None,
    event_id: UUID | None = None,
) -> RecordedEvent:
    """Take a person or an organisation into the record. Raises Unfit where the slug is taken.

    Where `kind` says "person", names and notes are sealed from the start and can be erased; a slug never is.
    """
    require_slug(slug, example="getty-images")

    def check(state: PartyState) -> None:
        if state.exists:
            raise Unfit(f"the party {slug!r} is registered already, as {state.name}")

    data: dict[str, Any] = {"party_name": name, "aliases": list(aliases)}
    if kind:
        data["kind"] = kind
    if note:
        data["note"] = note
    event = new_event("party_registered", data, event_id=event_id)
    return append_to_party(slug, [event], check=check, expected_version=None, by=by, opens=True)[0]


def rename_party(
    slug: str,
    *,
    name: str,
    by: str,
    effective: When = None,
    justification: str | None = None,
    event_id: UUID | None = None,
    expected_version: int | None = None,
) -> RecordedEvent:
    """Record that the party took another name, and when. Raises Unfit where it has that name."""

    def check(state: PartyState) -> None:
        if state.name == name:
            raise Unfit(f"{slug} is called {name} already")

    data = _dated({"new_name": name}, effective, justification)
    event = new_event("party_renamed", data, event_id=event_id)
    return append_to_party(slug, [event], check=check, expected_version=expected_version, by=by)[0]


def add_alias(
    slug: str, *, alias: str, by: str, event_id: UUID | None = None, expected_version: int | None = None
) -> RecordedEvent:
    """Record another name of the party. Raises Unfit where it is known."""

    def check(state: PartyState) -> None:
        if alias in state.all_names:
            raise Unfit(f"{slug} is known as {alias} already")

    event = new_event("alias_added", {"alias": alias}, event_id=event_id)
    return append_to_party(slug, [event], check=check, expected_version=expected_version, by=by)[0]


def remove_alias(
    slug: str,
    *,
    alias: str,
    by: str,
    reason: str | None = None,
    event_id: UUID | None = None,
    expected_version: int | None = None,
) -> RecordedEvent:
    """Record that a name does not mean this party. Raises Unfit where it is no alias."""

    def check(state: PartyState) -> None:
        if alias not in state.aliases:
            raise Unfit(f"{alias} is no alias of {slug}")

    data = {"alias": alias} | ({"reason": reason} if reason else {})
    event = new_event("alias_removed", data, event_id=event_id)
    return append_to_party(slug, [event], check=check, expected_version=expected_version, by=by)[0]


def change_parent(
    slug: str,
    *,
    parent: str | None,
    by: str,
    effective: When = None,
    justification: str | None = None,
    event_id: UUID | None = None,
    expected_version: int | None = None,
) -> RecordedEvent:
    """Record to whom the party belongs, or that it belongs to nobody. Raises Invalid for an unknown parent."""
    if parent == slug:
        raise Invalid("a party can't be its own parent", [FieldError("/data/parent", f"{slug} is the party itself")])

    def check(state: PartyState) -> None:
        if state.parent == parent:
            raise Unfit(f"{slug} belongs to {parent or 'nobody'} already")

    data = _dated({"parent": parent} if parent else {}, effective, justification)
    event = new_event("parent_changed", data, event_id=event_id)
    require_parties(event)
    return append_to_party(slug, [event], check=check, expected_version=expected_version, by=by)[0]


def correct_party_event(
    slug: str,
    *,
    event: UUID,
    reason: str,
    data: Mapping[str, Any],
    by: str,
    event_id: UUID | None = None,
    expected_version: int | None = None,
) -> RecordedEvent:
    """Record what an earlier event of the party should have said, such as a name that was misspelt.

    `data` is the whole new reading. For what changed in the world there are the other commands. Raises NotFound for
    an event that the party does not have, Unfit for one that is retracted, Invalid for a wrong reading.
    """
    said = new_event(_reading(slug, event).type, data)
    require_parties(said)

    reading = {"type": said.payload.name, "version": said.payload.version, "data": said.payload.to_data()}
    correction = new_event(
        "event_corrected", {"event": str(event), "reason": reason, "reading": reading}, event_id=event_id
    )
    return _amend(slug, correction, event, expected_version, by)


def retract_party_event(
    slug: str,
    *,
    event: UUID,
    reason: str,
    by: str,
    event_id: UUID | None = None,
    expected_version: int | None = None,
) -> RecordedEvent:
    """Record that an earlier event of the party should not have been recorded; it stays in the log.

    Raises NotFound, and Unfit where it is retracted already or is the party's registration.
    """
    retraction = new_event("event_retracted", {"event": str(event), "reason": reason}, event_id=event_id)
    return _amend(slug, retraction, event, expected_version, by)


def _amend(slug: str, amendment: NewEvent, event: UUID, expected_version: int | None, by: str) -> RecordedEvent:
    def check(_state: PartyState) -> None:
        subject = _reading(slug, event)
        if not subject.counts:
            raise Unfit(f"event {event} is retracted already")
        if subject.type == "party_registered" and amendment.payload.name == "event_retracted":
            raise Unfit("the registration of a party can't be retracted; merge the party into another instead")
        require_amendable(subject)
        refuse_half_a_merge(subject, read_present(ledger.read_stream(party_stream(slug))))

    return append_to_party(slug, [amendment], check=check, expected_version=expected_version, by=by)[0]


def _reading(slug: str, event: UUID) -> Reading:
    for reading in read_present(ledger.read_stream(party_stream(slug))):
        if reading.event.event_id == event:
            return reading
    raise unknown_event(event, slug)


def _dated(data: dict[str, Any], effective: When, justification: str | None) -> dict[str, Any]:
    when = resolve_occurred(effective)
    if when is not None:
        data["effective"] = when.model_dump(mode="json", exclude_none=True)
    if justification:
        data["justification"] = justification
    return data
