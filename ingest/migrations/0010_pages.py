"""Pages of articles, the servers they come from, and which of them are read."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("disputes", "0009_article_revisions"),
        ("ingest", "0009_default_feeds"),
    ]

    operations = [
        migrations.CreateModel(
            name="PageHost",
            fields=[
                (
                    "host",
                    models.CharField(
                        help_text="Scheme, host and port, as in https://a.example.",
                        max_length=300,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "next_request_at",
                    models.DateTimeField(blank=True, help_text="Nothing is asked of it before this.", null=True),
                ),
                (
                    "robots",
                    models.TextField(
                        blank=True, help_text="Its robots.txt as it was last received; empty where all is allowed."
                    ),
                ),
                (
                    "robots_expires_at",
                    models.DateTimeField(
                        blank=True, help_text="When to ask for it again; empty where it was never received.", null=True
                    ),
                ),
                (
                    "robots_location",
                    models.CharField(
                        blank=True,
                        help_text="Where its robots.txt has been redirected to, while that is followed.",
                        max_length=2048,
                    ),
                ),
                (
                    "robots_failures",
                    models.IntegerField(default=0, help_text="How often in a row it could not be received."),
                ),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="FullTextRule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "domain",
                    models.CharField(
                        blank=True,
                        help_text="In lower case, such as press.example.",
                        max_length=255,
                        null=True,
                        unique=True,
                    ),
                ),
                (
                    "wish",
                    models.CharField(
                        choices=[
                            ("never", "Never"),
                            ("summaries", "Where the feed carries a summary"),
                            ("always", "Always"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        blank=True, help_text="Why, such as what the publisher's terms say.", max_length=300
                    ),
                ),
                ("set_by", models.CharField(blank=True, max_length=150)),
                ("set_at", models.DateTimeField(auto_now=True)),
                (
                    "feed",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="full_text_rule",
                        to="ingest.feed",
                    ),
                ),
            ],
            options={
                "ordering": ("domain", "feed"),
                "default_permissions": ("view",),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("domain__isnull", False), ("feed", None)),
                            models.Q(("domain", None), ("feed__isnull", False)),
                            _connector="OR",
                        ),
                        name="full_text_rule_of_feed_or_domain",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Page",
            fields=[
                (
                    "article",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="page",
                        serialize=False,
                        to="disputes.article",
                    ),
                ),
                (
                    "url",
                    models.CharField(
                        help_text="What is asked for next: where redirects have led so far.", max_length=2048
                    ),
                ),
                ("redirects", models.IntegerField(default=0, help_text="How many have been followed.")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("read", "Read"),
                            ("nothing_more", "Nothing more than the feed has"),
                            ("paywall", "Paywall"),
                            ("consent", "Consent page"),
                            ("challenge", "Captcha"),
                            ("login", "Login"),
                            ("disallowed", "Disallowed by robots.txt"),
                            ("reserved", "Rights reserved"),
                            ("unwanted", "Not to be read"),
                            ("refused", "Refused by the server"),
                            ("gone", "Gone"),
                            ("unreadable", "Unreadable"),
                            ("failed", "Failed"),
                        ],
                        default="waiting",
                        max_length=20,
                    ),
                ),
                (
                    "reason",
                    models.TextField(blank=True, help_text="Why it is in this state, or why the last try failed."),
                ),
                (
                    "failures",
                    models.IntegerField(default=0, help_text="Failed tries since the last that gave an answer."),
                ),
                (
                    "next_try_at",
                    models.DateTimeField(blank=True, help_text="When it is due; empty where it is settled.", null=True),
                ),
                ("last_try_at", models.DateTimeField(blank=True, null=True)),
                (
                    "last_status",
                    models.IntegerField(blank=True, help_text="Status of the last HTTP answer.", null=True),
                ),
                (
                    "lease_token",
                    models.UUIDField(blank=True, help_text="Held by the worker that reads it now.", null=True),
                ),
                (
                    "lease_until",
                    models.DateTimeField(blank=True, help_text="After this another worker may take it.", null=True),
                ),
                (
                    "capture",
                    models.ForeignKey(
                        blank=True,
                        help_text="The bytes its text came from.",
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="ingest.capture",
                    ),
                ),
                (
                    "host",
                    models.ForeignKey(
                        help_text="Who is asked next.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="pages",
                        to="ingest.pagehost",
                    ),
                ),
            ],
            options={
                "ordering": ("-last_try_at", "pk"),
                "default_permissions": ("view",),
                "indexes": [
                    models.Index(
                        condition=models.Q(("next_try_at__isnull", False)),
                        fields=["host", "next_try_at"],
                        name="page_due",
                    ),
                    models.Index(fields=["state", "-last_try_at"], name="page_state"),
                ],
            },
        ),
    ]
