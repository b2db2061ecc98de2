"""Entries of dockets, and the likeness by which an entry is known again."""

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("disputes", "0009_article_revisions"),
        ("ingest", "0003_look_back"),
    ]

    operations: ClassVar = [
        migrations.CreateModel(
            name="DocketEntry",
            fields=[
                (
                    "article",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="docket_entry",
                        serialize=False,
                        to="disputes.article",
                    ),
                ),
                (
                    "court",
                    models.CharField(
                        blank=True,
                        help_text="As `court_key` names it, such as ded; empty where the feed names none.",
                        max_length=60,
                    ),
                ),
                ("docket_number", models.CharField(help_text="As the feed spells it.", max_length=100)),
                (
                    "docket_key",
                    models.CharField(help_text="The docket number as every spelling of it reads.", max_length=100),
                ),
                ("caption", models.CharField(blank=True, help_text="The name of the case.", max_length=300)),
                ("document_number", models.CharField(blank=True, max_length=20)),
                ("text", models.TextField(blank=True, help_text="What the docket says of it.")),
                ("filed_at", models.DateTimeField(blank=True, help_text="As the feed says.", null=True)),
            ],
            options={
                "verbose_name_plural": "docket entries",
                "ordering": ("-filed_at", "-article_id"),
                "default_permissions": ("view",),
            },
        ),
        migrations.AddField(
            model_name="feedentry",
            name="likeness",
            field=models.CharField(
                blank=True,
                help_text="SHA-256 of its link and title, by which it is known again when its feed changes every guid.",
                max_length=64,
            ),
        ),
        migrations.AddIndex(
            model_name="feedentry",
            index=models.Index(fields=["feed", "likeness"], name="feed_entry_likeness"),
        ),
        migrations.AddField(
            model_name="docketentry",
            name="feed",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="docket_entries", to="ingest.feed"
            ),
        ),
        migrations.AddIndex(
            model_name="docketentry",
            index=models.Index(fields=["docket_key", "court"], name="docket_entry_case"),
        ),
        migrations.AddIndex(
            model_name="docketentry",
            index=models.Index(fields=["feed", "-filed_at"], name="docket_entry_feed"),
        ),
    ]
