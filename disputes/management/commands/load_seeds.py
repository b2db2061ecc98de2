"""Load the known disputes into the record."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from disputes.seeding import SeedError, load_seeds


class Command(BaseCommand):
    """Record what the seed files say, as events; running it again appends nothing."""

    help = "Record the disputes of the seed files as events. Running it again appends nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the folder of the files."""
        parser.add_argument(
            "directory",
            nargs="?",
            type=Path,
            default=Path(settings.BASE_DIR, "seeds"),
            help="folder with parties.yaml and disputes/*.yaml (default: the seeds that come with the product)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Load file by file and print a line for each."""
        try:
            for report in load_seeds(options["directory"]):
                if options["verbosity"] > 0:
                    result = f"appended {report.appended}" if report.appended else "unchanged"
                    self.stdout.write(f"{report.name}: {result}")
        except SeedError as error:
            raise CommandError(f"the seeds can't be loaded:\n{error}") from error
