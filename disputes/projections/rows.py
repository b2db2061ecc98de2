"""From what a fold tells to rows: pure functions. No row depends on today's date.

What does (status, next date) is stored as periods and days, which a query compares with the date it asks for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from pydantic_core import to_json

from disputes.dispute import DisputeState, fold
from disputes.docket import docket_key
from disputes.occurred import bounds
from disputes.party import PartyState, fold_party
from disputes.projections.tables import (
    DISPUTES,
    EVIDENCE,
    LICENCES,
    PARTICIPATIONS,
    PARTIES,
    PRICES,
    PROCEEDINGS,
    STATUS_PERIODS,
    TIMELINE,
    Rows,
    Values,
)
from disputes.recorded import Reading, RecordedEvent
from disputes.scheduled import is_scheduled, outcomes
from disputes.summaries import summarise

Merged = Mapping[str, str]
"""Parties that were merged away -> the one that each was merged into."""


def rows_of_dispute(slug: str, history: Sequence[RecordedEvent], merged: Merged) -> Rows:
    """Give the rows that tell a dispute, from all that was recorded of it (see `disputes.history`); none where nothing.

    All that is recorded counts, also what lies in the future. Of a dispute that was merged away there is but its own
    row: the rest is told by the one that it was merged into. Linear in the events, some 15 µs each.
    """
    if not history:
        return {}
    state = fold(slug, history, on_date=date.max)
    dispute = [_dispute(state, history[-1])]
    if state.merged_into is not None:
        return {DISPUTES: dispute}
    answered = outcomes(state.readings)
    return {
        DISPUTES: dispute,
        STATUS_PERIODS: [
            (slug, each.status.value, each.since, each.until, each.cause) for each in state.status_history
        ],
        PARTICIPATIONS: _participations(state, merged),
        TIMELINE: [_timeline_entry(slug, reading, answered) for reading in state.readings],
        PROCEEDINGS: _proceedings(state),
        PRICES: _prices(state),
        LICENCES: _licences(state),
        EVIDENCE: _evidence(state),
    }


def rows_of_party(slug: str, history: Sequence[RecordedEvent]) -> Rows:
    """Give the row that tells a party, from all that was recorded of it; none where nothing was."""
    return {PARTIES: [_party(fold_party(slug, history), history[-1])]} if history else {}


def _party(state: PartyState, newest: RecordedEvent) -> Values:
    return (
        state.slug,
        state.kind or "",
        state.name,
        state.aliases,
        _json([{"name": former.name, "until": former.until} for former in state.former_names]),
        state.parent,
        state.merged_into or "",
        state.note or "",
        state.erased_at,
        state.version,
        newest.recorded_at,
    )


def _dispute(state: DisputeState, newest: RecordedEvent) -> Values:
    opened = state.opened
    return (
        state.slug,
        state.title,
        state.kind,
        state.summary,
        state.data_at_issue or "",
        list(state.data_types),
        list(state.jurisdictions),
        _json(state.conflicts),
        _json([{"slug": slug, "note": note} for slug, note in state.related.items()]),
        _json(state.watch_rules),
        _json(state.watch_window),
        list(state.rejected),
        _json(opened.occurred) if opened else None,
        opened.first_day if opened else None,
        state.evidence_count,
        state.merged_into or "",
        state.is_closed,
        state.version,
        newest.recorded_at,
    )


def _participations(state: DisputeState, merged: Merged) -> list[Values]:
    rows: dict[tuple[str, str], Values] = {}
    for rank, part in enumerate(state.participations.values()):
        party = part.party
        while party in merged:
            party = merged[party]
        rows.setdefault((party, part.role), (state.slug, party, part.role, part.note or "", rank))
    return list(rows.values())


def _timeline_entry(slug: str, reading: Reading, answered: Mapping[UUID, UUID]) -> Values:
    event = reading.event
    recorded_as = event.type
    return (
        event.event_id,
        slug,
        event.position,
        event.version,
        reading.type,
        reading.declaration.lane.value,
        None if reading.occurred is None else _json(reading.occurred),
        reading.first_day,
        reading.last_day,
        reading.standing or "",
        summarise(reading),
        _json(reading.data),
        _json(reading.evidence) if reading.evidence else "[]",
        reading.justification or "",
        event.recorded_at,
        event.recorded_by,
        event.data["event"] if recorded_as == "event_corrected" else None,
        event.data["event"] if recorded_as == "event_retracted" else None,
        reading.corrected_by,
        reading.retracted_by,
        is_scheduled(reading),
        answered.get(event.event_id),
    )


def _proceedings(state: DisputeState) -> list[Values]:
    return [
        (
            state.slug,
            proceeding.key,
            proceeding.court or "",
            proceeding.docket_number or "",
            docket_key(proceeding.docket_number or ""),
            proceeding.caption or "",
            proceeding.judge or "",
            _json(proceeding.filed) if proceeding.filed else None,
            _first_day(proceeding.filed) if proceeding.filed else None,
            _json([{"claim": claim, "outcome": str(outcome)} for claim, outcome in proceeding.claims.items()]),
            list(proceeding.claims),
            rank,
        )
        for rank, proceeding in enumerate(state.proceedings.values())
    ]


def _prices(state: DisputeState) -> list[Values]:
    return [
        (
            state.slug,
            price.event,
            rank,
            _json(price.occurred),
            _first_day(price.occurred),
            _json(price.effective) if price.effective else None,
            price.holder or "",
            price.tier or "",
            price.quantity or "",
            _number(price.price.get("low")),
            _number(price.price.get("high")),
            price.price.get("currency", ""),
            price.price.get("per", ""),
            price.price["basis"],
            price.standing or "",
            _json(price.price),
        )
        for rank, price in enumerate(state.prices)
    ]


def _licences(state: DisputeState) -> list[Values]:
    return [
        (
            state.slug,
            licence.event,
            rank,
            licence.type,
            _json(licence.occurred),
            _first_day(licence.occurred),
            licence.terms.get("licensor", ""),
            licence.terms.get("licensee", ""),
            licence.standing or "",
            _json(licence.terms),
        )
        for rank, licence in enumerate(state.licences)
    ]


def _evidence(state: DisputeState) -> list[Values]:
    return [
        (
            state.slug,
            item.article,
            item.event,
            item.cause,
            item.stance,
            item.quote or "",
            item.locator or "",
            item.score,
            _json(item.reasons),
            item.attached_by,
            item.attached_at,
        )
        for item in state.evidence.values()
    ]


def _json(value: Any) -> str:
    return to_json(value).decode()


def _first_day(occurred: Mapping[str, str]) -> date:
    return bounds(occurred["date"], occurred["precision"])[0]


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
