"""Indexes for looking articles up by words of their titles and sources, by addresses that are not canonical, and by what is missing."""

from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("disputes", "0015_token_use")]

    operations: ClassVar = [
        migrations.AddIndex(
            model_name="article",
            index=GinIndex(SearchVector("title", "source", config="english"), name="article_words"),
        ),
        migrations.AddIndex(
            model_name="article",
            index=GinIndex(condition=~models.Q(other_urls=[]), fields=["other_urls"], name="article_other_urls"),
        ),
        migrations.AddIndex(
            model_name="article",
            index=models.Index(
                condition=models.Q(captured_at__isnull=True),
                fields=["-first_seen_at", "id"],
                name="article_address_only",
            ),
        ),
    ]
