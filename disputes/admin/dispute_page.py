"""All that the page of a dispute shows, made from its folded state in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any, NamedTuple
from uuid import UUID

from django.utils import timezone

from disputes.admin.amounts import show_money
from disputes.admin.dates import show_date
from disputes.admin.labels import STANDING_COLOUR, STATUS_COLOUR, term_label, type_label
from disputes.admin.timeline import Entry, PartyLink, Source, build_entries, make_source
from disputes.admin.values import Names, Said, parties_in, party_names, say_data
from disputes.dispute import DisputeState
from disputes.models import Article
from disputes.recorded import Reading
from disputes.summaries import summarise
from disputes.vocabulary import Claim, ClaimOutcome, DataType, Kind, Role, Standing, Status


@dataclass(frozen=True, slots=True)
class StatusNow:
    """Where the dispute stands, since when, and what led there."""

    label: str
    colour: str
    definition: str
    since: date | None
    cause: UUID | None
    cause_label: str


class RoleGroup(NamedTuple):
    """The parties in one role."""

    role: str
    label: str
    members: Sequence[tuple[PartyLink, str]]
    """Each party with the note on its role."""


class ClaimLine(NamedTuple):
    """A claim and what became of it."""

    claim: str
    outcome: str
    is_pending: bool


@dataclass(frozen=True, slots=True)
class ProceedingCard:
    """A case with its claims."""

    key: str
    heading: str
    said: Sequence[Said]
    status: str
    status_colour: str
    claims: Sequence[ClaimLine]


class PriceLine(NamedTuple):
    """One line of the table of prices."""

    date: str
    holder: str
    tier: str
    price: str
    standing: str
    standing_colour: str
    event: UUID


class LicenceLine(NamedTuple):
    """One line of the table of licences."""

    date: str
    label: str
    licensor: str
    licensee: str
    said: Sequence[Said]
    standing: str
    standing_colour: str
    event: UUID


@dataclass(frozen=True, slots=True)
class EvidenceLine:
    """An article that is attached, or that an event cites."""

    source: Source
    event: UUID | None
    event_label: str
    score: float | None
    reasons: Sequence[Mapping[str, Any]]
    attached_by: str
    attached_at: datetime
    may_be_detached: bool
    """What an event itself cites is taken off by correcting that event."""


class StreamLine(NamedTuple):
    """One event of the stream as it was recorded."""

    position: int
    version: int
    event_id: UUID
    label: str
    summary: str
    recorded_by: str
    recorded_at: datetime
    state: str
    may_be_corrected: bool
    may_be_retracted: bool


class Year(NamedTuple):
    """The occurrences of one year."""

    year: int
    entries: Sequence[Entry]


@dataclass(frozen=True, slots=True)
class DisputePage:
    """What the template shows; everything in words."""

    state: DisputeState
    kind: str
    data_types: Sequence[str]
    status: StatusNow
    years: Sequence[Year]
    upcoming: Sequence[Entry]
    roles: Sequence[RoleGroup]
    proceedings: Sequence[ProceedingCard]
    prices: Sequence[PriceLine]
    licences: Sequence[LicenceLine]
    evidence: Sequence[EvidenceLine]
    stream: Sequence[StreamLine]
    retracted_count: int
    shows_everything: bool


def build_page(state: DisputeState, *, today: date, everything: bool) -> DisputePage:
    """Make the page. Two queries: names of parties, titles of articles.

    With `everything` the timeline holds what was retracted as well.
    """
    names = party_names(
        [slug for reading in state.readings for slug in parties_in(reading.data)]
        + [slug for reading in state.readings for slug in parties_in(reading.event.data)]
    )
    articles = _articles(state)
    retracted = [r for r in state.readings if not r.counts and r.first_day is not None]
    shown = list(state.occurrences)
    if everything:
        shown = sorted(shown + retracted, key=lambda reading: reading.order)
    entries = build_entries(state, shown, names=names, articles=articles)
    return DisputePage(
        state=state,
        kind=term_label(Kind, state.kind),
        data_types=[term_label(DataType, value) for value in state.data_types],
        status=_status(state, today),
        years=[Year(year, list(group)) for year, group in groupby(entries, key=lambda entry: entry.year)],
        upcoming=build_entries(state, state.scheduled, names=names, articles=articles),
        roles=_roles(state, names),
        proceedings=[_proceeding(state, key) for key in state.proceedings],
        prices=_prices(state, names),
        licences=_licences(state, names),
        evidence=_evidence(state, articles),
        stream=[_stream_line(reading) for reading in reversed(state.readings)],
        retracted_count=len(retracted),
        shows_everything=everything,
    )


def _articles(state: DisputeState) -> dict[UUID, Article]:
    wanted = {item.article for item in state.evidence.values()}
    wanted |= {UUID(item["article"]["id"]) for reading in state.readings for item in reading.evidence}
    return Article.objects.only("title", "captured_at", "url").in_bulk(list(wanted))


def _status(state: DisputeState, today: date) -> StatusNow:
    period = next((p for p in reversed(state.status_history) if p.since <= today), None)
    cause = None
    if period is not None and period.cause is not None:
        cause = next((r for r in state.readings if r.event.event_id == period.cause), None)
    return StatusNow(
        label=state.status.label,
        colour=STATUS_COLOUR.get(state.status, "default"),
        definition=state.status.definition,
        since=period.since if period else None,
        cause=cause.event.event_id if cause else None,
        cause_label=cause.declaration.label if cause else "",
    )


def _roles(state: DisputeState, names: Names) -> list[RoleGroup]:
    groups: dict[str, list[tuple[PartyLink, str]]] = {}
    for part in state.participations.values():
        link = PartyLink(part.party, names.get(part.party, part.party))
        groups.setdefault(part.role, []).append((link, part.note or ""))
    return [RoleGroup(role, term_label(Role, role), members) for role, members in groups.items()]


def _proceeding(state: DisputeState, key: str) -> ProceedingCard:
    proceeding = state.proceedings[key]
    said = [
        Said(label, value)
        for label, value in (
            ("Court", proceeding.court),
            ("Docket number", proceeding.docket_number),
            ("Judge", proceeding.judge),
            ("Filed", show_date(proceeding.filed)),
        )
        if value
    ]
    return ProceedingCard(
        key=key,
        heading=proceeding.caption or proceeding.docket_number or key,
        said=said,
        status=proceeding.status.label,
        status_colour=STATUS_COLOUR.get(proceeding.status, "default"),
        claims=[
            ClaimLine(term_label(Claim, claim), term_label(ClaimOutcome, outcome), outcome == ClaimOutcome.PENDING)
            for claim, outcome in proceeding.claims.items()
        ],
    )


def _prices(state: DisputeState, names: Names) -> list[PriceLine]:
    return [
        PriceLine(
            date=show_date(price.occurred),
            holder=names.get(price.holder or "", price.holder or ""),
            tier=", ".join(part for part in (price.tier, price.quantity) if part),
            price=show_money(price.price),
            standing=term_label(Standing, price.standing or ""),
            standing_colour=STANDING_COLOUR.get(price.standing or "", "default"),
            event=price.event,
        )
        for price in state.prices
    ]


def _licences(state: DisputeState, names: Names) -> list[LicenceLine]:
    apart = ("summary", "actors", "targets", "note", "licensor", "licensee")
    return [
        LicenceLine(
            date=show_date(licence.occurred),
            label=type_label(licence.type),
            licensor=names.get(licence.terms.get("licensor", ""), licence.terms.get("licensor", "")),
            licensee=names.get(licence.terms.get("licensee", ""), licence.terms.get("licensee", "")),
            said=say_data(licence.type, licence.terms, names, leave_out=apart),
            standing=term_label(Standing, licence.standing or ""),
            standing_colour=STANDING_COLOUR.get(licence.standing or "", "default"),
            event=licence.event,
        )
        for licence in state.licences
    ]


def _evidence(state: DisputeState, articles: Mapping[UUID, Article]) -> list[EvidenceLine]:
    labels = {reading.event.event_id: reading for reading in state.readings}
    lines = []
    for item in state.evidence.values():
        about = labels.get(item.event) if item.event else None
        lines.append(
            EvidenceLine(
                source=make_source(
                    item.article, item.url, articles, stance=item.stance, quote=item.quote, locator=item.locator
                ),
                event=item.event,
                event_label=f"{about.declaration.label}, {show_date(about.occurred)}" if about else "",
                score=item.score,
                reasons=item.reasons,
                attached_by=item.attached_by,
                attached_at=item.attached_at,
                may_be_detached=item.cause != item.event,
            )
        )
    return sorted(lines, key=lambda line: line.attached_at, reverse=True)


AMENDMENTS = frozenset({"event_corrected", "event_retracted"})
NOT_CORRECTED = AMENDMENTS | {"evidence_attached", "evidence_detached", "evidence_rejected", "dispute_merged"}
"""An amendment is amended by a further one of the same event; evidence is attached or detached anew."""


def may_correct(reading: Reading) -> bool:
    """Tell whether an event has a form for its correction."""
    return reading.counts and reading.event.type not in NOT_CORRECTED


def may_retract(reading: Reading) -> bool:
    """Tell whether an event can be retracted; the opening of a dispute can't."""
    return reading.counts and reading.event.type != "dispute_opened"


def _stream_line(reading: Reading) -> StreamLine:
    event = reading.event
    state = "retracted" if reading.retracted_by else "corrected" if reading.corrected_by else ""
    return StreamLine(
        position=event.position,
        version=event.version,
        event_id=event.event_id,
        label=type_label(event.type),
        summary=summarise(reading),
        recorded_by=event.recorded_by,
        recorded_at=event.recorded_at,
        state=state,
        may_be_corrected=may_correct(reading),
        may_be_retracted=may_retract(reading),
    )


def today() -> date:
    """Give the day it is in UTC, as the commands have it."""
    return timezone.now().date()


__all__ = ["AMENDMENTS", "DisputePage", "Status", "build_page", "may_correct", "may_retract", "today"]
