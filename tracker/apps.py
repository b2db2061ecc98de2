"""The application that wires the others together."""

from django.apps import AppConfig

from tracker import metrics


class TrackerConfig(AppConfig):
    """Registers what the wiring itself offers, once all applications are loaded."""

    name = "tracker"

    def ready(self) -> None:
        metrics.register_collectors()
