"""What court feeds carry: entries of dockets."""

from django.db import models

from disputes.models import Article
from ingest.models.feeds import Feed


class DocketEntry(models.Model):
    """An article that is a line of a court's docket.

    Its proceedings are those that have its court and docket number. They are looked up and not stored, so that a
    proceeding which is recorded, corrected or merged later has its entries at once: see `ingest.dockets`.
    """

    article = models.OneToOneField(Article, models.CASCADE, primary_key=True, related_name="docket_entry")
    feed = models.ForeignKey(Feed, models.CASCADE, related_name="docket_entries")
    court = models.CharField(
        max_length=60, blank=True, help_text="As `court_key` names it, such as ded; empty where the feed names none."
    )
    docket_number = models.CharField(max_length=100, help_text="As the feed spells it.")
    docket_key = models.CharField(max_length=100, help_text="The docket number as every spelling of it reads.")
    caption = models.CharField(max_length=300, blank=True, help_text="The name of the case.")
    document_number = models.CharField(max_length=20, blank=True)
    text = models.TextField(blank=True, help_text="What the docket says of it.")
    filed_at = models.DateTimeField(null=True, blank=True, help_text="As the feed says.")

    class Meta:
        ordering = ("-filed_at", "-article_id")
        verbose_name_plural = "docket entries"
        indexes = [
            models.Index(fields=["docket_key", "court"], name="docket_entry_case"),
            models.Index(fields=["feed", "-filed_at"], name="docket_entry_feed"),
        ]
        default_permissions = ("view",)

    def __str__(self) -> str:
        number = f" no. {self.document_number}" if self.document_number else ""
        return f"{self.docket_number}{number} {self.text}"[:200]
