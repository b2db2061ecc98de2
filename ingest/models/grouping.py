"""Tables of near-duplicates: what copies are found by, and which are known."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from disputes.models import Article


class ArticleSketch(models.Model):
    """What an article's copies are found by; also the queue of the articles that are to be compared."""

    article = models.OneToOneField(Article, models.CASCADE, related_name="sketch")
    version = models.SmallIntegerField(help_text="Of the way in which sketches are made.")
    digest = models.CharField(max_length=64, help_text="The article's digest when the sketch was made.")
    site = models.BigIntegerField(help_text="Hash of the domain that published it; 0 where there is none.")
    heading = models.BigIntegerField(help_text="Hash of the title; pages of one site with other titles are no copies.")
    keys = ArrayField(models.BigIntegerField(), help_text="Two articles that share some may be copies.")
    is_compared = models.BooleanField(default=False, help_text="Whether its copies among the others were looked for.")
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        default_permissions = ()
        indexes = [
            models.Index(fields=["made_at"], name="article_sketch_waiting", condition=models.Q(is_compared=False)),
        ]

    def __str__(self) -> str:
        return str(self.article_id)


class SketchKey(models.Model):
    """A key of a sketch, to be found by. The sketch holds them all; these are its index.

    A table and no GIN index over the arrays: a key that thousands share, such as a site's own phrase, is then read as
    far as is useful and no further.
    """

    pk = models.CompositePrimaryKey("key", "sketch_id")
    key = models.BigIntegerField()
    # Nothing is asked by the sketch: whoever deletes one knows its keys, and a key without a sketch means nothing.
    sketch = models.ForeignKey(ArticleSketch, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+")

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.key:x} of {self.sketch_id}"


class CopyKind(models.TextChoices):
    """How two articles are alike."""

    COPY = "copy", "Copy"
    REWRITE = "rewrite", "Rewrite"
    SHORTENED = "shortened", "Shortened"
    SAME_STORY = "same_story", "Same story"


class ArticleCopy(models.Model):
    """Two articles that are one story. Groups are what these pairs connect."""

    first = models.ForeignKey(Article, models.CASCADE, related_name="copies_after", help_text="The one first seen.")
    second = models.ForeignKey(Article, models.CASCADE, related_name="copies_before")
    kind = models.CharField(max_length=20, choices=CopyKind)
    likeness = models.FloatField(
        help_text="Share of the words, or of the shorter text's phrases, that they have in common."
    )
    found_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name_plural = "article copies"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="article_copy_pair"),
            models.CheckConstraint(condition=~models.Q(first=models.F("second")), name="article_copy_of_another"),
        ]

    def __str__(self) -> str:
        return f"{self.second_id} of {self.first_id}"
