"""What an article said before it was edited."""

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("disputes", "0008_fewer_indexes"),
    ]

    operations: ClassVar = [
        migrations.CreateModel(
            name="ArticleRevision",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("title", models.CharField(blank=True, max_length=1000)),
                ("text", models.TextField(blank=True, help_text="Plain text as it was captured then.")),
                (
                    "digest",
                    models.CharField(help_text="SHA-256 of that title and text, in hexadecimal.", max_length=64),
                ),
                ("captured_at", models.DateTimeField(help_text="When these words were captured.")),
                ("replaced_at", models.DateTimeField(help_text="When others were captured in their place.")),
                (
                    "article",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="revisions",
                        to="disputes.article",
                    ),
                ),
            ],
            options={
                "ordering": ("article", "replaced_at", "id"),
                "default_permissions": (),
                "indexes": [models.Index(fields=["article", "replaced_at", "id"], name="article_revision")],
            },
        ),
    ]
