"""Controlled terms, dates and addresses as answers write them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any, NotRequired, TypeVar

from pydantic import ConfigDict, Field, TypeAdapter, WithJsonSchema, with_config
from typing_extensions import TypedDict, get_original_bases, is_typeddict

from disputes.events import EVENT_TYPES
from disputes.events.curation import WatchRuleKind
from disputes.vocabulary import (
    Basis,
    Claim,
    ClaimOutcome,
    DataType,
    Kind,
    Lane,
    PartyKind,
    Role,
    Stance,
    Standing,
    Status,
    Unit,
)

Shape = TypeVar("Shape", bound=type)


def documented(shape: Shape) -> Shape:
    """Describe the fields of a shape in its schema by the docstrings below them, those of its bases included."""

    def describe_inherited(schema: dict[str, Any]) -> None:
        # Of a typed dictionary pydantic reads the class's own body only.
        for base in get_original_bases(shape):
            described = _schema_of(base) if is_typeddict(base) else {}
            for name, field in described.get("properties", {}).items():
                if "description" in field and "$ref" not in schema["properties"][name]:
                    schema["properties"][name].setdefault("description", field["description"])

    return with_config(ConfigDict(use_attribute_docstrings=True, json_schema_extra=describe_inherited))(shape)


def _schema_of(shape: Any) -> dict[str, Any]:
    found = TypeAdapter(shape).json_schema()
    inner: dict[str, Any] = found.get("$defs", {}).get(shape.__name__, found)
    return inner


def _one_of(terms: Iterable[str]) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "enum": [str(term) for term in terms]})


KindTerm = Annotated[str, _one_of(Kind)]
StatusTerm = Annotated[str, _one_of(Status)]
PartyKindTerm = Annotated[str, _one_of(PartyKind)]
RoleTerm = Annotated[str, _one_of(Role)]
ClaimTerm = Annotated[str, _one_of(Claim)]
OutcomeTerm = Annotated[str, _one_of(ClaimOutcome)]
DataTypeTerm = Annotated[str, _one_of(DataType)]
StandingTerm = Annotated[str, _one_of(Standing)]
StanceTerm = Annotated[str, _one_of(Stance)]
LaneTerm = Annotated[str, _one_of(Lane)]
UnitTerm = Annotated[str, _one_of(Unit)]
BasisTerm = Annotated[str, _one_of(Basis)]
WatchRuleTerm = Annotated[str, _one_of(WatchRuleKind)]
EventTypeName = Annotated[str, _one_of(EVENT_TYPES)]
PrecisionTerm = Annotated[str, WithJsonSchema({"type": "string", "enum": ["day", "month", "year"]})]
Url = Annotated[str, Field(json_schema_extra={"format": "uri"})]


@documented
class PartialDate(TypedDict):
    """A date as it is known: 2023-04-19 to the day, 2023-04 to the month, 2023 to the year."""

    date: str
    precision: PrecisionTerm
    end: NotRequired[str]
    """Where something lasted longer than its first date; in the same precision."""
