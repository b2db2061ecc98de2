"""What the roles of `disputes.access` may do in the pipeline."""

from collections.abc import Mapping
from typing import Any

from django.apps import AppConfig

from disputes.access import ADMINISTRATOR, CURATOR, OPERATOR, grant_roles

PERMISSIONS: Mapping[str, tuple[str, ...]] = {
    CURATOR: ("ingest.judge_candidate",),
    OPERATOR: ("ingest.manage_feed",),
    ADMINISTRATOR: ("ingest.judge_candidate", "ingest.manage_feed"),
}


def after_migration(sender: AppConfig, *, using: str = "default", **_signal: Any) -> None:
    """Bring the roles up to date with the pipeline; a receiver of `post_migrate`."""
    grant_roles(sender.label, PERMISSIONS, using=using)
