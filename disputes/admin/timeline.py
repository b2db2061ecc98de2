"""The timeline of a dispute as it is shown: one entry for each occurrence, with its sources and corrections."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import urlsplit
from uuid import UUID

from disputes.admin.amounts import show_money
from disputes.admin.dates import show_date
from disputes.admin.ever_said import Amendments, EverSaid, ever_said, say_words
from disputes.admin.labels import STANDING_COLOUR, term_label
from disputes.admin.values import Change, Names, Said, changes, say_data, say_event
from disputes.amendments import Words
from disputes.corroboration import Corroboration, corroborations
from disputes.dispute import DisputeState
from disputes.models import Article
from disputes.recorded import Reading
from disputes.vocabulary import Lane, Stance, Standing

SHOWN_APART = ("summary", "actors", "targets", "amounts", "note")
"""Fields of an occurrence that have a place of their own in an entry."""


class PartyLink(NamedTuple):
    """A party by its present name."""

    slug: str
    name: str


@dataclass(frozen=True, slots=True)
class Source:
    """An article as a link: only http and https addresses become one."""

    article: UUID
    url: str
    domain: str
    title: str
    contradicts: bool
    quote: str | None
    locator: str | None
    is_captured: bool

    @property
    def is_link(self) -> bool:
        """Whether the address may be followed."""
        return urlsplit(self.url).scheme in {"http", "https"}


@dataclass(frozen=True, slots=True)
class Amendment:
    """Who corrected or retracted an event, when and why."""

    event: UUID
    reason: str
    recorded_by: str
    recorded_at: datetime
    changes: Sequence[Change] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """One occurrence."""

    event_id: UUID
    position: int
    date: str
    year: int
    lane: str
    lane_label: str
    type_label: str
    standing: str
    standing_colour: str
    summary: str
    actors: Sequence[PartyLink]
    targets: Sequence[PartyLink]
    amounts: Sequence[str]
    details: Sequence[Said]
    note: str
    justification: str
    erased_at: datetime | None
    """When words of it were erased."""
    sources: Sequence[Source]
    corroboration: Corroboration
    correction: Amendment | None
    retraction: Amendment | None
    ever_said: EverSaid | None
    change: str
    """What a comparison found of it: added, happened, corrected; "" where there is none, or nothing."""

    @property
    def is_contradicted(self) -> bool:
        """Whether a source reports it otherwise."""
        return self.corroboration.contradicting > 0


def build_entries(
    state: DisputeState,
    readings: Iterable[Reading],
    *,
    names: Names,
    articles: Mapping[UUID, Article],
    amendments: Amendments | None = None,
    changes: Mapping[UUID, str] | None = None,
) -> list[Entry]:
    """Make the entries of these occurrences, in their order. No query.

    With amendments each that was amended tells everything that was ever said of it; with changes what a comparison
    found of it.
    """
    by_id = {reading.event.event_id: reading for reading in state.readings}
    told = list(readings)
    attached: dict[UUID | None, list[Source]] = {reading.event.event_id: [] for reading in told}
    for item in state.evidence.values():
        if (sources := attached.get(item.event)) is not None:
            sources.append(
                make_source(
                    item.article, item.url, articles, stance=item.stance, quote=item.quote, locator=item.locator
                )
            )
    stories = {key: article.group for key, article in articles.items() if article.group}
    found = corroborations(state, told, stories)
    return [
        _entry(
            reading,
            by_id,
            found[reading.event.event_id],
            attached.get(reading.event.event_id) or _own_sources(reading, articles),
            names,
            ever_said(reading, amendments, names) if amendments else None,
            (changes or {}).get(reading.event.event_id, ""),
        )
        for reading in told
    ]


def make_source(
    article: UUID,
    url: str,
    articles: Mapping[UUID, Article],
    *,
    stance: str,
    quote: str | None = None,
    locator: str | None = None,
) -> Source:
    """Describe an article as a source; its title is known where it was captured."""
    known = articles.get(article)
    return Source(
        article=article,
        url=url,
        domain=domain_of(url),
        title=known.title if known else "",
        contradicts=stance == Stance.CONTRADICTS,
        quote=quote,
        locator=locator,
        is_captured=known.is_captured if known else False,
    )


def domain_of(url: str) -> str:
    """Give the host of an address as people write it."""
    try:
        return (urlsplit(url).hostname or url).removeprefix("www.")
    except ValueError:
        return url


def _own_sources(reading: Reading, articles: Mapping[UUID, Article]) -> list[Source]:
    """Give what the event itself cites; used where it counts for nothing and so holds no evidence."""
    return [
        make_source(
            UUID(item["article"]["id"]),
            item["article"]["url"],
            articles,
            stance=item.get("stance", Stance.SUPPORTS),
            quote=item.get("quote"),
            locator=item.get("locator"),
        )
        for item in reading.evidence
    ]


def _entry(  # noqa: PLR0917 (private)
    reading: Reading,
    by_id: Mapping[UUID, Reading],
    corroboration: Corroboration,
    sources: Sequence[Source],
    names: Names,
    said: EverSaid | None,
    change: str,
) -> Entry:
    data = reading.data
    standing = reading.standing or ""
    return Entry(
        event_id=reading.event.event_id,
        position=reading.event.position,
        date=show_date(reading.occurred),
        year=reading.first_day.year if reading.first_day else 0,
        lane=reading.declaration.lane,
        lane_label=term_label(Lane, reading.declaration.lane),
        type_label=reading.declaration.label,
        standing=term_label(Standing, standing),
        standing_colour=STANDING_COLOUR.get(standing, "default"),
        summary=data.get("summary", ""),
        actors=_parties(data, "actors", names),
        targets=_parties(data, "targets", names),
        amounts=[show_money(amount) for amount in data.get("amounts", ())],
        details=say_data(reading.type, data, names, leave_out=SHOWN_APART),
        note=data.get("note", ""),
        justification=reading.justification or "",
        erased_at=max((lost.at for lost in reading.erased), default=None),
        sources=sources,
        corroboration=corroboration,
        correction=_correction(reading, by_id, names),
        retraction=amendment(by_id.get(reading.retracted_by)) if reading.retracted_by else None,
        ever_said=said,
        change=change,
    )


def _parties(data: Mapping[str, Any], field: str, names: Names) -> list[PartyLink]:
    return [PartyLink(slug, names.get(slug, slug)) for slug in data.get(field, ())]


def _correction(reading: Reading, by_id: Mapping[UUID, Reading], names: Names) -> Amendment | None:
    if reading.corrected_by is None:
        return None
    before, after = say_words(Words.of(reading.event), names), say_words(Words.of(reading), names)
    return amendment(by_id.get(reading.corrected_by), changes(before, after))


def say_reading(reading: Reading, names: Names) -> list[Said]:
    """Say all that an event says now, but its evidence."""
    return say_event(
        reading.type,
        reading.data,
        occurred=reading.occurred,
        standing=reading.standing,
        names=names,
        justification=reading.justification,
    )


def amendment(reading: Reading | None, changed: Sequence[Change] = ()) -> Amendment | None:
    """Say who amended, when and why."""
    if reading is None:
        return None
    event = reading.event
    return Amendment(event.event_id, reading.data.get("reason", ""), event.recorded_by, event.recorded_at, changed)
