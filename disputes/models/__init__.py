"""Tables: the ledger, the register of articles, and the read models derived from the ledger."""

from disputes.models.articles import Article
from disputes.models.ledger import Event, LedgerHead
from disputes.models.read import (
    Dispute,
    EvidenceItem,
    Licence,
    Participation,
    Party,
    Price,
    Proceeding,
    StatusPeriod,
    TimelineEntry,
)

__all__ = [
    "Article",
    "Dispute",
    "Event",
    "EvidenceItem",
    "LedgerHead",
    "Licence",
    "Participation",
    "Party",
    "Price",
    "Proceeding",
    "StatusPeriod",
    "TimelineEntry",
]
