"""What was wrong with a feed's document, and the dates of entries as the feed writes them."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("ingest", "0007_captures"),
    ]

    operations: ClassVar = [
        migrations.AddField(
            model_name="feed",
            name="faults",
            field=models.TextField(
                blank=True,
                default="",
                help_text="What was wrong with its last document, whose entries were recovered; a line for each.",
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="feedentry",
            name="published_raw",
            field=models.CharField(
                blank=True, default="", help_text="Its date, as the feed writes it.", max_length=100
            ),
            preserve_default=False,
        ),
    ]
