"""Publishers: what is owed to all feeds of one registrable domain together."""

from django.db import models


class Publisher(models.Model):
    """Who answers for a registrable domain: one request at a time, a pause between two, and silence when asked for.

    A row appears when the first of its feeds is polled.
    """

    domain = models.CharField(
        max_length=255, primary_key=True, help_text="Registrable domain; host and port where an address has none."
    )
    next_request_at = models.DateTimeField(null=True, blank=True, help_text="Nothing is asked of it before this.")
    silent_until = models.DateTimeField(null=True, blank=True, help_text="Until when it asked to be left alone.")
    refusals = models.IntegerField(default=0, help_text="How often in a row it asked to be left alone.")
    lease_token = models.UUIDField(null=True, blank=True, help_text="Held by the worker that asks it now.")
    lease_until = models.DateTimeField(null=True, blank=True, help_text="After this another worker may take it.")

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.domain
