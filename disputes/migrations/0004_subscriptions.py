"""Where each consumer of the log stands, the streams parked for it, and the events left out for it."""

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("disputes", "0003_checkpoints"),
    ]

    operations: ClassVar = [
        migrations.CreateModel(
            name="Subscription",
            fields=[
                (
                    "name",
                    models.CharField(
                        help_text="The name that the consumer is declared by.",
                        max_length=80,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("position", models.BigIntegerField(help_text="The last position that was dealt with.")),
                (
                    "state",
                    models.CharField(
                        choices=[("running", "Running"), ("paused", "Paused")], default="running", max_length=20
                    ),
                ),
                ("pause_reason", models.CharField(blank=True, help_text="Why it is paused.", max_length=300)),
                (
                    "changed_by",
                    models.CharField(blank=True, help_text="Who last paused, resumed or hurried it.", max_length=150),
                ),
                (
                    "attempts",
                    models.IntegerField(
                        default=0,
                        help_text="Deliveries of what comes next that were begun and have not ended well. Counted before each delivery, so that one that kills its worker counts too.",
                    ),
                ),
                (
                    "careful_until",
                    models.BigIntegerField(
                        default=0,
                        help_text="Up to this position events are delivered one by one, since a delivery of several did not end well.",
                    ),
                ),
                (
                    "next_try_at",
                    models.DateTimeField(blank=True, help_text="Until then nothing is delivered.", null=True),
                ),
                (
                    "last_error",
                    models.TextField(blank=True, help_text="Why the last delivery failed; empty where it did not."),
                ),
                (
                    "last_delivered_at",
                    models.DateTimeField(blank=True, help_text="When an event was last delivered.", null=True),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "ordering": ("name",),
                "permissions": [
                    ("manage_subscription", "Can pause and resume subscriptions, try again and skip events")
                ],
                "default_permissions": ("view",),
            },
        ),
        migrations.CreateModel(
            name="SkippedEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.BigIntegerField()),
                ("stream", models.CharField(max_length=120)),
                ("type", models.CharField(max_length=50)),
                ("error", models.TextField(help_text="Why its last delivery failed.")),
                ("reason", models.CharField(help_text="Why it was left out.", max_length=300)),
                ("skipped_by", models.CharField(max_length=150)),
                ("skipped_at", models.DateTimeField()),
                (
                    "subscription",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="skipped_events",
                        to="disputes.subscription",
                    ),
                ),
            ],
            options={
                "ordering": ("-skipped_at", "-id"),
                "default_permissions": ("view",),
                "constraints": [models.UniqueConstraint(fields=("subscription", "position"), name="skipped_event")],
            },
        ),
        migrations.CreateModel(
            name="ParkedStream",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("stream", models.CharField(max_length=120)),
                ("version", models.IntegerField(help_text="Place in the stream of the event that comes next.")),
                ("position", models.BigIntegerField(help_text="Place in the log of that event.")),
                ("type", models.CharField(help_text="Type of that event.", max_length=50)),
                (
                    "state",
                    models.CharField(
                        choices=[("parked", "Parked"), ("retrying", "Is tried again")], default="parked", max_length=20
                    ),
                ),
                ("attempts", models.IntegerField(help_text="Deliveries of that event that did not end well.")),
                ("error", models.TextField(help_text="Why the last of them failed.")),
                ("parked_at", models.DateTimeField(help_text="When the stream was parked.")),
                ("last_try_at", models.DateTimeField(help_text="When the event was last delivered in vain.")),
                ("retried_by", models.CharField(blank=True, help_text="Who last asked to try again.", max_length=150)),
                (
                    "subscription",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="parked_streams",
                        to="disputes.subscription",
                    ),
                ),
            ],
            options={
                "ordering": ("parked_at", "position"),
                "default_permissions": ("view",),
                "constraints": [models.UniqueConstraint(fields=("subscription", "stream"), name="parked_stream")],
            },
        ),
    ]
