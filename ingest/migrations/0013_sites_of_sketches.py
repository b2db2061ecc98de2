"""Tell the pages of one site apart from copies before any text is read; sketches are made anew."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("ingest", "0012_sketch_keys")]

    operations: ClassVar = [
        # 0012 has queued every article; what was sketched since is sketched again when its version is seen.
        migrations.AddField(
            model_name="articlesketch",
            name="site",
            field=models.BigIntegerField(
                default=0, help_text="Hash of the domain that published it; 0 where there is none."
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="articlesketch",
            name="heading",
            field=models.BigIntegerField(
                default=0, help_text="Hash of the title; pages of one site with other titles are no copies."
            ),
            preserve_default=False,
        ),
    ]
