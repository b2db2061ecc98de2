"""Where the log speaks of a person: what an erasure would take, and what it can't reach."""

from __future__ import annotations

import operator
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from typing import Any
from uuid import UUID

import rfc8785
from django.db.models import Exists, OuterRef, Q
from pydantic_core import from_json

from disputes.erasure.sealing import open_sealed, sealed_about, text_at
from disputes.erasure.subjects import name_of, subjects_by_name
from disputes.errors import NotFound
from disputes.history import party_history
from disputes.models import Article, ArticleRevision, Event, Party, SubjectKey
from disputes.streams import PARTY, party_stream, split_stream
from disputes.vocabulary import PartyKind

_NAME_FIELDS = frozenset({"party_name", "new_name", "alias", "aliases", "judge"})
_SHOWN = 50
# As the index `event_sealed` has it, see the migration.
_SEALED_ABOUT = """
    SELECT position, event_id, stream, type, recorded_at, body FROM disputes_event
    WHERE strpos(body, '"sealed":{') > 0 AND jsonb_path_query_array(body::jsonb, '$.sealed.*.subject') ?| %s
    AND position > %s ORDER BY position
"""


@dataclass(frozen=True, slots=True)
class SealedEvent:
    """An event that holds sealed texts about a subject."""

    position: int
    event_id: UUID
    stream: str
    type: str
    recorded_at: datetime
    subject: str
    pointers: Sequence[str]


@dataclass(frozen=True, slots=True)
class Related:
    """Another subject that may well be the same person."""

    subject: str
    name: str
    why: str


@dataclass(frozen=True, slots=True)
class Preview:
    """What the erasure of a subject takes, and what stays readable."""

    row: SubjectKey
    names: Sequence[str]
    """What the person is called; empty when that is erased."""
    events: Sequence[SealedEvent]
    related: Sequence[Related]
    clear_events: Sequence[int]
    """Positions of events that hold one of the names in the clear; the first 50. They can't be erased. None where they
    were not searched."""
    articles: Sequence[Article]
    """Captured articles that hold or held one of the names; the first 50. Their words are erased one by one."""

    @property
    def texts(self) -> int:
        """How many texts would go."""
        return sum(len(event.pointers) for event in self.events)

    @property
    def streams(self) -> Sequence[str]:
        """The streams that they stand in."""
        return list(dict.fromkeys(event.stream for event in self.events))


def subject_row(subject: str) -> SubjectKey:
    """Give the row of a subject. Raises NotFound."""
    try:
        return SubjectKey.objects.get(pk=subject)
    except SubjectKey.DoesNotExist as error:
        raise NotFound(f"nothing is sealed under {subject!r}") from error


def find_subjects(text: str) -> list[SubjectKey]:
    """Find the persons whom a text means: the id of a subject, the slug of a party, or a name as it was recorded."""
    slugs = Party.objects.filter(
        Q(slug=text) | Q(name=text) | Q(aliases__contains=[text]) | Q(former_names__contains=[{"name": text}])
    ).values_list("slug", flat=True)
    ids = {text, *map(party_stream, slugs), *(subject.id for subject in subjects_by_name([text]).values())}
    return list(SubjectKey.objects.filter(pk__in=ids).order_by("pk"))


def sealed_events(subjects: Collection[str], *, after: int = 0) -> list[SealedEvent]:
    """Find the events that hold texts about these subjects, behind a position. One query, of these events alone."""
    if not subjects:
        return []
    rows = Event.objects.raw(_SEALED_ABOUT, [list(subjects), after])
    return [found for row in rows for found in _sealed_in(row, subjects)]


def _sealed_in(row: Event, subjects: Collection[str]) -> Iterator[SealedEvent]:
    record = from_json(row.body)
    for subject in subjects:
        pointers = sealed_about(record, subject)
        if pointers:
            yield SealedEvent(
                position=row.position,
                event_id=row.event_id,
                stream=row.stream,
                type=row.type,
                recorded_at=row.recorded_at,
                subject=subject,
                pointers=pointers,
            )


def names_in(row: SubjectKey, events: Iterable[SealedEvent]) -> list[str]:
    """Open what the person is called in these events; nothing once it is erased."""
    if row.is_erased:
        return []
    mine = {event.event_id: event.pointers for event in events if event.subject == row.subject}
    bodies = [from_json(body) for body in Event.objects.filter(event_id__in=mine).values_list("body", flat=True)]
    open_sealed(bodies)
    names = [name_of(row)] if row.name else []
    for record in bodies:
        called = [pointer for pointer in mine[UUID(record["id"])] if _NAME_FIELDS & set(pointer.split("/"))]
        # The name itself before what the person is called besides.
        names += [str(text_at(record, pointer)) for pointer in sorted(called, key=lambda pointer: "alias" in pointer)]
    return list(dict.fromkeys(names))


def preview(subject: str, *, searching: bool = True) -> Preview:
    """Say what the erasure of a subject takes. Raises NotFound.

    Searching, it also looks for the names in the clear, in the whole log and in all articles: some seconds a million.
    """
    row = subject_row(subject)
    events = sealed_events([subject])
    names = names_in(row, events)
    return Preview(
        row=row,
        names=names,
        events=events,
        related=_related(row, names),
        clear_events=_in_the_clear(names) if searching else [],
        articles=_articles(names) if searching else [],
    )


def _related(row: SubjectKey, names: Sequence[str]) -> list[Related]:
    found: dict[str, Related] = {}
    for person in subjects_by_name(names).values():
        found[person.id] = Related(person.id, names[0], "has the same name")
    same_name = Q(name__in=names) | Q(aliases__overlap=list(names)) if names else Q(pk__in=[])
    for party in Party.objects.filter(same_name, kind=PartyKind.PERSON):
        found[party_stream(party.slug)] = Related(party_stream(party.slug), party.name, "has the same name")
    category, slug = split_stream(row.subject)
    if category == PARTY:
        for stream in dict.fromkeys(event.stream for event in party_history(slug)):
            found[stream] = Related(stream, split_stream(stream)[1], "was merged into this party")
    sealed: Mapping[str, Any] = SubjectKey.objects.filter(key__isnull=False).in_bulk(list(found))
    return [related for subject, related in sorted(found.items()) if subject in sealed and subject != row.subject]


def _in_the_clear(names: Sequence[str]) -> list[int]:
    if not names:
        return []
    written = (rfc8785.dumps(name).decode()[1:-1] for name in names)
    holds = reduce(operator.or_, (Q(body__contains=text) for text in written))
    return list(Event.objects.filter(holds).order_by("position").values_list("position", flat=True)[:_SHOWN])


def _articles(names: Sequence[str]) -> list[Article]:
    if not names:
        return []
    holds = reduce(operator.or_, (Q(text__contains=name) | Q(title__contains=name) for name in names))
    formerly = ArticleRevision.objects.filter(holds, article=OuterRef("pk"))
    return list(Article.objects.filter(holds | Exists(formerly)).defer("text")[:_SHOWN])


__all__ = [
    "Preview",
    "Related",
    "SealedEvent",
    "find_subjects",
    "names_in",
    "preview",
    "sealed_events",
    "subject_row",
]
