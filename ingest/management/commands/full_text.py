"""Say which pages of a source are read."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from disputes.errors import Refused
from ingest.models import FullTextRule, FullTextWish
from ingest.reading.rules import NEVER, set_rule


class Command(BaseCommand):
    """Say which pages of a source are read; without a source, list what was said."""

    help = "Say which pages of a domain or a feed are read: never, where the feed carries a summary, or always."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the source and the wish."""
        parser.add_argument("source", nargs="?", metavar="SOURCE", help="A domain, or the number of a feed.")
        parser.add_argument("wish", nargs="?", choices=[*FullTextWish.values, "usual"], help="`usual` takes it back.")
        parser.add_argument("--reason", default="", help="Why, such as what the publisher's terms say.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Set the rule, or list all."""
        source, wish = options["source"], options["wish"]
        if source is None:
            for said in FullTextRule.objects.select_related("feed"):
                self.stdout.write(f"{said}{f' ({said.reason})' if said.reason else ''}")
            for domain, reason in NEVER.items():
                self.stdout.write(f"{domain}: Never, unless said otherwise ({reason})")
            return
        if wish is None:
            raise CommandError(f"Say also what to do with {source}: {', '.join([*FullTextWish.values, 'usual'])}.")
        try:
            rule = set_rule(
                source,
                None if wish == "usual" else FullTextWish(wish),
                reason=options["reason"],
                by="system:command",
            )
        except Refused as refusal:
            raise CommandError("; ".join(error.detail for error in refusal.errors) or str(refusal)) from refusal
        self.stdout.write(str(rule) if rule is not None else f"{source}: as is usual")
