"""How many independent accounts an occurrence has: each group of copies is one, whatever the number of its articles.

The groups are found by the pipeline and stand with the articles, so they are always those of now: what was cited as of
a date is told by the log, which of it are copies by what is known of the articles today.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from disputes.dispute import DisputeState
from disputes.models import Article
from disputes.recorded import Reading
from disputes.vocabulary import Stance

Stories = Mapping[UUID, UUID]
"""Article -> the group of copies that it is of. One that is not named is a story of its own."""


@dataclass(frozen=True, slots=True)
class Corroboration:
    """Independent accounts for and against an occurrence. A story whose copies say both counts on both sides."""

    supporting: int
    contradicting: int


def corroborations(
    state: DisputeState, readings: Iterable[Reading], stories: Stories | None = None
) -> dict[UUID, Corroboration]:
    """Count the accounts of the occurrences among these events, by the id of the event; curation has none.

    What an event cites counts, and what was attached to it since and not detached. Of an event that is retracted, which
    holds no evidence any more, it is what it cited. One query for all of them, where the stories are not at hand.
    """
    attached: dict[UUID | None, list[tuple[str, UUID]]] = defaultdict(list)
    for item in state.evidence.values():
        attached[item.event].append((item.stance, item.article))
    cited = {
        reading.event.event_id: attached.get(reading.event.event_id) or cited_by(reading)
        for reading in readings
        if reading.declaration.is_occurrence
    }
    if stories is None:
        stories = stories_of(article for items in cited.values() for _stance, article in items)
    return {event: corroborate(items, stories) for event, items in cited.items()}


def cited_by(reading: Reading) -> list[tuple[str, UUID]]:
    """Give the stance and the article of everything that an event itself cites."""
    return [(item.get("stance", Stance.SUPPORTS), UUID(item["article"]["id"])) for item in reading.evidence]


def corroborate(items: Iterable[tuple[str, UUID]], stories: Stories) -> Corroboration:
    """Count the stories on each side."""
    sides: dict[bool, set[UUID]] = {True: set(), False: set()}
    for stance, article in items:
        sides[stance != Stance.CONTRADICTS].add(stories.get(article, article))
    return Corroboration(supporting=len(sides[True]), contradicting=len(sides[False]))


def stories_of(articles: Iterable[UUID]) -> dict[UUID, UUID]:
    """Look up of which story articles are; those without copies are left out. One query, none without articles."""
    wanted = set(articles)
    if not wanted:
        return {}
    grouped = Article.objects.filter(pk__in=wanted, group__isnull=False).values_list("pk", "group")
    return {article: group for article, group in grouped if group is not None}
