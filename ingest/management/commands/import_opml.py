"""Register the feeds of an OPML file."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from disputes.errors import Refused
from ingest.feed_lists import import_opml
from ingest.opml import LARGEST


class Command(BaseCommand):
    """Register the feeds that another reader exported."""

    help = "Register the feeds of an OPML file. Nothing is fetched now; they are due in turn over the next hour."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the file."""
        parser.add_argument("file", type=Path, metavar="FILE.opml")

    def handle(self, *args: Any, **options: Any) -> None:
        """Say what was registered, and name each outline that was not; exit status 1 where there is one."""
        path: Path = options["file"]
        try:
            with path.open("rb") as file:
                body = file.read(LARGEST + 1)
        except OSError as error:
            raise CommandError(f"{path} can't be read: {error.strerror}") from error
        try:
            imported = import_opml(body, by="system:command")
        except Refused as error:
            raise CommandError(f"{path}: {'; '.join(each.detail for each in error.errors) or error}") from error
        for feed in imported.added:
            paused = f" (paused: {feed.pause_reason})" if feed.pause_reason else ""
            self.stdout.write(f"Added {feed.title or feed.url}{paused}")
        self.stdout.write(
            f"{len(imported.added)} feeds added, {imported.present} registered before, "
            f"{len(imported.problems)} outlines left out"
        )
        if imported.problems:
            left_out = "\n".join(f"  {problem}" for problem in imported.problems)
            raise CommandError(f"{path} was imported but for these outlines:\n{left_out}")
