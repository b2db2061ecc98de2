"""Examples that fill in every field of a payload, with words that say nothing about anybody."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid5

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from disputes.events import EventType, Evidence, Money
from disputes.events.base import ArticleReference
from disputes.events.curation import Reading, WatchRule, WatchRuleKind
from disputes.events.fields import look_through
from disputes.occurred import Occurred
from disputes.vocabulary import Basis, Standing, Unit

NAMESPACE = UUID("5a0b3f0e-5f0c-4c53-9d0e-0c2f5d1c7a11")
LINE, PROSE = "a line of text", "A paragraph of text: “quoted”, é, 漢, \U0001f4c4\nand its second line."
ARTICLE = {
    "id": str(uuid5(NAMESPACE, "article")),
    "url": "https://news.example/an-article",
    "digest": "0123456789abcdef" * 4,
}
DATES: Sequence[dict[str, str]] = (
    {"date": "2023-04-19", "precision": "day"},
    {"date": "2023-04", "precision": "month", "end": "2023-06"},
    {"date": "2023", "precision": "year"},
)
EVIDENCE: Sequence[dict[str, Any]] = (
    {"article": ARTICLE, "stance": "contradicts", "quote": PROSE, "locator": LINE},
    {"article": {name: ARTICLE[name] for name in ("id", "url")}},
)


def payload_examples(declaration: type[EventType]) -> list[dict[str, Any]]:
    """Give payloads of a type: one with what is required only, one with every field, and one for each further term.

    Each is what the ledger stores, so what equals its default is left out.
    """
    fields = declaration.model_fields
    least = {name: _alternatives(name, field)[0] for name, field in fields.items() if field.is_required()}
    return [declaration.model_validate(example).to_data() for example in (least, *_full(declaration))]


def envelopes(declaration: type[EventType], number: int) -> dict[str, Any]:
    """Give what stands beside the payload in the body of an event."""
    if not declaration.is_occurrence:
        return {}
    standings = list(Standing)
    envelope: dict[str, Any] = {
        "occurred": DATES[number % len(DATES)],
        "standing": str(standings[number % len(standings)]),
    }
    if number % 2:
        return envelope | {"evidence": [Evidence.model_validate(item).to_data() for item in EVIDENCE]}
    return envelope | {"justification": PROSE}


def _full(payload: type[BaseModel]) -> list[dict[str, Any]]:
    """Give an example with every field, and others for the further alternatives that fields have."""
    made = _BY_HAND.get(payload)
    if made is not None:
        return made()
    found = {name: _alternatives(name, field) for name, field in payload.model_fields.items()}
    least = {name: values[0] for name, values in found.items() if payload.model_fields[name].is_required()}
    amount = max((len(values) for values in found.values()), default=1)
    return [
        least | {name: values[number] for name, values in found.items() if number < len(values)}
        for number in range(amount)
    ]


def _alternatives(name: str, field: FieldInfo) -> list[Any]:
    """Give values for a field, such as every term of its vocabulary; of a list one value that holds them all."""
    held = look_through(field)
    values = _values(name, held.kind, held.max_length)
    default = None if field.is_required() else field.get_default(call_default_factory=True)
    if held.many:
        return [values]
    # What equals the default is not stored; the other values come first, so that every field is seen in a body.
    return sorted(values, key=lambda value: value == default)


def _values(name: str, kind: Any, max_length: int | None) -> list[Any]:
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return [str(member) for member in kind]
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return _full(kind)
    if kind is str:
        return _TEXTS.get(max_length, [LINE])
    if kind in _PLAIN:
        return _PLAIN[kind]
    raise NotImplementedError(
        f"no example is known for the field {name!r}, which holds {kind!r}. Add one to {__file__}, in _PLAIN, or in "
        "_BY_HAND where a payload has rules between its fields."
    )


_TEXTS: Mapping[int | None, list[Any]] = {
    100: ["a-slug", "another-slug"],
    5_000: [PROSE],
    300: [LINE, "Δ another line"],
}
"""Texts by the greatest length that their field allows: slugs, prose, lines."""

_PLAIN: Mapping[Any, list[Any]] = {
    bool: [True, False],
    int: [2],
    float: [0.5, 1.0],
    Decimal: ["1250000.50"],
    UUID: [str(uuid5(NAMESPACE, "event"))],
}


def _money() -> list[dict[str, Any]]:
    """Every unit and basis, and each of the ways to say an amount."""
    exact = [
        {"low": "0.24", "high": "0.24", "currency": "USD", "per": str(unit), "basis": str(Basis.DISCLOSED)}
        for unit in Unit
    ]
    told = [
        {"low": "1000000", "currency": "EUR", "basis": str(basis), "approximate": True, "note": PROSE}
        for basis in Basis
    ]
    return [
        *exact,
        *told,
        {"high": "100000000000000000000000", "currency": "GBP", "basis": "estimated"},
        {"undisclosed": True, "basis": "reported"},
        {"in_kind": LINE, "basis": "reported"},
    ]


def _readings() -> list[dict[str, Any]]:
    """One of an occurrence with all there is, and one of curation."""
    occurrence = {
        "type": "statement_made",
        "occurred": DATES[1],
        "standing": "reported",
        "data": {"summary": PROSE, "actors": ["a-slug"]},
        "evidence": list(EVIDENCE),
        "justification": PROSE,
    }
    return [occurrence, {"type": "conflict_noted", "data": {"text": PROSE}}]


def _watch_rules() -> list[dict[str, Any]]:
    return [
        {"kind": str(kind), "phrases": [LINE, "text*", "a line|a paragraph"], "note": LINE}
        | ({"weight": 1.5} if kind in {WatchRuleKind.ANY, WatchRuleKind.ALL} else {})
        for kind in WatchRuleKind
    ]


_BY_HAND: Mapping[type[BaseModel], Callable[[], list[dict[str, Any]]]] = {
    ArticleReference: lambda: [ARTICLE],
    Money: _money,
    Occurred: lambda: list(DATES),
    Reading: _readings,
    WatchRule: _watch_rules,
}
"""Payloads whose fields depend on each other, or have a form that their type does not tell."""
