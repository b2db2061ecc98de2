"""What the API answers: one type for each kind of thing.

Typed dictionaries: the type checker holds the code to them, OpenAPI is made from them, and writing them costs no
more than writing the JSON.
"""

from disputes.api.shapes.disputes import (
    Amount,
    ClaimInProceeding,
    Dispute,
    DisputeDetail,
    FormerName,
    Latest,
    Licence,
    PartyInRole,
    Price,
    Proceeding,
    RelatedDispute,
    StatusPeriod,
    WatchRule,
)
from disputes.api.shapes.events import (
    ArticleInEvent,
    ArticleInEvidence,
    Citation,
    Event,
    Evidence,
    LogEntry,
    MatchReason,
)
from disputes.api.shapes.register import (
    Article,
    ArticleDetail,
    DisputeOfArticle,
    DisputeOfParty,
    EventTypeEntry,
    Index,
    Party,
    Problem,
    ProblemError,
    TermEntry,
    Vocabulary,
)
from disputes.api.shapes.terms import PartialDate, Url, documented

__all__ = [
    "Amount",
    "Article",
    "ArticleDetail",
    "ArticleInEvent",
    "ArticleInEvidence",
    "Citation",
    "ClaimInProceeding",
    "Dispute",
    "DisputeDetail",
    "DisputeOfArticle",
    "DisputeOfParty",
    "Event",
    "EventTypeEntry",
    "Evidence",
    "FormerName",
    "Index",
    "Latest",
    "Licence",
    "LogEntry",
    "MatchReason",
    "PartialDate",
    "Party",
    "PartyInRole",
    "Price",
    "Problem",
    "ProblemError",
    "Proceeding",
    "RelatedDispute",
    "StatusPeriod",
    "TermEntry",
    "Url",
    "Vocabulary",
    "WatchRule",
    "documented",
]
