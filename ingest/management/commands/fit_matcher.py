"""Fit the weights that come with the matcher."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from ingest.matching import DisputeProfile
from ingest.matching.evaluation import RecordError, is_held_back, read_records
from ingest.matching.rarity import Rarity, stem
from ingest.matching.text import words
from ingest.matching.weights import stored_weights
from ingest.parsing import ParseError, parse_feed
from ingest.profiles import load_profiles

DATA = Path(__file__).resolve().parents[2] / "matching" / "data"
COUNTED_CHARACTERS = 2_000
"""Of each entry of a feed so much is counted: as much as a feed usually carries."""


class Command(BaseCommand):
    """Fit the weights on labelled articles; count how rare words are in feeds and in descriptions of disputes."""

    help = (
        "For those who work on the matcher: fits the weights that come with it on a JSON Lines file of labelled "
        "articles, but for the third that is held back, and writes them to ingest/matching/data. Measure them with "
        "evaluate_matcher. What curators decide is learned by retrain instead."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the articles, the name of the new version, and feeds if words are to be counted anew."""
        parser.add_argument("file", type=Path, metavar="FILE.jsonl", help="labelled articles, one JSON object a line")
        parser.add_argument("--version-name", required=True, metavar="NAME", help="recorded with every score")
        parser.add_argument(
            "--feeds", type=Path, metavar="FOLDER", help="count first how rare words are in these feeds"
        )
        parser.add_argument("--output", type=Path, default=DATA, metavar="FOLDER", help="where to write (%(default)s)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Fit and write."""
        # SciPy is wanted here only.
        from ingest.matching.training import fit_on  # noqa: PLC0415

        profiles = load_profiles()
        if not profiles:
            raise CommandError("There is no dispute to match against: run `manage.py load_seeds` first.")
        output: Path = options["output"]
        if options["feeds"]:
            table = output / "rarity.json"
            table.write_text(_told(_count(options["feeds"], profiles)), encoding="utf-8")
            self.stdout.write(f"Wrote {table}; run this again without --feeds to fit weights with it.")
            return
        try:
            with options["file"].open(encoding="utf-8") as lines:
                articles = [article for article in read_records(lines) if not is_held_back(article)]
            weights = fit_on(profiles, articles, replace(stored_weights(), version=options["version_name"]))
        except (OSError, RecordError, ValueError) as error:
            raise CommandError(f"{options['file']}: {error}") from error
        written = output / "weights.json"
        written.write_text(json.dumps(weights.as_json(), indent=2) + "\n", encoding="utf-8")
        self.stdout.write(f"Wrote {written}, fitted on {len(articles)} articles.")


def _count(folder: Path, profiles: tuple[DisputeProfile, ...]) -> Rarity:
    press = []
    for path in sorted(folder.iterdir()):
        try:
            feed = parse_feed(path.read_bytes(), content_type=None, url="", now=timezone.now())
        except ParseError:
            continue
        press += [_stems(f"{entry.title} {entry.content_text[:COUNTED_CHARACTERS]}") for entry in feed.entries]
    return Rarity.counted(press, [_stems(" ".join((p.title, p.summary, *p.history))) for p in profiles])


def _stems(text: str) -> frozenset[str]:
    return frozenset(stem(word) for word in words(text))


def _told(rarity: Rarity) -> str:
    """Write a stem a line, so that changes can be read."""
    return json.dumps(rarity.as_json(), ensure_ascii=False, separators=(",", ":")).replace(',"', ',\n"') + "\n"
