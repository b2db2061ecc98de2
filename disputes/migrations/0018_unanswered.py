"""Find what has passed unanswered, and count what speaks against the record, without looking at any other row."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("disputes", "0017_sealed_events")]

    operations: ClassVar = [
        migrations.AddIndex(
            model_name="timelineentry",
            index=models.Index(
                condition=models.Q(("is_scheduled", True), ("outcome__isnull", True), ("retracted_by__isnull", True)),
                fields=["-last_day", "-first_day", "-position"],
                name="timeline_unanswered",
            ),
        ),
        migrations.RemoveIndex(model_name="evidenceitem", name="evidence_against"),
        migrations.AddIndex(
            model_name="evidenceitem",
            index=models.Index(
                condition=models.Q(("event_id__isnull", False), ("stance", "contradicts")),
                fields=["-attached_at", "-id"],
                include=("dispute", "event_id"),
                name="evidence_against",
            ),
        ),
    ]
