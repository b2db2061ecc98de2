"""Indexes for the orders in which the API lists candidates."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("ingest", "0020_captures_of_feed")]

    operations: ClassVar = [
        migrations.AddIndex(
            model_name="candidate", index=models.Index(fields=["proposed_at", "id"], name="candidate_proposed")
        ),
        migrations.AddIndex(model_name="candidate", index=models.Index(fields=["score", "id"], name="candidate_score")),
    ]
