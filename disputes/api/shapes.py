"""What the API answers: one type for each kind of thing.

Typed dictionaries: the type checker holds the code to them, OpenAPI is made from them, and writing them costs no
more than writing the JSON.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, NotRequired
from uuid import UUID

from pydantic import ConfigDict, Field, WithJsonSchema, with_config
from typing_extensions import TypedDict

from disputes.events import EVENT_TYPES
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
    Term,
    Unit,
)

documented = with_config(ConfigDict(use_attribute_docstrings=True))


def _one_of(terms: type[Term] | list[str]) -> WithJsonSchema:
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
EventTypeName = Annotated[str, _one_of(list(EVENT_TYPES))]
PrecisionTerm = Annotated[str, WithJsonSchema({"type": "string", "enum": ["day", "month", "year"]})]
Url = Annotated[str, Field(json_schema_extra={"format": "uri"})]


@documented
class PartialDate(TypedDict):
    """A date as it is known: 2023-04-19 to the day, 2023-04 to the month, 2023 to the year."""

    date: str
    precision: PrecisionTerm
    end: NotRequired[str]
    """Where something lasted longer than its first date; in the same precision."""


@documented
class PartyInRole(TypedDict):
    """A party as it stands in a dispute."""

    slug: str
    name: str
    role: RoleTerm
    note: str | None
    aliases: NotRequired[list[str]]
    """With `expand=parties`."""
    former_names: NotRequired[list[FormerName]]
    """With `expand=parties`."""
    parent: NotRequired[str | None]
    """With `expand=parties`."""


@documented
class Latest(TypedDict):
    """The latest occurrence that had happened."""

    date: str
    precision: PrecisionTerm
    end: NotRequired[str]
    type: EventTypeName
    label: str
    summary: str


@documented
class Dispute(TypedDict):
    """A dispute as lists tell it."""

    slug: str
    url: Url
    title: str
    kind: KindTerm
    status: StatusTerm
    """Derived from the events and the calendar, never typed in."""
    summary: str
    parties: list[PartyInRole]
    data_types: list[DataTypeTerm]
    jurisdictions: list[str]
    opened: PartialDate | None
    """Date of the earliest occurrence."""
    latest: Latest | None
    next_date: PartialDate | None
    """Date of the next occurrence that is scheduled."""
    evidence_count: int
    """Articles that the record rests on."""
    version: int
    """To be sent in `If-Match` when writing."""
    updated_at: datetime
    """When its newest event was recorded."""


class ClaimInProceeding(TypedDict):
    """A claim that was pleaded, and what became of it."""

    claim: ClaimTerm
    outcome: OutcomeTerm


@documented
class Proceeding(TypedDict):
    """A case before a court or an authority."""

    key: str
    """Its name within the dispute, by which events refer to it."""
    court: str | None
    docket_number: str | None
    caption: str | None
    judge: str | None
    filed: PartialDate | None
    status: StatusTerm
    claims: list[ClaimInProceeding]


@documented
class Amount(TypedDict):
    """An amount of money or a range, where it comes from, and what it is paid for."""

    low: str | None
    high: str | None
    currency: str | None
    per: UnitTerm | None
    basis: BasisTerm
    approximate: bool
    undisclosed: bool
    in_kind: str | None
    note: str | None


@documented
class Price(TypedDict):
    """One published price."""

    event: UUID
    occurred: PartialDate
    effective: PartialDate | None
    holder: str | None
    tier: str | None
    quantity: str | None
    price: Amount
    standing: StandingTerm | None


@documented
class Licence(TypedDict):
    """One licence as an event tells it."""

    event: UUID
    type: EventTypeName
    occurred: PartialDate
    standing: StandingTerm | None
    licensor: str | None
    licensee: str | None
    terms: dict[str, Any]
    """The data of the event."""


@documented
class WatchRule(TypedDict):
    """Phrases by which the pipeline finds articles."""

    kind: str
    phrases: list[str]
    note: str | None


@documented
class RelatedDispute(TypedDict):
    """Another dispute that has to do with this one."""

    slug: str
    title: str
    note: str | None


@documented
class StatusPeriod(TypedDict):
    """A status from one day until the next began."""

    status: StatusTerm
    since: date
    until: date | None


class DisputeDetail(Dispute):
    """A dispute in full."""

    data_at_issue: str | None
    proceedings: list[Proceeding]
    prices: list[Price]
    licences: list[Licence]
    watch_terms: list[WatchRule]
    related: list[RelatedDispute]
    conflicts: list[str]
    """What sources disagree on."""
    status_history: list[StatusPeriod]
    is_closed: bool
    """Whether curators stopped following it."""
    merged_into: str | None


class ArticleInEvent(TypedDict):
    """An article as an event names it."""

    id: UUID
    url: Url
    digest: NotRequired[str]


@documented
class Citation(TypedDict):
    """What an occurrence rests on."""

    article: ArticleInEvent
    stance: StanceTerm
    quote: str | None
    locator: str | None


@documented
class Event(TypedDict):
    """An event of a dispute as it reads now, corrections applied."""

    id: UUID
    url: Url
    position: int
    """Place in the whole log."""
    version: int
    """Place among the events of the dispute."""
    type: EventTypeName
    label: str
    lane: LaneTerm
    occurred: PartialDate | None
    """None for curation, which has no date in the world."""
    recorded_at: datetime
    recorded_by: str
    standing: StandingTerm | None
    summary: str
    data: dict[str, Any]
    """The payload; its JSON Schema is under `vocabulary/`."""
    evidence: list[Citation]
    justification: str | None
    corrects: UUID | None
    retracts: UUID | None
    corrected_by: UUID | None
    """The correction in force."""
    retracted_by: UUID | None
    """The retraction in force; where there is one the event counts for nothing."""


@documented
class LogEntry(TypedDict):
    """An event of the log as it was recorded."""

    position: int
    """Place in the whole log, from 1, without gaps, in commit order."""
    id: UUID
    stream: str
    """Category and key, such as "dispute/getty-v-stability"."""
    version: int
    """Place in the stream, from 1, without gaps."""
    type: EventTypeName
    label: str
    occurred: PartialDate | None
    recorded_at: datetime
    recorded_by: str
    standing: StandingTerm | None
    summary: str
    data: dict[str, Any]
    evidence: list[Citation]
    justification: str | None
    corrects: UUID | None
    retracts: UUID | None


@documented
class ArticleInEvidence(TypedDict):
    """An article in short."""

    id: UUID
    url: Url
    title: str
    source: str
    published_at: datetime | None
    author: NotRequired[str]
    """With `expand=article`, like the fields that follow."""
    language: NotRequired[str]
    first_seen_at: NotRequired[datetime]
    captured_at: NotRequired[datetime | None]
    digest: NotRequired[str | None]
    text: NotRequired[str]


class MatchReason(TypedDict):
    """Why the pipeline held an article for evidence."""

    kind: str
    text: str
    weight: float


@documented
class Evidence(TypedDict):
    """An article that a dispute, or one event of it, rests on."""

    article: ArticleInEvidence
    event: UUID | None
    """The event it speaks of; None for the dispute as a whole."""
    stance: StanceTerm
    quote: str | None
    locator: str | None
    score: float | None
    reasons: list[MatchReason]
    attached_by: str
    attached_at: datetime


@documented
class FormerName(TypedDict):
    """A name that a party had until it took another."""

    name: str
    until: PartialDate | None


class DisputeOfParty(TypedDict):
    """A dispute that a party has a role in."""

    slug: str
    title: str
    role: RoleTerm


@documented
class Party(TypedDict):
    """A person or an organisation."""

    slug: str
    url: Url
    name: str
    aliases: list[str]
    former_names: list[FormerName]
    parent: str | None
    """The party it belongs to."""
    disputes: list[DisputeOfParty]
    merged_into: str | None
    note: str | None
    version: int
    updated_at: datetime


class DisputeOfArticle(TypedDict):
    """A dispute that an article is evidence of."""

    slug: str
    title: str


@documented
class Article(TypedDict):
    """One document, captured or known by its address only."""

    id: UUID
    url: Url
    """The document's own address."""
    permalink: Url
    """The address of this resource."""
    title: str
    source: str
    author: str
    language: str
    published_at: datetime | None
    first_seen_at: datetime
    captured_at: datetime | None
    """None where only the address is known."""
    digest: str | None
    """SHA-256 of title and text, in hexadecimal."""
    group: UUID | None
    """The same for copies of one story."""
    disputes: list[DisputeOfArticle]


class ArticleDetail(Article):
    """One document with its text."""

    text: str
    other_urls: list[str]


class TermEntry(TypedDict):
    """A controlled term."""

    value: str
    label: str
    definition: str


@documented
class EventTypeEntry(TypedDict):
    """An event type."""

    type: EventTypeName
    label: str
    definition: str
    lane: LaneTerm
    is_occurrence: bool
    """Whether it is an event about the world, with a date, a standing and a source."""
    leads_to: StatusTerm | None
    version: int
    data_schema: dict[str, Any]
    """JSON Schema of its data."""


class Vocabulary(TypedDict):
    """Every controlled term under the name of its vocabulary, and every event type."""

    terms: dict[str, list[TermEntry]]
    event_types: list[EventTypeEntry]


class Index(TypedDict):
    """The resources there are, with their addresses."""

    resources: dict[str, Url]


class ProblemError(TypedDict):
    """What is wrong with one field or parameter."""

    pointer: str
    detail: str


class Problem(TypedDict):
    """A problem document (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    errors: NotRequired[list[ProblemError]]
