"""Weigh what was found for each dispute: a score, and the reasons that add up to it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from ingest.matching.description import Likeness, Passages
from ingest.matching.evidence import Evidence
from ingest.matching.features import Feature
from ingest.matching.findings import Finding
from ingest.matching.matches import Match, Reason, ReasonKind
from ingest.matching.stop_words import STOP_STEMS
from ingest.matching.text import Document, Field
from ingest.matching.weights import FORBIDDEN, LARGEST_RIVALRY, Weights

FLOOR = 0.0
"""Logits from which a dispute is a rival to others: it is itself likelier than not."""

SHOWN_WORDS = 6
"""Words in common that carry the weight of a likeness: the most telling ones."""

_Place = tuple[ReasonKind, int, int]
"""A kind of reason, with its start and end in the haystack."""

LEAST_SHOWN = 0.005
"""A reason that weighs less is not shown, and does not count."""


def logistic(value: float) -> float:
    """Return the logistic function of a value; safe for every float."""
    if value >= 0:
        return 1 / (1 + math.exp(-value))
    exponential = math.exp(value)
    return exponential / (1 + exponential)


def logit(share: float) -> float:
    """Return the inverse of `logistic`; infinite for 0 and 1."""
    if share <= 0:
        return -math.inf
    return math.inf if share >= 1 else math.log(share / (1 - share))


@dataclass(slots=True)
class Examined:
    """One dispute in one article, with all that was found of it."""

    dispute: int
    """The number of the profile."""

    evidence: Evidence
    findings: list[Finding]
    base: float
    """What the dispute starts from, in logits."""

    near: Sequence[int]
    """The sentences that were compared with the dispute."""

    likeness: Likeness
    own: float = 0.0
    """Logits from what was found of this dispute alone."""

    def weigh(self, weights: Weights) -> None:
        """Add up what was found."""
        features = weights.features
        total = [self.base, *(features[finding.feature] * finding.amount for finding in self.findings)]
        if self.evidence.forbidden is not None:
            total.append(FORBIDDEN)
        self.own = math.fsum(total)

    def named(self) -> dict[int, int]:
        """Return where the names of parties start, and where they end."""
        return {name.start: name.end for names in self.evidence.parties.values() for name in names}

    def sentences(self) -> frozenset[int]:
        """Return the sentences that are about this dispute: with a term or, where there is none, with a party."""
        return frozenset(self.evidence.terms or self.evidence.parties)


def add_rivals(examined: Sequence[Examined]) -> None:
    """Find for each dispute the one that fits the same sentences best, where that is likely itself.

    The same companies quarrel about one thing here and about another there, and a passage is mostly about one of
    them. Disputes that share no name, or stand in passages of their own, are never rivals: each gets its own score.
    """
    likely = [(one, one.named(), one.sentences()) for one in examined if one.own > FLOOR]
    for one in examined if likely else ():
        names = one.named() if len(likely) > 1 or likely[0][0] is not one else {}
        own_sentences = one.sentences()
        best: tuple[float, int, int] | None = None
        for rival, others, sentences in likely:
            margin = min(rival.own - max(one.own, FLOOR), LARGEST_RIVALRY)
            if rival is one or margin <= 0 or not own_sentences & sentences:
                continue
            shared = min(names.keys() & others.keys(), default=None)
            amount = margin * len(own_sentences & sentences) / len(own_sentences)
            if shared is not None and (best is None or amount > best[0]):
                best = amount, shared, names[shared]
        if best is not None:
            one.findings.append(Finding(Feature.RIVAL, best[0], ReasonKind.RIVAL, best[1], best[2]))


@dataclass(frozen=True, slots=True)
class Reading:
    """An article as the matcher reads it."""

    document: Document
    passages: Passages
    published_at: date | None


def as_match(one: Examined, dispute: str, reading: Reading, weights: Weights, *, at_least: float) -> Match | None:
    """Return the match of an article with a dispute, or None where its score is below `at_least`."""
    weighed: dict[_Place, list[float]] = {}
    for finding in one.findings:
        weight = weights.features[finding.feature] * finding.amount
        weighed.setdefault((finding.kind, finding.start, finding.end), []).append(weight)
    if one.evidence.forbidden is not None:
        found = one.evidence.forbidden
        weighed[ReasonKind.FORBIDDEN, found.start, found.end] = [FORBIDDEN]
    # What stands in one place and is of one kind is shown once.
    shown = {place: total for place, parts in weighed.items() if abs(total := math.fsum(parts)) >= LEAST_SHOWN}
    score = logistic(math.fsum([one.base, *shown.values()]))
    if score < at_least:
        return None
    alike = shown.pop((ReasonKind.SIMILARITY, 0, 0), 0.0)
    if alike:
        shown |= _words_in_common(one, alike, reading.passages)
    reasons = [_reason(kind, weight, start, end, reading) for (kind, start, end), weight in shown.items()]
    reasons.sort(key=lambda reason: (-reason.weight, reason.kind, reason.field, reason.start))
    return Match(dispute, score, tuple(reasons), one.base)


def _words_in_common(one: Examined, weight: float, passages: Passages) -> dict[_Place, float]:
    """Share the weight of a likeness out to the most telling words, by what each tells."""
    # Function words go with a common language: they are shown only where there is nothing else to show.
    common = one.likeness.common
    content = [word for word in common if word not in STOP_STEMS]
    ranked = sorted(((word, common[word]) for word in content or common), key=lambda item: (-item[1], item[0]))[
        :SHOWN_WORDS
    ]
    carried = sum(telling for _, telling in ranked)
    places = passages.places((word for word, _ in ranked), one.near)
    return {(ReasonKind.SIMILARITY, *places[word]): weight * telling / carried for word, telling in ranked}


def _reason(kind: ReasonKind, weight: float, start: int, end: int, reading: Reading) -> Reason:
    if kind is ReasonKind.WINDOW and reading.published_at is not None:
        return Reason(kind, reading.published_at.isoformat(), weight, Field.PUBLISHED_AT, 0, 0)
    place = reading.document.place(start, end)
    return Reason(kind, reading.document.words_at(place), weight, place.field, place.start, place.end)
