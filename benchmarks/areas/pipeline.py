"""The pipeline: what it costs to read a feed. The goals are those of the issue "The pipeline"."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from benchmarks.areas.scale import Scale
from benchmarks.measures import Contestant, Goal, Measure, Quantity
from benchmarks.workers import ROOT, Program

FEEDS = ROOT.parent / "shared" / "feeds" / "real"
"""Feeds as publishers sent them; they do not belong to the project and are not on every machine."""


def measures(scale: Scale) -> Sequence[Measure]:
    """Give the measures of the pipeline; none where there are no feeds to read."""
    return [_parse(scale, FEEDS)] if FEEDS.is_dir() else []


def _parse(scale: Scale, feeds: Path) -> Measure:
    work = {"folder": str(feeds), "every": 20 if scale.is_quick else 1}
    return Measure(
        name="parse",
        title="real feeds parsed and cleaned",
        quantity=Quantity.READING,
        contestants=[
            Contestant("ours", Program.DOCUMENTS, "parse", work),
            Contestant("feedparser, with its sanitiser", Program.DOCUMENTS, "parse_with_feedparser", work),
        ],
        goals=[Goal("ours", 8.0, times="feedparser, with its sanitiser")],
    )
