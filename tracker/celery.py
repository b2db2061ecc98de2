"""The Celery application; every setting that begins with CELERY_ in the Django settings is its own."""

import logging.config
import os
from typing import Any

from celery import Celery, signals

from tracker.resident import spare_loaded

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")

app = Celery("tracker")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@signals.setup_logging.connect
def use_django_logging(**_kwargs: Any) -> None:
    """Log the way the web process does, instead of Celery's own way."""
    from django.conf import settings  # noqa: PLC0415 (this module is imported by the settings' package)

    logging.config.dictConfig(settings.LOGGING)


@signals.celeryd_init.connect
@signals.beat_init.connect
def join_services(**_kwargs: Any) -> None:
    """Have the servers of the home running where none are configured; under `manage.py up` they are."""
    from tracker.services import ensure_services  # noqa: PLC0415

    ensure_services()


@signals.worker_ready.connect
def announce_worker(**_kwargs: Any) -> None:
    """Let the readiness probe see the worker at once; from then on beat's heartbeat shows the whole way."""
    from tracker import heartbeat  # noqa: PLC0415

    heartbeat.record()


@signals.worker_process_init.connect
def spare_what_is_loaded(**_kwargs: Any) -> None:
    """Begin to work, with all tasks loaded."""
    spare_loaded()
