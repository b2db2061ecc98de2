"""Write the feeds as an OPML file."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from ingest.feed_lists import export_opml


class Command(BaseCommand):
    """Write all feeds for another reader, or for another installation of this one."""

    help = "Write all feeds as an OPML file, or to the terminal where FILE is -."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the file."""
        parser.add_argument("file", metavar="FILE.opml")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write it; a file that is there already is replaced as a whole or not at all."""
        document = export_opml()
        if options["file"] == "-":
            self.stdout.write(document.decode())
            return
        path = Path(options["file"])
        partial = path.with_name(f"{path.name}.partial")
        try:
            partial.write_bytes(document)
            partial.replace(path)
        except OSError as error:
            raise CommandError(f"{path} can't be written: {error.strerror}") from error
