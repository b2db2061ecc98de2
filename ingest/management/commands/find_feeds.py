"""Find the feeds of a page."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from disputes.errors import Refused
from ingest.discovery import find_feeds


class Command(BaseCommand):
    """Say which feeds a page has; nothing is registered."""

    help = "Find the feeds of a page, by what it names, else at the usual addresses of its site."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the address."""
        parser.add_argument("url")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print a feed a line; exit status 1 where there is none."""
        try:
            found = find_feeds(options["url"])
        except Refused as error:
            raise CommandError(str(error)) from error
        if not found:
            raise CommandError(f"{options['url']} names no feed, and its site has none at the usual addresses")
        for feed in found:
            self.stdout.write(str(feed))
