"""An index for the list of what a feed sent."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("ingest", "0019_triage")]

    operations: ClassVar = [
        migrations.AddIndex(
            model_name="capture",
            index=models.Index(fields=["feed", "-fetched_at", "-id"], name="capture_of_feed"),
        ),
    ]
