"""Tables of the pipeline. They hold all its state: the queue only rings a bell."""

from ingest.models.capture import ArticleCapture, Capture, CapturedBody, NamedDigest
from ingest.models.dockets import DocketEntry
from ingest.models.feeds import Feed, FeedEntry, FeedState, Fetch, FetchOutcome
from ingest.models.grouping import ArticleCopy, ArticleSketch, CopyKind, SketchKey
from ingest.models.learning import MatcherVersion, Thresholds
from ingest.models.lists import DefaultFeed
from ingest.models.matching import Candidate, CandidateState, LookBack, PendingMatch
from ingest.models.proposing import ProposedEvent, ProposedEventState
from ingest.models.publishers import Publisher
from ingest.models.reading import FullTextRule, FullTextWish, Page, PageHost, PageState
from ingest.models.triage import SavedView, StoryClaim, TriageAct, TriageStep

__all__ = [
    "ArticleCapture",
    "ArticleCopy",
    "ArticleSketch",
    "Candidate",
    "CandidateState",
    "Capture",
    "CapturedBody",
    "CopyKind",
    "DefaultFeed",
    "DocketEntry",
    "Feed",
    "FeedEntry",
    "FeedState",
    "Fetch",
    "FetchOutcome",
    "FullTextRule",
    "FullTextWish",
    "LookBack",
    "MatcherVersion",
    "NamedDigest",
    "Page",
    "PageHost",
    "PageState",
    "PendingMatch",
    "ProposedEvent",
    "ProposedEventState",
    "Publisher",
    "SavedView",
    "SketchKey",
    "StoryClaim",
    "Thresholds",
    "TriageAct",
    "TriageStep",
]
