"""Wiring: settings, addresses, the Celery application, embedded services and the commands that run it all."""

from tracker.celery import app as celery_app

__all__ = ["celery_app"]
