"""What may be done to a party: register it, rename it, add and remove aliases, say whose it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from disputes.commands.execution import (
    append_to_party,
    new_event,
    require_parties,
    require_slug,
    resolve_occurred,
)
from disputes.errors import FieldError, Invalid, Unfit
from disputes.occurred import Occurred
from disputes.party import PartyState
from disputes.recorded import RecordedEvent

When = Occurred | Mapping[str, Any] | str | None


def register_party(
    slug: str,
    *,
    name: str,
    by: str,
    aliases: Sequence[str] = (),
    note: str | None = None,
    event_id: UUID | None = None,
) -> RecordedEvent:
    """Take a person or an organisation into the record. Raises Unfit where the slug is taken."""
    require_slug(slug, example="getty-images")

    def check(state: PartyState) -> None:
        if state.exists:
            raise Unfit(f"the party {slug!r} is registered already, as {state.name}")

    data: dict[str, Any] = {"party_name": name, "aliases": list(aliases)}
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


def _dated(data: dict[str, Any], effective: When, justification: str | None) -> dict[str, Any]:
    when = resolve_occurred(effective)
    if when is not None:
        data["effective"] = when.model_dump(mode="json", exclude_none=True)
    if justification:
        data["justification"] = justification
    return data
