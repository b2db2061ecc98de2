"""Verify that the log, or a copy of it, is unchanged and complete."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from disputes.proofs import tree
from disputes.proofs.export import read_reference, verify_export
from disputes.proofs.keys import KeyProblem, configured_keyring, given_verifier_keys
from disputes.proofs.progress import progress_bar
from disputes.proofs.reference import Reference
from disputes.proofs.signed_note import NoteError, VerifierKey
from disputes.proofs.verification import verify_database
from disputes.proofs.walk import Altered, Finding


class Command(BaseCommand):
    """Verify that the log, or a copy of it, is unchanged and complete."""

    help = (
        "Verify the log in the database, or, without any database, a file that export_ledger wrote. "
        "Exit status 1 and the first bad position where something was altered; 2 where it can't be verified."
    )
    # A file is verified where nothing else of the product needs to work.
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the file and the key."""
        parser.add_argument("file", nargs="?", type=Path, metavar="FILE", help="A file that export_ledger wrote.")
        parser.add_argument(
            "--against",
            action="append",
            default=[],
            type=Path,
            metavar="REFERENCE",
            help="What was kept elsewhere and has to agree as well: a checkpoint as a signed note, or a whole copy, "
            "which tells the very event that differs. May be given several times.",
        )
        parser.add_argument(
            "--public-key",
            metavar="KEY",
            help="The log's public key (NAME+ID+BASE64), or a file of such, one a line; this installation's own keys "
            "unless told. For a FILE and for --against.",
        )
        parser.add_argument(
            "--rebuild-tree",
            action="store_true",
            help="First store the inner nodes of the tree anew, which are derived from the events. For the database.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Verify, and say what was found."""
        path: Path | None = options["file"]
        given: str | None = options["public_key"]
        against: list[Path] = options["against"]
        if path is None and given and not against:
            raise CommandError(
                "--public-key is for a FILE or --against; the database is verified by its home's keys.", returncode=2
            )
        if path is not None and options["rebuild_tree"]:
            raise CommandError("--rebuild-tree is for the database, not for a FILE.", returncode=2)
        try:
            keys = self._keys(given) if path is not None or against else []
            references = [_read_reference(found, keys) for found in against]
            if path is None:
                self._verify_database(references, rebuild=options["rebuild_tree"])
            else:
                self._verify_file(path, keys, references)
        except KeyProblem as error:
            raise CommandError(str(error), returncode=2) from error

    def _keys(self, given: str | None) -> Sequence[VerifierKey]:
        return given_verifier_keys(given) if given else configured_keyring().verifier_keys()

    def _verify_file(self, path: Path, keys: Sequence[VerifierKey], references: Sequence[Reference]) -> None:
        try:
            with progress_bar() as progress:
                head = verify_export(path, keys, progress, references)
        except Altered as error:
            self._report(str(path), [error.finding])
        except OSError as error:
            raise CommandError(f"{path} can't be read: {error}", returncode=2) from error
        else:
            self.stdout.write(
                f"{path} holds the first {head.size} events of {head.origin}, complete and unchanged since they were "
                f"recorded. Root: {head.root.hex()}"
            )
            self._tell_agreement(references)

    def _verify_database(self, references: Sequence[Reference], *, rebuild: bool) -> None:
        try:
            if rebuild:
                tree.rebuild()
            with progress_bar() as progress:
                report = verify_database(progress=progress, references=references)
        except Altered as error:
            self._report("The log", [error.finding])
        if report.findings:
            self._report("The log", report.findings)
        self.stdout.write(
            f"The log holds {report.size} events, complete and unchanged since they were recorded, and agrees with "
            f"{report.checkpoints} signed checkpoints. Root: {report.root.hex()}"
        )
        self._tell_agreement(references)

    def _tell_agreement(self, references: Sequence[Reference]) -> None:
        for reference in references:
            self.stdout.write(f"It begins with the {reference.size} events of {reference.name}.")

    def _report(self, what: str, findings: Sequence[Finding]) -> None:
        positions = [found.position for found in findings if found.position is not None]
        self.stdout.write(f"{what} is not as it was recorded.")
        if positions:
            self.stdout.write(f"First bad position: {min(positions)}")
        for found in findings:
            self.stdout.write(f"- {found.detail}.")
        sys.exit(1)


def _read_reference(path: Path, keys: Sequence[VerifierKey]) -> Reference:
    try:
        return read_reference(path, keys)
    except NoteError as error:
        raise CommandError(f"{path} proves nothing: {error}.", returncode=2) from error
    except Altered as error:
        raise CommandError(
            f"{path} is not as it was recorded itself, so nothing can be compared with it: {error}.", returncode=2
        ) from error
    except OSError as error:
        raise CommandError(f"{path} can't be read: {error}", returncode=2) from error
