"""Embedded PostgreSQL and Valkey: a real database and a real queue where none are configured."""

from tracker.services.embedded import EmbeddedServices, ensure_services
from tracker.services.process import ServiceError

__all__ = ["EmbeddedServices", "ServiceError", "ensure_services"]
