"""The Django application of the pipeline."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class IngestConfig(AppConfig):
    """Feeds, what came from them, and the candidates for evidence."""

    name = "ingest"
    verbose_name = "Ingestion"

    def ready(self) -> None:
        # Nothing is imported before the applications are loaded; `looking_back` and `following` declare consumers of
        # the log, `erasure` what goes when something is erased, `watch_rules` which rules can be used.
        from ingest import access, erasure, following, looking_back, watch_rules  # noqa: F401, PLC0415

        post_migrate.connect(access.after_migration, sender=self)
