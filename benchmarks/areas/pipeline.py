"""The pipeline: what it costs to read feeds."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.areas.scale import Scale
from benchmarks.measures import Contestant, Goal, Measure, Quantity
from benchmarks.workers import ROOT, Program, WorkerError

SHARED = ROOT.parent / "shared" / "feeds"
FEEDS = SHARED / "real"
"""Feeds as publishers sent them; they do not belong to the project and are not on every machine."""
COURTS = SHARED / "real-pacer"
"""The same of courts."""
END_PATIENCE = 10.0


def measures(scale: Scale) -> Sequence[Measure]:
    """Give the measures of the pipeline; without feeds to read, only those that need none."""
    of_real_feeds = [_parse(scale), *_worst(scale), _unchanged(scale), _first(scale)] if FEEDS.is_dir() else []
    return [*of_real_feeds, _hour(scale)]


def why_incomplete() -> str | None:
    """Say which measures are left out on this machine, and why; None where none is."""
    if FEEDS.is_dir():
        return None
    return (
        f"There are no feeds in {FEEDS}: parse, parse-worst, parse-memory, poll-unchanged and poll-first are left out."
    )


def _parse(scale: Scale) -> Measure:
    work = {"folder": str(FEEDS), "every": 20 if scale.is_quick else 1}
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


def _worst(scale: Scale) -> Iterator[Measure]:
    work = {"folder": str(SHARED), "every": 20 if scale.is_quick else 1}
    for name, title, quantity, most in (
        ("parse-worst", "the slowest document of all, broken ones too, in a worker's child", Quantity.SPAN, 2.0),
        ("parse-memory", "the memory of the child that parses them", Quantity.MEMORY, 200.0),
    ):
        yield Measure(
            name=name,
            title=title,
            quantity=quantity,
            contestants=[Contestant("ours", Program.DOCUMENTS, "parse_worst", work)],
            goals=[Goal("ours", at_most=most)],
            has_warm_up=False,
        )


def _unchanged(scale: Scale) -> Measure:
    work = {"every": 4, "updates": 1} if scale.is_quick else {"every": 1, "updates": 6}
    return Measure(
        name="poll-unchanged",
        title="real feeds polled that have not changed, through Celery; the peer is reader",
        quantity=Quantity.POLLING,
        contestants=[
            Contestant("ours", Program.PIPELINE, "unchanged_update", work),
            Contestant("peer", Program.READER_PEER, "unchanged_update", work),
        ],
        goals=[Goal("ours", 5.0, times="peer")],
        beside=partial(_publishers, [FEEDS, COURTS]),
    )


def _first(scale: Scale) -> Measure:
    work = {"every": 8 if scale.is_quick else 1}
    return Measure(
        name="poll-first",
        title="real feeds polled first: fetched to matched; the peer is reader, which fetches, parses and stores",
        quantity=Quantity.ENTRIES,
        contestants=[
            Contestant("ours", Program.PIPELINE, "first_update", work),
            Contestant("peer", Program.READER_PEER, "first_update", work),
        ],
        goals=[Goal("ours", 3.0, times="peer")],
        beside=partial(_publishers, [FEEDS, COURTS]),
        has_warm_up=False,  # each installation is new, and gets warm by itself
    )


def _hour(scale: Scale) -> Measure:
    feeds, of_platform = (100, 3) if scale.is_quick else (10_000, 60)
    return Measure(
        name="poll-hour",
        title=f"an hour's polls of {feeds:,} feeds, a tenth of them changed, with every pause that politeness asks for",
        quantity=Quantity.SPAN,
        contestants=[Contestant("ours", Program.PIPELINE, "hour", {"feeds": feeds, "of_platform": of_platform})],
        goals=[Goal("ours", at_most=600.0)],
        most_rounds=1,
        has_warm_up=False,
        beside=partial(_publishers, []),
    )


@contextmanager
def _publishers(folders: Sequence[Path]) -> Iterator[Mapping[str, Any]]:
    """Run the publishers on loopback; give their port and how many real documents they have."""
    given = [str(folder) for folder in folders if folder.is_dir()]
    with subprocess.Popen(
        [sys.executable, "-m", "benchmarks.contestants.publishers", *given],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            line = process.stdout.readline()
            if not line:
                raise WorkerError(f"the publishers ended with status {process.wait()}")
            yield json.loads(line)
        finally:
            process.stdin.close()
            try:
                process.wait(END_PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
