"""Makes the installations that screens and lists are measured with: a large one, and one as it starts."""

from __future__ import annotations

import sys
from datetime import date

from benchmarks.contestants import ours  # noqa: F401 (sets Django up)
from benchmarks.contestants.serving import Run, serve

# isort: split
from django.core.management import call_command
from django.db import connection

from benchmarks.landscape import Landscape
from benchmarks.landscape import make as make_landscape
from disputes import projections
from disputes.subscriptions import delivery
from ingest.candidates import match_pending
from tracker.preparation import prepare_database

UNDER_SEEDS = Landscape(
    disputes=60,
    events=6_000,
    articles=1_200,
    pending=120,
    feeds=60,
    fetches_of_feed=100,
    today=date.today(),  # noqa: DTZ011 (the day where it is made)
)


def make(scale: float) -> Run:
    """Make a landscape of a part of the full size, dated by today."""

    def run() -> int:
        call_command("migrate", verbosity=0)
        landscape = Landscape.of(scale, today=date.today())  # noqa: DTZ011 (the day where it is made)
        make_landscape(landscape, say=_say)
        _vacuum()
        return landscape.events

    return run


def make_seeded() -> Run:
    """Make what a new installation has when its first worker has nothing left to do; nothing is fetched.

    A small landscape lies under the seeds, just large enough that every list fills a page: the number of rows that a
    page shows is not what is to be compared, and lists that begin empty are short of nothing else.
    """

    def run() -> int:
        call_command("migrate", verbosity=0)
        make_landscape(UNDER_SEEDS, say=_say)
        prepare_database(lambda _: None)
        delivery.ensure_subscriptions()
        for name in delivery.due_subscriptions():
            while delivery.deliver(name):
                pass
        while match_pending():
            pass
        _vacuum()
        return 1

    return run


def migrate() -> Run:
    """Bring an installation that was kept up to date."""

    def run() -> int:
        call_command("migrate", verbosity=0)
        if not projections.are_current():
            projections.rebuild()
            _vacuum()
        return 1

    return run


def _vacuum() -> None:
    """Do what autovacuum does in its own time, so that no round meets it."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _say(text: str) -> None:
    if sys.stderr.isatty():
        print(f"\r\x1b[K{text}", end="", file=sys.stderr, flush=True)


if __name__ == "__main__":
    serve({"make": make, "make_seeded": make_seeded, "migrate": migrate})
