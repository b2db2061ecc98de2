"""Write the log with its checkpoint to a file."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from disputes.proofs.checkpoint import make_checkpoint
from disputes.proofs.copying import export_log
from disputes.proofs.keys import KeyProblem, configured_keyring
from disputes.proofs.progress import progress_bar
from disputes.proofs.walk import Altered


class Command(BaseCommand):
    """Write the log with its checkpoint to a file."""

    help = "Write the whole log, with a signed checkpoint of it, to a file that verify_ledger can verify offline."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the file."""
        parser.add_argument("file", type=Path, metavar="FILE", help="Compressed by gzip where its name ends in .gz.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make a checkpoint of what is there now and write everything up to it."""
        path: Path = options["file"]
        keyring = configured_keyring()
        try:
            checkpoint = make_checkpoint(keyring)
            with progress_bar() as progress:
                export_log(path, checkpoint, keyring, progress)
        except Altered as error:
            where = "" if error.finding.position is None else f"First bad position: {error.finding.position}. "
            raise CommandError(f"The log is not exported, since it was altered. {where}{error}.") from error
        except KeyProblem as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"{path} can't be written: {error}") from error
        self.stdout.write(f"{checkpoint.size} events and their checkpoint are in {path}.")
