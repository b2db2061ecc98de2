"""What a payload says, in words: labels instead of terms, names instead of slugs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from disputes.admin.amounts import show_money
from disputes.admin.dates import show_date
from disputes.admin.labels import term_label, words
from disputes.admin.payload_fields import LABELS, Shape, shapes_of
from disputes.commands.execution import PARTY_FIELDS
from disputes.events import EVENT_TYPES, Money
from disputes.events.base import Payload
from disputes.models import Party
from disputes.occurred import Occurred
from disputes.vocabulary import Standing, Term

Names = Mapping[str, str]
"""Slug -> present name of a party."""


class Said(NamedTuple):
    """One field in words."""

    label: str
    text: str


class Change(NamedTuple):
    """One field of an event before and after a correction."""

    label: str
    before: str
    after: str


def party_names(slugs: Iterable[str]) -> dict[str, str]:
    """Look the present names of parties up. One query."""
    return dict(Party.objects.filter(slug__in=set(slugs)).values_list("slug", "name"))


def parties_in(data: Mapping[str, Any]) -> Iterator[str]:
    """Give the slugs of the parties that a payload names."""
    for name in PARTY_FIELDS:
        value = data.get(name)
        yield from (value,) if isinstance(value, str) else value or ()


def say_data(kind: str, data: Mapping[str, Any], names: Names, *, leave_out: Iterable[str] = ()) -> list[Said]:
    """Say the fields of a payload that are filled in, in the order of declaration."""
    declaration = EVENT_TYPES.get(kind)
    if declaration is None:
        return []
    hidden = set(leave_out)
    return [
        Said(LABELS.get(name, words(name)), _say(name, shape, data[name], names))
        for name, shape in shapes_of(declaration).items()
        if name not in hidden and data.get(name) not in (None, "", [])
    ]


def say_event(
    kind: str,
    data: Mapping[str, Any],
    *,
    occurred: Mapping[str, str] | None,
    standing: str | None,
    names: Names,
    justification: str | None = None,
) -> list[Said]:
    """Say all of an event but its evidence."""
    said = [Said("Type", EVENT_TYPES[kind].label if kind in EVENT_TYPES else kind)]
    if occurred:
        said.append(Said("Date", show_date(occurred)))
    if standing:
        said.append(Said("Standing", term_label(Standing, standing)))
    said += say_data(kind, data, names)
    if justification:
        said.append(Said("Justification", justification))
    return said


def changes(before: Iterable[Said], after: Iterable[Said]) -> list[Change]:
    """Compare two readings of an event field by field."""
    old, new = dict(before), dict(after)
    return [
        Change(label, old.get(label, "nothing"), new.get(label, "nothing"))
        for label in dict.fromkeys([*old, *new])
        if old.get(label) != new.get(label)
    ]


def _say(name: str, shape: Shape, value: Any, names: Names) -> str:
    if shape.many:
        return "; ".join(_say_one(name, shape, item, names) for item in value)
    return _say_one(name, shape, value, names)


def _say_one(name: str, shape: Shape, value: Any, names: Names) -> str:
    kind = shape.kind
    if kind is Occurred:
        return show_date(value)
    if kind is bool:
        return "Yes" if value else "No"
    if isinstance(kind, type) and issubclass(kind, Term):
        return term_label(kind, value)
    if kind is Money:
        return show_money(value)
    if isinstance(kind, type) and issubclass(kind, Payload) and isinstance(value, Mapping):
        parts = [
            _say(inner, inner_shape, value[inner], names)
            for inner, inner_shape in shapes_of(kind).items()
            if value.get(inner) not in (None, "", [])
        ]
        return ", ".join(parts)
    return names.get(value, str(value)) if name in PARTY_FIELDS else str(value)
