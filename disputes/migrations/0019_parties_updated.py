"""An index for the order in which parties were updated."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("disputes", "0018_unanswered")]

    operations: ClassVar = [
        migrations.AddIndex(
            model_name="party", index=models.Index(fields=["updated_at", "slug"], name="party_updated")
        ),
    ]
