"""Let the front page find what needs a person among many rows."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("ingest", "0017_lists_of_the_admin")]

    operations: ClassVar = [
        migrations.AddIndex(
            model_name="candidate",
            index=models.Index(
                condition=models.Q(
                    ("state__in", ["accepted", "rejected"]),
                    models.Q(("decided_by__startswith", "system:"), _negated=True),
                ),
                fields=["dispute", "state"],
                name="candidate_judged",
            ),
        ),
        migrations.AddIndex(
            model_name="feed",
            index=models.Index(
                condition=models.Q(("state__in", ["backing_off", "failing", "gone"])),
                fields=["-state", "title", "id"],
                name="feed_in_trouble",
            ),
        ),
        migrations.AddIndex(
            model_name="proposedevent",
            index=models.Index(
                condition=models.Q(("state", "open")),
                fields=["-id"],
                name="proposed_event_newest",
            ),
        ),
    ]
