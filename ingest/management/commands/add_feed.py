"""Register a feed."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from disputes.errors import Refused
from ingest.feeds import add_feed


class Command(BaseCommand):
    """Register a feed: one GET, whose entries are stored."""

    help = "Register a feed: one GET, whose entries are stored and matched by the worker."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the address."""
        parser.add_argument("url")

    def handle(self, *args: Any, **options: Any) -> None:
        """Say what was registered, or why it was not."""
        try:
            feed = add_feed(options["url"], by="system:command")
        except Refused as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Feed {feed.pk}: {feed.title or feed.url}, {feed.entries.count()} entries")
