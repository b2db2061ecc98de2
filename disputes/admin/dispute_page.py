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
from disputes.admin.stream import Absorbed, StreamLine, absorbed_by, stream_lines
from disputes.admin.timeline import Entry, PartyLink, Source, build_entries, make_source
from disputes.admin.times import Times
from disputes.admin.values import Names, Said, parties_in, say_data
from disputes.amendments import CORRECTION, Words, amendments_of
from disputes.articles import count_sources
from disputes.dispute import DisputeState
from disputes.known_parties import known_parties
from disputes.models import Article, Party
from disputes.recorded import Reading
from disputes.streams import dispute_stream
from disputes.vocabulary import Claim, ClaimOutcome, DataType, Kind, Role, Standing


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
    sources: int | None
    """Independent sources of the evidence, where some are copies of one story."""
    stream: Sequence[StreamLine]
    absorbed: Sequence[Absorbed]
    told_apart: str
    """How many occurrences the present reading leaves out or says otherwise, in words; "" where there are none."""
    shows_everything: bool
    permalink: str
    """The query under which the page stays as it is now."""
    switch: str
    """The query that shows everything, or hides it again."""


def build_page(state: DisputeState, *, day: date, times: Times, everything: bool) -> DisputePage:
    """Make the page of a dispute that was folded as of these times. Two queries: parties, titles of articles.

    With `everything` the timeline holds what was retracted as well, and each event tells all that was ever said.
    """
    parties = _parties(state, times)
    names = {slug: party.name for slug, party in parties.items()}
    articles = _articles(state)
    amendments = amendments_of(state.readings)
    amended = [r for r in state.readings if r.first_day is not None and r.event.event_id in amendments]
    happened, upcoming = list(state.occurrences), list(state.scheduled)
    if everything:
        retracted = [r for r in amended if not r.counts]
        happened = sorted(happened + [r for r in retracted if _happened(r, day)], key=lambda r: r.order)
        upcoming += [r for r in retracted if not _happened(r, day)]
    told = amendments if everything else None
    entries = build_entries(state, happened, names=names, articles=articles, amendments=told)
    return DisputePage(
        state=state,
        kind=term_label(Kind, state.kind),
        data_types=[term_label(DataType, value) for value in state.data_types],
        status=_status(state, day),
        years=[Year(year, list(group)) for year, group in groupby(entries, key=lambda entry: entry.year)],
        upcoming=build_entries(state, upcoming, names=names, articles=articles, amendments=told),
        roles=_roles(state, parties),
        proceedings=[_proceeding(state, key) for key in state.proceedings],
        prices=_prices(state, names),
        licences=_licences(state, names),
        evidence=_evidence(state, articles),
        sources=_sources(state, articles),
        stream=stream_lines(state.readings, dispute_stream(state.slug), names=names, amendments=told or {}),
        absorbed=absorbed_by(state.readings, dispute_stream(state.slug), "dispute_absorbed"),
        told_apart=_told_apart(amended),
        shows_everything=everything,
        permalink=_permalink(state, times, everything=everything),
        switch=times.query(everything="" if everything else "1"),
    )


def _happened(reading: Reading, day: date) -> bool:
    return reading.first_day is not None and reading.first_day <= day


def _parties(state: DisputeState, times: Times) -> dict[str, Party]:
    named = {part.party for part in state.participations.values()}
    for reading in state.readings:
        named.update(parties_in(reading.data), parties_in(reading.event.data))
        if reading.event.type == CORRECTION:
            named.update(parties_in(Words.of_correction(reading.event).data))
    return known_parties(named, as_of=times.as_of)


def _told_apart(amended: Sequence[Reading]) -> str:
    retracted = sum(not reading.counts for reading in amended)
    corrected = sum(reading.counts and reading.corrected_by is not None for reading in amended)
    counts = [(retracted, "retracted"), (corrected, "corrected")]
    return ", ".join(f"{number} {word}" for number, word in counts if number)


def _permalink(state: DisputeState, times: Times, *, everything: bool) -> str:
    newest = max(reading.event.recorded_at for reading in state.readings)
    as_of = times.as_of or newest
    return Times(times.on_date, as_of).query(everything="1" if everything else "")


def _articles(state: DisputeState) -> dict[UUID, Article]:
    wanted = {item.article for item in state.evidence.values()}
    wanted |= {UUID(item["article"]["id"]) for reading in state.readings for item in reading.evidence}
    return Article.objects.only("title", "captured_at", "url", "group").in_bulk(list(wanted))


def _status(state: DisputeState, day: date) -> StatusNow:
    period = next((p for p in reversed(state.status_history) if p.since <= day), None)
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


def _roles(state: DisputeState, parties: Mapping[str, Party]) -> list[RoleGroup]:
    groups: dict[str, dict[str, tuple[PartyLink, str]]] = {}
    for part in state.participations.values():
        party = parties.get(part.party)
        link = PartyLink(party.slug, party.name) if party else PartyLink(part.party, part.party)
        # A party that was merged into another takes part as that one, which may take part itself.
        groups.setdefault(part.role, {}).setdefault(link.slug, (link, part.note or ""))
    return [RoleGroup(role, term_label(Role, role), list(members.values())) for role, members in groups.items()]


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


def _sources(state: DisputeState, articles: Mapping[UUID, Article]) -> int | None:
    present = [articles[key] for key in {item.article for item in state.evidence.values()} if key in articles]
    sources = count_sources(present)
    return sources if sources < len(present) else None


def today() -> date:
    """Give the day it is in UTC, as the commands have it."""
    return timezone.now().date()


__all__ = ["DisputePage", "build_page", "today"]
