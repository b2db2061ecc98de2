"""Weigh what an article says about one dispute.

The score is `logistic(bias + sum of the weights of the reasons)`: every weight is visible, more evidence for a
dispute never lowers the score, and evidence for one dispute never touches that of another. What is weighed:

party
    The first name of each side (who holds data, who uses it), of a second party of a side, and of those on
    neither side (counsel, judges).
term
    Watch terms in, or right beside, a sentence that names a party; each further term counts less, so that a page
    of buzzwords does not add up. A term that names the dispute by itself needs no party.
docket_number
    In any usual spelling; less where no party is named.
combination
    A sentence that is about the dispute: opposing parties meet beside a term, or a party and a term meet. It
    counts most in the title, less in the lead, least further down: a dispute that one late sentence touches is
    mentioned, one that opens the article is its topic.
window
    Published before the dispute began, or long after it ended.
forbidden
    A phrase that rules the dispute out, whatever else speaks for it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain

from ingest.matching.evidence import Evidence, Occurrence
from ingest.matching.lexicon import BOTH_SIDES, ItemKind, Side
from ingest.matching.matches import Match, Reason, ReasonKind
from ingest.matching.profiles import DisputeProfile, WatchTermKind
from ingest.matching.text import Document, Field
from ingest.matching.weights import Weights


@dataclass(frozen=True, slots=True)
class _Weighed:
    """A reason to be: its words are looked up only when the match is wanted."""

    kind: ReasonKind
    weight: float
    start: int
    end: int


def logistic(value: float) -> float:
    """Return the logistic function of a value; safe for every float."""
    if value >= 0:
        return 1 / (1 + math.exp(-value))
    exponential = math.exp(value)
    return exponential / (1 + exponential)


def weigh(
    profile: DisputeProfile,
    occurrences: Sequence[Occurrence],
    document: Document,
    published_at: date | None,
    *,
    required: Iterable[int],
    weights: Weights,
    at_least: float,
) -> Match | None:
    """Return the match of an article with one dispute, or None where its score is below `at_least`.

    `occurrences` are in order of position, the longest first where several start together. `required` are the
    numbers of the profile's `required` terms: without all of them there is no match. Costs time linear in the
    occurrences, and in the sentences they stand in when there is a match.
    """
    met = {occurrence.item.group for occurrence in occurrences if occurrence.item.kind is ItemKind.REQUIRED}
    if not met.issuperset(required):
        return None
    evidence = Evidence.gather(occurrences, names_dispute=weights.names_dispute)
    has_terms = any(term.kind in {WatchTermKind.ANY, WatchTermKind.ALL} for term in profile.watch_terms)
    combinations = _combinations(evidence, document, weights, has_terms=has_terms)
    is_mention = len(combinations) == 1 and combinations[0].start >= document.body_start
    weighed = [
        *_parties(evidence, weights),
        *_terms(evidence, weights, factor=weights.mention if is_mention else 1.0),
        *_docket_numbers(evidence, weights),
        *combinations[: weights.combinations],
    ]
    if evidence.forbidden is not None:
        found = evidence.forbidden
        weighed.append(_Weighed(ReasonKind.FORBIDDEN, weights.forbidden, found.start, found.end))
    if not weighed:
        return None
    window = _window(profile, published_at, weights)
    score = logistic(math.fsum([weights.bias, window, *(one.weight for one in weighed)]))
    if score < at_least:
        return None
    reasons = [_reason(one, document) for one in weighed]
    if window and published_at is not None:
        reasons.append(Reason(ReasonKind.WINDOW, published_at.isoformat(), window, Field.PUBLISHED_AT, 0, 0))
    reasons.sort(key=lambda reason: (-reason.weight, reason.kind, reason.field, reason.start))
    return Match(profile.slug, score, tuple(reasons))


def _parties(evidence: Evidence, weights: Weights) -> list[_Weighed]:
    first: dict[Side, Occurrence] = {}
    further: Occurrence | None = None
    for name in sorted(chain.from_iterable(evidence.parties.values()), key=_plainest_first):
        known = first.setdefault(name.item.side, name)
        if further is None and name.item.side and known.item.group != name.item.group:
            further = name
    weighed = [
        _Weighed(ReasonKind.PARTY, weights.side if side else weights.neutral, name.start, name.end)
        for side, name in first.items()
    ]
    if further is not None:
        weighed.append(_Weighed(ReasonKind.PARTY, weights.further_party, further.start, further.end))
    return weighed


def _plainest_first(name: Occurrence) -> tuple[bool, int]:
    return name.item.ambiguous, name.start


def _terms(evidence: Evidence, weights: Weights, *, factor: float) -> list[_Weighed]:
    first: dict[int, Occurrence] = {}
    for sentence in sorted(evidence.terms):
        for term in evidence.terms[sentence]:
            first.setdefault(term.item.group, term)
    heaviest = sorted(first.values(), key=lambda term: (-term.item.weight, term.start, term.end))
    return [
        _Weighed(ReasonKind.TERM, factor * term.item.weight * weights.further_term**rank, term.start, term.end)
        for rank, term in enumerate(heaviest)
    ]


def _docket_numbers(evidence: Evidence, weights: Weights) -> list[_Weighed]:
    if not evidence.docket_numbers:
        return []
    # One is as good as many: a docket sheet repeats its number on every line.
    first = evidence.docket_numbers[0]
    weight = weights.docket_number if evidence.parties else weights.docket_number_alone
    return [_Weighed(ReasonKind.DOCKET_NUMBER, weight, first.start, first.end)]


def _combinations(evidence: Evidence, document: Document, weights: Weights, *, has_terms: bool) -> list[_Weighed]:
    """Return every sentence that is about the dispute, the heaviest first."""
    combinations = []
    for sentence in evidence.parties.keys() | evidence.terms.keys():
        parties = evidence.parties.get(sentence, [])
        terms = evidence.terms.get(sentence, [])
        opposing = evidence.sides(sentence) == BOTH_SIDES
        if opposing:
            # The same companies have other quarrels: where a dispute has terms, one must stand beside them.
            is_about = evidence.near_term(sentence) or not has_terms
        else:
            is_about = any(parties or term.item.kind is ItemKind.ALL for term in terms)
        if not is_about:
            continue
        weight = _by_place(sentence, document, weights) * (1.0 if opposing else weights.one_sided)
        parts = [*parties, *terms]
        start, end = min(part.start for part in parts), max(part.end for part in parts)
        combinations.append(_Weighed(ReasonKind.COMBINATION, weight, start, end))
    combinations.sort(key=lambda one: (-one.weight, one.start))
    return combinations


def _by_place(sentence: int, document: Document, weights: Weights) -> float:
    if sentence == 0:
        return weights.title
    return weights.lead if sentence < document.lead_end else weights.body


def _window(profile: DisputeProfile, published_at: date | None, weights: Weights) -> float:
    if profile.window is None or published_at is None:
        return 0.0
    first, last = profile.window
    if first - published_at > weights.grace:
        return weights.before
    if last is not None and published_at - last > weights.afterlife:
        return weights.after
    return 0.0


def _reason(weighed: _Weighed, document: Document) -> Reason:
    place = document.place(weighed.start, weighed.end)
    words = document.words_at(place)
    return Reason(weighed.kind, words, weighed.weight, place.field, place.start, place.end)
