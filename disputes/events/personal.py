"""Which fields of payloads name natural persons, so that the ledger holds them sealed and they can be erased.

A field is declared by its type, such as `judge: PersonName`. What the declarations mean is in `disputes.erasure`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from enum import Enum
from functools import cache
from typing import Annotated, Any, NamedTuple

from pydantic import BaseModel

from disputes.events.base import EVENT_TYPES, Line, Prose
from disputes.events.fields import look_through

ERASED = "[erased]"
"""What is read in the place of a text that was erased."""


class Erasure(NamedTuple):
    """One text of an event that can't be read any more."""

    pointer: str
    """RFC 6901, from the root of what the ledger recorded, as it was stored: "/data/judge"."""
    subject: str
    """Names the key that is gone, and nobody."""
    at: datetime
    """When it was destroyed."""


class Personal(Enum):
    """Whom a field speaks of."""

    NAME = "name"
    """The person whose name the field holds."""
    PARTY = "party"
    """The party in whose stream the event stands. Where it is an organisation the field is not personal."""


PersonName = Annotated[Line, Personal.NAME]
"""The name of a natural person who is no party, such as a judge."""
PartyLine = Annotated[Line, Personal.PARTY]
"""One line about the party of the stream, such as its name."""
PartyProse = Annotated[Prose, Personal.PARTY]
"""Some lines about the party of the stream, such as a note."""


class Member(NamedTuple):
    """One text of an event that is about somebody."""

    pointer: str
    """RFC 6901, from the root of what the ledger records: "/data/judge"."""
    about: Personal
    text: str


def find_personal(name: str, data: Mapping[str, Any], pointer: str = "/data") -> Iterator[Member]:
    """Find the personal texts of a payload, as it is stored; those of the reading that a correction gives too."""
    declaration = EVENT_TYPES[name]
    yield from _find(_personal_fields(declaration), data, pointer)
    if name == "event_corrected":
        yield from find_personal(data["reading"]["type"], data["reading"]["data"], f"{pointer}/reading/data")


def is_personal(name: str) -> bool:
    """Say whether payloads of a type can hold personal texts at all. One dictionary access after the first call."""
    # A correction holds the payload of another type.
    return name == "event_corrected" or bool(_personal_fields(EVENT_TYPES[name]))


class _Field(NamedTuple):
    name: str
    many: bool
    about: Personal | None
    inner: tuple[_Field, ...]


@cache
def _personal_fields(payload: type[BaseModel]) -> tuple[_Field, ...]:
    fields = []
    for name, declared in payload.model_fields.items():
        held = look_through(declared)
        about = next((mark for mark in held.metadata if isinstance(mark, Personal)), None)
        is_payload = isinstance(held.kind, type) and issubclass(held.kind, BaseModel)
        inner = _personal_fields(held.kind) if is_payload else ()
        if about is not None or inner:
            fields.append(_Field(name, held.many, about, inner))
    return tuple(fields)


def _find(fields: tuple[_Field, ...], data: Mapping[str, Any], pointer: str) -> Iterator[Member]:
    for field in fields:
        value = data.get(field.name)
        if value is None:
            continue
        at = f"{pointer}/{field.name}"
        places = [(f"{at}/{index}", item) for index, item in enumerate(value)] if field.many else [(at, value)]
        for place, item in places:
            if field.about is not None:
                yield Member(place, field.about, item)
            else:
                yield from _find(field.inner, item, place)
