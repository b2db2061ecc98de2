"""Erase what the log holds of a person, for good."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from disputes import commands
from disputes.erasure.errors import Unreadable
from disputes.erasure.places import Preview, find_subjects, preview
from disputes.errors import Refused


class Command(BaseCommand):
    """Show what an erasure takes and, when told to, destroy the keys."""

    help = (
        "Show what the log holds sealed about a person and, with --erase, destroy the key: the texts can then be read "
        "by nobody any more. Cannot be undone. See docs/erasure.md."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the persons, and why."""
        parser.add_argument(
            "who", nargs="+", help="a name as it was recorded, the short name of a party, or party/… or person/…"
        )
        parser.add_argument("--erase", action="store_true", help="do it; without this it is only shown")
        parser.add_argument("--reason", default="", help="why; goes into the log, so it must name nobody")
        parser.add_argument("--by", default="system:operator", help="who does it (default: %(default)s)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Find the subjects, show them, erase them."""
        try:
            subjects = [row.subject for who in options["who"] for row in self._found(who)]
            for subject in dict.fromkeys(subjects):
                self._show(preview(subject))
            if not options["erase"]:
                self.stdout.write("Nothing was erased. Give --erase and --reason to erase it.")
                return
            recorded = commands.erase_subjects(subjects, reason=options["reason"], by=options["by"])
        except (Refused, Unreadable) as error:
            raise CommandError(str(error)) from error
        streams = ", ".join(dict.fromkeys(event.stream for event in recorded)) or "no stream"
        self.stdout.write(f"Erased. Recorded in {streams}.")

    @staticmethod
    def _found(who: str) -> list[Any]:
        rows = [row for row in find_subjects(who) if not row.is_erased]
        if not rows:
            raise CommandError(
                f"nothing is sealed about {who!r}: give a name as it was recorded, the short name of a party, or the "
                "id of a subject. What was recorded in the clear can't be erased; see docs/erasure.md"
            )
        return rows

    def _show(self, shown: Preview) -> None:
        self.stdout.write(f"{shown.row.subject}: {', '.join(shown.names) or 'no name'}")
        self.stdout.write(
            f"  {shown.texts} texts in {len(shown.events)} events of {', '.join(shown.streams) or 'none'}"
        )
        for related in shown.related:
            self.stdout.write(f"  Perhaps the same: {related.subject} {related.why}")
        if shown.clear_events:
            positions = ", ".join(map(str, shown.clear_events))
            self.stdout.write(f"  In the clear, and not erasable, in the events at {positions}")
        for article in shown.articles:
            self.stdout.write(f"  Named by the article {article.pk}, {article.url}")
