"""Import the sample of the press that the product comes with."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from disputes.errors import Refused
from ingest.sample import load_sample


class Command(BaseCommand):
    """Import the articles of seeds/articles.xml; running it again adds nothing."""

    help = "Import the articles of seeds/articles.xml through the ordinary pipeline. Running it again adds nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take another document."""
        parser.add_argument("file", nargs="?", type=Path, help="default: the sample that comes with the product")

    def handle(self, *args: Any, **options: Any) -> None:
        """Say how many are new."""
        try:
            added = load_sample(options["file"])
        except Refused as error:
            raise CommandError(str(error)) from error
        if options["verbosity"] > 0:
            self.stdout.write(f"{added} articles added")
