"""Sort out, sentence by sentence, what an article holds for one dispute."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from ingest.matching.lexicon import Item, ItemKind


@dataclass(frozen=True, slots=True)
class Occurrence:
    """An item found in a sentence; `start` and `end` are positions in the haystack."""

    item: Item
    sentence: int
    start: int
    end: int


@dataclass(slots=True)
class Evidence:
    """What counts, by sentence: parties that are really meant, and terms that stand beside one of them."""

    parties: dict[int, list[Occurrence]] = field(default_factory=lambda: defaultdict(list))
    terms: dict[int, list[Occurrence]] = field(default_factory=lambda: defaultdict(list))
    """`any` terms, and one occurrence for every `all` term that the sentence fulfils."""

    docket_numbers: list[Occurrence] = field(default_factory=list)
    forbidden: Occurrence | None = None

    @classmethod
    def gather(cls, occurrences: Iterable[Occurrence], *, names_dispute: float) -> Evidence:
        """Sort occurrences, given in order of position; terms of weight `names_dispute` need no party."""
        evidence = cls()
        members: dict[tuple[int, int], dict[int, Occurrence]] = defaultdict(dict)
        for occurrence in occurrences:
            match occurrence.item.kind:
                case ItemKind.PARTY:
                    evidence.parties[occurrence.sentence].append(occurrence)
                case ItemKind.ANY:
                    evidence.terms[occurrence.sentence].append(occurrence)
                case ItemKind.ALL:
                    group = members[occurrence.sentence, occurrence.item.group]
                    group.setdefault(occurrence.item.member, occurrence)
                case ItemKind.DOCKET_NUMBER:
                    evidence.docket_numbers.append(occurrence)
                case ItemKind.FORBIDDEN:
                    evidence.forbidden = evidence.forbidden or occurrence
        evidence._add_fulfilled(members)
        evidence._drop_chance_names()
        evidence._drop_stray_terms(names_dispute)
        return evidence

    def sides(self, sentence: int) -> int:
        """Return the sides that a sentence names, united."""
        united = 0
        for occurrence in self.parties.get(sentence, ()):
            united |= occurrence.item.side
        return united

    def near_party(self, sentence: int) -> bool:
        """Say whether a party is named in a sentence or in one beside it."""
        return any(near in self.parties for near in (sentence, sentence - 1, sentence + 1))

    def near_term(self, sentence: int) -> bool:
        """Say whether a term stands in a sentence or in one beside it."""
        return any(near in self.terms for near in (sentence, sentence - 1, sentence + 1))

    def _add_fulfilled(self, members: dict[tuple[int, int], dict[int, Occurrence]]) -> None:
        for (sentence, _), present in members.items():
            parts = list(present.values())
            if len(parts) == parts[0].item.members:
                start, end = min(part.start for part in parts), max(part.end for part in parts)
                self.terms[sentence].append(Occurrence(parts[0].item, sentence, start, end))

    def _drop_chance_names(self) -> None:
        for sentence, names in list(self.parties.items()):
            kept = _in_company(_longest(names), self.terms.get(sentence, ()))
            if kept:
                self.parties[sentence] = kept
            else:
                del self.parties[sentence]

    def _drop_stray_terms(self, names_dispute: float) -> None:
        for sentence, terms in list(self.terms.items()):
            if self.near_party(sentence):
                continue
            kept = [term for term in terms if term.item.weight >= names_dispute]
            if kept:
                self.terms[sentence] = kept
            else:
                del self.terms[sentence]


def _longest(names: Sequence[Occurrence]) -> list[Occurrence]:
    """Drop names that stand inside a longer name of another party: Reddit in "Reddit is Fun".

    Names of one sentence, in order of position and at the same position the longest first.
    """
    kept: list[Occurrence] = []
    longest: Occurrence | None = None
    for name in names:
        inside = longest is not None and name.end <= longest.end
        equal = longest is not None and (name.start, name.end) == (longest.start, longest.end)
        if longest is None or name.end > longest.end:
            longest = name
        elif inside and not equal and name.item.group != longest.item.group:
            continue
        kept.append(name)
    return kept


def _in_company(names: Sequence[Occurrence], terms: Sequence[Occurrence]) -> list[Occurrence]:
    """Drop ambiguous names that have neither a plain name nor a term of the dispute in their sentence."""
    if any(not name.item.ambiguous for name in names):
        return list(names)
    return [name for name in names if any(term.end <= name.start or name.end <= term.start for term in terms)]
