"""Remember by which digests the log names articles, so that the bytes behind them are kept for good."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("ingest", "0013_sites_of_sketches")]

    operations: ClassVar = [
        migrations.CreateModel(
            name="NamedDigest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("article_id", models.UUIDField()),
                (
                    "digest",
                    models.CharField(
                        help_text="SHA-256 of the article's title and text, as events name it.", max_length=64
                    ),
                ),
                (
                    "position",
                    models.BigIntegerField(help_text="Of the last event that names it, when that was looked for."),
                ),
            ],
            options={
                "default_permissions": (),
                "indexes": [models.Index(fields=["-position"], name="named_digest_last")],
                "constraints": [models.UniqueConstraint(fields=("article_id", "digest"), name="named_digest")],
            },
        ),
    ]
