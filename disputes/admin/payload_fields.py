"""From a payload's declaration to the fields of its form.

The classes in `disputes.events` stay the only declaration: a field that is added there appears here, with a widget
that fits its type. A name counts only where the type can't tell, as with slugs that name parties or proceedings.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django import forms
from pydantic.fields import FieldInfo

from disputes.admin.combobox import Option
from disputes.admin.fields import (
    AmountField,
    DateField,
    KnownProceedingField,
    LinesField,
    PartiesField,
    PartyField,
    ProceedingField,
    TermField,
    TermsField,
    TickField,
    YesNoField,
)
from disputes.admin.labels import words
from disputes.admin.theme import Textarea, TextInput
from disputes.commands.execution import PARTY_FIELDS
from disputes.events.base import Payload
from disputes.events.fields import look_through
from disputes.occurred import Occurred
from disputes.vocabulary import Term

PROCEEDING_FIELDS = ("proceeding", "from_proceeding", "into", "to")
LONG_LINE = 300
"""What may be longer is prose and gets several lines."""

LABELS = {
    "actors": "Who acted",
    "targets": "Towards whom",
    "amounts": "Money",
    "low": "From",
    "high": "Up to",
    "per": "Paid",
    "basis": "According to",
    "effective": "Takes effect",
    "tiers": "Price list",
    "results": "Results",
    "uses": "Permitted uses",
    "term": "Term of the licence",
    "from_proceeding": "From the proceeding",
    "into": "Joined to",
    "to": "Related to",
    "until": "Until",
    "filed": "Filed on",
}
HELP = {
    "summary": "One or two sentences in your own words: who did what. An allegation stays an allegation.",
    "note": "What a reader should know beside the summary: doubts, differences between sources.",
    "high": "The same as “From” where the amount is exact; empty where it is only a least one.",
    "currency": "Three letters, such as USD.",
    "in_kind": "What was given instead of money, such as shares.",
    "quantity": "What the price covers, such as 10,000 posts a month.",
    "demands": "One a line, as the letter puts them.",
}


@dataclass(frozen=True, slots=True)
class Shape:
    """What a field of a payload holds, with the wrappings taken off."""

    kind: Any
    """The innermost type: str, bool, Decimal, a term, another payload."""
    many: bool
    required: bool
    optional: bool
    """Whether None is a value of its own, as for a bool that may be unknown."""
    default: Any
    max_length: int | None

    @property
    def payload(self) -> type[Payload] | None:
        """The payload class, where it holds payloads."""
        return self.kind if isinstance(self.kind, type) and issubclass(self.kind, Payload) else None


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a form has to know of the dispute that it is about."""

    dispute: str = ""
    proceedings: Sequence[Option] = field(default=())
    """Key and words of each proceeding that the dispute has."""
    new_party: Callable[[str], str | None] | None = None
    """Gives the slug of a party that the same form registers, by its name; None where it can register none."""


def shape_of(declared: FieldInfo) -> Shape:
    """Say what a field holds."""
    held = look_through(declared)
    return Shape(
        kind=held.kind,
        many=held.many,
        required=declared.is_required(),
        optional=held.optional,
        default=None if declared.is_required() else declared.default,
        max_length=held.max_length,
    )


def shapes_of(payload: type[Payload]) -> dict[str, Shape]:
    """Give the shape of every field, in the order of declaration."""
    return {name: shape_of(declared) for name, declared in payload.model_fields.items()}


def field_for(name: str, shape: Shape, *, begins: bool, known: Surroundings, demand: bool) -> forms.Field:
    """Make the form field for one field of a payload that holds no other payload.

    `begins` says whether the type may begin a proceeding. With `demand` false nothing is required by the form; the
    payload's own validation then says what is missing, as in rows that may stay empty.
    """
    options: dict[str, Any] = {
        "label": LABELS.get(name, words(name)),
        "help_text": HELP.get(name, ""),
        "required": shape.required and demand,
    }
    made = _named(name, shape, options, begins=begins, known=known) or _typed(shape, options)
    if shape.required:
        # For those who can't see the mark beside the label; also where an empty row may stay empty.
        made.widget.attrs["aria-required"] = "true"
    return made


def _named(
    name: str, shape: Shape, options: dict[str, Any], *, begins: bool, known: Surroundings
) -> forms.Field | None:
    if shape.kind is not str:
        return None
    if name in PARTY_FIELDS:
        kind = PartiesField if shape.many else PartyField
        return kind(dispute=known.dispute, new_party=known.new_party, **options)
    if name == "proceeding" and not begins:
        return KnownProceedingField(known.proceedings, **options)
    if name in PROCEEDING_FIELDS:
        return ProceedingField(known.proceedings, **options)
    return None


def _typed(shape: Shape, options: dict[str, Any]) -> forms.Field:
    kind = shape.kind
    if kind is Occurred:
        return DateField(**options)
    if kind is bool:
        return (YesNoField if shape.optional or shape.required else TickField)(**options)
    if kind in {Decimal, float}:
        return AmountField(**options)
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        choices = [(member.value, getattr(member, "label", words(member.value))) for member in kind]
        if isinstance(shape.default, Term):
            options["initial"] = shape.default.value
        return TermsField(choices, **options) if shape.many else TermField(choices, **options)
    return LinesField(**options) if shape.many else _text(shape, options)


def _text(shape: Shape, options: dict[str, Any]) -> forms.Field:
    is_prose = shape.max_length is not None and shape.max_length > LONG_LINE
    # In a row or a group, which are not asked for, a text is a remark.
    widget = Textarea(attrs={"rows": 4 if options["required"] else 2}) if is_prose else TextInput()
    return forms.CharField(max_length=shape.max_length, widget=widget, **options)


def begins_proceeding(payload: type[Payload]) -> bool:
    """Tell whether an event of this type may name a proceeding that the dispute does not have yet."""
    return bool({"court", "docket_number", "caption"} & set(payload.model_fields))


def flatten(data: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Write nested values under one name each: {"price": {"low": 1}} is {"price__low": 1}. Lists stay whole."""
    flat: dict[str, Any] = {}
    for name, value in data.items():
        if isinstance(value, Mapping) and "precision" not in value:
            flat |= flatten(value, f"{prefix}{name}__")
        else:
            flat[f"{prefix}{name}"] = value
    return flat


def nest(flat: Mapping[str, Any]) -> dict[str, Any]:
    """Undo `flatten`, leaving out what was not filled in and what holds nothing else."""
    data: dict[str, Any] = {}
    for name, value in flat.items():
        if value is None or value in ("", []):
            continue
        *path, last = name.split("__")
        at = data
        for step in path:
            at = at.setdefault(step, {})
        at[last] = value
    return data
