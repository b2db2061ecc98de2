"""What the API answers about the pipeline."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, NotRequired
from uuid import UUID

from pydantic import WithJsonSchema
from typing_extensions import TypedDict

from disputes.api.shapes import ArticleInEvidence, PartialDate, Url, documented
from disputes.api.shapes.terms import EventTypeName, StandingTerm
from ingest.models import CandidateState, FeedState, FetchOutcome, ProposedEventState
from ingest.watch_rules import Standing

FeedStateTerm = Annotated[str, WithJsonSchema({"type": "string", "enum": FeedState.values})]
OutcomeTerm = Annotated[str, WithJsonSchema({"type": "string", "enum": FetchOutcome.values})]
ProposedEventStateTerm = Annotated[str, WithJsonSchema({"type": "string", "enum": ProposedEventState.values})]
CandidateStateTerm = Annotated[str, WithJsonSchema({"type": "string", "enum": CandidateState.values})]


@documented
class Feed(TypedDict):
    """A source that is polled."""

    id: int
    url: Url
    """Where it is fetched from."""
    permalink: Url
    """The address of this resource."""
    title: str
    state: FeedStateTerm
    pause_reason: str | None
    added_at: datetime
    added_by: str
    last_fetch_at: datetime | None
    last_success_at: datetime | None
    next_fetch_at: datetime | None
    """When it is due; None where it never is."""
    next_fetch_reason: str | None
    """Why it is due then and not before."""
    last_status: int | None
    """Status of the last HTTP answer."""
    last_error: str | None
    failures: int
    """Failed fetches since the last that worked."""
    article_count: int


@documented
class Fetch(TypedDict):
    """One poll of a feed and what came back."""

    id: int
    started_at: datetime
    duration_ms: int
    status: int | None
    bytes: int
    """On the wire."""
    entries: int
    new_articles: int
    outcome: OutcomeTerm
    error: str | None


@documented
class CandidateReason(TypedDict):
    """Why the matcher proposed it."""

    kind: str
    text: str
    weight: float
    field: NotRequired[str]
    """Where it was found: in the title or in the text."""
    start: NotRequired[int | None]
    end: NotRequired[int | None]


@documented
class KnownEvent(TypedDict):
    """An event of the record that a proposed one is an account of."""

    id: UUID
    url: Url
    type: EventTypeName
    occurred: PartialDate
    summary: str
    is_cited: bool
    """Whether it cites the article already."""


@documented
class ProposedEvent(TypedDict):
    """An event that the article states; nothing is recorded before a curator confirms it."""

    id: int
    type: EventTypeName
    label: str
    occurred: PartialDate
    is_dated_by_publication: bool
    """Whether the article gives no date, so that the month in which it appeared stands."""
    standing: StandingTerm
    data: dict[str, Any]
    """The payload; its JSON Schema is under `vocabulary/`."""
    quote: str
    """The words of the article that state it."""
    field: Annotated[str, WithJsonSchema({"type": "string", "enum": ["title", "text"]})]
    start: int
    end: int
    state: ProposedEventStateTerm
    known_event: KnownEvent | None
    """The event that the dispute has already, for which the article then becomes further evidence."""
    decided_at: datetime | None
    decided_by: str | None
    decision: UUID | None
    """The event that was recorded."""


@documented
class Candidate(TypedDict):
    """A proposed link between an article and a dispute."""

    id: int
    url: Url
    article: ArticleInEvidence
    dispute: str
    """The slug of the dispute."""
    score: float
    reasons: list[CandidateReason]
    proposed_events: list[ProposedEvent]
    """Events that the article states of the dispute, for a curator to confirm."""
    state: CandidateStateTerm
    proposed_at: datetime
    decided_at: datetime | None
    decided_by: str | None
    decision: UUID | None
    """The event that records the decision."""
    snoozed_until: datetime | None


@documented
class ArticleFound(TypedDict):
    """An article that watch rules would find."""

    article: ArticleInEvidence
    score: float
    reasons: list[CandidateReason]
    would_attach: bool
    """Whether by itself; else it would wait in the inbox."""
    standing: Annotated[str, WithJsonSchema({"type": "string", "enum": [each.value for each in Standing]})]
    """How it stands to the dispute now."""


@documented
class WatchRuleTrial(TypedDict):
    """What watch rules would find among the stored articles."""

    stored: int
    looked_at: int
    """The newest so many; fewer than are stored where time was up."""
    attached: int
    """Would be evidence by themselves, those that are already included."""
    newly_attached: int
    waiting: int
    """Would wait in the inbox, those that wait already included."""
    newly_waiting: int
    no_longer_found: int
    """Were attached by the matcher, and would not be found by these rules; they stay attached."""
    articles: list[ArticleFound]
    """Fifty at most: what is new first, then by score."""
