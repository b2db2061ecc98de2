"""How the record is told: from what is folded to what is answered."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast
from uuid import UUID

from disputes.amendments import Amendment, Words
from disputes.api import shapes
from disputes.api.links import Links
from disputes.api.moving import MergedAway
from disputes.api.problems import NOT_FOUND, Problem
from disputes.corroboration import Corroboration, cited_by, corroborate, stories_of
from disputes.dispute import DisputeState, fold
from disputes.events import EVENT_TYPES
from disputes.events.personal import Erasure
from disputes.history import dispute_histories, dispute_history
from disputes.known_parties import known_parties
from disputes.models import Dispute, Party
from disputes.recorded import Reading, RecordedEvent, read_present
from disputes.summaries import summarise

Data = Mapping[str, Any]


def load(slug: str, *, on_date: dt.date, as_of: dt.datetime | None = None) -> DisputeState:
    """Fold a dispute as of two dates.

    One query for each stream: the dispute's own, and those that were merged into it. Raises Problem (404) where it
    was not in the record, MergedAway where it was told by another by then.
    """
    state = fold(slug, dispute_history(slug, until=as_of), on_date=on_date)
    if not state.exists:
        raise Problem(NOT_FOUND, f"there is no dispute {slug!r}{known_at(as_of)}")
    if state.merged_into is not None:
        into = state.merged_into
        while (further := fold(into, dispute_history(into, until=as_of), on_date=on_date).merged_into) is not None:
            into = further
        raise MergedAway(slug, into)
    return state


def known_at(as_of: dt.datetime | None) -> str:
    """Say that something was not known at a moment, where one was asked for."""
    return f" that was known at {as_of.isoformat()}" if as_of else ""


def tell_party_in_role(
    slug: str, role: str, note: str | None, parties: Mapping[str, Party], *, expanded: bool
) -> shapes.PartyInRole:
    """Tell a party as it stands in a dispute."""
    party = parties.get(slug)
    told = shapes.PartyInRole(slug=slug, name=party.name if party else slug, role=role, note=note or None)
    if expanded and party is not None:
        told["aliases"] = party.aliases
        told["former_names"] = party.former_names
        told["parent"] = party.parent_id
    return told


def tell_date(occurred: Data | None) -> shapes.PartialDate | None:
    """Tell a date as it is stored."""
    return None if occurred is None else cast("shapes.PartialDate", dict(occurred))


def tell_latest(occurred: Data, name: str, summary: str) -> shapes.Latest:
    """Tell the latest occurrence."""
    told = {**occurred, "type": name, "label": EVENT_TYPES[name].label, "summary": summary}
    return cast("shapes.Latest", told)


def tell_citation(item: Data) -> shapes.Citation:
    """Tell what an occurrence rests on, with what stored evidence leaves out."""
    return shapes.Citation(
        article=item["article"],
        stance=item.get("stance", "supports"),
        quote=item.get("quote"),
        locator=item.get("locator"),
    )


def tell_event(reading: Reading, slug: str, links: Links, corroboration: Corroboration | None) -> shapes.Event:
    """Tell an event of a dispute as it reads."""
    event = reading.event
    corrects, retracts = amends(event)
    return shapes.Event(
        id=event.event_id,
        url=links.event(slug, event.event_id),
        position=event.position,
        version=event.version,
        type=reading.type,
        label=reading.declaration.label,
        lane=reading.declaration.lane,
        corroboration=shapes.Corroboration(
            supporting=corroboration.supporting, contradicting=corroboration.contradicting
        )
        if corroboration
        else None,
        occurred=tell_date(reading.occurred),
        recorded_at=event.recorded_at,
        recorded_by=event.recorded_by,
        standing=reading.standing,
        summary=summarise(reading),
        data=dict(reading.data),
        evidence=[tell_citation(item) for item in reading.evidence],
        justification=reading.justification,
        corrects=corrects,
        retracts=retracts,
        corrected_by=reading.corrected_by,
        retracted_by=reading.retracted_by,
        erased=_tell_erased(reading.erased),
    )


def tell_recorded(event: RecordedEvent, slug: str, links: Links) -> shapes.Event:
    """Tell an event of a dispute that was recorded just now, in its own words. One query, where it cites articles."""
    reading = as_recorded(event)
    cited = cited_by(reading)
    found = corroborate(cited, stories_of(article for _stance, article in cited))
    return tell_event(reading, slug, links, found if reading.declaration.is_occurrence else None)


def tell_everything(
    told: shapes.Event, reading: Reading, slug: str, links: Links, amendments: Mapping[UUID, Sequence[Amendment]]
) -> shapes.Event:
    """Add to an event that is told its first words and all that was said of it since."""
    told["first_words"] = _tell_words(Words.of(reading.event))
    told["amendments"] = [_tell_amendment(found, slug, links) for found in amendments.get(reading.event.event_id, ())]
    return told


def _tell_words(words: Words) -> shapes.Words:
    return shapes.Words(
        type=words.type,
        label=words.declaration.label,
        occurred=tell_date(words.occurred),
        standing=words.standing,
        summary=summarise(words),
        data=dict(words.data),
        evidence=[tell_citation(item) for item in words.evidence],
        justification=words.justification,
    )


def _tell_amendment(amendment: Amendment, slug: str, links: Links) -> shapes.Amendment:
    event = amendment.event
    return shapes.Amendment(
        id=event.event_id,
        url=links.event(slug, event.event_id),
        position=event.position,
        type=event.type,
        label=event.declaration.label,
        reason=amendment.reason,
        recorded_at=event.recorded_at,
        recorded_by=event.recorded_by,
        in_force=amendment.is_in_force,
        words=_tell_words(amendment.words) if amendment.words is not None else None,
        amendments=[_tell_amendment(found, slug, links) for found in amendment.amendments],
    )


def tell_entry(event: RecordedEvent) -> shapes.LogEntry:
    """Tell an event as it was recorded, whatever was recorded after it."""
    corrects, retracts = amends(event)
    return shapes.LogEntry(
        position=event.position,
        id=event.event_id,
        stream=event.stream,
        version=event.version,
        type=event.type,
        label=event.declaration.label,
        occurred=tell_date(event.occurred),
        recorded_at=event.recorded_at,
        recorded_by=event.recorded_by,
        standing=event.standing,
        summary=summarise(as_recorded(event)),
        data=dict(event.data),
        evidence=[tell_citation(item) for item in event.evidence],
        justification=event.justification,
        corrects=corrects,
        retracts=retracts,
        erased=_tell_erased(event.erased),
    )


def _tell_erased(erased: Sequence[Erasure]) -> list[shapes.Erased]:
    return [shapes.Erased(pointer=lost.pointer, at=lost.at) for lost in erased]


def amends(event: RecordedEvent) -> tuple[UUID | None, UUID | None]:
    """Give the event that this one corrects, and the one that it retracts."""
    corrects = UUID(event.data["event"]) if event.type == "event_corrected" else None
    retracts = UUID(event.data["event"]) if event.type == "event_retracted" else None
    return corrects, retracts


def as_recorded(event: RecordedEvent) -> Reading:
    """Read an event in its own words, whatever was recorded after it."""
    return read_present([event])[0]


def tell_dispute(
    state: DisputeState, links: Links, *, as_of: dt.datetime | None, evidence_count: int, expand_parties: bool
) -> shapes.DisputeDetail:
    """Tell a dispute in full. Two queries: the names of its parties, the titles of related disputes."""
    parties = known_parties((part.party for part in state.participations.values()), as_of=as_of)
    seats: dict[tuple[str, str], str | None] = {}
    for part in state.participations.values():
        # A party that was merged into another takes part as that one, which may take part itself.
        present = parties[part.party].slug if part.party in parties else part.party
        seats.setdefault((present, part.role), part.note)
    titles = _titles(state.related, as_of)
    opened, latest = state.opened, state.latest
    return shapes.DisputeDetail(
        slug=state.slug,
        url=links.dispute(state.slug),
        title=state.title,
        kind=state.kind,
        status=state.status,
        summary=state.summary,
        parties=[
            tell_party_in_role(slug, role, note, parties, expanded=expand_parties)
            for (slug, role), note in seats.items()
        ],
        data_types=list(state.data_types),
        jurisdictions=list(state.jurisdictions),
        opened=tell_date(opened.occurred) if opened else None,
        latest=tell_latest(latest.occurred or {}, latest.type, summarise(latest)) if latest else None,
        next_date=tell_date(state.scheduled[0].occurred) if state.scheduled else None,
        evidence_count=evidence_count,
        version=state.version,
        updated_at=max(reading.event.recorded_at for reading in state.readings),
        data_at_issue=state.data_at_issue,
        proceedings=[
            shapes.Proceeding(
                key=found.key,
                court=found.court,
                docket_number=found.docket_number,
                caption=found.caption,
                judge=found.judge,
                filed=tell_date(found.filed),
                status=found.status,
                claims=[
                    shapes.ClaimInProceeding(claim=claim, outcome=outcome) for claim, outcome in found.claims.items()
                ],
            )
            for found in state.proceedings.values()
        ],
        prices=_tell_prices(state),
        licences=_tell_licences(state),
        watch_terms=[
            shapes.WatchRule(
                kind=rule["kind"],
                phrases=list(rule["phrases"]),
                weight=rule.get("weight"),
                note=rule.get("note"),
            )
            for rule in state.watch_rules
        ],
        watch_since=tell_date(state.watch_window.get("since")),
        watch_until=tell_date(state.watch_window.get("until")),
        related=[
            shapes.RelatedDispute(slug=slug, title=titles.get(slug, slug), note=note)
            for slug, note in state.related.items()
        ],
        conflicts=list(state.conflicts),
        status_history=[
            shapes.StatusPeriod(status=period.status, since=period.since, until=period.until)
            for period in state.status_history
        ],
        is_closed=state.is_closed,
        absorbed=list(state.absorbed),
    )


def _titles(slugs: Iterable[str], as_of: dt.datetime | None) -> dict[str, str]:
    if as_of is None:
        return dict(Dispute.objects.filter(slug__in=list(slugs)).values_list("slug", "title"))
    histories = dispute_histories(slugs, until=as_of)
    return {slug: fold(slug, history, on_date=dt.date.max).title for slug, history in histories.items() if history}


def _tell_prices(state: DisputeState) -> list[shapes.Price]:
    return [
        shapes.Price(
            event=found.event,
            occurred=cast("shapes.PartialDate", dict(found.occurred)),
            effective=tell_date(found.effective),
            holder=found.holder,
            tier=found.tier,
            quantity=found.quantity,
            price=_tell_amount(found.price),
            standing=found.standing,
        )
        for found in state.prices
    ]


def _tell_amount(amount: Data) -> shapes.Amount:
    return shapes.Amount(
        low=amount.get("low"),
        high=amount.get("high"),
        currency=amount.get("currency"),
        per=amount.get("per"),
        basis=amount["basis"],
        approximate=amount.get("approximate", False),
        undisclosed=amount.get("undisclosed", False),
        in_kind=amount.get("in_kind"),
        note=amount.get("note"),
    )


def _tell_licences(state: DisputeState) -> list[shapes.Licence]:
    return [
        shapes.Licence(
            event=found.event,
            type=found.type,
            occurred=cast("shapes.PartialDate", dict(found.occurred)),
            standing=found.standing,
            licensor=found.terms.get("licensor"),
            licensee=found.terms.get("licensee"),
            terms=dict(found.terms),
        )
        for found in state.licences
    ]
