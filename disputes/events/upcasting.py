"""Old payloads as the present code reads them. Stored bytes never change; what is read is lifted step by step."""

from collections.abc import Callable
from typing import Any

from disputes.events.base import EVENT_TYPES

Upcaster = Callable[[dict[str, Any]], dict[str, Any]]


def _as_it_was(data: dict[str, Any]) -> dict[str, Any]:
    """Read a payload whose next version only adds fields that may be left out."""
    return data


UPCASTERS: dict[tuple[str, int], Upcaster] = {
    ("appeal_decided", 1): _as_it_was,
    ("case_consolidated", 1): _as_it_was,
    ("case_remanded", 1): _as_it_was,
    ("case_transferred", 1): _as_it_was,
    ("evidence_attached", 1): _as_it_was,
    ("evidence_rejected", 1): _as_it_was,
    ("order_issued", 1): _as_it_was,
    ("regulatory_decision_issued", 1): _as_it_was,
    ("settlement_agreed", 1): _as_it_was,
    ("settlement_approval_granted", 1): _as_it_was,
    ("settlement_approval_withheld", 1): _as_it_was,
    ("settlement_paid", 1): _as_it_was,
    ("settlement_reported", 1): _as_it_was,
    ("watch_terms_changed", 1): _as_it_was,
}
"""(event type, version) -> the function that turns a payload of that version into one of the next."""


class UnknownEventType(LookupError):
    """The log holds an event type that this code does not know; a newer version wrote it."""

    def __init__(self, name: str) -> None:
        super().__init__(f"event type {name!r} is not known")
        self.name = name


class UnknownPayloadVersion(LookupError):
    """The log holds a payload version that this code can't read."""


def upcast(name: str, version: int, data: dict[str, Any]) -> dict[str, Any]:
    """Lift a payload to the version that the code declares.

    Raises UnknownEventType, or UnknownPayloadVersion where the payload is newer than the code or a step is missing.
    """
    declared = EVENT_TYPES.get(name)
    if declared is None:
        raise UnknownEventType(name)
    while version < declared.version:
        step = UPCASTERS.get((name, version))
        if step is None:
            raise UnknownPayloadVersion(f"no upcaster from version {version} of {name}")
        data = step(data)
        version += 1
    if version > declared.version:
        raise UnknownPayloadVersion(f"{name} version {version} is newer than {declared.version}; update the tracker")
    return _upcast_reading(data) if name == "event_corrected" else data


def _upcast_reading(data: dict[str, Any]) -> dict[str, Any]:
    """Lift the payload inside a correction, which is of the version that its type had when it was recorded."""
    reading = data["reading"]
    lifted = upcast(reading["type"], reading.get("version", 1), reading["data"])
    if lifted is reading["data"]:
        return data
    return {**data, "reading": {**reading, "version": EVENT_TYPES[reading["type"]].version, "data": lifted}}
