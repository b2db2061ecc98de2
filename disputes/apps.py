"""The Django application of the domain."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class DisputesConfig(AppConfig):
    """Disputes, parties and their ledger."""

    name = "disputes"
    verbose_name = "Disputes"

    def ready(self) -> None:
        from disputes import access, account_log  # noqa: PLC0415 (nothing is imported before applications are loaded)

        account_log.watch()
        post_migrate.connect(access.after_migration, sender=self)
