"""Let curators say between which days articles about a dispute appear."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("disputes", "0012_single_append")]

    operations: ClassVar = [
        migrations.AddField(
            model_name="dispute",
            name="watch_window",
            field=models.JSONField(
                blank=True,
                default=dict,
                help_text="{since, until}: what appeared long before or after is hardly about it.",
            ),
        ),
    ]
