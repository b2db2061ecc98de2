"""Run the benchmarks: `python -m benchmarks [AREA …]`. See docs/benchmarks.md."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import time
from collections.abc import Sequence
from fnmatch import fnmatch
from pathlib import Path

import psycopg

from benchmarks import harness, machine, report
from benchmarks.areas import AREAS, LARGEST, LARGEST_QUICK, Scale, pipeline
from benchmarks.harness import Outcome
from benchmarks.kept import Kept
from benchmarks.logs import Logs
from benchmarks.measures import Measure
from benchmarks.stage import Stage
from benchmarks.workers import Programs, WorkerError
from tracker.home import HomeError
from tracker.services import ServiceError


def main() -> int:
    """Run the areas that were asked for, print a table as each measure ends, and write the results.

    Goals that are missed are no failure: 0 all the same. 1 where it can't be measured, 2 for a wrong command line.
    """
    # As Ctrl-C does: no server, worker or database is left behind.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    options = _options()
    measures = _chosen(options)
    if not measures:
        wanted = " or ".join(map(repr, options.profile or options.only))
        names = ", ".join(measure.name for area in options.areas or AREAS for measure in AREAS[area](Scale()))
        print(f"No measure is called {wanted}; there are {names}.", file=sys.stderr)
        return 2
    try:
        return _profile(measures, options) if options.profile else _measure(measures, options)
    except (WorkerError, ServiceError, HomeError, psycopg.Error) as error:
        _say("")
        print(f"The benchmark failed: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        _say("")
        print("Stopped; nothing is written.", file=sys.stderr)
        return 130


def _measure(measures: Sequence[Measure], options: argparse.Namespace) -> int:
    begun = time.monotonic()
    # Before anything of ours runs, so that the load is that of others.
    facts = machine.facts()
    programs = Programs(with_peer=not options.without_peer)
    outcomes: list[Outcome] = []
    given = os.environ.get("DATABASE_URL", "")
    with Stage() as stage, Logs(stage, programs, _say) as logs, Kept(programs, _say, given=given) as kept:
        server = stage.facts()
        print(machine.describe(facts, server))
        if options.quick:
            print("A quick look at a part of the work: verdicts are of full runs.")
        if machine.is_busy(facts):
            print("Others use this machine just now: trust the ratios, and not the figures.")
        if "pipeline" in (options.areas or AREAS) and (reason := pipeline.why_incomplete()):
            print(reason)
        print(flush=True)
        for measure in measures:
            outcome = harness.run(
                measure, rounds=options.rounds, stage=stage, programs=programs, logs=logs, kept=kept, progress=_say
            )
            outcomes.append(outcome)
            _say("")
            print(report.table(outcome), end="\n\n", flush=True)
        filled = {**{f"log-{events}": took for events, took in logs.seconds.items()}, **kept.seconds}
    found = report.document(outcomes, rounds=options.rounds, is_quick=options.quick, machine=facts, server=server)
    seconds = time.monotonic() - begun
    path = report.write(found | {"seconds": seconds, "filling_seconds": filled}, options.results)
    print(report.summary(outcomes))
    print(f"Took {seconds // 60:.0f} min {seconds % 60:.0f} s. Written to {path}")
    return 0


def _profile(measures: Sequence[Measure], options: argparse.Namespace) -> int:
    programs = Programs(with_peer=False)
    given = os.environ.get("DATABASE_URL", "")
    with Stage() as stage, Logs(stage, programs, _say) as logs, Kept(programs, _say, given=given) as kept:
        for measure in measures:
            path = report.new_path(options.results, f"-{measure.name}.profile.txt")
            harness.profile(measure, path, stage=stage, programs=programs, logs=logs, kept=kept, progress=_say)
            _say("")
            print(f"Written to {path}")
    return 0


def _chosen(options: argparse.Namespace) -> list[Measure]:
    scale = Scale(is_quick=options.quick, largest=options.largest or (LARGEST_QUICK if options.quick else LARGEST))
    patterns = options.profile or options.only or ["*"]
    return [
        measure
        for area in options.areas or AREAS
        for measure in AREAS[area](scale)
        if any(fnmatch(measure.name, pattern) for pattern in patterns)
    ]


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("areas", nargs="*", metavar="AREA", help=f"of {', '.join(AREAS)}; all where none is named")
    parser.add_argument("--rounds", type=_positive, help="how often each contestant runs (5; 2 in a quick look)")
    parser.add_argument("--quick", action="store_true", help="a twentieth of the work: a look, not a measurement")
    parser.add_argument(
        "--only", action="append", metavar="PATTERN", help="measures with such a name, as in 'append-*'; several times"
    )
    parser.add_argument(
        "--profile",
        action="append",
        metavar="PATTERN",
        help="measure nothing, but write where ours spends its time in the measures with such a name",
    )
    parser.add_argument("--without-peer", action="store_true", help="don't install and run the peer")
    parser.add_argument(
        "--largest",
        type=_hundreds,
        metavar="EVENTS",
        help=f"events of the longest log ({LARGEST:,}, or {LARGEST_QUICK:,} in a quick look)",
    )
    parser.add_argument("--results", type=Path, default=report.RESULTS, help="the folder for what is written")
    options = parser.parse_args()
    options.rounds = options.rounds or (2 if options.quick else 5)
    for area in options.areas:
        if area not in AREAS:
            parser.error(f"there is no area {area!r}; there are {', '.join(AREAS)}")
    return options


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return number


def _hundreds(text: str) -> int:
    number = _positive(text)
    if number % 100:
        raise argparse.ArgumentTypeError("must be a multiple of 100")
    return number


def _say(text: str) -> None:
    """Show what runs just now on one line of a terminal, and nothing in a log."""
    if sys.stderr.isatty():
        print(f"\r\x1b[K{text}", end="", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
