"""Measure the matcher against labelled articles."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from ingest.matching import DisputeProfile, Match, Matcher
from ingest.matching.evaluation import (
    FEWEST_RECORDS,
    Counts,
    Evaluation,
    LabelledArticle,
    Outcome,
    RecordError,
    evaluate,
    evaluate_scores,
    is_held_back,
    mean_and_spread,
    read_records,
)
from ingest.parsing import ParseError, parse_feed
from ingest.profiles import load_profiles, present_weights

_KINDS = {"hard_negative": "hard negatives attached", "easy_negative": "easy negatives attached"}


class Command(BaseCommand):
    """Match labelled articles against the disputes of the database, and say how good that is."""

    help = (
        "Precision, recall and F1 of the matcher over a JSON Lines file of labelled articles (id, title, text, labels; "
        "date, mentions and kind where known), and the share of negatives attached, at both thresholds; for all of "
        "them, for those that the weights may have been fitted on, and for the third that never is."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the file, what else to measure, and whether a program reads the answer."""
        parser.add_argument("file", type=Path, metavar="FILE.jsonl", help="labelled articles, one JSON object a line")
        parser.add_argument("--json", action="store_true", help="print JSON instead of tables")
        parser.add_argument(
            "--leave-one-out",
            action="store_true",
            help="measure too how a dispute is found of which only title, parties and two sentences are known; "
            "fits the weights anew for each, a second or so",
        )
        parser.add_argument(
            "--cross-validate",
            action="store_true",
            help="measure too how weights do on articles of stories that they have never seen: every article is scored "
            "by weights fitted on four fifths of the others, five times over; a minute or two",
        )
        parser.add_argument(
            "--feeds",
            type=Path,
            metavar="FOLDER",
            help="a folder of feed documents that are hardly ever about a dispute: lists each entry that matches",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Measure and print; a bad record is named by its line and nothing is printed."""
        path: Path = options["file"]
        profiles = load_profiles()
        if not profiles:
            raise CommandError("There is no dispute to match against: run `manage.py load_seeds` first.")
        matcher = Matcher(profiles, weights=present_weights())
        articles = _read(path)
        try:
            evaluations = {"all records": evaluate(matcher, articles)} | dict(_parts(matcher, articles))
            if options["leave_one_out"]:
                evaluations |= dict(_leave_one_out(matcher, profiles, articles))
            repeats = list(_cross_validate(matcher, profiles, articles)) if options["cross_validate"] else []
        except ValueError as error:
            raise CommandError(f"{path}: {error}") from error
        entries, matches = _match_feeds(matcher, options["feeds"]) if options["feeds"] else (0, [])
        if options["json"]:
            answer = {"matcher": matcher.weights.version, "file": path.name, **evaluations.pop("all records").as_json()}
            answer["parts"] = {name: evaluation.as_json() for name, evaluation in evaluations.items()}
            if repeats:
                answer["cross_validation"] = {
                    name: {"mean": figure[0], "spread": figure[1]} if figure else None
                    for name, figure in figures(repeats).items()
                }
            if options["feeds"]:
                answer["feeds"] = {
                    "entries": entries,
                    "matches": [{"title": title, "dispute": m.dispute, "score": m.score} for title, m in matches],
                }
            self.stdout.write(json.dumps(answer, indent=2, ensure_ascii=False))
            return
        self.stdout.write(f"Weights {matcher.weights.version}")
        for name, evaluation in evaluations.items():
            for line in table(name, evaluation, with_disputes=name == "all records"):
                self.stdout.write(line)
        for line in _lines_of_repeats(repeats):
            self.stdout.write(line)
        if options["feeds"]:
            for line in _feed_lines(matcher, entries, matches):
                self.stdout.write(line)


def table(name: str, evaluation: Evaluation, *, with_disputes: bool) -> Iterable[str]:
    """Yield the lines of the table that people read."""
    automatic, inbox, best = evaluation.automatic, evaluation.inbox, evaluation.best
    width = max([len(slug) for slug in automatic.disputes] + [len(f"macro F1, {FEWEST_RECORDS} records or more")])
    yield ""
    yield f"{name}: {evaluation.records} records, {len(automatic.disputes)} disputes"
    if evaluation.ignored_labels:
        labels = sum(evaluation.ignored_labels.values())
        yield (
            f"Left out: {labels} labels of {len(evaluation.ignored_labels)} disputes that are not in the database "
            f"({', '.join(evaluation.ignored_labels)})"
        )
    yield f"{'':{width}}  {'automatic':>12}  {'inbox':>12}  {'best F1':>12}"
    outcomes = (automatic, inbox, best)
    rows: list[tuple[str, list[str]]] = [
        ("threshold", [f"{outcome.threshold:.2f}" for outcome in outcomes]),
        ("precision", [_ratio(outcome.micro.precision) for outcome in outcomes]),
        ("recall", [_ratio(outcome.micro.recall) for outcome in outcomes]),
        ("F1", [_ratio(outcome.micro.f1) for outcome in outcomes]),
        ("macro F1", [_ratio(outcome.macro_f1()) for outcome in outcomes]),
        (
            f"macro F1, {FEWEST_RECORDS} records or more",
            [_ratio(outcome.macro_f1(fewest=FEWEST_RECORDS)) for outcome in outcomes],
        ),
        ("wrong, of which mentions", [f"{outcome.micro.wrong}, {outcome.wrong_mentions}" for outcome in outcomes]),
        *((label, [_negatives(outcome, kind) for outcome in outcomes]) for kind, label in _KINDS.items()),
        ("calibration error", [_ratio(evaluation.calibration_error)]),
    ]
    for label, cells in rows:
        yield f"{label:{width}}  {'  '.join(f'{cell:>12}' for cell in cells)}"
    if not with_disputes:
        return
    yield ""
    yield f"{'right / wrong / missed':{width}}  {'automatic':>12}  {'inbox':>12}  {'best F1':>12}"
    for slug in automatic.disputes:
        cells = [_counts(outcome.disputes[slug]) for outcome in outcomes]
        yield f"{slug:{width}}  {'  '.join(f'{cell:>12}' for cell in cells)}"


def _read(path: Path) -> list[LabelledArticle]:
    try:
        with path.open(encoding="utf-8") as lines:
            return list(read_records(lines))
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror or error}.") from error
    except UnicodeDecodeError as error:
        raise CommandError(f"{path} is not UTF-8 text: {error}.") from error
    except RecordError as error:
        raise CommandError(f"{path}, {error}") from error


def _parts(matcher: Matcher, articles: Sequence[LabelledArticle]) -> Iterator[tuple[str, Evaluation]]:
    for name, belongs in _split().items():
        chosen = [article for article in articles if belongs(article)]
        if chosen:
            yield name, evaluate(matcher, chosen)


def _leave_one_out(
    matcher: Matcher, profiles: Sequence[DisputeProfile], articles: Sequence[LabelledArticle]
) -> Iterator[tuple[str, Evaluation]]:
    # SciPy is wanted here only, and takes a second to come.
    from ingest.matching.training import leave_one_out  # noqa: PLC0415

    fitted_on = [article for article in articles if not is_held_back(article)]
    scored = leave_one_out(profiles, fitted_on, articles, matcher.weights)
    for name, belongs in {"all": lambda _: True, **_split()}.items():
        chosen = [one for one in scored if belongs(one.article)]
        if chosen:
            disputes = [profile.slug for profile in profiles]
            yield (
                f"disputes known by title, parties and two sentences only, {name}",
                evaluate_scores(chosen, disputes, automatic=matcher.automatic, inbox=matcher.inbox),
            )


def _cross_validate(
    matcher: Matcher, profiles: Sequence[DisputeProfile], articles: Sequence[LabelledArticle]
) -> Iterator[Evaluation]:
    # SciPy is wanted here only, and takes a second to come.
    from ingest.matching.cross_validation import cross_validate  # noqa: PLC0415

    return cross_validate(profiles, articles, matcher.weights)


def figures(repeats: Sequence[Evaluation]) -> dict[str, tuple[float, float] | None]:
    """Give the mean and the spread over repetitions of each figure that a goal is set for, by its name."""
    of: dict[str, Callable[[Evaluation], float | None]] = {
        "automatic precision": lambda one: one.automatic.micro.precision,
        "automatic recall": lambda one: one.automatic.micro.recall,
        "automatic hard negatives": lambda one: one.automatic.negatives["hard_negative"].share,
        "inbox recall": lambda one: one.inbox.micro.recall,
        "inbox precision": lambda one: one.inbox.micro.precision,
        "best micro F1": lambda one: one.best.micro.f1,
        f"best macro F1, {FEWEST_RECORDS} records or more": lambda one: one.best.macro_f1(fewest=FEWEST_RECORDS),
        "calibration error": lambda one: one.calibration_error,
    }
    return {name: mean_and_spread([figure(one) for one in repeats]) for name, figure in of.items()}


def _lines_of_repeats(repeats: Sequence[Evaluation]) -> Iterator[str]:
    if not repeats:
        return
    yield ""
    yield f"cross-validated: {repeats[0].records} records, {len(repeats)} times, mean and standard deviation"
    for name, figure in figures(repeats).items():
        yield f"{name:36}  {'–' if figure is None else f'{figure[0]:.3f} ± {figure[1]:.3f}'}"


def _split() -> dict[str, Callable[[LabelledArticle], bool]]:
    return {"fitted on": lambda article: not is_held_back(article), "held back": is_held_back}


def _match_feeds(matcher: Matcher, folder: Path) -> tuple[int, list[tuple[str, Match]]]:
    """Give the number of entries in a folder of feed documents, and all that match with their titles."""
    entries, found = 0, []
    for path in sorted(folder.iterdir()):
        try:
            feed = parse_feed(path.read_bytes(), content_type=None, url="", now=timezone.now())
        except ParseError:
            continue
        for entry in feed.entries:
            entries += 1
            published: date | None = entry.published_at.date() if entry.published_at else None
            found += [(entry.title, match) for match in matcher.match(entry.title, entry.content_text, published)]
    return entries, sorted(found, key=lambda one: -one[1].score)


def _feed_lines(matcher: Matcher, entries: int, matches: Sequence[tuple[str, Match]]) -> Iterator[str]:
    attached = sum(match.score >= matcher.automatic for _, match in matches)
    yield ""
    yield f"feeds: {entries} entries, {attached} attached, {len(matches) - attached} in the inbox"
    for title, match in matches:
        yield f"  {match.score:.2f}  {match.dispute:36} {title[:100]}"


def _counts(counts: Counts) -> str:
    return f"{counts.right} / {counts.wrong} / {counts.missed}"


def _ratio(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _negatives(outcome: Outcome, kind: str) -> str:
    negatives = outcome.negatives[kind]
    return "–" if negatives.share is None else f"{negatives.attached}/{negatives.total} {negatives.share:.1%}"
