"""What curators said of parties that look like one and are two."""

from django.db import models


class DistinctParties(models.Model):
    """Two parties that are not suggested as duplicates of each other any more.

    No fact about the parties, only about a list of suggestions: so it is no event, and may be taken back.
    """

    first = models.CharField(max_length=100, db_collation="C", help_text="The slug that sorts first.")
    second = models.CharField(max_length=100, db_collation="C")
    said_by = models.CharField(max_length=150)
    said_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="distinct_parties"),
            models.CheckConstraint(condition=models.Q(first__lt=models.F("second")), name="distinct_parties_in_order"),
        ]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.first} and {self.second}"
