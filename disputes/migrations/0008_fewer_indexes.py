"""Indexes of the read models that only cost: each began like another one, or was never looked into."""

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("disputes", "0007_append"),
    ]

    operations: ClassVar = [
        migrations.AlterField(
            model_name="evidenceitem",
            name="dispute",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="evidence",
                to="disputes.dispute",
            ),
        ),
        migrations.AlterField(
            model_name="licence",
            name="dispute",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="licences",
                to="disputes.dispute",
            ),
        ),
        migrations.AlterField(
            model_name="participation",
            name="dispute",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="participations",
                to="disputes.dispute",
            ),
        ),
        migrations.AlterField(
            model_name="price",
            name="dispute",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="prices",
                to="disputes.dispute",
            ),
        ),
        migrations.AlterField(
            model_name="proceeding",
            name="dispute",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="proceedings",
                to="disputes.dispute",
            ),
        ),
        migrations.AlterField(
            model_name="statusperiod",
            name="dispute",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="status_periods",
                to="disputes.dispute",
            ),
        ),
        migrations.AlterField(
            model_name="timelineentry",
            name="dispute",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="timeline",
                to="disputes.dispute",
            ),
        ),
        migrations.AlterField(
            model_name="timelineentry",
            name="type",
            field=models.CharField(max_length=50),
        ),
    ]
