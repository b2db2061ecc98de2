"""The Django application of the pipeline."""

from django.apps import AppConfig


class IngestConfig(AppConfig):
    """Feeds, what came from them, and the candidates for evidence."""

    name = "ingest"
    verbose_name = "Ingestion"
