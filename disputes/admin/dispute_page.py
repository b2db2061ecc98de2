"""All that the page of a dispute shows, made from its folded state in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import NamedTuple
from uuid import UUID

from django.utils import timezone

from disputes.admin import dispute_tables as tables
from disputes.admin.comparing import Comparison, compare
from disputes.admin.drawn_timeline import DrawnTimeline, draw_timeline
from disputes.admin.labels import term_label
from disputes.admin.page_query import PageQuery
from disputes.admin.status_story import StatusStory, tell_status
from disputes.admin.stream import Absorbed, StreamLine, absorbed_by, stream_lines
from disputes.admin.timeline import Entry, build_entries
from disputes.admin.times import Times
from disputes.admin.values import parties_in
from disputes.amendments import CORRECTION, Words, amendments_of
from disputes.articles import count_sources
from disputes.corroboration import corroborations
from disputes.dispute import DisputeState
from disputes.known_parties import known_parties
from disputes.models import Article, Dispute, Party
from disputes.proofs.checkpoint import latest_checkpoint
from disputes.recorded import Reading
from disputes.streams import dispute_stream
from disputes.vocabulary import DataType, Kind

AT_FIRST: Mapping[str, int] = {"timeline": 100, "upcoming": 20, "evidence": 50, "stream": 50}
"""How much of a section is shown unless all is asked for: of the timeline the latest, of what is to come the next."""


class Year(NamedTuple):
    """The occurrences of one year."""

    year: int
    entries: Sequence[Entry]


class Part(NamedTuple):
    """How much of a section is shown."""

    shown: int
    total: int
    all_query: str
    """The query that shows the rest."""

    @property
    def is_cut(self) -> bool:
        """Whether there is more than is shown."""
        return self.shown < self.total


class Related(NamedTuple):
    """Another dispute that this one is related to."""

    slug: str
    title: str
    note: str
    event: UUID | None
    """The event that says so, where it may be taken back here."""


@dataclass(frozen=True, slots=True)
class Covered:
    """How much of the stream the newest signed checkpoint covers."""

    size: int
    """Events of the whole log that it covers."""
    events: int
    """How many of them are of this dispute."""


@dataclass(frozen=True, slots=True)
class DisputePage:
    """What the template shows; everything in words."""

    state: DisputeState
    kind: str
    data_types: Sequence[str]
    status: StatusStory
    drawn: DrawnTimeline | None
    comparison: Comparison | None
    years: Sequence[Year]
    upcoming: Sequence[Entry]
    parties: Sequence[tables.PartyLine]
    proceedings: Sequence[tables.ProceedingLine]
    claims: Sequence[tables.ClaimLine]
    prices: Sequence[tables.PriceLine]
    licences: Sequence[tables.LicenceLine]
    evidence: Sequence[tables.EvidenceLine]
    sources: int | None
    """Independent sources of the evidence, where some are copies of one story."""
    related: Sequence[Related]
    stream: Sequence[StreamLine]
    covered: Covered | None
    parts: Mapping[str, Part]
    """How much is shown of each section that may be long."""
    absorbed: Sequence[Absorbed]
    told_apart: str
    """How many occurrences the present reading leaves out or says otherwise, in words; "" where there are none."""
    shows_everything: bool
    permalink: str
    """The query under which the page stays as it is now."""
    switch: str
    """The query that shows everything, or hides it again."""
    exports: str
    """The query that exports take for the same times."""


def build_page(state: DisputeState, *, day: date, query: PageQuery, before: DisputeState | None) -> DisputePage:
    """Make the page of a dispute that was folded as of the times of the query, compared with the state `before`.

    Four queries: parties, articles, titles of related disputes, the newest checkpoint; linear in the events.
    """
    everything = query.everything
    parties = _parties([state, *([before] if before else [])], query.times)
    names = {slug: party.name for slug, party in parties.items()}
    amendments = amendments_of(state.readings)
    amended = [r for r in state.readings if r.first_day is not None and r.event.event_id in amendments]
    happened, upcoming = list(state.occurrences), list(state.scheduled)
    if everything:
        retracted = [r for r in amended if not r.counts]
        happened = sorted(happened + [r for r in retracted if _happened(r, day)], key=lambda r: r.order)
        upcoming += [r for r in retracted if not _happened(r, day)]
    shown = _Shown(query, happened, upcoming)
    articles = _articles([state, *([before] if before else [])])
    comparison = None
    if before is not None and query.before is not None:
        times = (query.before, query.times)
        comparison = compare(before, state, times, names=names, articles=articles, link=shown.link)
    changes = comparison.marks if comparison else {}
    gone = [reading for reading in comparison.gone if reading.first_day] if comparison else []
    most_evidence = None if "evidence" in query.whole else AT_FIRST["evidence"]
    stories = {key: article.group for key, article in articles.items() if article.group}
    told = amendments if everything else None
    entries = build_entries(state, shown.happened, names=names, articles=articles, amendments=told, changes=changes)
    stream = state.readings if "stream" in query.whole else state.readings[-AT_FIRST["stream"] :]
    evidence = tables.evidence_lines(state, articles, shown.link, most=most_evidence)
    return DisputePage(
        state=state,
        kind=term_label(Kind, state.kind),
        data_types=[term_label(DataType, value) for value in state.data_types],
        status=tell_status(state, day, names=names, link=shown.link),
        drawn=draw_timeline(
            [*state.occurrences, *state.scheduled, *gone],
            day=day,
            is_today=query.times.on_date is None,
            accounts=corroborations(state, [*state.occurrences, *state.scheduled, *gone], stories),
            link=shown.link,
            changes=changes,
        ),
        comparison=comparison,
        years=[Year(year, list(group)) for year, group in groupby(entries, key=lambda entry: entry.year)],
        upcoming=build_entries(state, shown.upcoming, names=names, articles=articles, amendments=told, changes=changes),
        parties=tables.party_lines(state, parties),
        proceedings=tables.proceeding_lines(state),
        claims=tables.claim_lines(state),
        prices=tables.price_lines(state, names, shown.link),
        licences=tables.licence_lines(state, names, shown.link),
        evidence=evidence,
        sources=_sources(state, articles),
        related=_related(state),
        stream=stream_lines(
            state.readings, dispute_stream(state.slug), names=names, amendments=told or {}, most=len(stream)
        ),
        covered=_covered(state),
        parts={
            "timeline": _part(query, "timeline", len(shown.happened), len(happened)),
            "upcoming": _part(query, "upcoming", len(shown.upcoming), len(upcoming)),
            "evidence": _part(query, "evidence", len(evidence), len(state.evidence)),
            "stream": _part(query, "stream", len(stream), len(state.readings)),
        },
        absorbed=absorbed_by(state.readings, dispute_stream(state.slug), "dispute_absorbed"),
        told_apart=_told_apart(amended),
        shows_everything=everything,
        permalink=_permalink(state, query),
        switch=query.switched().text(),
        exports=query.times.link(),
    )


class _Shown:
    """The entries that are on the page, and where any other is told."""

    def __init__(self, query: PageQuery, happened: Sequence[Reading], upcoming: Sequence[Reading]) -> None:
        self._query = query
        whole = query.whole
        self.happened = happened if "timeline" in whole else happened[-AT_FIRST["timeline"] :]
        self.upcoming = upcoming if "upcoming" in whole else upcoming[: AT_FIRST["upcoming"]]
        self._here = {reading.event.event_id for reading in (*self.happened, *self.upcoming)}
        self._rest = {reading.event.event_id: "timeline" for reading in happened}
        self._rest |= {reading.event.event_id: "upcoming" for reading in upcoming}

    def link(self, event: UUID) -> str:
        """Give the address at which an event is told, "" where it is not told at all."""
        if event in self._here:
            return f"#event-{event}"
        section = self._rest.get(event)
        return f"?{self._query.showing(section).text()}#event-{event}" if section else ""


def _part(query: PageQuery, section: str, shown: int, total: int) -> Part:
    return Part(shown, total, query.showing(section).text())


def _happened(reading: Reading, day: date) -> bool:
    return reading.first_day is not None and reading.first_day <= day


def _parties(states: Sequence[DisputeState], times: Times) -> dict[str, Party]:
    named: set[str] = set()
    for state in states:
        named.update(part.party for part in state.participations.values())
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


def _permalink(state: DisputeState, query: PageQuery) -> str:
    newest = max(reading.event.recorded_at for reading in state.readings)
    as_of = query.times.as_of or newest
    return query.comparing(None).as_of(Times(query.times.on_date, as_of)).text()


def _articles(states: Iterable[DisputeState]) -> dict[UUID, Article]:
    wanted: set[UUID] = set()
    for state in states:
        wanted |= {item.article for item in state.evidence.values()}
        wanted |= {UUID(item["article"]["id"]) for reading in state.readings for item in reading.evidence}
    return Article.objects.only("title", "captured_at", "url", "group").in_bulk(list(wanted))


def _sources(state: DisputeState, articles: Mapping[UUID, Article]) -> int | None:
    present = [articles[key] for key in {item.article for item in state.evidence.values()} if key in articles]
    sources = count_sources(present)
    return sources if sources < len(present) else None


def _related(state: DisputeState) -> list[Related]:
    if not state.related:
        return []
    titles = dict(Dispute.objects.filter(slug__in=list(state.related)).values_list("slug", "title"))
    events = {
        reading.data["other"]: reading.event.event_id
        for reading in state.readings
        if reading.counts and reading.type == "dispute_related"
    }
    return [Related(slug, titles.get(slug, slug), note or "", events.get(slug)) for slug, note in state.related.items()]


def _covered(state: DisputeState) -> Covered | None:
    checkpoint = latest_checkpoint()
    if checkpoint is None:
        return None
    return Covered(checkpoint.size, sum(reading.event.position <= checkpoint.size for reading in state.readings))


def today() -> date:
    """Give the day it is in UTC, as the commands have it."""
    return timezone.now().date()


__all__ = ["DisputePage", "build_page", "today"]
