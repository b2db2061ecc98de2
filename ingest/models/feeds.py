"""Feeds, what came of fetching them, and their entries."""

from django.contrib.postgres.indexes import BrinIndex
from django.db import models

from disputes.models import Article
from ingest.models.publishers import Publisher


class FeedState(models.TextChoices):
    """How a feed is doing."""

    ACTIVE = "active", "Active"
    BACKING_OFF = "backing_off", "Backing off"
    FAILING = "failing", "Failing"
    GONE = "gone", "Gone"
    PAUSED = "paused", "Paused"


class Feed(models.Model):
    """A source that is polled."""

    url = models.CharField(max_length=2048, unique=True, help_text="Where it is fetched from.")
    publisher = models.ForeignKey(
        Publisher,
        models.DO_NOTHING,
        # Neither adding a feed nor importing many waits for a row that only polling needs.
        db_constraint=False,
        default="",
        blank=True,
        related_name="feeds",
        help_text="Registrable domain of the address; empty until it is first looked at.",
    )
    title = models.CharField(max_length=300, blank=True)
    state = models.CharField(max_length=20, choices=FeedState, default=FeedState.ACTIVE)
    pause_reason = models.CharField(max_length=300, blank=True, help_text="Why it is paused.")
    added_at = models.DateTimeField(auto_now_add=True)
    added_by = models.CharField(max_length=150, blank=True)
    etag = models.TextField(blank=True, help_text="Sent back byte for byte; saved only after a parse that worked.")
    last_modified = models.TextField(blank=True, help_text="As the ETag.")
    body_digest = models.CharField(max_length=64, blank=True, help_text="SHA-256 of the last body that was stored.")
    faults = models.TextField(
        blank=True, help_text="What was wrong with its last document, whose entries were recovered; a line for each."
    )
    repeats_guids = models.BooleanField(
        default=False, help_text="Whether it gave one guid to several entries, so that its guids are no identity."
    )
    next_fetch_at = models.DateTimeField(null=True, blank=True, help_text="When it is due; empty where it never is.")
    next_fetch_reason = models.CharField(max_length=300, blank=True, help_text="Why it is due then and not before.")
    ttl = models.DurationField(null=True, blank=True, help_text="For how long it asks to be left alone.")
    rhythm = models.DurationField(null=True, blank=True, help_text="Median time between its entries.")
    skip_hours = models.JSONField(default=list, blank=True, help_text="Hours of the day (GMT) to stay away.")
    moved_to = models.CharField(
        max_length=2048, blank=True, help_text="Where its server says it has moved for good (301, 308)."
    )
    moved_since = models.DateTimeField(null=True, blank=True, help_text="When it said so first.")
    moved_sightings = models.IntegerField(default=0, help_text="How often in a row it has said so.")
    last_fetch_at = models.DateTimeField(null=True, blank=True)
    last_success_at = models.DateTimeField(null=True, blank=True)
    last_status = models.IntegerField(null=True, blank=True, help_text="Status of the last HTTP answer.")
    last_error = models.TextField(blank=True, help_text="Why the last fetch failed; empty where it did not.")
    failures = models.IntegerField(default=0, help_text="Failed fetches since the last that worked.")
    lease_token = models.UUIDField(null=True, blank=True, help_text="Held by the worker that fetches it now.")
    lease_until = models.DateTimeField(null=True, blank=True, help_text="After this another worker may take it.")

    class Meta:
        ordering = ("title", "url")
        # The poller asks for what is due every few seconds; gone and paused feeds have no due time.
        indexes = [
            models.Index(fields=["next_fetch_at"], name="feed_due", condition=models.Q(next_fetch_at__isnull=False)),
            # The front page shows those in trouble, the worst first.
            models.Index(
                fields=["-state", "title", "id"],
                name="feed_in_trouble",
                condition=models.Q(state__in=["backing_off", "failing", "gone"]),
            ),
        ]
        default_permissions = ("view",)
        permissions = [("manage_feed", "Can add, fetch, pause and resume feeds")]

    def __str__(self) -> str:
        return self.title or self.url


class FetchOutcome(models.TextChoices):
    """What came of one fetch."""

    STORED = "stored", "Stored"
    NOT_MODIFIED = "not_modified", "Not modified"
    UNCHANGED = "unchanged", "Same body as before"
    REFUSED = "refused", "Refused by the server"
    GONE = "gone", "Gone"
    FAILED = "failed", "Failed"


class Fetch(models.Model):
    """One poll of a feed and what came back."""

    feed = models.ForeignKey(Feed, models.CASCADE, related_name="fetches")
    started_at = models.DateTimeField()
    duration_ms = models.IntegerField(default=0)
    status = models.IntegerField(null=True, blank=True)
    bytes = models.IntegerField(default=0, help_text="On the wire.")
    entries = models.IntegerField(default=0)
    new_articles = models.IntegerField(default=0)
    parse_ms = models.IntegerField(null=True, blank=True, help_text="What parsing took; empty where nothing was new.")
    outcome = models.CharField(max_length=20, choices=FetchOutcome)
    error = models.TextField(blank=True)

    class Meta:
        ordering = ("-started_at", "-id")
        verbose_name_plural = "fetches"
        indexes = [
            models.Index(fields=["feed", "-started_at"], name="fetch_log"),
            # What a feed brings in a week is added up over the few fetches that brought anything.
            models.Index(
                fields=["feed", "-started_at"],
                include=["new_articles"],
                name="fetch_brought",
                condition=models.Q(new_articles__gt=0),
            ),
            # Metrics read the last hour; rows come in order of time, so a few bytes for each megabyte suffice.
            BrinIndex(fields=["started_at"], name="fetch_times", autosummarize=True),
        ]
        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"{self.started_at:%Y-%m-%d %H:%M:%S} {self.outcome}"


class FeedEntry(models.Model):
    """An entry of a feed, and the article that it is."""

    feed = models.ForeignKey(Feed, models.CASCADE, related_name="entries")
    identity = models.CharField(max_length=64, help_text="SHA-256 of its guid, else link, else content.")
    article = models.ForeignKey(Article, models.PROTECT, related_name="feed_entries")
    digest = models.CharField(max_length=64, help_text="SHA-256 of what it said last.")
    likeness = models.CharField(
        max_length=64,
        blank=True,
        help_text="SHA-256 of its link and title, by which it is known again when its feed changes every guid.",
    )
    published_raw = models.CharField(max_length=100, blank=True, help_text="Its date, as the feed writes it.")
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "feed entries"
        constraints = [models.UniqueConstraint(fields=["feed", "identity"], name="feed_entry")]
        indexes = [models.Index(fields=["feed", "likeness"], name="feed_entry_likeness")]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.article_id} from feed {self.feed_id}"
