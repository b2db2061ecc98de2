"""Which of two accounts can be of one event."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

from disputes.occurred import Occurred

# The press says "ruled" or "settled" where the record has the exact term.
_FAMILIES: Final = (
    frozenset(
        {
            "appeal_decided",
            "case_remanded",
            "claim_decided",
            "claim_dismissed",
            "class_certified",
            "damages_awarded",
            "discovery_ordered",
            "injunction_ruled",
            "judgment_entered",
            "order_issued",
            "verdict_returned",
        }
    ),
    frozenset({"settlement_reported", "settlement_agreed", "settlement_paid"}),
    frozenset({"settlement_approval_granted", "settlement_approval_withheld"}),
    frozenset({"licence_announced", "licence_signed", "licence_renewed", "licence_amended"}),
    frozenset({"api_price_announced", "price_disclosed"}),
    frozenset({"access_paused", "access_revoked", "terms_changed"}),
    frozenset({"letter_sent", "audit_demanded"}),
    frozenset({"claim_withdrawn", "dismissed_voluntarily"}),
    frozenset({"motion_filed", "summary_judgment_sought"}),
    frozenset({"appeal_filed", "appeal_permitted"}),
)
_FAMILY: Final[Mapping[str, frozenset[str]]] = {name: family for family in _FAMILIES for name in family}


def akin(one: str, other: str) -> bool:
    """Whether accounts under these event types can be of one event: the same type, or what the press calls alike."""
    return one == other or other in _FAMILY.get(one, ())


def overlaps(occurred: Occurred, first_day: date, last_day: date) -> bool:
    """Whether two dates, each as precise as it is known, can mean one day."""
    return occurred.first_day <= last_day and first_day <= occurred.last_day
