"""The statuses of judgments reserved, questions referred and cases transferred."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("disputes", "0010_wider_amounts"),
    ]

    operations: ClassVar = [
        migrations.AlterField(
            model_name="statusperiod",
            name="status",
            field=models.CharField(
                choices=[
                    ("watching", "Watching"),
                    ("threatened", "Threatened"),
                    ("negotiating", "Negotiating"),
                    ("licensed", "Licensed"),
                    ("under_inquiry", "Under inquiry"),
                    ("stayed", "Stayed"),
                    ("pleadings", "Pleadings"),
                    ("discovery", "Discovery"),
                    ("summary_judgment", "Summary judgment"),
                    ("trial", "Trial"),
                    ("judgment_reserved", "Judgment reserved"),
                    ("referred", "Referred"),
                    ("on_appeal", "On appeal"),
                    ("settlement_pending", "Settlement pending"),
                    ("settled", "Settled"),
                    ("decided", "Decided"),
                    ("dismissed", "Dismissed"),
                    ("withdrawn", "Withdrawn"),
                    ("transferred", "Transferred"),
                    ("dormant", "Dormant"),
                ],
                max_length=30,
            ),
        ),
    ]
