"""Amounts as wide as the payloads take them."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("disputes", "0009_article_revisions"),
    ]

    operations: ClassVar = [
        migrations.AlterField(
            model_name="price",
            name="high",
            field=models.DecimalField(decimal_places=24, max_digits=48, null=True),
        ),
        migrations.AlterField(
            model_name="price",
            name="low",
            field=models.DecimalField(decimal_places=24, max_digits=48, null=True),
        ),
    ]
