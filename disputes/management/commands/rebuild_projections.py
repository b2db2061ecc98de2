"""Rebuild every read model from events."""

import sys
from time import monotonic
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from disputes import projections

_WIDTH = 30


class Command(BaseCommand):
    """Rebuild every read model from events, while the product serves."""

    help = "Rebuild every read model from events, while the product serves. May be stopped; nothing then has changed."

    def handle(self, *args: Any, **options: Any) -> None:
        """Rebuild, with a progress bar on a terminal."""
        begun = monotonic()
        is_terminal = sys.stderr.isatty()

        def show(progress: projections.Progress) -> None:
            if is_terminal:
                self.stderr.write(f"\r\x1b[K{_bar(progress, monotonic() - begun)}", ending="")

        try:
            events = projections.rebuild(show)
        except projections.RebuildProblem as error:
            raise CommandError(f"Not rebuilt: {error}.") from error
        if is_terminal:
            self.stderr.write("")
        seconds = monotonic() - begun
        self.stdout.write(f"{events:,} events projected in {seconds:.1f} s, {events / max(seconds, 1e-6):,.0f}/s.")


def _bar(progress: projections.Progress, seconds: float) -> str:
    share = progress.done / max(progress.everything, 1)
    rate = progress.done / max(seconds, 1e-6)
    left = f", {(progress.everything - progress.done) / rate:.0f} s left" if 0 < share < 1 else ""
    bar = "#" * round(_WIDTH * share)
    return f"[{bar:<{_WIDTH}}] {progress.doing}: {progress.done:,} of {progress.everything:,}, {rate:,.0f}/s{left}"
