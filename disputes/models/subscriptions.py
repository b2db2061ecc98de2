"""Where each consumer of the log stands, what it could not take, and what was left out for it."""

from django.db import models


class SubscriptionState(models.TextChoices):
    """Whether a subscription is served."""

    RUNNING = "running", "Running"
    PAUSED = "paused", "Paused"


class Subscription(models.Model):
    """The place of one consumer in the log. Everything up to `position` is delivered, parked or skipped."""

    name = models.CharField(max_length=80, primary_key=True, help_text="The name that the consumer is declared by.")
    position = models.BigIntegerField(help_text="The last position that was dealt with.")
    state = models.CharField(max_length=20, choices=SubscriptionState, default=SubscriptionState.RUNNING)
    pause_reason = models.CharField(max_length=300, blank=True, help_text="Why it is paused.")
    changed_by = models.CharField(max_length=150, blank=True, help_text="Who last paused, resumed or hurried it.")
    attempts = models.IntegerField(
        default=0,
        help_text="Deliveries of what comes next that were begun and have not ended well. "
        "Counted before each delivery, so that one that kills its worker counts too.",
    )
    careful_until = models.BigIntegerField(
        default=0,
        help_text="Up to this position events are delivered one by one, since a delivery of several did not end well.",
    )
    next_try_at = models.DateTimeField(null=True, blank=True, help_text="Until then nothing is delivered.")
    last_error = models.TextField(blank=True, help_text="Why the last delivery failed; empty where it did not.")
    last_delivered_at = models.DateTimeField(null=True, blank=True, help_text="When an event was last delivered.")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("name",)
        default_permissions = ("view",)
        permissions = [("manage_subscription", "Can pause and resume subscriptions, try again and skip events")]

    def __str__(self) -> str:
        return self.name


class ParkedStreamState(models.TextChoices):
    """What becomes of a parked stream."""

    PARKED = "parked", "Parked"
    RETRYING = "retrying", "Is tried again"


class ParkedStream(models.Model):
    """A stream that one consumer does not get further with, while it goes on with the others.

    A cursor: the event of `version` keeps failing, and the later ones of the stream wait behind it in the log itself.
    Once all up to the subscription's position are delivered the row goes and the stream flows again.
    """

    subscription = models.ForeignKey(Subscription, models.CASCADE, related_name="parked_streams")
    stream = models.CharField(max_length=120)
    version = models.IntegerField(help_text="Place in the stream of the event that comes next.")
    position = models.BigIntegerField(help_text="Place in the log of that event.")
    type = models.CharField(max_length=50, help_text="Type of that event.")
    state = models.CharField(max_length=20, choices=ParkedStreamState, default=ParkedStreamState.PARKED)
    attempts = models.IntegerField(help_text="Deliveries of that event that did not end well.")
    error = models.TextField(help_text="Why the last of them failed.")
    parked_at = models.DateTimeField(help_text="When the stream was parked.")
    last_try_at = models.DateTimeField(help_text="When the event was last delivered in vain.")
    retried_by = models.CharField(max_length=150, blank=True, help_text="Who last asked to try again.")

    class Meta:
        ordering = ("parked_at", "position")
        constraints = [models.UniqueConstraint(fields=["subscription", "stream"], name="parked_stream")]
        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"{self.stream} for {self.subscription_id}"


class SkippedEvent(models.Model):
    """An event that a person decided to leave out for one consumer."""

    subscription = models.ForeignKey(Subscription, models.CASCADE, related_name="skipped_events")
    position = models.BigIntegerField()
    stream = models.CharField(max_length=120)
    type = models.CharField(max_length=50)
    error = models.TextField(help_text="Why its last delivery failed.")
    reason = models.CharField(max_length=300, help_text="Why it was left out.")
    skipped_by = models.CharField(max_length=150)
    skipped_at = models.DateTimeField()

    class Meta:
        ordering = ("-skipped_at", "-id")
        constraints = [models.UniqueConstraint(fields=["subscription", "position"], name="skipped_event")]
        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"{self.position} for {self.subscription_id}"
