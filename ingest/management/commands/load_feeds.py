"""Register the feeds that the product comes with."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from disputes.errors import Refused
from ingest.feed_lists import load_default_feeds


class Command(BaseCommand):
    """Register the default feeds; each is offered once, so running it again changes nothing."""

    help = "Register the feeds of seeds/feeds.opml. Running it again changes nothing, whatever operators did to them."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take another list."""
        parser.add_argument("file", nargs="?", type=Path, help="default: the list that comes with the product")

    def handle(self, *args: Any, **options: Any) -> None:
        """Say how many are new."""
        try:
            added = load_default_feeds(options["file"])
        except Refused as error:
            raise CommandError(str(error)) from error
        if options["verbosity"] > 0:
            self.stdout.write(f"{added} feeds added")
