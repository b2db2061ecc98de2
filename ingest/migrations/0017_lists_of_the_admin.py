"""Indexes for the lists of feeds and of pages in the admin."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("ingest", "0016_learning")]

    operations: ClassVar = [
        migrations.AddIndex(
            model_name="fetch",
            index=models.Index(
                condition=models.Q(("new_articles__gt", 0)),
                fields=["feed", "-started_at"],
                include=("new_articles",),
                name="fetch_brought",
            ),
        ),
        migrations.AddIndex(
            model_name="page",
            index=models.Index(fields=["-last_try_at", "article"], name="page_tried"),
        ),
    ]
