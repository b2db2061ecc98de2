"""What was received, byte for byte."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("disputes", "0009_article_revisions"),
        ("ingest", "0006_article_copies"),
    ]

    operations = [
        migrations.CreateModel(
            name="CapturedBody",
            fields=[
                (
                    "digest",
                    models.CharField(
                        help_text="SHA-256 of the bytes, in hexadecimal.",
                        max_length=64,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("size", models.IntegerField(help_text="Bytes as they were sent.")),
                (
                    "name",
                    models.CharField(
                        blank=True,
                        help_text="Its file in the storage `captures`; empty where the bytes were erased.",
                        max_length=200,
                    ),
                ),
                ("stored_size", models.IntegerField(help_text="Bytes of the file.")),
                (
                    "response_size",
                    models.IntegerField(help_text="Bytes of the file's first member, which holds the response."),
                ),
                (
                    "erased_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When the bytes were deleted because words in them were erased.",
                        null=True,
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "captured bodies",
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Capture",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("url", models.CharField(help_text="Where the answer came from, after redirects.", max_length=2048)),
                (
                    "sort_key",
                    models.TextField(
                        db_collation="C",
                        help_text="The address as indexes of web archives sort it, with the host reversed (SURT).",
                    ),
                ),
                ("fetched_at", models.DateTimeField(help_text="When it was asked for.")),
                ("stored_at", models.DateTimeField(help_text="When its entries or its text were stored.")),
                ("status", models.IntegerField()),
                ("content_type", models.CharField(blank=True, max_length=200)),
                (
                    "request_headers",
                    models.JSONField(default=list, help_text="[[name, value]] as sent, bytes as ISO 8859-1."),
                ),
                (
                    "response_headers",
                    models.JSONField(default=list, help_text="[[name, value]] as received, bytes as ISO 8859-1."),
                ),
                (
                    "is_original",
                    models.BooleanField(help_text="Whether the file of the body holds this very exchange."),
                ),
                (
                    "feed",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        help_text="The feed whose document it is; empty for the page of an article.",
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="captures",
                        to="ingest.feed",
                    ),
                ),
                (
                    "body",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="captures", to="ingest.capturedbody"
                    ),
                ),
            ],
            options={
                "ordering": ("-fetched_at", "-id"),
                "default_permissions": ("view",),
            },
        ),
        migrations.CreateModel(
            name="ArticleCapture",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "digest",
                    models.CharField(
                        help_text="SHA-256 of the article's title and text, as events name it.", max_length=64
                    ),
                ),
                (
                    "article",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="captures",
                        to="disputes.article",
                    ),
                ),
                (
                    "capture",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="articles", to="ingest.capture"
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(fields=("article", "digest", "capture"), name="article_capture")
                ],
            },
        ),
        migrations.AddIndex(
            model_name="capture",
            index=models.Index(fields=["-fetched_at", "-id"], name="capture_newest"),
        ),
        migrations.AddIndex(
            model_name="capture",
            index=models.Index(fields=["feed", "stored_at"], name="capture_feed"),
        ),
        migrations.AddIndex(
            model_name="capture",
            index=models.Index(fields=["sort_key", "fetched_at", "id"], name="capture_sorted"),
        ),
    ]
