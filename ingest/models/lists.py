"""What was taken from the default list of feeds."""

from django.db import models


class DefaultFeed(models.Model):
    """An address of the default list that was offered once.

    It is never offered again, whatever became of the feed: what an operator changed, and an address that its
    publisher moved, stay as they are.
    """

    url = models.CharField(max_length=2048, unique=True, help_text="As the list has it.")
    offered_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.url
