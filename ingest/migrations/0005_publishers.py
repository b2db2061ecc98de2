"""Publishers, and why a feed is due when it is."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("ingest", "0004_docket_entries"),
    ]

    operations = [
        migrations.CreateModel(
            name="Publisher",
            fields=[
                (
                    "domain",
                    models.CharField(
                        help_text="Registrable domain; host and port where an address has none.",
                        max_length=255,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "next_request_at",
                    models.DateTimeField(blank=True, help_text="Nothing is asked of it before this.", null=True),
                ),
                (
                    "silent_until",
                    models.DateTimeField(blank=True, help_text="Until when it asked to be left alone.", null=True),
                ),
                ("refusals", models.IntegerField(default=0, help_text="How often in a row it asked to be left alone.")),
                (
                    "lease_token",
                    models.UUIDField(blank=True, help_text="Held by the worker that asks it now.", null=True),
                ),
                (
                    "lease_until",
                    models.DateTimeField(blank=True, help_text="After this another worker may take it.", null=True),
                ),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.AddField(
            model_name="feed",
            name="moved_sightings",
            field=models.IntegerField(default=0, help_text="How often in a row it has said so."),
        ),
        migrations.AddField(
            model_name="feed",
            name="moved_since",
            field=models.DateTimeField(blank=True, help_text="When it said so first.", null=True),
        ),
        migrations.AddField(
            model_name="feed",
            name="moved_to",
            field=models.CharField(
                blank=True, help_text="Where its server says it has moved for good (301, 308).", max_length=2048
            ),
        ),
        migrations.AddField(
            model_name="feed",
            name="next_fetch_reason",
            field=models.CharField(blank=True, help_text="Why it is due then and not before.", max_length=300),
        ),
        migrations.AddField(
            model_name="feed",
            name="rhythm",
            field=models.DurationField(blank=True, help_text="Median time between its entries.", null=True),
        ),
        migrations.AddField(
            model_name="feed",
            name="skip_hours",
            field=models.JSONField(blank=True, default=list, help_text="Hours of the day (GMT) to stay away."),
        ),
        migrations.AddField(
            model_name="feed",
            name="ttl",
            field=models.DurationField(blank=True, help_text="For how long it asks to be left alone.", null=True),
        ),
        migrations.AddField(
            model_name="feed",
            name="publisher",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                default="",
                help_text="Registrable domain of the address; empty until it is first looked at.",
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="feeds",
                to="ingest.publisher",
            ),
        ),
    ]
