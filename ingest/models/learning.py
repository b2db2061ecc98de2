"""What the matcher has learned from curators, and from which scores on it acts. Rows are added, and never changed."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q


class MatcherVersion(models.Model):
    """Weights that were fitted on the curators' decisions. The newest that was adopted is used."""

    version = models.CharField(max_length=60, unique=True)
    weights = models.JSONField(help_text="As ingest.matching.Weights reads them.")
    decisions = models.IntegerField(help_text="Decisions of curators that they were fitted on.")
    held_back = models.IntegerField(help_text="Decisions that were kept apart to compare.")
    loss = models.FloatField(help_text="Mean logarithmic loss on the decisions that were held back; less is better.")
    loss_before = models.FloatField(help_text="The same of the version that was in use.")
    is_adopted = models.BooleanField(help_text="Whether it was better, and is used since.")
    fitted_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-fitted_at", "-id")
        default_permissions = ("view",)

    def __str__(self) -> str:
        return self.version


class Thresholds(models.Model):
    """From which scores on articles are attached or wait, for one dispute or for all others. The newest row counts."""

    dispute = models.CharField(max_length=100, blank=True, help_text="Its slug; empty for all without their own.")
    automatic = models.FloatField(help_text="From this score on an article becomes evidence without a curator.")
    inbox = models.FloatField(help_text="From this score on it waits for a curator.")
    reason = models.CharField(max_length=300, help_text="Why, for whoever asks later.")
    set_by = models.CharField(max_length=150)
    set_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-set_at", "-id")
        verbose_name_plural = "thresholds"
        default_permissions = ("view",)
        constraints = [
            models.CheckConstraint(
                condition=Q(inbox__gt=0, inbox__lte=F("automatic"), automatic__lte=1), name="thresholds_in_order"
            )
        ]

    def __str__(self) -> str:
        return f"{self.dispute or 'all disputes'}: {self.inbox:g} and {self.automatic:g}"
