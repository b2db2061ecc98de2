"""The list: a row for each story, with the candidates of all its copies, paged by key."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from disputes.admin.dates import show_date
from disputes.admin.labels import type_label
from disputes.admin.timeline import domain_of
from disputes.models import Article
from ingest.admin.inbox.filters import InboxFilters, narrow, quiet_disputes
from ingest.claims import claims_of_others
from ingest.models import Candidate, ProposedEvent, ProposedEventState, StoryClaim

PER_PAGE: Final = 30


@dataclass(frozen=True, slots=True)
class ProposedFor:
    """A dispute that a story is proposed for."""

    title: str
    score: float
    is_new: bool
    """Whether it would be the dispute's first evidence for long."""


@dataclass(frozen=True, slots=True)
class Story:
    """A row of the list."""

    key: UUID
    head: Candidate
    """The candidate by which the story has its place."""
    candidates: Sequence[Candidate]
    disputes: Sequence[ProposedFor]
    domain: str
    copies: int
    """Other articles that tell it."""
    states: Sequence[str]
    """Events that it states and that nobody has judged."""
    holder: StoryClaim | None
    """Who else has it open."""

    @property
    def shown(self) -> Article:
        """Give the article that stands for it: the one that scores best."""
        return self.candidates[0].article

    @property
    def ids(self) -> str:
        """Give its candidates as a form sends them."""
        return ",".join(str(candidate.pk) for candidate in self.candidates)

    @property
    def assigned_to(self) -> str:
        """Give whose it is; several names where its candidates are several persons'."""
        return ", ".join(sorted({candidate.assigned_to for candidate in self.candidates} - {""}))


@dataclass(frozen=True, slots=True)
class StoryPage:
    """A page of the list; `before` is the place where the next one begins, empty behind the last story."""

    stories: Sequence[Story]
    before: str


def find_stories(filters: InboxFilters, *, me: str, before: str = "", size: int = PER_PAGE) -> StoryPage:
    """Give the stories of a choice behind a place, the newest first.

    Seven queries at most, none of which reads more than the page and what it leaves out on the way.
    """
    found = list(_heads(filters, me=me, before=before)[: size + 1])
    heads = found[:size]
    return StoryPage(
        stories=_stories(filters, heads, me=me),
        before=_place(filters, heads[-1]) if len(found) > size else "",
    )


def _heads(filters: InboxFilters, *, me: str, before: str) -> QuerySet[Candidate]:
    """Give of each story the candidate that comes first in the order of the list."""
    column = filters.order
    ahead = narrow(filters, me=me).filter(
        Q(**{f"{column}__gt": OuterRef(column)}) | Q(**{column: OuterRef(column)}, pk__gt=OuterRef("pk")),
        story=OuterRef("story"),
    )
    rows = narrow(filters, me=me).filter(~Exists(ahead), **{f"{column}__isnull": False})
    if (place := _read_place(before)) is not None:
        moment, number = place
        # The first condition is one that an index can begin at.
        rows = rows.filter(Q(**{f"{column}__lt": moment}) | Q(pk__lt=number), **{f"{column}__lte": moment})
    return rows.defer("reasons").order_by(f"-{column}", "-pk")


def _place(filters: InboxFilters, head: Candidate) -> str:
    return f"{getattr(head, filters.order).isoformat()}~{head.pk}"


def _read_place(text: str) -> tuple[datetime, int] | None:
    moment, _sign, number = text.partition("~")
    if not number.isdecimal() or len(number) > 18:
        return None
    try:
        read = datetime.fromisoformat(moment)
    except ValueError:
        return None
    return (read, int(number)) if read.tzinfo else None


def _stories(filters: InboxFilters, heads: Sequence[Candidate], *, me: str) -> list[Story]:
    members: dict[UUID | None, list[Candidate]] = defaultdict(list)
    rows = narrow(filters, me=me).filter(story__in=[head.story for head in heads]).select_related("dispute", "article")
    for row in rows.defer("reasons", "article__text").order_by("-score", "-pk") if heads else ():
        members[row.story].append(row)
    everything = [row for rows_of_one in members.values() for row in rows_of_one]
    quiet = quiet_disputes({row.dispute_id for row in everything}) if everything else set()
    states: dict[int, list[str]] = defaultdict(list)
    stated = ProposedEvent.objects.filter(candidate__in=everything, state=ProposedEventState.OPEN).order_by("pk")
    for proposal in stated if everything else ():
        states[proposal.candidate_id].append(f"{type_label(proposal.type)}, {show_date(proposal.occurred)}")
    copies = copies_of({row.article.group for row in everything} - {None})
    held = claims_of_others([head.story for head in heads if head.story], by=me) if heads else {}
    return [
        Story(
            key=head.story,
            head=head,
            candidates=members[head.story],
            disputes=_disputes(members[head.story], quiet),
            domain=domain_of(members[head.story][0].article.url),
            copies=copies.get(members[head.story][0].article.group, 1) - 1,
            states=list(dict.fromkeys(line for row in members[head.story] for line in states[row.pk])),
            holder=held.get(head.story),
        )
        for head in heads
        if head.story is not None and members[head.story]
    ]


def _disputes(rows: Sequence[Candidate], quiet: set[str]) -> list[ProposedFor]:
    """Give each dispute once, with its best score; the rows come in that order."""
    best: dict[str, Candidate] = {}
    for row in rows:
        best.setdefault(row.dispute_id, row)
    return [ProposedFor(row.dispute.title, row.score, slug in quiet) for slug, row in best.items()]


def copies_of(groups: set[UUID | None]) -> dict[UUID | None, int]:
    """Give how many articles each group has. One query, none where there is no group."""
    if not groups:
        return {}
    rows = Article.objects.filter(group__in=groups).order_by()
    return dict(rows.values_list("group").annotate(Count("pk")))
