"""Events, the log, and what they rest on."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, NotRequired
from uuid import UUID

from pydantic import WithJsonSchema
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
class Erased(TypedDict):
    """A text that was erased; "[erased]" stands in its place."""

    pointer: str
    """Where it stood, as an RFC 6901 pointer: "/data/judge"."""
    at: datetime


@documented
class EventAnyhow(TypedDict):
    """What is told of an event wherever it is told."""

    id: UUID
    position: int
    """Place in the whole log, from 1, without gaps, in commit order."""
    version: int
    """Place in its stream, from 1, without gaps."""
    type: EventTypeName
    label: str
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
    """The event that this one corrects."""
    retracts: UUID | None
    """The event that this one retracts."""
    erased: list[Erased]
    """Its texts that were erased, whatever date is asked for."""


@documented
class Words(TypedDict):
    """What an event says, or is corrected to say: all of it but its identity."""

    type: EventTypeName
    label: str
    occurred: PartialDate | None
    standing: StandingTerm | None
    summary: str
    data: dict[str, Any]
    evidence: list[Citation]
    justification: str | None


@documented
class Amendment(TypedDict):
    """A correction or a retraction of an event, with what corrected or retracted it in turn."""

    id: UUID
    url: Url
    position: int
    type: Annotated[str, WithJsonSchema({"type": "string", "enum": ["event_corrected", "event_retracted"]})]
    label: str
    reason: str
    recorded_at: datetime
    recorded_by: str
    in_force: bool
    """Whether it is the one that counts of all that name the same event."""
    words: Words | None
    """What a correction said in place of the event; None for a retraction."""
    amendments: list[Amendment]


@documented
class Corroboration(TypedDict):
    """How many independent accounts an occurrence has; copies of one story are one."""

    supporting: int
    contradicting: int


@documented
class Event(EventAnyhow):
    """An event of a dispute as it reads now, corrections applied."""

    url: Url
    lane: LaneTerm
    corroboration: Corroboration | None
    """Of an occurrence: what it cites and what was attached to it since; which of that are copies is as known now."""
    corrected_by: UUID | None
    """The correction in force."""
    retracted_by: UUID | None
    """The retraction in force; where there is one the event counts for nothing."""
    first_words: NotRequired[Words]
    """What it said as it was recorded; with `readings=all`."""
    amendments: NotRequired[list[Amendment]]
    """Everything that was said of it since, in order; with `readings=all`."""


@documented
class LogEntry(EventAnyhow):
    """An event of the log as it was recorded."""

    stream: str
    """Category and key, such as "dispute/getty-v-stability"."""


@documented
class ArticleInEvidence(TypedDict):
    """An article in short."""

    id: UUID
    url: Url
    title: str
    source: str
    published_at: datetime | None
    group: UUID | None
    """The same for copies of one story, which are one source; None where no copy is known."""
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
