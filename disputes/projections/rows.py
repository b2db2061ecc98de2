"""Read models: written from events alone, in the transaction that appends, and rebuilt by the same functions.

A projection folds its stream anew and writes the rows that differ. So a row can never drift from the log, and a
rebuild is the same code run over every stream. None of the rows depends on today's date: what does (status, next
date) is stored as periods and days that a query compares with the date it asks for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from django.db import models, transaction

from disputes import ledger
from disputes.dispute import DisputeState, fold
from disputes.docket import docket_key
from disputes.history import dispute_history, party_history
from disputes.models import (
    Dispute,
    Event,
    EvidenceItem,
    Licence,
    Participation,
    Party,
    Price,
    Proceeding,
    StatusPeriod,
    TimelineEntry,
)
from disputes.occurred import bounds
from disputes.party import fold_party
from disputes.recorded import Reading, RecordedEvent
from disputes.streams import DISPUTE, PARTY, dispute_stream, party_stream, split_stream
from disputes.summaries import summarise

Row = TypeVar("Row", bound=models.Model)

READ_MODELS: tuple[type[models.Model], ...] = (
    StatusPeriod,
    Participation,
    TimelineEntry,
    Proceeding,
    Price,
    Licence,
    EvidenceItem,
    Dispute,
    Party,
)
"""Every table that is derived from events and nothing else."""


def project_dispute(slug: str) -> None:
    """Bring the rows of one dispute to what its events say.

    To be called in the transaction that holds the head of the ledger. Reads the stream and the rows of the dispute,
    writes the differences: linear in the events of the dispute.
    """
    events = dispute_history(slug)
    if not events:
        _remove_dispute(slug)
        return
    # All that is recorded, also what lies in the future: a query compares with the date it asks for.
    state = fold(slug, events, on_date=date.max)
    scope = {"dispute_id": slug}
    _write(Dispute, {"slug": slug}, ("slug",), [_dispute_row(state, events)])
    if state.merged_into is not None:
        # What was recorded of it is told by the dispute that it was merged into.
        _remove_dispute(slug, leave=Dispute)
        return
    if state.absorbed:
        TimelineEntry.objects.filter(dispute__in=state.absorbed).delete()
    _write(StatusPeriod, scope, ("since",), _status_rows(state))
    _write(Participation, scope, ("party_id", "role"), _participation_rows(state))
    _write(TimelineEntry, scope, ("event_id",), [_timeline_row(slug, reading) for reading in state.readings])
    _write(Proceeding, scope, ("key",), _proceeding_rows(state))
    _write(Price, scope, ("rank",), _price_rows(state))
    _write(Licence, scope, ("rank",), _licence_rows(state))
    _write(EvidenceItem, scope, ("article_id", "event_id"), _evidence_rows(state))


def project_party(slug: str) -> None:
    """Bring the row of one party to what its events say."""
    events = party_history(slug)
    if not events:
        Party.objects.filter(slug=slug).delete()
        return
    state = fold_party(slug, events)
    row = Party(
        slug=slug,
        kind=state.kind or "",
        name=state.name,
        aliases=state.aliases,
        former_names=[{"name": former.name, "until": former.until} for former in state.former_names],
        parent_id=state.parent,
        merged_into=state.merged_into or "",
        note=state.note or "",
        erased_at=state.erased_at,
        version=state.version,
        updated_at=events[-1].recorded_at,
    )
    _write(Party, {"slug": slug}, ("slug",), [row])


def project(stream: str) -> None:
    """Bring the rows of any stream to what its events say."""
    category, key = split_stream(stream)
    _PROJECTORS[category](key)


_PROJECTORS: Mapping[str, Callable[[str], None]] = {DISPUTE: project_dispute, PARTY: project_party}


def rebuild(progress: Callable[[int, int], None] = lambda _done, _all: None) -> int:
    """Bring every read model to what the log says, while the product serves; give the number of streams.

    Stream by stream, each in a transaction of its own that holds the head of the ledger, so readers see each
    dispute whole, appends wait no longer than one dispute takes, and a rebuild that was stopped is simply run again.
    `progress` is told the streams done and their number.
    """
    streams = set(Event.objects.values_list("stream", flat=True).distinct())
    streams |= {dispute_stream(slug) for slug in Dispute.objects.values_list("slug", flat=True)}
    streams |= {dispute_stream(slug) for slug in TimelineEntry.objects.values_list("dispute", flat=True).distinct()}
    streams |= {party_stream(slug) for slug in Party.objects.values_list("slug", flat=True)}
    # Parties first: the rows of a dispute name the party that another was merged into.
    ordered = sorted(streams, key=lambda stream: (split_stream(stream)[0] != PARTY, stream))
    for done, stream in enumerate(ordered, start=1):
        with transaction.atomic():
            ledger.lock()
            project(stream)
        progress(done, len(streams))
    return len(streams)


def _remove_dispute(slug: str, *, leave: type[models.Model] | None = None) -> None:
    for model in READ_MODELS:
        if model is leave or model is Party:
            continue
        scope = {"slug": slug} if model is Dispute else {"dispute_id": slug}
        model._default_manager.filter(**scope).delete()


def _write(model: type[Row], scope: Mapping[str, Any], key: Sequence[str], rows: Iterable[Row]) -> None:
    """Make the rows of a scope be these: insert what is missing, update what differs, delete what is too many."""
    wanted = {tuple(getattr(row, name) for name in key): row for row in rows}
    present = {tuple(getattr(row, name) for name in key): row for row in model._default_manager.filter(**scope)}
    surplus = [row.pk for identity, row in present.items() if identity not in wanted]
    if surplus:
        model._default_manager.filter(pk__in=surplus).delete()
    names = [field.attname for field in model._meta.concrete_fields if not field.primary_key]
    missing = [row for identity, row in wanted.items() if identity not in present]
    changed = []
    for identity, row in wanted.items():
        before = present.get(identity)
        if before is not None and any(getattr(before, name) != getattr(row, name) for name in names):
            row.pk = before.pk
            changed.append(row)
    model._default_manager.bulk_create(missing)
    if changed:
        model._default_manager.bulk_update(changed, names)


def _dispute_row(state: DisputeState, events: Sequence[RecordedEvent]) -> Dispute:
    opened = state.opened
    return Dispute(
        slug=state.slug,
        title=state.title,
        kind=state.kind,
        summary=state.summary,
        data_at_issue=state.data_at_issue or "",
        data_types=list(state.data_types),
        jurisdictions=list(state.jurisdictions),
        conflicts=state.conflicts,
        related=[{"slug": slug, "note": note} for slug, note in state.related.items()],
        watch_rules=list(state.watch_rules),
        rejected_articles=list(state.rejected),
        opened=opened.occurred if opened else None,
        opened_on=opened.first_day if opened else None,
        evidence_count=state.evidence_count,
        merged_into=state.merged_into or "",
        is_closed=state.is_closed,
        version=state.version,
        updated_at=events[-1].recorded_at,
    )


def _status_rows(state: DisputeState) -> list[StatusPeriod]:
    return [
        StatusPeriod(
            dispute_id=state.slug,
            status=period.status,
            since=period.since,
            until=period.until,
            cause=period.cause,
        )
        for period in state.status_history
    ]


def _participation_rows(state: DisputeState) -> list[Participation]:
    merged = dict(Party.objects.exclude(merged_into="").values_list("slug", "merged_into"))
    rows: dict[tuple[str, str], Participation] = {}
    for rank, part in enumerate(state.participations.values()):
        party = part.party
        while party in merged:
            party = merged[party]
        row = Participation(dispute_id=state.slug, party_id=party, role=part.role, note=part.note or "", rank=rank)
        rows.setdefault((party, part.role), row)
    return list(rows.values())


def _timeline_row(slug: str, reading: Reading) -> TimelineEntry:
    event = reading.event
    named = event.data.get("event") if event.type in {"event_corrected", "event_retracted"} else None
    return TimelineEntry(
        event_id=event.event_id,
        dispute_id=slug,
        position=event.position,
        version=event.version,
        type=reading.type,
        lane=reading.declaration.lane,
        occurred=reading.occurred,
        first_day=reading.first_day,
        last_day=reading.last_day,
        standing=reading.standing or "",
        summary=summarise(reading),
        data=dict(reading.data),
        evidence=[dict(item) for item in reading.evidence],
        justification=reading.justification or "",
        recorded_at=event.recorded_at,
        recorded_by=event.recorded_by,
        corrects=named if event.type == "event_corrected" else None,
        retracts=named if event.type == "event_retracted" else None,
        corrected_by=reading.corrected_by,
        retracted_by=reading.retracted_by,
    )


def _proceeding_rows(state: DisputeState) -> list[Proceeding]:
    return [
        Proceeding(
            dispute_id=state.slug,
            key=proceeding.key,
            court=proceeding.court or "",
            docket_number=proceeding.docket_number or "",
            docket_key=docket_key(proceeding.docket_number or ""),
            caption=proceeding.caption or "",
            judge=proceeding.judge or "",
            filed=proceeding.filed,
            filed_on=_first_day(proceeding.filed) if proceeding.filed else None,
            claims=[{"claim": claim, "outcome": str(outcome)} for claim, outcome in proceeding.claims.items()],
            claim_terms=list(proceeding.claims),
            rank=rank,
        )
        for rank, proceeding in enumerate(state.proceedings.values())
    ]


def _price_rows(state: DisputeState) -> list[Price]:
    return [
        Price(
            dispute_id=state.slug,
            event_id=price.event,
            rank=rank,
            occurred=price.occurred,
            first_day=_first_day(price.occurred),
            effective=price.effective,
            holder=price.holder or "",
            tier=price.tier or "",
            quantity=price.quantity or "",
            low=_number(price.price.get("low")),
            high=_number(price.price.get("high")),
            currency=price.price.get("currency", ""),
            per=price.price.get("per", ""),
            basis=price.price["basis"],
            standing=price.standing or "",
            price=dict(price.price),
        )
        for rank, price in enumerate(state.prices)
    ]


def _licence_rows(state: DisputeState) -> list[Licence]:
    return [
        Licence(
            dispute_id=state.slug,
            event_id=licence.event,
            rank=rank,
            type=licence.type,
            occurred=licence.occurred,
            first_day=_first_day(licence.occurred),
            licensor=licence.terms.get("licensor", ""),
            licensee=licence.terms.get("licensee", ""),
            standing=licence.standing or "",
            terms=dict(licence.terms),
        )
        for rank, licence in enumerate(state.licences)
    ]


def _evidence_rows(state: DisputeState) -> list[EvidenceItem]:
    return [
        EvidenceItem(
            dispute_id=state.slug,
            article_id=item.article,
            event_id=item.event,
            cause=item.cause,
            stance=item.stance,
            quote=item.quote or "",
            locator=item.locator or "",
            score=item.score,
            reasons=[dict(reason) for reason in item.reasons],
            attached_by=item.attached_by,
            attached_at=item.attached_at,
        )
        for item in state.evidence.values()
    ]


def _first_day(occurred: Mapping[str, str]) -> date:
    return bounds(occurred["date"], occurred["precision"])[0]


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
