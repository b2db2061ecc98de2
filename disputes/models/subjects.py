"""The people whose words in the log can be erased, each with the key that opens them."""

from django.db import models
from django.db.models import Q


class SubjectKey(models.Model):
    """The key of one person: what the log holds of them is encrypted under it, and is erased by destroying it.

    The row stays when the key is gone and says when, by whom and why. Triggers refuse to delete it, or to give it a
    key again: see the migration.
    """

    subject = models.CharField(
        max_length=120,
        primary_key=True,
        help_text='Names the key: "party/…" for a party, "person/…" with a random id for anybody else.',
    )
    key = models.BinaryField(null=True, help_text="Wrapped under the master key, which is not in the database.")
    master = models.CharField(max_length=16, help_text="Which master key wraps it.")
    lookup = models.BinaryField(
        null=True, max_length=32, help_text="Finds the key by the person's name: an HMAC, which names nobody."
    )
    name = models.TextField(blank=True, help_text="The person's name, encrypted under the key; empty for a party.")
    created_at = models.DateTimeField(auto_now_add=True)
    erased_at = models.DateTimeField(null=True, blank=True, help_text="When the key was destroyed.")
    erased_by = models.CharField(max_length=150, blank=True)
    reason = models.TextField(blank=True, help_text="Why it was destroyed.")

    class Meta:
        verbose_name = "sealed person"
        verbose_name_plural = "sealed persons"
        default_permissions = ("view",)
        permissions = [("erase_personal_data", "Can erase personal data for good")]
        constraints = [
            models.UniqueConstraint(fields=["lookup"], name="subject_lookup"),
            models.CheckConstraint(
                name="subject_erased_whole",
                condition=Q(key__isnull=False, erased_at__isnull=True)
                | (Q(key__isnull=True, lookup__isnull=True, name="", erased_at__isnull=False) & ~Q(reason="")),
            ),
        ]

    def __str__(self) -> str:
        return self.subject

    @property
    def is_erased(self) -> bool:
        """Whether the key is gone."""
        return self.erased_at is not None
