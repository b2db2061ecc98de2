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
from ingest.matching.profiles import DisputeProfile
from ingest.matching.scoring import weigh
from ingest.matching.text import Document
from ingest.matching.weights import AUTOMATIC_THRESHOLD, DEFAULT_WEIGHTS, INBOX_THRESHOLD, Weights


class Matcher:
    """Find the disputes that an article is evidence of.

    Built once over all profiles, then read-only: share it between threads. An article costs time linear in its
    length and in the disputes that it names, not in the disputes that exist.

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
        self._required: list[tuple[int, ...]] = []
        numbers: dict[str, int] = {}
        postings: list[list[tuple[int, Item]]] = []
        slugs: set[str] = set()
        for number, profile in enumerate(self.profiles):
            if profile.slug in slugs:
                raise ValueError(f"Two profiles have the slug '{profile.slug}': give each dispute once.")
            slugs.add(profile.slug)
            required = set()
            for pattern, item in lexicon.patterns(profile):
                where = numbers.setdefault(pattern, len(postings))
                if where == len(postings):
                    postings.append([])
                postings[where].append((number, item))
                if item.kind is ItemKind.REQUIRED:
                    required.add(item.group)
            self._required.append(tuple(required))
        self._postings = tuple(tuple(posting) for posting in postings)
        self._automaton = AhoCorasick(
            list(numbers),
            matchkind=MatchKind.Standard,
            store_patterns=False,
            implementation=Implementation.ContiguousNFA,
        )

    def match(self, title: str, text: str, published_at: date | None, *, at_least: float | None = None) -> list[Match]:
        """Return the disputes that an article is evidence of, the likeliest first.

        Matches below `at_least` are left out; by default that is the inbox threshold. With 0 all that was weighed
        is returned, even what a forbidden phrase rules out: a curator can ask why something did not match.
        """
        threshold = self.inbox if at_least is None else at_least
        document = Document(title, text, lead_words=self.weights.lead_words)
        matches = []
        for number, occurrences in self._occurrences(document).items():
            match = weigh(
                self.profiles[number],
                occurrences,
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

    def _occurrences(self, document: Document) -> dict[int, list[Occurrence]]:
        """Return what stands in the document for every dispute that it could be about, by position."""
        haystack = document.haystack
        spans: dict[int, dict[int, tuple[int, int]]] = defaultdict(dict)
        for pattern, start, end in self._automaton.find_matches_as_indexes(haystack, overlapping=True):
            # Of a name that a sentence repeats, the first is enough.
            spans[pattern].setdefault(document.sentence(start), (start, end))
        by_dispute: dict[int, list[tuple[int, Item]]] = defaultdict(list)
        for pattern in spans:
            for number, item in self._postings[pattern]:
                by_dispute[number].append((pattern, item))
        found: dict[int, list[Occurrence]] = {}
        for number, patterns in by_dispute.items():
            if not self._worth_weighing(number, patterns):
                continue
            occurrences = [
                Occurrence(item, sentence, start, end)
                for pattern, item in patterns
                for sentence, (start, end) in spans[pattern].items()
                if item.office is None or _same_office(haystack, start, item.office)
            ]
            occurrences.sort(key=lambda occurrence: (occurrence.start, -occurrence.end, occurrence.item.group))
            found[number] = occurrences
        return found

    def _worth_weighing(self, number: int, patterns: list[tuple[int, Item]]) -> bool:
        """Say cheaply whether a dispute can score: most articles only name a company that many disputes know."""
        if len(patterns) > 1:
            return True
        item = patterns[0][1]
        return item.kind is not ItemKind.PARTY and not self._required[number]


def _same_office(haystack: str, start: int, office: str) -> bool:
    """Say whether a federal docket number, found without its office, is not one of another office."""
    before = haystack[max(0, start - 3) : start].split()
    return not before or not (before[-1].isdigit() and len(before[-1]) <= 2) or before[-1] == office
