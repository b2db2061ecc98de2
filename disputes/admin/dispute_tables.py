"""The tables of a dispute's page: parties, proceedings with their claims, prices, licences, evidence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from disputes.admin.amounts import show_money
from disputes.admin.dates import show_date
from disputes.admin.labels import STANDING_COLOUR, STATUS_COLOUR, term_label, type_label
from disputes.admin.timeline import PartyLink, Source, make_source
from disputes.admin.values import Names, Said, say_data
from disputes.dispute import DisputeState, Proceeding
from disputes.models import Article, Party
from disputes.vocabulary import Claim, ClaimOutcome, Role, Standing

EntryLink = Callable[[UUID], str]
"""Gives the address at which an event is told."""


class PartyLine(NamedTuple):
    """A party in a role."""

    party: PartyLink
    role: str
    role_label: str
    note: str


class ProceedingLine(NamedTuple):
    """A case."""

    key: str
    heading: str
    court: str
    docket_number: str
    judge: str
    filed: str
    status: str
    status_colour: str


class ClaimLine(NamedTuple):
    """A claim and what became of it."""

    claim: str
    proceeding: str
    outcome: str
    is_pending: bool


class PriceLine(NamedTuple):
    """One line of the table of prices."""

    date: str
    link: str
    holder: str
    tier: str
    price: str
    standing: str
    standing_colour: str


class LicenceLine(NamedTuple):
    """One line of the table of licences."""

    date: str
    link: str
    label: str
    licensor: str
    licensee: str
    said: Sequence[Said]
    standing: str
    standing_colour: str


@dataclass(frozen=True, slots=True)
class EvidenceLine:
    """An article that is attached, or that an event cites."""

    source: Source
    event_link: str
    event_label: str
    """"" where it is evidence of the dispute as a whole."""
    score: float | None
    reasons: Sequence[Mapping[str, Any]]
    attached_by: str
    attached_at: datetime
    may_be_detached: bool
    """What an event itself cites is taken off by correcting that event."""


def party_lines(state: DisputeState, parties: Mapping[str, Party]) -> list[PartyLine]:
    """Give the parties, those of one role together, in the order in which they joined."""
    found: dict[tuple[str, str], PartyLine] = {}
    for part in state.participations.values():
        party = parties.get(part.party)
        link = PartyLink(party.slug, party.name) if party else PartyLink(part.party, part.party)
        # A party that was merged into another takes part as that one, which may take part itself.
        found.setdefault(
            (part.role, link.slug), PartyLine(link, part.role, term_label(Role, part.role), part.note or "")
        )
    roles = list(dict.fromkeys(role for role, _party in found))
    return sorted(found.values(), key=lambda line: roles.index(line.role))


def proceeding_lines(state: DisputeState) -> list[ProceedingLine]:
    """Give the cases, in the order in which they came up."""
    return [
        ProceedingLine(
            key=key,
            heading=_heading_of(proceeding),
            court=proceeding.court or "",
            docket_number=proceeding.docket_number or "",
            judge=proceeding.judge or "",
            filed=show_date(proceeding.filed),
            status=proceeding.status.label,
            status_colour=STATUS_COLOUR.get(proceeding.status, "default"),
        )
        for key, proceeding in state.proceedings.items()
    ]


def headings(*states: DisputeState) -> dict[str, str]:
    """Give the name of each case of these states: its caption, or else its number; with the number where two share one.

    Of a case that several tell it is the name that the last of them gives.
    """
    cases = {key: case for state in states for key, case in state.proceedings.items()}
    names = {key: _heading_of(case) for key, case in cases.items()}
    shared = {name for name, number in Counter(names.values()).items() if number > 1}
    return {
        key: f"{name}, {cases[key].docket_number or cases[key].court or key}" if name in shared else name
        for key, name in names.items()
    }


def _heading_of(case: Proceeding) -> str:
    return case.caption or case.docket_number or case.key


def claim_lines(state: DisputeState) -> list[ClaimLine]:
    """Give the claims of all cases with their outcomes."""
    names = headings(state)
    return [
        ClaimLine(
            term_label(Claim, claim),
            names[key],
            term_label(ClaimOutcome, outcome),
            outcome == ClaimOutcome.PENDING,
        )
        for key, proceeding in state.proceedings.items()
        for claim, outcome in proceeding.claims.items()
    ]


def price_lines(state: DisputeState, names: Names, link: EntryLink) -> list[PriceLine]:
    """Give the prices, in order of announcement."""
    return [
        PriceLine(
            date=show_date(price.occurred),
            link=link(price.event),
            holder=names.get(price.holder or "", price.holder or ""),
            tier=", ".join(part for part in (price.tier, price.quantity) if part),
            price=show_money(price.price),
            standing=term_label(Standing, price.standing or ""),
            standing_colour=STANDING_COLOUR.get(price.standing or "", "default"),
        )
        for price in state.prices
    ]


def licence_lines(state: DisputeState, names: Names, link: EntryLink) -> list[LicenceLine]:
    """Give the licences, in order of time."""
    apart = ("summary", "actors", "targets", "note", "licensor", "licensee")
    return [
        LicenceLine(
            date=show_date(licence.occurred),
            link=link(licence.event),
            label=type_label(licence.type),
            licensor=names.get(licence.terms.get("licensor", ""), licence.terms.get("licensor", "")),
            licensee=names.get(licence.terms.get("licensee", ""), licence.terms.get("licensee", "")),
            said=say_data(licence.type, licence.terms, names, leave_out=apart),
            standing=term_label(Standing, licence.standing or ""),
            standing_colour=STANDING_COLOUR.get(licence.standing or "", "default"),
        )
        for licence in state.licences
    ]


def evidence_lines(
    state: DisputeState, articles: Mapping[UUID, Article], link: EntryLink, *, most: int | None
) -> list[EvidenceLine]:
    """Give the evidence that was attached last, at most so much."""
    about = {reading.event.event_id: reading for reading in state.readings}
    newest = sorted(state.evidence.values(), key=lambda item: item.attached_at, reverse=True)
    return [
        EvidenceLine(
            source=make_source(
                item.article, item.url, articles, stance=item.stance, quote=item.quote, locator=item.locator
            ),
            event_link=link(item.event) if item.event else "",
            event_label=f"{about[item.event].declaration.label}, {show_date(about[item.event].occurred)}"
            if item.event in about
            else "",
            score=item.score,
            reasons=item.reasons,
            attached_by=item.attached_by,
            attached_at=item.attached_at,
            may_be_detached=item.cause != item.event,
        )
        for item in newest[:most]
    ]
