"""A dispute as its events tell it: a pure fold, as of any two dates.

`as_of` (what the tracker knew then) chooses the events, by when they were recorded; `on_date` (what had happened
by then) chooses among the occurrences, by when they happened. Rules of dates, written down once:

* An occurrence has happened by a day when it can have begun by then: its first possible day is not later.
* Of several occurrences the one whose last possible day is later has the last word.
* Curation has no date in the world; it holds for every `on_date`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from disputes.recorded import Reading, RecordedEvent, read_present
from disputes.status import StatusPeriod, status_history, status_of_proceedings, status_on
from disputes.streams import dispute_stream
from disputes.vocabulary import ClaimOutcome, Status


@dataclass(slots=True)
class Proceeding:
    """A case before a court or an authority, as far as the events tell."""

    key: str
    court: str | None = None
    docket_number: str | None = None
    caption: str | None = None
    judge: str | None = None
    filed: Mapping[str, str] | None = None
    status: Status = Status.WATCHING
    claims: dict[str, str] = field(default_factory=dict)
    """Claim -> outcome, in the order in which they were pleaded."""


@dataclass(frozen=True, slots=True)
class Price:
    """One published price: a tier of a list, or a single amount."""

    event: UUID
    occurred: Mapping[str, str]
    effective: Mapping[str, str] | None
    holder: str | None
    tier: str | None
    quantity: str | None
    price: Mapping[str, Any]
    standing: str | None


@dataclass(frozen=True, slots=True)
class Licence:
    """One licence as an event tells it."""

    event: UUID
    type: str
    occurred: Mapping[str, str]
    standing: str | None
    terms: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Participation:
    """A party in a role."""

    party: str
    role: str
    note: str | None


@dataclass(frozen=True, slots=True)
class EvidenceItem:
    """An article that the dispute, or one event of it, rests on."""

    article: UUID
    url: str
    event: UUID | None
    stance: str
    quote: str | None
    locator: str | None
    score: float | None
    reasons: Sequence[Mapping[str, Any]]
    attached_by: str
    attached_at: datetime
    cause: UUID
    """The event that attached it."""


@dataclass(slots=True)
class DisputeState:
    """What is known of a dispute. Built by `fold`; nothing else makes or changes one."""

    slug: str
    version: int = 0
    title: str = ""
    kind: str = ""
    summary: str = ""
    data_at_issue: str | None = None
    data_types: Sequence[str] = ()
    jurisdictions: Sequence[str] = ()
    conflicts: list[str] = field(default_factory=list)
    related: dict[str, str | None] = field(default_factory=dict)
    merged_into: str | None = None
    absorbed: list[str] = field(default_factory=list)
    """Disputes that were merged into this one; their events are told here."""
    is_closed: bool = False
    participations: dict[tuple[str, str], Participation] = field(default_factory=dict)
    watch_rules: Sequence[Mapping[str, Any]] = ()
    watch_window: Mapping[str, Any] = field(default_factory=dict)
    """{since?, until?}, as curators say: what appeared long before or after is hardly about it."""
    proceedings: dict[str, Proceeding] = field(default_factory=dict)
    prices: list[Price] = field(default_factory=list)
    licences: list[Licence] = field(default_factory=list)
    evidence: dict[tuple[UUID, UUID | None], EvidenceItem] = field(default_factory=dict)
    rejected: dict[UUID, UUID] = field(default_factory=dict)
    """Articles that curators rejected, each with the event that said so."""
    readings: list[Reading] = field(default_factory=list)
    """Every event of the stream as it reads now, in order of recording; also the retracted ones."""
    occurrences: list[Reading] = field(default_factory=list)
    """Those that count and had happened, in the order in which they take effect."""
    scheduled: list[Reading] = field(default_factory=list)
    """Those that count and lie after `on_date`, nearest first."""
    status: Status = Status.WATCHING
    status_history: list[StatusPeriod] = field(default_factory=list)

    @property
    def exists(self) -> bool:
        """Whether the dispute was opened."""
        return self.version > 0

    @property
    def opened(self) -> Reading | None:
        """The earliest occurrence."""
        return min(self.occurrences, key=lambda reading: (reading.first_day, reading.order), default=None)

    @property
    def latest(self) -> Reading | None:
        """The latest occurrence that had happened."""
        return self.occurrences[-1] if self.occurrences else None

    @property
    def evidence_count(self) -> int:
        """How many articles the record rests on."""
        return len({item.article for item in self.evidence.values()})


def fold(slug: str, events: Iterable[RecordedEvent], *, on_date: date, as_of: datetime | None = None) -> DisputeState:
    """Tell the dispute from its events and those of disputes merged into it, in order of recording.

    Pure, and linear in the events but for one sort of the occurrences. Of a dispute that was merged into this one
    everything counts but what it was called and how it was followed.
    """
    known = [event for event in events if as_of is None or event.recorded_at <= as_of]
    own = dispute_stream(slug)
    state = DisputeState(slug=slug, version=max((event.version for event in known if event.stream == own), default=0))
    state.readings = read_present(known)
    counting = [reading for reading in state.readings if reading.counts]
    dated = sorted((reading for reading in counting if reading.declaration.is_occurrence), key=lambda r: r.order)
    state.occurrences = [r for r in dated if r.first_day is not None and r.first_day <= on_date]
    state.scheduled = sorted(
        (r for r in dated if r.first_day is not None and r.first_day > on_date),
        key=lambda r: (r.first_day, r.order),
    )
    for reading in counting:
        apply = _CURATION.get(reading.type)
        if apply is not None and (reading.event.stream == own or reading.type not in _OWN_ONLY):
            apply(state, reading)
    for reading in state.occurrences:
        _apply_occurrence(state, reading)
    for key, status in status_of_proceedings(state.occurrences).items():
        state.proceedings.setdefault(key, Proceeding(key)).status = status
    state.status_history = status_history(dated)
    state.status = status_on(state.status_history, on_date)
    return state


def _describe(state: DisputeState, reading: Reading) -> None:
    data = reading.data
    state.title, state.kind, state.summary = data["title"], data["kind"], data["summary"]
    state.data_at_issue = data.get("data_at_issue")
    state.data_types = data.get("data_types", ())
    state.jurisdictions = data.get("jurisdictions", ())


def _note_conflict(state: DisputeState, reading: Reading) -> None:
    state.conflicts.append(reading.data["text"])


def _relate(state: DisputeState, reading: Reading) -> None:
    state.related[reading.data["other"]] = reading.data.get("note")


def _merge(state: DisputeState, reading: Reading) -> None:
    state.merged_into = reading.data["into"]


def _absorb(state: DisputeState, reading: Reading) -> None:
    state.absorbed.append(reading.data["other"])


def _close(state: DisputeState, _reading: Reading) -> None:
    state.is_closed = True


def _reopen(state: DisputeState, _reading: Reading) -> None:
    state.is_closed = False


def _join(state: DisputeState, reading: Reading) -> None:
    data = reading.data
    state.participations[data["party"], data["role"]] = Participation(data["party"], data["role"], data.get("note"))


def _leave(state: DisputeState, reading: Reading) -> None:
    state.participations.pop((reading.data["party"], reading.data["role"]), None)


def _watch(state: DisputeState, reading: Reading) -> None:
    state.watch_rules = reading.data.get("rules", ())
    state.watch_window = {name: reading.data[name] for name in ("since", "until") if reading.data.get(name)}


def _attach(state: DisputeState, reading: Reading) -> None:
    data = reading.data
    event = UUID(data["event"]) if data.get("event") else None
    state.rejected.pop(UUID(data["article"]["id"]), None)
    _hold(state, reading, data, event, score=data.get("score"), reasons=data.get("reasons", ()))


def _detach(state: DisputeState, reading: Reading) -> None:
    article = UUID(reading.data["article"]["id"])
    for key in [key for key in state.evidence if key[0] == article]:
        del state.evidence[key]


def _reject(state: DisputeState, reading: Reading) -> None:
    state.rejected[UUID(reading.data["article"]["id"])] = reading.event.event_id


_CURATION = {
    "dispute_opened": _describe,
    "dispute_described": _describe,
    "conflict_noted": _note_conflict,
    "dispute_related": _relate,
    "dispute_merged": _merge,
    "dispute_absorbed": _absorb,
    "dispute_closed": _close,
    "dispute_reopened": _reopen,
    "party_joined": _join,
    "party_left": _leave,
    "watch_terms_changed": _watch,
    "evidence_attached": _attach,
    "evidence_detached": _detach,
    "evidence_rejected": _reject,
}

_OWN_ONLY = frozenset(
    {
        "dispute_opened",
        "dispute_described",
        "dispute_merged",
        "dispute_closed",
        "dispute_reopened",
        "watch_terms_changed",
    }
)


def _hold(
    state: DisputeState,
    reading: Reading,
    item: Mapping[str, Any],
    event: UUID | None,
    *,
    score: float | None = None,
    reasons: Sequence[Mapping[str, Any]] = (),
) -> None:
    article = UUID(item["article"]["id"])
    state.evidence[article, event] = EvidenceItem(
        article=article,
        url=item["article"]["url"],
        event=event,
        stance=item.get("stance", "supports"),
        quote=item.get("quote"),
        locator=item.get("locator"),
        score=score,
        reasons=reasons,
        attached_by=reading.event.recorded_by,
        attached_at=reading.event.recorded_at,
        cause=reading.event.event_id,
    )


def _apply_occurrence(state: DisputeState, reading: Reading) -> None:
    data = reading.data
    for item in reading.evidence:
        _hold(state, reading, item, reading.event.event_id)
    if data.get("proceeding"):
        _apply_to_proceeding(state, reading)
    if reading.type in {"api_price_announced", "price_disclosed"}:
        state.prices.extend(_prices(reading))
    elif reading.type in _LICENCE_TYPES:
        state.licences.append(
            Licence(reading.event.event_id, reading.type, reading.occurred or {}, reading.standing, data)
        )


_BEGINNINGS = frozenset(
    {
        "appeal_filed",
        "appeal_permitted",
        "case_consolidated",
        "case_transferred",
        "complaint_filed",
        "inquiry_opened",
        "questions_referred",
    }
)
_LICENCE_TYPES = frozenset({"licence_announced", "licence_signed", "licence_amended", "licence_renewed"})
_OUTCOME_OF = {"claim_withdrawn": ClaimOutcome.WITHDRAWN, "dismissed_voluntarily": ClaimOutcome.WITHDRAWN}


def _apply_to_proceeding(state: DisputeState, reading: Reading) -> None:
    data = reading.data
    proceeding = state.proceedings.setdefault(data["proceeding"], Proceeding(data["proceeding"]))
    if reading.type == "case_consolidated" and data.get("into"):
        _call(state.proceedings.setdefault(data["into"], Proceeding(data["into"])), reading)
    else:
        _call(proceeding, reading)
    outcome = _OUTCOME_OF.get(reading.type, ClaimOutcome.PENDING)
    if reading.type == "claim_dismissed":
        outcome = ClaimOutcome(data.get("outcome", ClaimOutcome.DISMISSED))
    decided_all = data.get("whole_case") or reading.type == "dismissed_voluntarily"
    for claim in data.get("claims", ()):
        if outcome is ClaimOutcome.PENDING:
            proceeding.claims.setdefault(claim, outcome)
        else:
            proceeding.claims[claim] = outcome
    if decided_all:
        for claim, before in proceeding.claims.items():
            if before == ClaimOutcome.PENDING:
                proceeding.claims[claim] = outcome
    for result in data.get("results", ()):
        proceeding.claims[result["claim"]] = result["outcome"]


def _call(proceeding: Proceeding, reading: Reading) -> None:
    """Name a proceeding as the fields of a docket do, and say when it came to its court."""
    data = reading.data
    proceeding.court = data.get("court", proceeding.court)
    proceeding.docket_number = data.get("docket_number", proceeding.docket_number)
    proceeding.caption = data.get("caption", proceeding.caption)
    proceeding.judge = data.get("judge", proceeding.judge)
    if reading.type in _BEGINNINGS:
        proceeding.filed = proceeding.filed or reading.occurred


def _prices(reading: Reading) -> list[Price]:
    data = reading.data
    tiers = [(tier["name"], tier.get("quantity"), tier["price"]) for tier in data.get("tiers", ()) if tier.get("price")]
    amounts = [(None, None, amount) for amount in data.get("amounts", ())]
    return [
        Price(
            event=reading.event.event_id,
            occurred=reading.occurred or {},
            effective=data.get("effective"),
            holder=data.get("holder"),
            tier=name,
            quantity=quantity,
            price=price,
            standing=reading.standing,
        )
        for name, quantity, price in (*tiers, *amounts)
    ]
