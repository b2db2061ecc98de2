"""Learn from the curators' decisions."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from ingest import learning


class Command(BaseCommand):
    """Fit the matcher's weights on what curators decided, and use them where they are better."""

    help = (
        "Fits the weights of the matcher on articles that curators accepted, rejected or took off, and uses them from "
        "then on where they are better on the third of these decisions that is held back. Beat does it weekly."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Learn, and say what came of it."""
        self.stdout.write(str(learning.retrain()))
