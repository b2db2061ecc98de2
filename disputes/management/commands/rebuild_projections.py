"""Rebuild every read model from events."""

import sys
from time import monotonic
from typing import Any

from django.core.management.base import BaseCommand

from disputes import projections

_WIDTH = 30


class Command(BaseCommand):
    """Rebuild every read model from events, while the product serves."""

    help = "Rebuild every read model from events, while the product serves. May be stopped and run again."

    def handle(self, *args: Any, **options: Any) -> None:
        """Rebuild, with a progress bar on a terminal."""
        begun = monotonic()

        def progress(done: int, everything: int) -> None:
            if not sys.stderr.isatty():
                return
            rate = done / max(monotonic() - begun, 1e-6)
            left = (everything - done) / rate
            bar = "#" * (_WIDTH * done // everything)
            self.stderr.write(
                f"\r[{bar:<{_WIDTH}}] {done}/{everything} streams, {rate:.0f}/s, {left:.0f} s left", ending=""
            )

        streams = projections.rebuild(progress)
        if sys.stderr.isatty():
            self.stderr.write("")
        self.stdout.write(f"{streams} streams projected in {monotonic() - begun:.1f} s")
