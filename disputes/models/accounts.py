"""What is kept beside the accounts: what each token is for, and when it was used last."""

from django.db import models


class TokenUse(models.Model):
    """What a token of the API is for, who made it and when it was used; goes with the token."""

    token = models.OneToOneField("knox.AuthToken", models.CASCADE, primary_key=True, related_name="use")
    purpose = models.CharField(max_length=100, blank=True, help_text="What it is for, as whoever made it says.")
    made_by = models.CharField(max_length=150, blank=True, help_text="Who made it.")
    last_used_at = models.DateTimeField(
        null=True, blank=True, help_text="When it was used last, to the minute; empty where it never was."
    )

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.purpose or f"token of {self.made_by}"
