"""Keep when tokens were used last, and which parties only look like one; list parties by name along an index."""

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("disputes", "0014_scheduled"),
        ("knox", "0009_extend_authtoken_field"),
    ]

    operations: ClassVar = [
        migrations.CreateModel(
            name="DistinctParties",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "first",
                    models.CharField(db_collation="C", help_text="The slug that sorts first.", max_length=100),
                ),
                ("second", models.CharField(db_collation="C", max_length=100)),
                ("said_by", models.CharField(max_length=150)),
                ("said_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(fields=["first", "second"], name="distinct_parties"),
                    models.CheckConstraint(
                        condition=models.Q(("first__lt", models.F("second"))), name="distinct_parties_in_order"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TokenUse",
            fields=[
                (
                    "token",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="use",
                        serialize=False,
                        to="knox.authtoken",
                    ),
                ),
                (
                    "purpose",
                    models.CharField(blank=True, help_text="What it is for, as whoever made it says.", max_length=100),
                ),
                ("made_by", models.CharField(blank=True, help_text="Who made it.", max_length=150)),
                (
                    "last_used_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When it was used last, to the minute; empty where it never was.",
                        null=True,
                    ),
                ),
            ],
            options={"default_permissions": ()},
        ),
        migrations.AddIndex(
            model_name="party",
            index=models.Index(fields=["name", "slug"], name="party_name"),
        ),
    ]
