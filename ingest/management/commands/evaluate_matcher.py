"""Measure the matcher against labelled articles."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from ingest.matching import Matcher
from ingest.matching.evaluation import (
    FEWEST_RECORDS,
    Counts,
    Evaluation,
    Outcome,
    RecordError,
    evaluate,
    read_records,
)
from ingest.profiles import load_profiles

_KINDS = {"hard_negative": "hard negatives attached", "easy_negative": "easy negatives attached"}


class Command(BaseCommand):
    """Match labelled articles against the disputes of the database, and say how good that is."""

    help = (
        "Precision, recall and F1 of the matcher over a JSON Lines file of labelled articles (id, title, text, labels; "
        "date, mentions and kind where known), and the share of negatives attached, at both thresholds."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the file, and whether a program reads the answer."""
        parser.add_argument("file", type=Path, metavar="FILE.jsonl", help="labelled articles, one JSON object a line")
        parser.add_argument("--json", action="store_true", help="print JSON instead of a table")

    def handle(self, *args: Any, **options: Any) -> None:
        """Measure and print; a bad record is named by its line and nothing is printed."""
        path: Path = options["file"]
        profiles = load_profiles()
        if not profiles:
            raise CommandError("There is no dispute to match against: run `manage.py load_seeds` first.")
        matcher = Matcher(profiles)
        try:
            with path.open(encoding="utf-8") as lines:
                evaluation = evaluate(matcher, read_records(lines))
        except OSError as error:
            raise CommandError(f"{path} cannot be read: {error.strerror or error}.") from error
        except UnicodeDecodeError as error:
            raise CommandError(f"{path} is not UTF-8 text: {error}.") from error
        except RecordError as error:
            raise CommandError(f"{path}, {error}") from error
        except ValueError as error:
            raise CommandError(f"{path}: {error}") from error
        if options["json"]:
            answer = {"matcher": matcher.weights.version, "file": path.name, **evaluation.as_json()}
            self.stdout.write(json.dumps(answer, indent=2, ensure_ascii=False))
            return
        for line in table(evaluation):
            self.stdout.write(line)


def table(evaluation: Evaluation) -> Iterable[str]:
    """Yield the lines of the table that people read."""
    automatic, inbox, best = evaluation.automatic, evaluation.inbox, evaluation.best
    width = max([len(slug) for slug in automatic.disputes] + [len(f"macro F1, {FEWEST_RECORDS} records or more")])
    yield f"{evaluation.records} records, {len(automatic.disputes)} disputes"
    if evaluation.ignored_labels:
        labels = sum(evaluation.ignored_labels.values())
        yield (
            f"Left out: {labels} labels of {len(evaluation.ignored_labels)} disputes that are not in the database "
            f"({', '.join(evaluation.ignored_labels)})"
        )
    yield ""
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
    ]
    for label, cells in rows:
        yield f"{label:{width}}  {'  '.join(f'{cell:>12}' for cell in cells)}"
    yield ""
    yield f"{'right / wrong / missed':{width}}  {'automatic':>12}  {'inbox':>12}  {'best F1':>12}"
    for slug in automatic.disputes:
        cells = [_counts(outcome.disputes[slug]) for outcome in outcomes]
        yield f"{slug:{width}}  {'  '.join(f'{cell:>12}' for cell in cells)}"


def _counts(counts: Counts) -> str:
    return f"{counts.right} / {counts.wrong} / {counts.missed}"


def _ratio(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _negatives(outcome: Outcome, kind: str) -> str:
    negatives = outcome.negatives[kind]
    return "–" if negatives.share is None else f"{negatives.attached}/{negatives.total} {negatives.share:.1%}"
