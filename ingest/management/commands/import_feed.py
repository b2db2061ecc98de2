"""Import feed documents from disk."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from disputes.errors import Refused
from ingest.candidates import match_pending
from ingest.feeds import import_document


class Command(BaseCommand):
    """Run feed documents from disk through the same pipeline as what is fetched."""

    help = "Run feed documents from disk through the pipeline, and match what they bring."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the files."""
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")

    def handle(self, *args: Any, **options: Any) -> None:
        """Import each file; one that is no feed is named at the end and keeps none of the others out."""
        failures = []
        for path in options["files"]:
            try:
                feed, stored = import_document(path, by="system:command")
            except Refused as error:
                failures.append(str(error))
                continue
            self.stdout.write(f"{path}: feed {feed.pk}, {stored.entries} entries, {stored.new_articles} new articles")
        matched = 0
        while done := match_pending():
            matched += done
        self.stdout.write(f"{matched} articles matched")
        if failures:
            raise CommandError("\n".join(failures))
