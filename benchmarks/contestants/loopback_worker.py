"""The product's own Celery application, in a process for which the publishers' names stand for this machine."""

from benchmarks.contestants.names import resolve_on_loopback
from tracker.celery import app

__all__ = ["app"]

resolve_on_loopback()
