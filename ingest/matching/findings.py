"""From what was found for one dispute to the features that the model weighs, each with its place in the article."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import chain
from typing import NamedTuple

from ingest.matching.description import OUTWEIGHED, Likeness
from ingest.matching.evidence import Evidence, Occurrence
from ingest.matching.features import Feature
from ingest.matching.lexicon import BOTH_SIDES, ItemKind, Side, Subject
from ingest.matching.matches import ReasonKind
from ingest.matching.profiles import DisputeProfile
from ingest.matching.text import Document
from ingest.matching.weights import AFTERLIFE, GRACE, HALVED, NAMES_DISPUTE

LONGEST_FORM = 16
"""Characters that may stand between a name and the "v." of a case: a legal form, "et al."."""

MOST_REPEATED = 3.0
"""Doublings of the sentences about a dispute that count: eight are as good as more."""


class Finding(NamedTuple):
    """A feature of an article for one dispute: how much of it, and where it stands in the haystack.

    What stands in no one place, the date and the words in common, has an `end` of 0.
    """

    feature: Feature
    amount: float
    kind: ReasonKind
    start: int
    end: int


class SubjectWord(NamedTuple):
    """A word of what disputes are about, in a sentence of an article."""

    subject: Subject
    start: int
    end: int


Subjects = Mapping[int, Sequence[SubjectWord]]
"""The words of that kind by sentence."""


class _Sentence(NamedTuple):
    """A sentence that names a party or holds a term."""

    parties: Sequence[Occurrence]
    terms: Sequence[Occurrence]
    opposed: bool
    """Whether it names both sides."""
    subject: SubjectWord | None
    caption: tuple[int, int] | None
    """From where to where it has the names of a case."""
    place: str
    """`title`, `lead` or `body`."""


_SIDES = {Side.HOLDER: (Feature.HOLDER, Feature.HOLDER_RARITY), Side.USER: (Feature.USER, Feature.USER_RARITY)}

_PLACED = {
    (Side.HOLDER, "title"): Feature.HOLDER_TITLE,
    (Side.HOLDER, "lead"): Feature.HOLDER_LEAD,
    (Side.USER, "title"): Feature.USER_TITLE,
}

_PART = {"title": Feature.PART_TITLE, "lead": Feature.PART_LEAD}

_OPPOSED = {"title": Feature.OPPOSED_TITLE, "lead": Feature.OPPOSED_LEAD, "body": Feature.OPPOSED_BODY}


def findings(
    evidence: Evidence,
    document: Document,
    subjects: Subjects,
    *,
    about: Subject,
    has_terms: bool,
) -> Iterator[Finding]:
    """Yield what an article holds for one dispute, but for its likeness and its date.

    `about` is what the dispute is about, `subjects` what the article is. Linear in the sentences of the evidence.
    """
    sentences = {
        number: _Sentence(
            evidence.parties.get(number, ()),
            evidence.terms.get(number, ()),
            evidence.sides(number) == BOTH_SIDES,
            next((word for word in subjects.get(number, ()) if word.subject & about), None),
            _caption(evidence.parties.get(number, ()), subjects.get(number, ())),
            "title" if number == 0 else "lead" if number < document.lead_end else "body",
        )
        for number in sorted(evidence.parties.keys() | evidence.terms.keys())
    }
    yield from _parties(evidence, document)
    yield from _sentences(sentences, evidence, has_terms=has_terms)
    yield from _subject(evidence, document, subjects, about)
    yield from _terms(evidence)
    if evidence.docket_numbers:
        # One is as good as many: a docket sheet repeats its number on every line.
        first = evidence.docket_numbers[0]
        yield Finding(Feature.DOCKET_NUMBER, 1.0, ReasonKind.DOCKET_NUMBER, first.start, first.end)
        if evidence.parties:
            yield Finding(Feature.DOCKET_NUMBER_OF_PARTY, 1.0, ReasonKind.DOCKET_NUMBER, first.start, first.end)


def likeness_findings(likeness: Likeness) -> Iterator[Finding]:
    """Yield how alike an article and a dispute are; the words that show it are looked up where they are wanted."""
    if likeness.told:
        amount = math.log1p(likeness.told / OUTWEIGHED)
        yield Finding(Feature.SIMILARITY, amount, ReasonKind.SIMILARITY, 0, 0)
        yield Finding(Feature.SIMILAR_SHARE, likeness.share, ReasonKind.SIMILARITY, 0, 0)


def date_findings(profile: DisputeProfile, published_at: date | None) -> Iterator[Finding]:
    """Yield what the date says: an article from before the dispute is hardly about it."""
    if profile.window is not None and published_at is not None:
        first, last = profile.window
        if first - published_at > GRACE:
            yield Finding(Feature.BEFORE, 1.0, ReasonKind.WINDOW, 0, 0)
        elif last is not None and published_at - last > AFTERLIFE:
            yield Finding(Feature.AFTER, 1.0, ReasonKind.WINDOW, 0, 0)


def _parties(evidence: Evidence, document: Document) -> Iterator[Finding]:
    named = list(chain.from_iterable(evidence.parties.values()))
    by_side: dict[Side, list[Occurrence]] = defaultdict(list)
    for name in named:
        by_side[name.item.side].append(name)
    for side, (feature, rarity) in _SIDES.items():
        names = by_side.get(side)
        if not names:
            continue
        first = min(names, key=_plainest_first)
        yield Finding(feature, 1.0, ReasonKind.PARTY, first.start, first.end)
        rarest = min(names, key=lambda name: (-name.item.rarity, name.start))
        yield Finding(rarity, rarest.item.rarity, ReasonKind.PARTY, rarest.start, rarest.end)
        principals = [name for name in names if name.item.principal and not name.item.ambiguous]
        for place, until in (("title", 1), ("lead", document.lead_end)):
            placed = _PLACED.get((side, place))
            there = (
                name for name in principals if (name.sentence == 0) == (place == "title") and name.sentence < until
            )
            principal = next(there, None)
            if placed is not None and principal is not None:
                yield Finding(placed, 1.0, ReasonKind.PARTY, principal.start, principal.end)
    if by_side.get(Side.NONE):
        first = min(by_side[Side.NONE], key=_plainest_first)
        yield Finding(Feature.NEUTRAL, 1.0, ReasonKind.PARTY, first.start, first.end)


def _sentences(sentences: Mapping[int, _Sentence], evidence: Evidence, *, has_terms: bool) -> Iterator[Finding]:
    given: set[Feature] = set()
    about: list[_Sentence] = []
    for number, sentence in sentences.items():
        near_term = evidence.near_term(number)
        features: list[Feature] = []
        if sentence.opposed:
            # The same companies have other quarrels: where a dispute has terms, one must stand beside them.
            is_about = near_term or not has_terms or sentence.caption is not None
            if is_about:
                features = list(_features_of_opposed(sentence, near_term=near_term and has_terms))
        else:
            is_about = any(sentence.parties or term.item.kind is ItemKind.ALL for term in sentence.terms)
            if is_about and sentence.place in _PART:
                features = [_PART[sentence.place]]
            is_about = is_about or bool(sentence.parties and sentence.subject and not has_terms)
        if is_about:
            about.append(sentence)
        if sentence.caption is not None and Feature.CAPTION not in given:
            given.add(Feature.CAPTION)
            yield Finding(Feature.CAPTION, 1.0, ReasonKind.COMBINATION, *sentence.caption)
        for feature in features:
            if feature not in given:
                given.add(feature)
                yield Finding(feature, 1.0, ReasonKind.COMBINATION, *_stretch(sentence, feature))
    if len(about) > 1:
        amount = min(math.log2(len(about)), MOST_REPEATED)
        yield Finding(Feature.REPEATED, amount, ReasonKind.COMBINATION, *_stretch(about[1], Feature.REPEATED))


def _features_of_opposed(sentence: _Sentence, *, near_term: bool) -> Iterator[Feature]:
    yield _OPPOSED[sentence.place]
    if sentence.place == "title":
        if _names_principals(sentence.parties):
            yield Feature.PRINCIPALS_TITLE
        if near_term:
            yield Feature.ABOUT_TITLE
    if sentence.subject is not None and sentence.place != "body":
        yield Feature.SUBJECT_OPPOSED


def _caption(names: Sequence[Occurrence], words: Sequence[SubjectWord]) -> tuple[int, int] | None:
    """Return where a sentence has the names of both sides with a "v." between them, legal forms left aside."""
    for word in words:
        if not word.subject & Subject.CAPTION:
            continue
        before = [name for name in names if 0 <= word.start - name.end + 1 <= LONGEST_FORM]
        after = [name for name in names if 0 <= name.start - word.end + 1 <= LONGEST_FORM]
        for one in before:
            for other in after:
                if one.item.side | other.item.side == BOTH_SIDES and one.item.side != other.item.side:
                    return one.start, other.end
    return None


def _subject(evidence: Evidence, document: Document, subjects: Subjects, about: Subject) -> Iterator[Finding]:
    words = ((number, word) for number in sorted(subjects) for word in subjects[number] if word.subject & about)
    first = next(words, None)
    if first is None:
        return
    number, word = first
    if number < document.lead_end:
        yield Finding(Feature.SUBJECT_LEAD, 1.0, ReasonKind.SUBJECT, word.start, word.end)
    if _names_principals(chain.from_iterable(evidence.parties.values())):
        yield Finding(Feature.SUBJECT, 1.0, ReasonKind.SUBJECT, word.start, word.end)


def _terms(evidence: Evidence) -> Iterator[Finding]:
    first: dict[int, Occurrence] = {}
    for sentence in sorted(evidence.terms):
        for term in evidence.terms[sentence]:
            first.setdefault(term.item.group, term)
    heaviest = sorted(first.values(), key=lambda term: (-term.item.weight, term.start, term.end))
    for rank, term in enumerate(heaviest):
        yield Finding(Feature.TERM, term.item.weight * HALVED**rank, ReasonKind.TERM, term.start, term.end)
    if heaviest and heaviest[0].item.weight >= NAMES_DISPUTE:
        yield Finding(Feature.NAMES_DISPUTE, 1.0, ReasonKind.TERM, heaviest[0].start, heaviest[0].end)


def _names_principals(names: Iterator[Occurrence] | Sequence[Occurrence]) -> bool:
    united = 0
    for name in names:
        if name.item.principal:
            united |= name.item.side
    return united == BOTH_SIDES


def _stretch(sentence: _Sentence, feature: Feature) -> tuple[int, int]:
    """Return from where to where the words of a sentence stand that a feature is about."""
    parts: list[Occurrence | SubjectWord] = [*sentence.parties, *sentence.terms]
    if sentence.subject is not None and feature in {Feature.SUBJECT_OPPOSED, Feature.REPEATED}:
        parts.append(sentence.subject)
    return min(part.start for part in parts), max(part.end for part in parts)


def _plainest_first(name: Occurrence) -> tuple[bool, int]:
    return name.item.ambiguous, name.start
