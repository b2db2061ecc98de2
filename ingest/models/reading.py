"""Reading the pages of articles of which feeds carry a summary only."""

from django.db import models

from disputes.models import Article
from ingest.models.capture import Capture
from ingest.models.feeds import Feed


class PageHost(models.Model):
    """A server of pages: when it may be asked next, and what its robots.txt says (RFC 9309)."""

    host = models.CharField(
        max_length=300, primary_key=True, help_text="Scheme, host and port, as in https://a.example."
    )
    next_request_at = models.DateTimeField(null=True, blank=True, help_text="Nothing is asked of it before this.")
    robots = models.TextField(
        blank=True, help_text="Its robots.txt as it was last received; empty where all is allowed."
    )
    robots_expires_at = models.DateTimeField(
        null=True, blank=True, help_text="When to ask for it again; empty where it was never received."
    )
    robots_location = models.CharField(
        max_length=2048, blank=True, help_text="Where its robots.txt has been redirected to, while that is followed."
    )
    robots_failures = models.IntegerField(default=0, help_text="How often in a row it could not be received.")

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.host


class PageState(models.TextChoices):
    """What became of the page of an article."""

    WAITING = "waiting", "Waiting"
    READ = "read", "Read"
    NOTHING_MORE = "nothing_more", "Nothing more than the feed has"
    PAYWALL = "paywall", "Paywall"
    CONSENT = "consent", "Consent page"
    CHALLENGE = "challenge", "Captcha"
    LOGIN = "login", "Login"
    DISALLOWED = "disallowed", "Disallowed by robots.txt"
    RESERVED = "reserved", "Rights reserved"
    UNWANTED = "unwanted", "Not to be read"
    REFUSED = "refused", "Refused by the server"
    GONE = "gone", "Gone"
    UNREADABLE = "unreadable", "Unreadable"
    FAILED = "failed", "Failed"


class Page(models.Model):
    """The page of an article whose feed carries a summary, and what came of reading it."""

    article = models.OneToOneField(Article, models.CASCADE, primary_key=True, related_name="page")
    host = models.ForeignKey(PageHost, models.PROTECT, related_name="pages", help_text="Who is asked next.")
    url = models.CharField(max_length=2048, help_text="What is asked for next: where redirects have led so far.")
    redirects = models.IntegerField(default=0, help_text="How many have been followed.")
    state = models.CharField(max_length=20, choices=PageState, default=PageState.WAITING)
    reason = models.TextField(blank=True, help_text="Why it is in this state, or why the last try failed.")
    failures = models.IntegerField(default=0, help_text="Failed tries since the last that gave an answer.")
    next_try_at = models.DateTimeField(null=True, blank=True, help_text="When it is due; empty where it is settled.")
    last_try_at = models.DateTimeField(null=True, blank=True)
    last_status = models.IntegerField(null=True, blank=True, help_text="Status of the last HTTP answer.")
    capture = models.ForeignKey(
        Capture, models.SET_NULL, null=True, blank=True, related_name="+", help_text="The bytes its text came from."
    )
    lease_token = models.UUIDField(null=True, blank=True, help_text="Held by the worker that reads it now.")
    lease_until = models.DateTimeField(null=True, blank=True, help_text="After this another worker may take it.")

    class Meta:
        ordering = ("-last_try_at", "pk")
        indexes = [
            # Workers ask for what is due every few seconds; what is settled has no due time.
            models.Index(
                fields=["host", "next_try_at"], name="page_due", condition=models.Q(next_try_at__isnull=False)
            ),
            models.Index(fields=["state", "-last_try_at"], name="page_state"),
            # The list of all pages, by key.
            models.Index(fields=["-last_try_at", "article"], name="page_tried"),
        ]
        default_permissions = ("view",)

    def __str__(self) -> str:
        return self.url


class FullTextWish(models.TextChoices):
    """Which pages of a source are read."""

    NEVER = "never", "Never"
    SUMMARIES = "summaries", "Where the feed carries a summary"
    ALWAYS = "always", "Always"


class FullTextRule(models.Model):
    """What the operator says of a feed, or of a domain with its subdomains. The feed's own comes first."""

    feed = models.OneToOneField(Feed, models.CASCADE, null=True, blank=True, related_name="full_text_rule")
    domain = models.CharField(
        max_length=255,
        null=True,
        blank=True,
        unique=True,
        help_text="In lower case, such as press.example.",
    )
    wish = models.CharField(max_length=20, choices=FullTextWish)
    reason = models.CharField(max_length=300, blank=True, help_text="Why, such as what the publisher's terms say.")
    set_by = models.CharField(max_length=150, blank=True)
    set_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ("domain", "feed")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(feed=None, domain__isnull=False) | models.Q(feed__isnull=False, domain=None),
                name="full_text_rule_of_feed_or_domain",
            )
        ]
        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"{self.domain or self.feed}: {FullTextWish(self.wish).label}"
