"""Tables: the ledger, the register of articles, and the read models derived from the ledger."""

from disputes.models.articles import Article
from disputes.models.checkpoints import Checkpoint, LedgerAudit, TreeNode
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
    "Checkpoint",
    "Dispute",
    "Event",
    "EvidenceItem",
    "LedgerAudit",
    "LedgerHead",
    "Licence",
    "Participation",
    "Party",
    "Price",
    "Proceeding",
    "StatusPeriod",
    "TimelineEntry",
    "TreeNode",
]
