"""Sign the size and the root of the log."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from disputes.proofs.checkpoint import make_checkpoint
from disputes.proofs.keys import KeyProblem
from disputes.proofs.walk import Altered


class Command(BaseCommand):
    """Sign the size and the root of the log."""

    help = (
        "Sign the size and the root of the log as it is now, where something is new, and write the newest checkpoint "
        "to the terminal as a signed note, to be kept elsewhere: `verify_ledger --against` takes it."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Make it and write it."""
        try:
            checkpoint = make_checkpoint()
        except Altered as error:
            where = "" if error.finding.position is None else f"First bad position: {error.finding.position}. "
            raise CommandError(f"Nothing is signed, since the log was altered. {where}{error}.") from error
        except KeyProblem as error:
            raise CommandError(str(error)) from error
        self.stdout.write(checkpoint.note, ending="")
