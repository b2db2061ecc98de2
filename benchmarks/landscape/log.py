"""The log of a landscape: parties, and disputes whose events come in turns, as years of recording leave them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from benchmarks.contestants.appending import Placed
from benchmarks.landscape import words
from benchmarks.landscape.histories import History, event
from benchmarks.landscape.sizes import Landscape, dispute_lengths
from disputes.streams import dispute_stream, party_stream

MATCHER = "system:matcher"
CURATORS = tuple(f"curator-{number:02}" for number in range(1, 13))
PERSONS = 4
"""Of so many parties one is a person, whose names are sealed."""


class Judged(NamedTuple):
    """A link between an article and a dispute that the log has a decision about."""

    article: int
    dispute: str
    decision: UUID
    by: str
    is_accepted: bool


class Log:
    """The events of a landscape in order, and what they decided about articles."""

    def __init__(self, landscape: Landscape) -> None:
        self._landscape = landscape
        self.judged: list[Judged] = []
        """Filled as the events are given."""

    def __iter__(self) -> Iterator[Placed]:
        registered = 0
        for placed in self._parties():
            registered += 1
            yield placed
        lengths = dispute_lengths(self._landscape, self._landscape.events - registered)
        histories = [History(self._landscape, number, length) for number, length in enumerate(lengths)]
        versions = [0] * len(lengths)
        for number in self._turns(lengths):
            history = histories[number]
            sample = history.nextevent()
            slug, version = words.dispute_slug(number), versions[number]
            versions[number] += 1
            by = CURATORS[(number + version) % len(CURATORS)]
            if sample["type"] in {"evidence_attached", "evidence_rejected"}:
                is_accepted = sample["type"] == "evidence_attached"
                by = MATCHER if is_accepted and version % 5 < 3 else by
                self.judged.append(Judged(history.last_article, slug, UUID(sample["id"]), by, is_accepted))
            yield Placed(dispute_stream(slug), version, sample, by)

    def _parties(self) -> Iterator[Placed]:
        for number in range(self._landscape.parties):
            chance = self._landscape.chance(f"party/{number}")
            stream, by = party_stream(words.party_slug(number)), CURATORS[number % len(CURATORS)]
            name = words.party_name(number)
            kind = "person" if number % PERSONS == PERSONS - 1 else "organisation"
            data: dict[str, Any] = {"party_name": name, "kind": kind, "aliases": [f"P {number:05}"]}
            yield Placed(stream, 0, event(chance, "party_registered", data), by)
            if number % 10 == 3:
                # As the one before it is called: what a search for doubles is to find.
                alias = {"alias": f"{words.party_name(number - 1)} Incorporated"}
                yield Placed(stream, 1, event(chance, "alias_added", alias), by)
            if number % 10 == 5:
                renamed = {"new_name": f"{name} Holdings", "effective": {"date": "2023-04", "precision": "month"}}
                yield Placed(stream, 1, event(chance, "party_renamed", renamed), by)
            if number % 10 == 7:
                parent = {"parent": words.party_slug(number - 7)}
                yield Placed(stream, 1, event(chance, "parent_changed", parent), by)

    def _turns(self, lengths: Sequence[int]) -> Iterator[int]:
        """Say whose event comes next: each dispute opens on some day, and its events are spread from there on."""
        chance = self._landscape.chance("turns")
        moments = []
        for number, length in enumerate(lengths):
            opens = chance.random() * 0.8
            moments += [(opens + (1 - opens) * (place + chance.random()) / length, number) for place in range(length)]
        moments.sort()
        return (number for _, number in moments)
