"""Match articles against all disputes at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

from ingest.matching import lexicon
from ingest.matching.evidence import Occurrence
from ingest.matching.lexicon import Item, ItemKind
from ingest.matching.matches import Match
from ingest.matching.profiles import DisputeProfile, WatchTermKind
from ingest.matching.scoring import logistic, weigh
from ingest.matching.text import Document
from ingest.matching.weights import AUTOMATIC_THRESHOLD, DEFAULT_WEIGHTS, INBOX_THRESHOLD, Weights

_EVIDENCE = {ItemKind.ANY, ItemKind.ALL, ItemKind.DOCKET_NUMBER}


class Matcher:
    """Find the disputes that an article is evidence of.

    Built once over all profiles, then read-only: share it between threads. An article costs time linear in its
    length and in the disputes whose parties it names, not in the disputes that exist.

    Raises ValueError when two profiles share a slug, or the thresholds are not 0 < inbox <= automatic <= 1.
    """

    def __init__(
        self,
        profiles: Iterable[DisputeProfile],
        *,
        automatic: float = AUTOMATIC_THRESHOLD,
        inbox: float = INBOX_THRESHOLD,
        weights: Weights = DEFAULT_WEIGHTS,
    ) -> None:
        if not 0 < inbox <= automatic <= 1:
            raise ValueError(f"Thresholds must be 0 < inbox <= automatic <= 1, not {inbox!r} and {automatic!r}.")
        self.automatic = automatic
        self.inbox = inbox
        self.weights = weights
        self.profiles = tuple(profiles)
        self._required: list[frozenset[int]] = []
        self._has_terms: list[bool] = []
        numbers: dict[str, int] = {}
        self._triggers: list[list[tuple[int, Item]]] = []
        """For every pattern: what it is for disputes that it brings into play, a party's name above all."""
        self._supports: list[dict[int, list[Item]]] = []
        """For every pattern: what it is for disputes that something else must bring into play. A word like
        "copyright" supports thousands, and is not even looked up for those whose parties are not named."""
        slugs: set[str] = set()
        for number, profile in enumerate(self.profiles):
            if profile.slug in slugs:
                raise ValueError(f"Two profiles have the slug '{profile.slug}': give each dispute once.")
            slugs.add(profile.slug)
            kinds = {term.kind for term in profile.watch_terms}
            self._has_terms.append(bool(kinds & {WatchTermKind.ANY, WatchTermKind.ALL}))
            required = set()
            for pattern, item in lexicon.patterns(profile):
                where = numbers.setdefault(pattern, len(numbers))
                if where == len(self._triggers):
                    self._triggers.append([])
                    self._supports.append({})
                if self._is_trigger(item):
                    self._triggers[where].append((number, item))
                else:
                    self._supports[where].setdefault(number, []).append(item)
                if item.kind is ItemKind.REQUIRED:
                    required.add(item.group)
            self._required.append(frozenset(required))
        self._automaton = AhoCorasick(
            list(numbers),
            matchkind=MatchKind.Standard,
            store_patterns=False,
            implementation=Implementation.ContiguousNFA,
        )
        self._most_by_names = logistic(weights.bias + 2 * weights.side + weights.further_party + weights.neutral)
        """The most that an article can score which names all parties of a dispute, and none of its terms."""

    def match(self, title: str, text: str, published_at: date | None, *, at_least: float | None = None) -> list[Match]:
        """Return the disputes that an article is evidence of, the likeliest first.

        Matches below `at_least` are left out; by default that is the inbox threshold. With 0 all that was weighed
        is returned, even what a forbidden phrase rules out: a curator can ask why something did not match.
        """
        threshold = self.inbox if at_least is None else at_least
        document = Document(title, text, lead_words=self.weights.lead_words)
        spans = self._spans(document)
        matches = []
        for number, patterns in self._disputes_in_play(spans).items():
            if not self._can_reach(threshold, number, patterns):
                continue
            match = weigh(
                self.profiles[number],
                _occurrences(document, spans, patterns),
                document,
                published_at,
                required=self._required[number],
                weights=self.weights,
                at_least=threshold,
            )
            if match is not None:
                matches.append(match)
        matches.sort(key=lambda match: (-match.score, match.dispute))
        return matches

    def _is_trigger(self, item: Item) -> bool:
        return item.kind in {ItemKind.PARTY, ItemKind.DOCKET_NUMBER} or item.weight >= self.weights.names_dispute

    def _spans(self, document: Document) -> dict[int, dict[int, tuple[int, int]]]:
        """Return for every pattern found the sentences it stands in, and its first place in each.

        Of a name that a sentence repeats the first is enough, and an article that repeats one word costs no more.
        """
        spans: dict[int, dict[int, tuple[int, int]]] = defaultdict(dict)
        for pattern, start, end in self._automaton.find_matches_as_indexes(document.haystack, overlapping=True):
            spans[pattern].setdefault(document.sentence(start), (start, end))
        return spans

    def _disputes_in_play(self, patterns: Iterable[int]) -> dict[int, list[tuple[int, Item]]]:
        """Return what was found for every dispute that a party, a docket number or a telling term brings up."""
        found = list(patterns)
        in_play: dict[int, list[tuple[int, Item]]] = defaultdict(list)
        for pattern in found:
            for number, item in self._triggers[pattern]:
                in_play[number].append((pattern, item))
        for pattern in found:
            supports = self._supports[pattern]
            fewer, more = (supports, in_play) if len(supports) < len(in_play) else (in_play, supports)
            for number in fewer:
                if number in more:
                    in_play[number].extend((pattern, item) for item in supports[number])
        return in_play

    def _can_reach(self, threshold: float, number: int, patterns: list[tuple[int, Item]]) -> bool:
        """Say cheaply whether a dispute can score so much: most articles only name a company of many disputes."""
        required = self._required[number]
        if required and not required.issubset({item.group for _, item in patterns if item.kind is ItemKind.REQUIRED}):
            return False
        if threshold <= self._most_by_names or not self._has_terms[number]:
            return True
        return any(item.kind in _EVIDENCE for _, item in patterns)


def _occurrences(
    document: Document, spans: dict[int, dict[int, tuple[int, int]]], patterns: list[tuple[int, Item]]
) -> list[Occurrence]:
    """Return what was found for one dispute in order of position, the longest first where several start together."""
    occurrences = [
        Occurrence(item, sentence, start, end)
        for pattern, item in patterns
        for sentence, (start, end) in spans[pattern].items()
        if item.office is None or _same_office(document.haystack, start, item.office)
    ]
    occurrences.sort(key=lambda occurrence: (occurrence.start, -occurrence.end, occurrence.item.group))
    return occurrences


def _same_office(haystack: str, start: int, office: str) -> bool:
    """Say whether a federal docket number, found without its office, is not one of another office."""
    before = haystack[max(0, start - 3) : start].split()
    return not before or not (before[-1].isdigit() and len(before[-1]) <= 2) or before[-1] == office
