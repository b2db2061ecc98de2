"""Every event type: one small typed class each, and their registry."""

from disputes.events import access, court, curation, deal, demand, party, settlement
from disputes.events.base import (
    EVENT_TYPES,
    ArticleReference,
    EventType,
    Evidence,
    Money,
    Occurrence,
    Payload,
    PriceTier,
)
from disputes.events.personal import Personal, find_personal, is_personal
from disputes.events.upcasting import UnknownEventType, UnknownPayloadVersion, upcast

__all__ = [
    "EVENT_TYPES",
    "ArticleReference",
    "EventType",
    "Evidence",
    "Money",
    "Occurrence",
    "Payload",
    "Personal",
    "PriceTier",
    "UnknownEventType",
    "UnknownPayloadVersion",
    "access",
    "court",
    "curation",
    "deal",
    "demand",
    "find_personal",
    "is_personal",
    "party",
    "settlement",
    "upcast",
]
