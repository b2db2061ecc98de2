"""Articles that wait to be matched, and the candidates that matching leads to."""

from django.db import models

from disputes.models import Article, Dispute


class PendingMatch(models.Model):
    """An article that waits to be matched. The row goes when the candidates it led to are written."""

    article = models.OneToOneField(Article, models.CASCADE, primary_key=True, related_name="pending_match")
    since = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name_plural = "pending matches"
        indexes = [models.Index(fields=["since"], name="pending_match_since")]
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.article_id)


class LookBack(models.Model):
    """How far the stored articles are matched anew since the disputes last changed; one row at most."""

    ONLY = 1

    digest = models.CharField(max_length=64, help_text="SHA-256 of what the matcher knew of the disputes then.")
    reached = models.UUIDField(
        null=True, help_text="Id of the last article that joined the queue again; empty where all have."
    )
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"at {self.reached}" if self.reached else "done"


class CandidateState(models.TextChoices):
    """What became of a proposed link."""

    PENDING = "pending", "Pending"
    ACCEPTED = "accepted", "Accepted"
    REJECTED = "rejected", "Rejected"
    SNOOZED = "snoozed", "Snoozed"


WAITS = models.Q(state="pending")


class Candidate(models.Model):
    """A proposed link between an article and a dispute, with its score and reasons.

    Once for each pair. A score above the automatic threshold is accepted by the matcher itself.
    """

    article = models.ForeignKey(Article, models.CASCADE, related_name="candidates")
    dispute = models.ForeignKey(Dispute, models.DO_NOTHING, db_constraint=False, related_name="candidates")
    score = models.FloatField()
    reasons = models.JSONField(default=list, help_text="[{kind, text, weight, field, start, end}], heaviest first.")
    matcher = models.CharField(max_length=60, blank=True, help_text="The version of the matcher that scored it.")
    state = models.CharField(max_length=20, choices=CandidateState, default=CandidateState.PENDING)
    proposed_at = models.DateTimeField(auto_now_add=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.CharField(max_length=150, blank=True)
    decision = models.UUIDField(null=True, blank=True, help_text="The event that records the decision.")
    snoozed_until = models.DateTimeField(null=True, blank=True)
    assigned_to = models.CharField(
        max_length=150, blank=True, default="", db_default="", help_text="The curator who is to judge it."
    )
    # What the inbox is ordered and narrowed by. Triggers copy it from the article, whoever writes either row.
    story = models.UUIDField(null=True, editable=False, help_text="The article's group, or the article alone.")
    dated_at = models.DateTimeField(null=True, editable=False, help_text="When the article appeared, or was seen.")
    source = models.CharField(max_length=300, blank=True, default="", db_default="", editable=False)
    language = models.CharField(max_length=20, blank=True, default="", db_default="", editable=False)

    class Meta:
        ordering = ("-proposed_at", "-id")
        constraints = [models.UniqueConstraint(fields=["article", "dispute"], name="candidate_pair")]
        indexes = [
            models.Index(fields=["state", "-proposed_at", "-id"], name="candidate_inbox"),
            # The orders of the API's list, in which the state is not always asked for.
            models.Index(fields=["proposed_at", "id"], name="candidate_proposed"),
            models.Index(fields=["score", "id"], name="candidate_score"),
            models.Index(fields=["state", "-dated_at", "-id"], name="candidate_newest"),
            models.Index(fields=["state", "-decided_at", "-id"], name="candidate_decided"),
            models.Index(fields=["dispute", "state", "-dated_at", "-id"], name="candidate_of_dispute"),
            models.Index(fields=["story", "state", "-dated_at", "-id"], name="candidate_story"),
            # Few wait, of many that were decided; of those the rare ones are to be found as fast as the others.
            models.Index(fields=["source", "-dated_at", "-id"], name="candidate_source", condition=WAITS),
            models.Index(fields=["language", "-dated_at", "-id"], name="candidate_language", condition=WAITS),
            models.Index(
                fields=["assigned_to", "-dated_at", "-id"],
                name="candidate_assigned",
                condition=WAITS & ~models.Q(assigned_to=""),
            ),
            # How often curators agree with the matcher is counted by dispute; most candidates it decided by itself.
            models.Index(
                fields=["dispute", "state"],
                name="candidate_judged",
                condition=models.Q(state__in=["accepted", "rejected"]) & ~models.Q(decided_by__startswith="system:"),
            ),
        ]
        default_permissions = ("view",)
        permissions = [("judge_candidate", "Can accept and reject candidates")]

    def __str__(self) -> str:
        return f"{self.article_id} for {self.dispute_id}"
