"""What was received, byte for byte: exchanges over HTTP, and the files in which their bodies are kept."""

from django.db import models

from disputes.models import Article
from ingest.models.feeds import Feed


class CapturedBody(models.Model):
    """A body as it was sent, stored once however often it came.

    Its file is a WARC of its own (ISO 28500): the response that brought it first, and the request to that.
    """

    digest = models.CharField(max_length=64, primary_key=True, help_text="SHA-256 of the bytes, in hexadecimal.")
    size = models.IntegerField(help_text="Bytes as they were sent.")
    name = models.CharField(
        max_length=200, blank=True, help_text="Its file in the storage `captures`; empty where the bytes were erased."
    )
    stored_size = models.IntegerField(help_text="Bytes of the file.")
    response_size = models.IntegerField(help_text="Bytes of the file's first member, which holds the response.")
    erased_at = models.DateTimeField(
        null=True, blank=True, help_text="When the bytes were deleted because words in them were erased."
    )

    class Meta:
        verbose_name_plural = "captured bodies"
        default_permissions = ()

    def __str__(self) -> str:
        return self.digest


class Capture(models.Model):
    """One exchange over HTTP of which the answer is kept."""

    url = models.CharField(max_length=2048, help_text="Where the answer came from, after redirects.")
    sort_key = models.TextField(
        db_collation="C", help_text="The address as indexes of web archives sort it, with the host reversed (SURT)."
    )
    fetched_at = models.DateTimeField(help_text="When it was asked for.")
    stored_at = models.DateTimeField(help_text="When its entries or its text were stored.")
    status = models.IntegerField()
    content_type = models.CharField(max_length=200, blank=True)
    request_headers = models.JSONField(default=list, help_text="[[name, value]] as sent, bytes as ISO 8859-1.")
    response_headers = models.JSONField(default=list, help_text="[[name, value]] as received, bytes as ISO 8859-1.")
    body = models.ForeignKey(CapturedBody, models.CASCADE, related_name="captures")
    is_original = models.BooleanField(help_text="Whether the file of the body holds this very exchange.")
    feed = models.ForeignKey(
        Feed,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="captures",
        db_index=False,
        help_text="The feed whose document it is; empty for the page of an article.",
    )

    class Meta:
        ordering = ("-fetched_at", "-id")
        indexes = [
            models.Index(fields=["-fetched_at", "-id"], name="capture_newest"),
            # Erasing an article asks for the documents of a feed between two times.
            models.Index(fields=["feed", "stored_at"], name="capture_feed"),
            # The list of what a feed sent, and the bytes that one of its fetches brought.
            models.Index(fields=["feed", "-fetched_at", "-id"], name="capture_of_feed"),
            # Exports are written in the order of their index.
            models.Index(fields=["sort_key", "fetched_at", "id"], name="capture_sorted"),
        ]
        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"{self.url} at {self.fetched_at:%Y-%m-%d %H:%M:%S}"


class ArticleCapture(models.Model):
    """From which capture the words of an article were taken; leads from the digest in the log to the bytes."""

    article = models.ForeignKey(Article, models.CASCADE, related_name="captures", db_index=False)
    digest = models.CharField(max_length=64, help_text="SHA-256 of the article's title and text, as events name it.")
    capture = models.ForeignKey(Capture, models.CASCADE, related_name="articles")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["article", "digest", "capture"], name="article_capture")]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.article_id} from {self.capture_id}"


class NamedDigest(models.Model):
    """An article with the digest by which the log names it: the bytes behind these are kept for good.

    Copied from the log when old captures are deleted, see `ingest.capture.deletion`; may be emptied, and is then
    filled anew.
    """

    article_id = models.UUIDField()
    digest = models.CharField(max_length=64, help_text="SHA-256 of the article's title and text, as events name it.")
    position = models.BigIntegerField(help_text="Of the last event that names it, when that was looked for.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["article_id", "digest"], name="named_digest")]
        indexes = [models.Index(fields=["-position"], name="named_digest_last")]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.article_id} {self.digest}"
