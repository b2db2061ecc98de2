"""Tell what is set for a day and what came of it; find what speaks against the record, and count evidence by week."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("disputes", "0013_watch_window")]

    operations: ClassVar = [
        migrations.AddField(
            model_name="timelineentry",
            name="is_scheduled",
            field=models.BooleanField(
                default=False,
                help_text="Whether it sets a day, or lay ahead when it was recorded: see `disputes.scheduled`.",
            ),
        ),
        migrations.AddField(
            model_name="timelineentry",
            name="outcome",
            field=models.UUIDField(
                help_text="The event that says what came of a hearing, a trial or a deadline; empty where none does.",
                null=True,
            ),
        ),
        migrations.AddIndex(
            model_name="timelineentry",
            index=models.Index(
                condition=models.Q(("is_scheduled", True), ("retracted_by__isnull", True)),
                fields=["last_day", "first_day", "position"],
                name="timeline_scheduled",
            ),
        ),
        migrations.AddIndex(
            model_name="dispute",
            index=models.Index(
                condition=models.Q(("conflicts", []), _negated=True),
                fields=["-updated_at", "slug"],
                name="dispute_conflicts",
            ),
        ),
        migrations.AddIndex(
            model_name="evidenceitem",
            index=models.Index(fields=["attached_at", "attached_by"], name="evidence_attached"),
        ),
        migrations.AddIndex(
            model_name="evidenceitem",
            index=models.Index(
                condition=models.Q(("event_id__isnull", False), ("stance", "contradicts")),
                fields=["-attached_at", "-id"],
                name="evidence_against",
            ),
        ),
    ]
