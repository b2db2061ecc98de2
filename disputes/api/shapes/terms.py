"""Controlled terms, dates and addresses as answers write them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, NotRequired

from pydantic import ConfigDict, Field, WithJsonSchema, with_config
from typing_extensions import TypedDict

from disputes.events import EVENT_TYPES
from disputes.events.curation import WatchRuleKind
from disputes.vocabulary import (
    Basis,
    Claim,
    ClaimOutcome,
    DataType,
    Kind,
    Lane,
    Role,
    Stance,
    Standing,
    Status,
    Unit,
)

documented = with_config(ConfigDict(use_attribute_docstrings=True))


def _one_of(terms: Iterable[str]) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "enum": [str(term) for term in terms]})


KindTerm = Annotated[str, _one_of(Kind)]
StatusTerm = Annotated[str, _one_of(Status)]
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
