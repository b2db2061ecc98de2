"""The register of articles that evidence can name: each document once, under its canonical address."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models


class Article(models.Model):
    """A document, captured or known by its address only.

    It is no projection: titles and texts come from the outside and live outside the log; events name an article by
    id, address and digest.
    """

    id = models.UUIDField(
        primary_key=True, default=uuid.uuid4, editable=False, help_text="Derived from the canonical address."
    )
    url = models.CharField(max_length=2048, help_text="The canonical address.")
    title = models.CharField(max_length=1000, blank=True)
    source = models.CharField(max_length=300, blank=True, help_text="Who published it: a feed's title or a host.")
    author = models.CharField(max_length=300, blank=True)
    language = models.CharField(max_length=20, blank=True)
    published_at = models.DateTimeField(null=True, blank=True, help_text="As the publisher says.")
    first_seen_at = models.DateTimeField(auto_now_add=True, help_text="When the tracker first met the address.")
    captured_at = models.DateTimeField(
        null=True, blank=True, help_text="When the text was captured; empty where only the address is known."
    )
    text = models.TextField(blank=True, help_text="Plain text as captured.")
    digest = models.CharField(max_length=64, blank=True, help_text="SHA-256 of title and text, in hexadecimal.")
    erased_at = models.DateTimeField(
        null=True, blank=True, help_text="When its words were erased; they are not captured again."
    )
    erased_by = models.CharField(max_length=150, blank=True)
    erased_reason = models.TextField(blank=True, help_text="Why they were erased.")
    group = models.UUIDField(
        null=True, blank=True, help_text="The same for copies of one story; the id of its first article."
    )
    other_urls = ArrayField(
        models.CharField(max_length=2048),
        default=list,
        blank=True,
        help_text="Other addresses of the same document.",
    )

    class Meta:
        ordering = ("-first_seen_at", "id")
        constraints = [models.UniqueConstraint(fields=["url"], name="article_url")]
        indexes = [
            models.Index(fields=["-first_seen_at", "id"], name="article_first_seen"),
            models.Index(fields=["-published_at", "id"], name="article_published"),
            # Copies of one story are looked up by digest and shown by group.
            models.Index(fields=["digest"], name="article_digest", condition=~models.Q(digest="")),
            models.Index(fields=["group"], name="article_group", condition=models.Q(group__isnull=False)),
            # What `disputes.articles` looks up: words, and addresses that are not the canonical one, which few have.
            GinIndex(SearchVector("title", "source", config="english"), name="article_words"),
            GinIndex(fields=["other_urls"], name="article_other_urls", condition=~models.Q(other_urls=[])),
            # They are few, and would be looked for among all.
            models.Index(
                fields=["-first_seen_at", "id"],
                name="article_address_only",
                condition=models.Q(captured_at__isnull=True),
            ),
        ]
        default_permissions = ("view",)

    def __str__(self) -> str:
        return self.title or self.url

    @property
    def is_captured(self) -> bool:
        """Whether its text is held, not only its address."""
        return self.captured_at is not None


class ArticleRevision(models.Model):
    """What an article said before it was edited.

    Evidence names the digest of what was captured then, so the words that it rests on can be read on. At most
    `MOST` are kept for an article, the first, which nothing replaces, and the newest; those that evidence names stay
    beyond that.
    """

    MOST = 24

    article = models.ForeignKey(Article, models.CASCADE, related_name="revisions", db_index=False)
    title = models.CharField(max_length=1000, blank=True)
    text = models.TextField(blank=True, help_text="Plain text as it was captured then.")
    digest = models.CharField(max_length=64, help_text="SHA-256 of that title and text, in hexadecimal.")
    captured_at = models.DateTimeField(help_text="When these words were captured.")
    replaced_at = models.DateTimeField(help_text="When others were captured in their place.")

    class Meta:
        ordering = ("article", "replaced_at", "id")
        indexes = [models.Index(fields=["article", "replaced_at", "id"], name="article_revision")]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.title or self.digest[:12]}, until {self.replaced_at:%Y-%m-%d %H:%M}"
