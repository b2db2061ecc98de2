"""Events, the log, and what they rest on."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NotRequired
from uuid import UUID

from typing_extensions import TypedDict

from disputes.api.shapes.terms import EventTypeName, LaneTerm, PartialDate, StanceTerm, StandingTerm, Url, documented


class ArticleInEvent(TypedDict):
    """An article as an event names it."""

    id: UUID
    url: Url
    digest: NotRequired[str]


@documented
class Citation(TypedDict):
    """What an occurrence rests on."""

    article: ArticleInEvent
    stance: StanceTerm
    quote: str | None
    locator: str | None


@documented
class Event(TypedDict):
    """An event of a dispute as it reads now, corrections applied."""

    id: UUID
    url: Url
    position: int
    """Place in the whole log."""
    version: int
    """Place among the events of the dispute."""
    type: EventTypeName
    label: str
    lane: LaneTerm
    occurred: PartialDate | None
    """None for curation, which has no date in the world."""
    recorded_at: datetime
    recorded_by: str
    standing: StandingTerm | None
    summary: str
    data: dict[str, Any]
    """The payload; its JSON Schema is under `vocabulary/`."""
    evidence: list[Citation]
    justification: str | None
    corrects: UUID | None
    retracts: UUID | None
    corrected_by: UUID | None
    """The correction in force."""
    retracted_by: UUID | None
    """The retraction in force; where there is one the event counts for nothing."""


@documented
class LogEntry(TypedDict):
    """An event of the log as it was recorded."""

    position: int
    """Place in the whole log, from 1, without gaps, in commit order."""
    id: UUID
    stream: str
    """Category and key, such as "dispute/getty-v-stability"."""
    version: int
    """Place in the stream, from 1, without gaps."""
    type: EventTypeName
    label: str
    occurred: PartialDate | None
    recorded_at: datetime
    recorded_by: str
    standing: StandingTerm | None
    summary: str
    data: dict[str, Any]
    evidence: list[Citation]
    justification: str | None
    corrects: UUID | None
    retracts: UUID | None


@documented
class ArticleInEvidence(TypedDict):
    """An article in short."""

    id: UUID
    url: Url
    title: str
    source: str
    published_at: datetime | None
    author: NotRequired[str]
    """With `expand=article`, like the fields that follow."""
    language: NotRequired[str]
    first_seen_at: NotRequired[datetime]
    captured_at: NotRequired[datetime | None]
    digest: NotRequired[str | None]
    text: NotRequired[str]


class MatchReason(TypedDict):
    """Why the pipeline held an article for evidence."""

    kind: str
    text: str
    weight: float


@documented
class Evidence(TypedDict):
    """An article that a dispute, or one event of it, rests on."""

    article: ArticleInEvidence
    event: UUID | None
    """The event it speaks of; None for the dispute as a whole."""
    stance: StanceTerm
    quote: str | None
    locator: str | None
    score: float | None
    reasons: list[MatchReason]
    attached_by: str
    attached_at: datetime
