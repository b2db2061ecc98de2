"""Match articles against all disputes at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

from ingest.matching import lexicon
from ingest.matching.description import Description, Passages
from ingest.matching.evidence import Evidence, Occurrence
from ingest.matching.findings import Subjects, SubjectWord, date_findings, findings, likeness_findings
from ingest.matching.lexicon import SUBJECTS, Item, ItemKind, Subject
from ingest.matching.matches import Match
from ingest.matching.profiles import DisputeProfile, WatchTermKind
from ingest.matching.rarity import Rarity, stored_rarity
from ingest.matching.scoring import Examined, Reading, add_rivals, as_match
from ingest.matching.text import Document
from ingest.matching.weights import LEAD_WORDS, NAMES_DISPUTE, Weights, stored_weights


class Matcher:
    """Find the disputes that an article is evidence of.

    Built once over all profiles, then read-only: share it between threads. An article costs time linear in its
    length and in the disputes whose parties it names, not in the disputes that exist.

    `automatic` and `inbox` are the thresholds of all disputes but those that have a pair of their own in `thresholds`.
    Raises ValueError when two profiles share a slug, or thresholds are not 0 < inbox <= automatic <= 1.
    """

    def __init__(
        self,
        profiles: Iterable[DisputeProfile],
        *,
        automatic: float | None = None,
        inbox: float | None = None,
        thresholds: Mapping[str, tuple[float, float]] | None = None,
        weights: Weights | None = None,
        rarity: Rarity | None = None,
    ) -> None:
        self.weights = weights or stored_weights()
        self.automatic = self.weights.automatic if automatic is None else automatic
        self.inbox = self.weights.inbox if inbox is None else inbox
        self._thresholds = dict(thresholds or {})
        for high, low in ((self.automatic, self.inbox), *self._thresholds.values()):
            if not 0 < low <= high <= 1:
                raise ValueError(f"Thresholds must be 0 < inbox <= automatic <= 1, not {low!r} and {high!r}.")
        self.profiles = tuple(profiles)
        self._rarity = rarity or stored_rarity()
        self._descriptions: list[Description] = []
        self._required: list[frozenset[int]] = []
        self._has_terms: list[bool] = []
        numbers: dict[str, int] = {}
        self._triggers: dict[int, tuple[tuple[int, Item], ...]] = {}
        """For a pattern: what it is for disputes that it brings into play, a party's name above all."""
        self._supports: dict[int, dict[int, tuple[Item, ...]]] = {}
        """For a pattern: what it is for disputes that something else must bring into play. A word like
        "copyright" supports thousands, and is not even looked up for those whose parties are not named."""
        self._subjects: dict[int, Subject] = {}
        """The patterns that are words of what disputes are about."""
        for word, subject in SUBJECTS.items():
            self._subjects[numbers.setdefault(f" {word} ", len(numbers))] = subject
        self._by_slug: dict[str, int] = {}
        for number, profile in enumerate(self.profiles):
            if profile.slug in self._by_slug:
                raise ValueError(f"Two profiles have the slug '{profile.slug}': give each dispute once.")
            self._by_slug[profile.slug] = number
            kinds = {term.kind for term in profile.watch_terms}
            self._has_terms.append(bool(kinds & {WatchTermKind.ANY, WatchTermKind.ALL}))
            self._descriptions.append(Description(profile, self._rarity))
            required = set()
            for pattern, item in lexicon.patterns(profile, self._rarity):
                where = numbers.setdefault(pattern, len(numbers))
                if _is_trigger(item):
                    self._triggers[where] = (*self._triggers.get(where, ()), (number, item))
                else:
                    supported = self._supports.setdefault(where, {})
                    supported[number] = (*supported.get(number, ()), item)
                if item.kind is ItemKind.REQUIRED:
                    required.add(item.group)
            self._required.append(frozenset(required))
        self._automaton = AhoCorasick(
            numbers.keys(),
            matchkind=MatchKind.Standard,
            store_patterns=False,
            implementation=Implementation.ContiguousNFA,
        )

    def match(self, title: str, text: str, published_at: date | None, *, at_least: float | None = None) -> list[Match]:
        """Return the disputes that an article is evidence of, the likeliest first.

        Matches below `at_least` are left out; by default that is each dispute's inbox threshold. With 0 all that was
        weighed is returned, even what a forbidden phrase rules out: a curator can ask why something did not match.
        """
        reading, examined = self.examine(title, text, published_at)
        matches = []
        for one in examined:
            slug = self.profiles[one.dispute].slug
            threshold = self.inbox_of(slug) if at_least is None else at_least
            match = as_match(one, slug, reading, self.weights, at_least=threshold)
            if match is not None:
                matches.append(match)
        matches.sort(key=lambda match: (-match.score, match.dispute))
        return matches

    def examine(self, title: str, text: str, published_at: date | None) -> tuple[Reading, list[Examined]]:
        """Return what an article holds for every dispute that it names a party of: what the weights are fitted on."""
        document = Document(title, text, lead_words=LEAD_WORDS)
        passages = Passages(document, self._rarity)
        reading = Reading(document, passages, published_at)
        spans = self._spans(document)
        in_play = self._disputes_in_play(spans)
        if not in_play:
            return reading, []
        subjects = self._subject_words(spans)
        examined = []
        for number, patterns in in_play.items():
            evidence = self._evidence(number, document, spans, patterns)
            if evidence is None:
                continue
            description, has_terms = self._descriptions[number], self._has_terms[number]
            near = passages.near(evidence.parties.keys() | evidence.terms.keys())
            likeness = description.likeness(passages.stems(near))
            found = [
                *findings(evidence, document, subjects, about=description.subjects, has_terms=has_terms),
                *likeness_findings(likeness),
                *date_findings(self.profiles[number], published_at),
            ]
            one = Examined(number, evidence, found, self.weights.base(has_terms=has_terms), near, likeness)
            one.weigh(self.weights)
            examined.append(one)
        add_rivals(examined)
        return reading, examined

    def automatic_of(self, dispute: str) -> float:
        """Return the score from which on an article becomes evidence of a dispute without a curator."""
        return self._thresholds.get(dispute, (self.automatic, self.inbox))[0]

    def inbox_of(self, dispute: str) -> float:
        """Return the score from which on an article waits for a curator."""
        return self._thresholds.get(dispute, (self.automatic, self.inbox))[1]

    def has_terms(self, dispute: str) -> bool:
        """Say whether a dispute has watch terms to match by. Raises KeyError for one that is not followed."""
        return self._has_terms[self._by_slug[dispute]]

    def base(self, dispute: str) -> float:
        """Return what a dispute starts from, in logits. Raises KeyError for one that is not followed."""
        return self.weights.base(has_terms=self.has_terms(dispute))

    def _spans(self, document: Document) -> dict[int, dict[int, tuple[int, int]]]:
        """Return for every pattern found the sentences it stands in, and its first place in each.

        Of a name that a sentence repeats the first is enough, and an article that repeats one word costs no more.
        """
        spans: dict[int, dict[int, tuple[int, int]]] = defaultdict(dict)
        for pattern, start, end in self._automaton.find_matches_as_indexes(document.haystack, overlapping=True):
            spans[pattern].setdefault(document.sentence(start), (start, end))
        return spans

    def _subject_words(self, spans: dict[int, dict[int, tuple[int, int]]]) -> Subjects:
        words: dict[int, list[SubjectWord]] = defaultdict(list)
        for pattern in self._subjects.keys() & spans.keys():
            for sentence, (start, end) in spans[pattern].items():
                words[sentence].append(SubjectWord(self._subjects[pattern], start, end))
        for found in words.values():
            found.sort(key=lambda word: word.start)
        return words

    def _disputes_in_play(self, patterns: Iterable[int]) -> dict[int, list[tuple[int, Item]]]:
        """Return what was found for every dispute that a party, a docket number or a telling term brings up."""
        found = list(patterns)
        in_play: dict[int, list[tuple[int, Item]]] = defaultdict(list)
        for pattern in found:
            for number, item in self._triggers.get(pattern, ()):
                in_play[number].append((pattern, item))
        for pattern in found:
            supports = self._supports.get(pattern)
            if supports is None:
                continue
            fewer, more = (supports, in_play) if len(supports) < len(in_play) else (in_play, supports)
            for number in fewer:
                if number in more:
                    in_play[number].extend((pattern, item) for item in supports[number])
        return in_play

    def _evidence(
        self,
        number: int,
        document: Document,
        spans: dict[int, dict[int, tuple[int, int]]],
        patterns: Sequence[tuple[int, Item]],
    ) -> Evidence | None:
        """Return what counts for a dispute; None where a required phrase is missing, or nothing is left."""
        required = self._required[number]
        if required and not required.issubset({item.group for _, item in patterns if item.kind is ItemKind.REQUIRED}):
            return None
        evidence = Evidence.gather(_occurrences(document, spans, patterns), names_dispute=NAMES_DISPUTE)
        if evidence.parties or evidence.terms or evidence.docket_numbers or evidence.forbidden:
            return evidence
        return None


def _is_trigger(item: Item) -> bool:
    return item.kind in {ItemKind.PARTY, ItemKind.DOCKET_NUMBER} or item.weight >= NAMES_DISPUTE


def _occurrences(
    document: Document, spans: dict[int, dict[int, tuple[int, int]]], patterns: Sequence[tuple[int, Item]]
) -> list[Occurrence]:
    """Return what was found for one dispute in order of position, the longest first where several start together."""
    haystack = document.haystack
    occurrences = []
    for pattern, item in patterns:
        for sentence, (start, end) in spans[pattern].items():
            begin = start if item.office is None else _start_with_office(haystack, start, item.office)
            if begin is not None:
                occurrences.append(Occurrence(item, sentence, begin, end))
    occurrences.sort(key=lambda occurrence: (occurrence.start, -occurrence.end, occurrence.item.group))
    return occurrences


def _start_with_office(haystack: str, start: int, office: str) -> int | None:
    """Return where a federal docket number begins that was found without its office; None for one of another office."""
    before = haystack[max(0, start - 3) : start].split()
    if before and before[-1] == office:
        return start - len(office) - 1
    return None if before and before[-1].isdigit() and len(before[-1]) <= 2 else start
