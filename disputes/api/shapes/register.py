"""Parties, articles, the vocabulary, and what goes wrong."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NotRequired
from uuid import UUID

from typing_extensions import TypedDict

from disputes.api.shapes.disputes import FormerName
from disputes.api.shapes.terms import EventTypeName, LaneTerm, PartyKindTerm, RoleTerm, StatusTerm, Url, documented


class DisputeOfParty(TypedDict):
    """A dispute that a party has a role in."""

    slug: str
    title: str
    role: RoleTerm


@documented
class Party(TypedDict):
    """A person or an organisation."""

    slug: str
    url: Url
    kind: PartyKindTerm | None
    """None where nobody has said it."""
    name: str
    aliases: list[str]
    former_names: list[FormerName]
    parent: str | None
    """The party it belongs to."""
    disputes: list[DisputeOfParty]
    note: str | None
    erased_at: datetime | None
    """When its names and notes were erased; "[erased]" stands in their places then."""
    version: int
    updated_at: datetime


class DisputeOfArticle(TypedDict):
    """A dispute that an article is evidence of."""

    slug: str
    title: str


@documented
class Article(TypedDict):
    """One document, captured or known by its address only."""

    id: UUID
    url: Url
    """The document's own address."""
    permalink: Url
    """The address of this resource."""
    title: str
    source: str
    author: str
    language: str
    published_at: datetime | None
    first_seen_at: datetime
    captured_at: datetime | None
    """None where only the address is known."""
    digest: str | None
    """SHA-256 of title and text, in hexadecimal."""
    erased_at: datetime | None
    """When title, author and text were erased; the digest is that of what they were."""
    group: UUID | None
    """The same for copies of one story."""
    disputes: list[DisputeOfArticle]


@documented
class ArticleDetail(Article):
    """One document with its text."""

    text: str
    other_urls: list[str]


class TermEntry(TypedDict):
    """A controlled term."""

    value: str
    label: str
    definition: str


@documented
class EventTypeEntry(TypedDict):
    """An event type."""

    type: EventTypeName
    label: str
    definition: str
    lane: LaneTerm
    is_occurrence: bool
    """Whether it is an event about the world, with a date, a standing and a source."""
    leads_to: StatusTerm | None
    version: int
    data_schema: dict[str, Any]
    """JSON Schema of its data."""


class Vocabulary(TypedDict):
    """Every controlled term under the name of its vocabulary, and every event type."""

    terms: dict[str, list[TermEntry]]
    event_types: list[EventTypeEntry]


class Index(TypedDict):
    """The resources there are, with their addresses."""

    resources: dict[str, Url]


class ProblemError(TypedDict):
    """What is wrong with one field or parameter."""

    pointer: str
    detail: str


class Problem(TypedDict):
    """A problem document (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    errors: NotRequired[list[ProblemError]]
