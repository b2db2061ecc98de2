"""Measure a matcher against labelled articles: precision, recall, F1, and what it attaches wrongly.

A record is a JSON object on a line of its own with `id`, `title`, `text`, `labels` (the slugs of the disputes that the
article is evidence of), and where known `date` (`2023`, `2023-04` or `2023-04-19`), `kind` (`positive`,
`hard_negative` or `easy_negative`), `mentions` (disputes named in passing) and `dup_group` (a name that copies and
rewrites of one story share). Other keys are ignored.
"""

from __future__ import annotations

import calendar
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from statistics import fmean, stdev

from ingest.matching.matcher import Matcher

KINDS = ("positive", "hard_negative", "easy_negative")
FEWEST_RECORDS = 3
"""Labelled records that a dispute must have for its F1 to say something by itself."""

_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")


class RecordError(ValueError):
    """A labelled record cannot be read; the message gives the line and the cause."""

    def __init__(self, line: int, cause: str) -> None:
        super().__init__(f"line {line}: {cause}")
        self.line = line
        self.cause = cause


@dataclass(frozen=True, slots=True)
class LabelledArticle:
    """An article that people have read, and the disputes that they found it to be evidence of."""

    id: str
    title: str
    text: str
    published_at: date | None
    labels: frozenset[str]
    mentions: frozenset[str]
    kind: str
    story: str = ""
    """What copies and rewrites of one story have in common; empty where it is the only one."""


@dataclass(frozen=True, slots=True)
class ScoredArticle:
    """A labelled article with the scores that a matcher gave it, by dispute."""

    article: LabelledArticle
    scores: Mapping[str, float]


@dataclass(slots=True)
class Counts:
    """Pairs of article and dispute: rightly attached, wrongly attached, missed."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    @property
    def precision(self) -> float | None:
        """The share of what was attached that is right; None where nothing was attached."""
        return _share(self.right, self.right + self.wrong)

    @property
    def recall(self) -> float | None:
        """The share of what is right that was attached; None where there was nothing to find."""
        return _share(self.right, self.right + self.missed)

    @property
    def f1(self) -> float | None:
        """The harmonic mean of precision and recall; None where there was nothing to find or to attach."""
        return _share(2 * self.right, 2 * self.right + self.wrong + self.missed)

    def as_json(self) -> dict[str, object]:
        """Return the counts and what follows from them."""
        return {
            "precision": self.precision,
            "recall": self.recall,
            "f1": self.f1,
            "right": self.right,
            "wrong": self.wrong,
            "missed": self.missed,
        }


@dataclass(frozen=True, slots=True)
class Negatives:
    """Articles of one kind that are evidence of no dispute at all."""

    attached: int
    """How many were attached to at least one dispute."""

    total: int

    @property
    def share(self) -> float | None:
        """The share that was attached; None where there are none."""
        return _share(self.attached, self.total)

    def as_json(self) -> dict[str, object]:
        """Return the counts and the share."""
        return {"share": self.share, "attached": self.attached, "total": self.total}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What happens at one threshold."""

    threshold: float
    micro: Counts
    """All pairs of article and dispute together."""

    disputes: Mapping[str, Counts]
    negatives: Mapping[str, Negatives]
    """By kind of negative."""

    wrong_mentions: int
    """How many of the wrongly attached pairs are articles that do name the dispute, in passing."""

    def macro_f1(self, *, fewest: int = 1) -> float | None:
        """Return the mean F1 of the disputes with at least `fewest` labelled records; None without any."""
        values = [
            counts.f1
            for counts in self.disputes.values()
            if counts.right + counts.missed >= fewest and counts.f1 is not None
        ]
        return _share(sum(values), len(values))

    def as_json(self) -> dict[str, object]:
        """Return all of it as JSON."""
        return {
            "threshold": self.threshold,
            "micro": self.micro.as_json(),
            "macro_f1": self.macro_f1(),
            f"macro_f1_of_disputes_with_{FEWEST_RECORDS}_records": self.macro_f1(fewest=FEWEST_RECORDS),
            "wrong_mentions": self.wrong_mentions,
            "negatives": {kind: negatives.as_json() for kind, negatives in self.negatives.items()},
            "disputes": {slug: counts.as_json() for slug, counts in self.disputes.items()},
        }


@dataclass(frozen=True, slots=True)
class Evaluation:
    """How good a matcher is on a set of labelled articles."""

    records: int
    automatic: Outcome
    inbox: Outcome
    best: Outcome
    """At the threshold with the highest micro F1."""

    calibration_error: float | None = None
    """How far scores are from the share that is right, on average over ten bins of equal width; None without pairs."""

    ignored_labels: Mapping[str, int] = field(default_factory=dict)
    """Labels of disputes that the matcher does not know, by slug: left out of every count above."""

    def as_json(self) -> dict[str, object]:
        """Return all of it as JSON."""
        return {
            "records": self.records,
            "ignored_labels": dict(self.ignored_labels),
            "calibration_error": self.calibration_error,
            "automatic": self.automatic.as_json(),
            "inbox": self.inbox.as_json(),
            "best": self.best.as_json(),
        }


def read_records(lines: Iterable[str]) -> Iterator[LabelledArticle]:
    """Yield the records of a JSON Lines file; raise RecordError at the first that cannot be used."""
    seen: dict[str, int] = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except ValueError as error:
            raise RecordError(number, f"this is not JSON ({error}).") from error
        article = _read_record(number, value)
        if article.id in seen:
            raise RecordError(number, f"the id '{article.id}' is that of line {seen[article.id]} already.")
        seen[article.id] = number
        yield article


def is_held_back(article: LabelledArticle) -> bool:
    """Say whether an article is never fitted on: a third of them, by their ids alone, so that it never changes."""
    return sha256(article.id.encode()).digest()[0] % 3 == 0


def evaluate(matcher: Matcher, articles: Iterable[LabelledArticle]) -> Evaluation:
    """Match every article and measure the result at the matcher's two thresholds and at the best one.

    Raises ValueError where there is nothing to measure.
    """
    return evaluate_scores(
        [scored_article(matcher, article) for article in articles],
        [profile.slug for profile in matcher.profiles],
        automatic=matcher.automatic,
        inbox=matcher.inbox,
    )


def scored_article(matcher: Matcher, article: LabelledArticle) -> ScoredArticle:
    """Match an article; every dispute that was weighed gets its score."""
    matches = matcher.match(article.title, article.text, article.published_at, at_least=0)
    return ScoredArticle(article, {match.dispute: match.score for match in matches})


def evaluate_scores(
    scored: Sequence[ScoredArticle], disputes: Sequence[str], *, automatic: float, inbox: float
) -> Evaluation:
    """Measure scores, however they came about. Raises ValueError where there is nothing to measure."""
    if not scored:
        raise ValueError("There is no record to measure with.")
    known = set(disputes)
    ignored = Counter(label for one in scored for label in one.article.labels - known)
    return Evaluation(
        records=len(scored),
        automatic=outcome(scored, disputes, threshold=automatic),
        inbox=outcome(scored, disputes, threshold=inbox),
        best=outcome(scored, disputes, threshold=best_threshold(scored, disputes)),
        calibration_error=calibration_error(scored),
        ignored_labels=dict(sorted(ignored.items())),
    )


def calibration_error(scored: Iterable[ScoredArticle], *, bins: int = 10) -> float | None:
    """Return the expected calibration error: over bins of scores, how far their mean is from the share that is right.

    Each bin counts by its pairs (Naeini, Cooper and Hauskrecht, AAAI 2015). None where nothing was scored.
    """
    gaps, pairs = [0.0] * bins, 0
    for one in scored:
        for slug, score in one.scores.items():
            gaps[min(int(score * bins), bins - 1)] += score - (slug in one.article.labels)
            pairs += 1
    return _share(sum(map(abs, gaps)), pairs)


def outcome(scored: Sequence[ScoredArticle], disputes: Iterable[str], *, threshold: float) -> Outcome:
    """Measure what happens when all scores from a threshold on are attached.

    A mention counts as wrong when it is attached: the labels say what an article is evidence of.
    """
    by_dispute = {slug: Counts() for slug in disputes}
    micro = Counts()
    attached_by_kind: Counter[str] = Counter()
    total_by_kind: Counter[str] = Counter()
    wrong_mentions = 0
    for one in scored:
        article = one.article
        attached = {slug for slug, score in one.scores.items() if score >= threshold and slug in by_dispute}
        total_by_kind[article.kind] += 1
        attached_by_kind[article.kind] += bool(attached)
        wrong_mentions += len((attached - article.labels) & article.mentions)
        for slug in attached | (article.labels & by_dispute.keys()):
            for counts in (micro, by_dispute[slug]):
                counts.right += slug in attached and slug in article.labels
                counts.wrong += slug not in article.labels
                counts.missed += slug not in attached
    negatives = {kind: Negatives(attached_by_kind[kind], total_by_kind[kind]) for kind in KINDS if kind != "positive"}
    return Outcome(threshold, micro, by_dispute, negatives, wrong_mentions)


def best_threshold(scored: Sequence[ScoredArticle], disputes: Iterable[str]) -> float:
    """Return the score that gives the highest micro F1 as a threshold, the lowest of several.

    Takes one pass over the pairs in order of score; 1.0 where nothing was scored.
    """
    known = set(disputes)
    pairs = sorted(
        ((score, slug in one.article.labels) for one in scored for slug, score in one.scores.items() if slug in known),
        reverse=True,
    )
    to_find = sum(len(one.article.labels & known) for one in scored)
    right = 0
    best = (0.0, 1.0)
    for rank, (score, is_right) in enumerate(pairs, start=1):
        right += is_right
        if rank < len(pairs) and pairs[rank][0] == score:
            continue  # equal scores are attached together
        f1 = 2 * right / (rank + to_find)
        if f1 >= best[0]:
            best = (f1, score)
    return best[1]


def mean_and_spread(values: Sequence[float | None]) -> tuple[float, float] | None:
    """Return the mean and the standard deviation of a figure over the repetitions; None where it never was one."""
    known = [value for value in values if value is not None]
    if not known:
        return None
    return fmean(known), stdev(known) if len(known) > 1 else 0.0


def _read_record(number: int, value: object) -> LabelledArticle:
    if not isinstance(value, dict):
        raise RecordError(number, "a record is a JSON object.")
    labels = _slugs(number, value, "labels", required=True)
    kind = value.get("kind", "positive" if labels else "easy_negative")
    if kind not in KINDS:
        raise RecordError(number, f"'kind' is {kind!r}, not one of {', '.join(KINDS)}.")
    if (kind == "positive") != bool(labels):
        raise RecordError(number, f"'kind' is '{kind}', but 'labels' is {sorted(labels)!r}.")
    return LabelledArticle(
        id=_string(number, value, "id"),
        title=_string(number, value, "title"),
        text=_string(number, value, "text"),
        published_at=_published_at(number, value.get("date")),
        labels=labels,
        mentions=_slugs(number, value, "mentions", required=False),
        kind=kind,
        story=_string(number, value, "dup_group") if value.get("dup_group") is not None else "",
    )


def _string(number: int, value: Mapping[str, object], key: str) -> str:
    if key not in value:
        raise RecordError(number, f"'{key}' is missing.")
    found = value[key]
    if not isinstance(found, str):
        raise RecordError(number, f"'{key}' is {found!r}, not a string.")
    return found


def _slugs(number: int, value: Mapping[str, object], key: str, *, required: bool) -> frozenset[str]:
    if key not in value and not required:
        return frozenset()
    found = value.get(key)
    if not isinstance(found, list) or not all(isinstance(slug, str) for slug in found):
        raise RecordError(number, f"'{key}' is {found!r}, not a list of slugs.")
    return frozenset(found)


def _published_at(number: int, value: object) -> date | None:
    """Read a date; of a month or a year the last day, on which the article was surely out."""
    if value is None:
        return None
    match = _DATE.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise RecordError(number, f"'date' is {value!r}, not like 2023, 2023-04 or 2023-04-19.")
    year, month, day = int(match[1]), int(match[2] or 12), match[3]
    try:
        return date(year, month, int(day) if day else calendar.monthrange(year, month)[1])
    except ValueError as error:
        raise RecordError(number, f"'date' is {value!r}, a day that does not exist.") from error


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole else None
