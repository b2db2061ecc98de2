"""One sentence for each event: an occurrence brings its own, curation gets one from its payload."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from disputes.recorded import EventClass

_Data = Mapping[str, Any]


class Saying(Protocol):
    """What an event says, now or at some time."""

    @property
    def type(self) -> str:
        """Name of the event type."""

    @property
    def data(self) -> _Data:
        """The payload."""

    @property
    def declaration(self) -> EventClass:
        """The class of the event type."""


_CURATION: Mapping[str, Callable[[_Data], str]] = {
    "dispute_opened": lambda data: f"Opened: {data['title']}",
    "dispute_described": lambda data: f"Described anew: {data['title']}",
    "conflict_noted": lambda data: data["text"],
    "dispute_related": lambda data: f"Related to {data['other']}",
    "dispute_merged": lambda data: f"Merged into {data['into']}: {data['reason']}",
    "dispute_absorbed": lambda data: f"Took in {data['other']}: {data['reason']}",
    "dispute_closed": lambda data: f"Closed: {data['reason']}",
    "dispute_reopened": lambda data: f"Reopened: {data['reason']}",
    "party_joined": lambda data: f"{data['party']} recorded as {data['role']}",
    "party_left": lambda data: f"{data['party']} no longer {data['role']}",
    "watch_terms_changed": lambda data: f"{len(data.get('rules', ()))} watch rules set",
    "evidence_attached": lambda data: f"Attached {data['article']['url']}",
    "evidence_detached": lambda data: f"Detached {data['article']['url']}: {data['reason']}",
    "evidence_rejected": lambda data: f"Rejected {data['article']['url']}",
    "event_corrected": lambda data: f"Corrected: {data['reason']}",
    "personal_data_erased": lambda data: f"Personal data erased: {data['reason']}",
    "event_retracted": lambda data: f"Retracted: {data['reason']}",
}


def summarise(saying: Saying) -> str:
    """Say in a sentence what an event says."""
    make = _CURATION.get(saying.type)
    return make(saying.data) if make is not None else str(saying.data.get("summary", saying.declaration.label))
