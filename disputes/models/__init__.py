"""Tables: the ledger, the register of articles, the read models derived from the ledger, and who follows it."""

from disputes.models.accounts import TokenUse
from disputes.models.articles import Article, ArticleRevision
from disputes.models.checkpoints import Checkpoint, LedgerAudit, TreeNode
from disputes.models.distinct_parties import DistinctParties
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
from disputes.models.subjects import SubjectKey
from disputes.models.subscriptions import (
    ParkedStream,
    ParkedStreamState,
    SkippedEvent,
    Subscription,
    SubscriptionState,
)

__all__ = [
    "Article",
    "ArticleRevision",
    "Checkpoint",
    "Dispute",
    "DistinctParties",
    "Event",
    "EvidenceItem",
    "LedgerAudit",
    "LedgerHead",
    "Licence",
    "ParkedStream",
    "ParkedStreamState",
    "Participation",
    "Party",
    "Price",
    "Proceeding",
    "SkippedEvent",
    "StatusPeriod",
    "SubjectKey",
    "Subscription",
    "SubscriptionState",
    "TimelineEntry",
    "TokenUse",
    "TreeNode",
]
