"""What all workers of the tracker share: its settings, and events as its commands build them."""

from __future__ import annotations

import os
from uuid import UUID

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")
django.setup()

from benchmarks.contestants.samples import Sample  # noqa: E402
from disputes.commands.execution import new_event, resolve_occurred, resolve_standing  # noqa: E402
from disputes.events import Evidence  # noqa: E402
from disputes.ledger import NewEvent  # noqa: E402


def validated(sample: Sample) -> NewEvent:
    """Build an event from raw data, with the validation that every command does."""
    return new_event(
        sample["type"],
        sample["data"],
        event_id=UUID(sample["id"]),
        occurred=resolve_occurred(sample.get("occurred")),
        standing=resolve_standing(sample.get("standing")),
        evidence=[Evidence.model_validate(item) for item in sample.get("evidence", ())],
        justification=sample.get("justification"),
    )
