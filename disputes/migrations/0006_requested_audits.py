"""Audits that are asked for, wait and show how far they are."""

from typing import ClassVar

import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("disputes", "0005_erasure"),
    ]

    operations: ClassVar = [
        migrations.AlterModelOptions(
            name="ledgeraudit",
            options={
                "default_permissions": ("view",),
                "get_latest_by": "id",
                "permissions": [("audit_ledger", "Can have the ledger audited")],
            },
        ),
        migrations.AddField(
            model_name="ledgeraudit",
            name="checkpoints",
            field=models.BigIntegerField(default=0, help_text="How many signed checkpoints the events agree with."),
        ),
        migrations.AddField(
            model_name="ledgeraudit",
            name="log_size",
            field=models.BigIntegerField(default=0, help_text="How many events there were to verify."),
        ),
        migrations.AddField(
            model_name="ledgeraudit",
            name="requested_at",
            field=models.DateTimeField(
                default=django.utils.timezone.now, help_text="When it was asked for, or fell due."
            ),
        ),
        migrations.AddField(
            model_name="ledgeraudit",
            name="requested_by",
            field=models.CharField(
                blank=True, help_text="Who asked for it; empty where it fell due by the clock.", max_length=150
            ),
        ),
        migrations.AlterField(
            model_name="ledgeraudit",
            name="finished_at",
            field=models.DateTimeField(help_text="When it ended; empty until then.", null=True),
        ),
        migrations.AlterField(
            model_name="ledgeraudit",
            name="ok",
            field=models.BooleanField(help_text="Whether everything was in order; empty until it ended.", null=True),
        ),
        migrations.AlterField(
            model_name="ledgeraudit",
            name="size",
            field=models.BigIntegerField(default=0, help_text="How many events it verified so far."),
        ),
        migrations.AlterField(
            model_name="ledgeraudit",
            name="started_at",
            field=models.DateTimeField(help_text="When the verification began; empty while it waits.", null=True),
        ),
        # What there is was all due by the clock, and was done when it fell due.
        migrations.RunSQL(
            "UPDATE disputes_ledgeraudit SET requested_at = started_at, log_size = size", migrations.RunSQL.noop
        ),
    ]
