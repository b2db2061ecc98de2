"""The Django application of the domain."""

from django.apps import AppConfig


class DisputesConfig(AppConfig):
    """Disputes, parties and their ledger."""

    name = "disputes"
    verbose_name = "Disputes"
