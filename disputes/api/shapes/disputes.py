"""A dispute, in a list and in full."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, NotRequired
from uuid import UUID

from typing_extensions import TypedDict

from disputes.api.shapes.terms import (
    BasisTerm,
    ClaimTerm,
    DataTypeTerm,
    EventTypeName,
    KindTerm,
    OutcomeTerm,
    PartialDate,
    PrecisionTerm,
    RoleTerm,
    StandingTerm,
    StatusTerm,
    UnitTerm,
    Url,
    WatchRuleTerm,
    documented,
)


@documented
class FormerName(TypedDict):
    """A name that a party had until it took another."""

    name: str
    until: PartialDate | None


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

    kind: WatchRuleTerm
    phrases: list[str]
    weight: float | None
    """How much each says for the dispute; None for the usual."""
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


@documented
class DisputeDetail(Dispute):
    """A dispute in full."""

    data_at_issue: str | None
    proceedings: list[Proceeding]
    prices: list[Price]
    licences: list[Licence]
    watch_terms: list[WatchRule]
    watch_since: PartialDate | None
    """What appeared long before is hardly about it; None where its first occurrence stands for this."""
    watch_until: PartialDate | None
    """What appeared long after is hardly about it; None where it goes on."""
    related: list[RelatedDispute]
    conflicts: list[str]
    """What sources disagree on."""
    status_history: list[StatusPeriod]
    is_closed: bool
    """Whether curators stopped following it."""
    absorbed: list[str]
    """The slugs of disputes that were merged into this one, whose events are told here."""
