"""Write what was captured for a dispute to a web archive."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from disputes.merged import present_slug
from disputes.models import Dispute
from disputes.proofs.export import writing
from disputes.proofs.progress import progress_bar
from ingest.capture.evidence import Report, export_evidence


class Command(BaseCommand):
    """Write what was captured for a dispute to a web archive."""

    help = "Write what was captured of the evidence of a dispute to a WACZ file, which viewers of web archives open."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the dispute and the file."""
        parser.add_argument("dispute", metavar="DISPUTE", help="Its short name, such as getty-v-stability.")
        parser.add_argument("file", type=Path, metavar="FILE", help="Its name should end in .wacz.")
        parser.add_argument("--force", action="store_true", help="Replace the file if there is one.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the file under another name first, so that it is whole or not there; then say what is not in it."""
        path: Path = options["file"]
        dispute = Dispute.objects.filter(slug=present_slug(Dispute, options["dispute"])).first()
        if dispute is None:
            raise CommandError(f"There is no dispute {options['dispute']!r}; the list in the admin has their names.")
        if path.suffix.lower() != ".wacz":
            raise CommandError(f"{path} does not end in .wacz, by which viewers know such a file; name it so.")
        if path.exists() and not options["force"]:
            raise CommandError(f"{path} is there already; name another file, or say --force to replace it.")
        try:
            with writing(path) as file, progress_bar("captures") as progress:
                report = export_evidence(dispute, file, progress)
                if not report.captures:
                    raise CommandError(_nothing(dispute, report))
        except OSError as error:
            raise CommandError(f"{path} can't be written: {error}") from error
        self.stdout.write(
            f"{report.articles - report.missing} of the {report.articles} articles that are evidence of "
            f"{dispute.slug}, as {report.pages} pages of {report.captures} captures, are in {path}."
        )
        for line in _missing(report):
            self.stdout.write(line)
        for line in report.damaged:
            self.stderr.write(f"Left out, since it is damaged: {line}")
        if report.damaged:
            raise CommandError("Some captures are not what was stored; restore these files from a backup.")


def _nothing(dispute: Dispute, report: Report) -> str:
    if not report.articles:
        return f"{dispute.slug} has no evidence yet, so there is nothing to export."
    first = f"Nothing is captured of the {report.articles} articles that are evidence of {dispute.slug}."
    return "\n".join([first, *_missing(report), *report.damaged])


def _missing(report: Report) -> list[str]:
    lines = [f"Not in it: {line}" for line in report.missing_named]
    if report.missing > len(lines):
        lines.append(f"Not in it: {report.missing - len(lines)} more articles")
    return lines
