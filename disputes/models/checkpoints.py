"""What is kept beside the log to prove it: signed checkpoints, the tree's inner nodes, the results of audits."""

from django.db import models
from django.utils import timezone


class Checkpoint(models.Model):
    """A signed statement of the log's size and root hash. Append-only, like the events: see the migration."""

    size = models.BigIntegerField(
        primary_key=True, help_text="How many events it covers, which is the position of the last of them."
    )
    root = models.BinaryField(max_length=32, help_text="The RFC 6962 root over the leaves of these events.")
    note = models.TextField(help_text="The checkpoint as a C2SP signed note.")
    made_at = models.DateTimeField(help_text="When it was made. The signature does not cover this.")

    class Meta:
        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"checkpoint of {self.size} events"


class TreeNode(models.Model):
    """The hash of a complete subtree of 256, 65,536, … events, so that a proof need not read every leaf.

    Derived from the events: rows that are missing are computed, and all of them can be thrown away.
    """

    height = models.SmallIntegerField(help_text="8, 16, …: the subtree covers 2^height events.")
    index = models.BigIntegerField(help_text="Place among the subtrees of this height, from 0.")
    hash = models.BinaryField(max_length=32, help_text="The RFC 6962 hash of the subtree.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["height", "index"], name="tree_node_place")]
        default_permissions = ()

    def __str__(self) -> str:
        return f"node {self.index} at height {self.height}"


class LedgerAudit(models.Model):
    """One verification of the whole log: asked for, under way, or done, with what it found."""

    requested_at = models.DateTimeField(default=timezone.now, help_text="When it was asked for, or fell due.")
    requested_by = models.CharField(
        max_length=150, blank=True, help_text="Who asked for it; empty where it fell due by the clock."
    )
    started_at = models.DateTimeField(null=True, help_text="When the verification began; empty while it waits.")
    finished_at = models.DateTimeField(null=True, help_text="When it ended; empty until then.")
    size = models.BigIntegerField(default=0, help_text="How many events it verified so far.")
    log_size = models.BigIntegerField(default=0, help_text="How many events there were to verify.")
    checkpoints = models.BigIntegerField(default=0, help_text="How many signed checkpoints the events agree with.")
    ok = models.BooleanField(null=True, help_text="Whether everything was in order; empty until it ended.")
    first_bad_position = models.BigIntegerField(
        null=True, help_text="Position of the first event that is altered or missing, where one could be named."
    )
    problem = models.TextField(blank=True, help_text="What was found, one problem a line; empty where all is in order.")

    class Meta:
        default_permissions = ("view",)
        permissions = [("audit_ledger", "Can have the ledger audited")]
        get_latest_by = "id"

    def __str__(self) -> str:
        match self.ok:
            case True:
                return f"audit of {self.size} events: in order"
            case False:
                return f"audit of {self.log_size} events: altered"
            case _:
                return f"audit of {self.log_size} events: not finished"
