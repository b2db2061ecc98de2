"""Events that articles state, as they wait for a curator."""

from django.db import models

from ingest.models.matching import Candidate


class ProposedEventState(models.TextChoices):
    """What became of a proposed event."""

    OPEN = "open", "Open"
    CONFIRMED = "confirmed", "Confirmed"
    DISMISSED = "dismissed", "Dismissed"


class ProposedEvent(models.Model):
    """An event that the article of a candidate states of its dispute. It is no fact before a curator confirms it."""

    candidate = models.ForeignKey(Candidate, models.CASCADE, related_name="proposed_events")
    type = models.CharField(max_length=50, help_text="Name of the event type.")
    occurred = models.JSONField(help_text="Date with its precision.")
    is_dated_by_publication = models.BooleanField(
        default=False, help_text="Whether the article gives no date, so that the month in which it appeared stands."
    )
    standing = models.CharField(max_length=20)
    data = models.JSONField(default=dict, help_text="The payload of the event type.")
    quote = models.TextField(help_text="The words of the article that state it.")
    place = models.CharField(max_length=10, help_text="Where they stand: in the title or in the text.")
    start = models.IntegerField()
    end = models.IntegerField()
    state = models.CharField(max_length=20, choices=ProposedEventState, default=ProposedEventState.OPEN)
    proposed_at = models.DateTimeField(auto_now_add=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.CharField(max_length=150, blank=True)
    decision = models.UUIDField(null=True, blank=True, help_text="The event that records the decision.")

    class Meta:
        ordering = ("candidate", "id")
        constraints = [models.UniqueConstraint(fields=["candidate", "type"], name="proposed_event_type")]
        indexes = [
            models.Index(fields=["candidate"], name="proposed_event_open", condition=models.Q(state="open")),
            # The front page shows the newest.
            models.Index(fields=["-id"], name="proposed_event_newest", condition=models.Q(state="open")),
        ]
        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"{self.type} in {self.candidate_id}"
