"""The log of events. Rows are written by the function `ledger_append` alone and never changed: see the migration."""

from django.db import models


class Event(models.Model):
    """One appended event.

    `body` is what was recorded, as canonical JSON (RFC 8785). The leaf of the Merkle tree covers it together with
    what the database added: {"body": …, "position": …, "recorded_at": …, "version": …}, hashed as RFC 6962 says.
    """

    position = models.BigIntegerField(
        primary_key=True, help_text="Place in the whole log, from 1, without gaps, in commit order."
    )
    event_id = models.UUIDField(unique=True, help_text="Given by the caller, or derived from the event's cause.")
    stream = models.CharField(max_length=120, help_text='Category and key, such as "dispute/getty-v-stability".')
    version = models.IntegerField(help_text="Place in the stream, from 1, without gaps.")
    type = models.CharField(max_length=50, help_text="Name of the event type.")
    schema = models.SmallIntegerField(help_text="Version of the payload.")
    recorded_at = models.DateTimeField(help_text="The database's clock; never goes back.")
    recorded_by = models.CharField(max_length=150, help_text="Who recorded it.")
    body = models.TextField(help_text="Canonical JSON of all that the caller recorded.")
    leaf_hash = models.BinaryField(max_length=32, help_text="SHA-256 of the RFC 6962 leaf.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["stream", "version"], name="event_stream_version")]
        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"{self.position} {self.stream} {self.version} {self.type}"


class LedgerHead(models.Model):
    """Where the log ends: a view of its newest event, with one row always."""

    position = models.BigIntegerField(help_text="Position of the newest event; 0 in an empty log.")
    recorded_at = models.DateTimeField(help_text="When the newest event was recorded.")

    class Meta:
        managed = False
        default_permissions = ()

    def __str__(self) -> str:
        return f"at {self.position}"
