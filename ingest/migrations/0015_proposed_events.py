"""Let a candidate carry the events that its article states."""

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("ingest", "0014_named_digests")]

    operations: ClassVar = [
        migrations.CreateModel(
            name="ProposedEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("type", models.CharField(help_text="Name of the event type.", max_length=50)),
                ("occurred", models.JSONField(help_text="Date with its precision.")),
                (
                    "is_dated_by_publication",
                    models.BooleanField(
                        default=False,
                        help_text="Whether the article gives no date, so that the month in which it appeared stands.",
                    ),
                ),
                ("standing", models.CharField(max_length=20)),
                ("data", models.JSONField(default=dict, help_text="The payload of the event type.")),
                ("quote", models.TextField(help_text="The words of the article that state it.")),
                (
                    "place",
                    models.CharField(help_text="Where they stand: in the title or in the text.", max_length=10),
                ),
                ("start", models.IntegerField()),
                ("end", models.IntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "Open"), ("confirmed", "Confirmed"), ("dismissed", "Dismissed")],
                        default="open",
                        max_length=20,
                    ),
                ),
                ("proposed_at", models.DateTimeField(auto_now_add=True)),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("decided_by", models.CharField(blank=True, max_length=150)),
                (
                    "decision",
                    models.UUIDField(blank=True, help_text="The event that records the decision.", null=True),
                ),
                (
                    "candidate",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="proposed_events",
                        to="ingest.candidate",
                    ),
                ),
            ],
            options={
                "ordering": ("candidate", "id"),
                "default_permissions": ("view",),
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "open")), fields=["candidate"], name="proposed_event_open"
                    )
                ],
                "constraints": [models.UniqueConstraint(fields=("candidate", "type"), name="proposed_event_type")],
            },
        ),
    ]
