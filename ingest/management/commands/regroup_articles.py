"""Group anew the articles that an older method grouped."""

import sys
from time import monotonic
from typing import Any

from django.core.management.base import BaseCommand

from ingest.grouping import regroup


class Command(BaseCommand):
    """Group anew the articles that an older method grouped, while the product serves."""

    help = (
        "Find the copies anew of articles that an older method grouped, while the product serves. May be stopped and "
        "run again: what is done is not done twice."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Regroup, with the progress on a terminal."""
        begun = monotonic()
        is_terminal = sys.stderr.isatty()

        def show(doing: str, done: int, everything: int) -> None:
            if is_terminal:
                rate = done / max(monotonic() - begun, 1e-6)
                self.stderr.write(f"\r\x1b[K{doing}: {done:,} of {everything:,}, {rate:,.0f}/s", ending="")

        sketched, compared = regroup(show)
        if is_terminal:
            self.stderr.write("")
        self.stdout.write(
            f"{sketched:,} articles sketched anew and {compared:,} compared in {monotonic() - begun:.1f} s."
        )
