"""What curators do with candidates beside judging them, who has which story open, and the views they keep."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from ingest.models.matching import Candidate


class TriageAct(models.TextChoices):
    """What a person did with a candidate."""

    ACCEPTED = "accepted", "Accepted"
    REJECTED = "rejected", "Rejected"
    SNOOZED = "snoozed", "Snoozed"
    ASSIGNED = "assigned", "Assigned"
    FILED = "filed", "Attached to another dispute"
    UNDONE = "undone", "Put back"


class TriageStep(models.Model):
    """One act of a person on a candidate. Rows are only added: the database refuses to change or delete any.

    What decides about evidence is an event in the ledger as well, which `event` names; that a candidate was put off or
    assigned, and that this was taken back, stands here alone.
    """

    press = models.UUIDField(help_text="The same for all that one press of a button did; undone together.")
    # Candidates go with their article, and steps stay.
    candidate = models.ForeignKey(
        Candidate, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="steps"
    )
    act = models.CharField(max_length=20, choices=TriageAct)
    by = models.CharField(max_length=150)
    at = models.DateTimeField(db_default=Now())
    until = models.DateTimeField(null=True, help_text="When a candidate that was put off waits again.")
    assigned_to = models.CharField(max_length=150, blank=True, help_text="Whose it is from then on; empty: nobody's.")
    assigned_before = models.CharField(max_length=150, blank=True, help_text="Whose it was before.")
    dispute = models.CharField(max_length=100, blank=True, help_text="The other dispute that the article went to.")
    event = models.UUIDField(null=True, help_text="The event in the ledger that records it.")
    takes_back = models.OneToOneField(
        "self", models.DO_NOTHING, null=True, related_name="taken_back", help_text="The step that this one undoes."
    )

    class Meta:
        ordering = ("id",)
        default_permissions = ()
        indexes = [
            models.Index(fields=["candidate", "id"], name="triage_step_candidate"),
            # What somebody did last is what they want undone.
            models.Index(fields=["by", "-id"], name="triage_step_by"),
            models.Index(fields=["press"], name="triage_step_press"),
        ]

    def __str__(self) -> str:
        return f"{self.candidate_id} {self.act} by {self.by}"


class StoryClaim(models.Model):
    """Who has a story open in the inbox, for a short while, so that nobody else judges it unawares."""

    story = models.UUIDField(primary_key=True)
    by = models.CharField(max_length=150, db_index=True)
    since = models.DateTimeField(db_default=Now())
    until = models.DateTimeField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.story} by {self.by}"


class SavedView(models.Model):
    """A choice of filters of the inbox that a curator keeps under a name."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="inbox_views")
    name = models.CharField(max_length=80)
    query = models.CharField(max_length=2000, blank=True, help_text="The filters, as they stand in an address.")
    is_shared = models.BooleanField(default=False, help_text="Whether other curators see it.")
    saved_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ("name", "id")
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["owner", "name"], name="saved_view_name")]

    def __str__(self) -> str:
        return self.name
