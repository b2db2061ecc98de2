"""Run the benchmarks: `python -m benchmarks [AREA …]`."""

from __future__ import annotations

import argparse
import sys
from fnmatch import fnmatch
from pathlib import Path

import psycopg

from benchmarks import report
from benchmarks.areas import AREAS, Scale
from benchmarks.harness import Outcome, run
from benchmarks.stage import Stage
from benchmarks.workers import Programs, WorkerError
from tracker.home import HomeError
from tracker.services import ServiceError


def main() -> int:
    """Run the areas that were asked for, print a table as each measure ends, and write the results."""
    options = _options()
    scale = Scale(is_quick=options.quick, rebuild_events=options.rebuild_events)
    chosen = [
        measure
        for area in options.areas or AREAS
        for measure in AREAS[area](scale)
        if fnmatch(measure.name, options.only)
    ]
    if not chosen:
        print(f"No measure is called {options.only!r}.", file=sys.stderr)
        return 2
    outcomes: list[Outcome] = []
    try:
        programs = Programs(with_peer=not options.without_peer)
        with Stage() as stage:
            for measure in chosen:
                outcome = run(measure, rounds=options.rounds, stage=stage, programs=programs, progress=_say)
                outcomes.append(outcome)
                _say("")
                print(report.table(outcome), end="\n\n", flush=True)
            found = report.document(outcomes, rounds=options.rounds, server=stage.facts())
    except (WorkerError, ServiceError, HomeError, psycopg.Error) as error:
        print(f"The benchmark failed: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped; nothing is written.", file=sys.stderr)
        return 130
    path = report.write(found, options.results)
    print(f"Other processes share the machine: trust the ratios before the figures. Written to {path}")
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("areas", nargs="*", metavar="AREA", help=f"of {', '.join(AREAS)}; all where none is named")
    parser.add_argument("--rounds", type=_positive, default=5, help="how often each contestant runs (5)")
    parser.add_argument("--quick", action="store_true", help="a twentieth of the work: a look, not a measurement")
    parser.add_argument("--only", default="*", metavar="PATTERN", help="measures with such a name, as in 'append-*'")
    parser.add_argument("--without-peer", action="store_true", help="don't install and run the peer")
    parser.add_argument("--rebuild-events", type=_positive, default=10_000, help="events of the rebuild (10,000)")
    parser.add_argument("--results", type=Path, default=report.RESULTS, help="the folder for the JSON file")
    options = parser.parse_args()
    for area in options.areas:
        if area not in AREAS:
            parser.error(f"there is no area {area!r}; there are {', '.join(AREAS)}")
    return options


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return number


def _say(text: str) -> None:
    """Show what runs just now on one line of a terminal, and nothing in a log."""
    if sys.stderr.isatty():
        print(f"\r\x1b[K{text}", end="", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
