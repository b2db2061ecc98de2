"""Keys of sketches in a table of their own; every stored article is queued once, to be sketched anew."""

from typing import ClassVar

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

QUEUE_ALL = """
    INSERT INTO ingest_pendingmatch (article_id, since)
    SELECT id, now() FROM disputes_article WHERE captured_at IS NOT NULL AND erased_at IS NULL
    ON CONFLICT DO NOTHING
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("disputes", "0009_article_revisions"),
        ("ingest", "0011_parse_times"),
    ]

    operations: ClassVar = [
        migrations.DeleteModel(name="ArticleSketch"),
        migrations.CreateModel(
            name="ArticleSketch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.SmallIntegerField(help_text="Of the way in which sketches are made.")),
                (
                    "digest",
                    models.CharField(help_text="The article's digest when the sketch was made.", max_length=64),
                ),
                (
                    "keys",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(),
                        help_text="Two articles that share some may be copies.",
                        size=None,
                    ),
                ),
                (
                    "is_compared",
                    models.BooleanField(
                        default=False, help_text="Whether its copies among the others were looked for."
                    ),
                ),
                ("made_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "article",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="sketch", to="disputes.article"
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "indexes": [
                    models.Index(
                        condition=models.Q(("is_compared", False)), fields=["made_at"], name="article_sketch_waiting"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SketchKey",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "key", "sketch_id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("key", models.BigIntegerField()),
                (
                    "sketch",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="ingest.articlesketch",
                    ),
                ),
            ],
            options={"default_permissions": ()},
        ),
        migrations.RunSQL(QUEUE_ALL, migrations.RunSQL.noop),
    ]
