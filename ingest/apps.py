"""The Django application of the pipeline."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class IngestConfig(AppConfig):
    """Feeds, what came from them, and the candidates for evidence."""

    name = "ingest"
    verbose_name = "Ingestion"

    def ready(self) -> None:
        from ingest import access  # noqa: PLC0415 (nothing is imported before the applications are loaded)

        post_migrate.connect(access.after_migration, sender=self)
