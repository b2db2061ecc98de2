"""Poll feeds in the foreground."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from ingest.candidates import match_pending
from ingest.feeds import why_not_fetched
from ingest.models import Feed, FetchOutcome
from ingest.polling import poll


class Command(BaseCommand):
    """Poll feeds without a worker, and match what they brought."""

    help = "Poll due feeds in the foreground, without a worker, and match what they brought."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the feeds, and whether their schedule counts."""
        parser.add_argument("--feed", type=int, action="append", metavar="ID", help="Only this feed; may be repeated.")
        parser.add_argument(
            "--now", action="store_true", help="Ignore the schedule, though never the publisher's own blocks."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Poll, and print a line for each fetch."""
        wanted: list[int] | None = options["feed"]
        if wanted is not None:
            missing = sorted(set(wanted) - set(Feed.objects.filter(pk__in=wanted).values_list("pk", flat=True)))
            if missing:
                raise CommandError(f"There is no feed {missing[0]}.")
        fetches = poll(feed_ids=wanted, ignore_schedule=options["now"])
        for fetch in fetches:
            words = fetch.error or f"{fetch.entries} entries, {fetch.new_articles} new articles"
            self.stdout.write(f"Feed {fetch.feed_id}: {fetch.get_outcome_display()}: {words}")
        polled = {fetch.feed_id for fetch in fetches}
        for feed in Feed.objects.filter(pk__in=wanted or []).exclude(pk__in=polled):
            self.stdout.write(f"Feed {feed.pk}: Not fetched: {why_not_fetched(feed, ignore_schedule=options['now'])}")
        matched = 0
        while done := match_pending():
            matched += done
        failed = sum(fetch.outcome in {FetchOutcome.FAILED, FetchOutcome.REFUSED} for fetch in fetches)
        self.stdout.write(f"{len(fetches)} feeds polled, {failed} failed; {matched} articles matched")
