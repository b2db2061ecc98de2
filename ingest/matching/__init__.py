"""Match articles to disputes, with reasons: pure Python, no database and no Django.

Feed it profiles, ask it about articles::

    matcher = Matcher(profiles)
    for match in matcher.match(title, text, published_at):
        if match.score >= matcher.automatic: ...
"""

from ingest.matching.matcher import Matcher
from ingest.matching.matches import Match, Reason, ReasonKind
from ingest.matching.profiles import (
    DisputeProfile,
    PartyNames,
    WatchTerm,
    WatchTermError,
    WatchTermKind,
    watch_terms_from_json,
)
from ingest.matching.text import Field
from ingest.matching.weights import Weights

__all__ = [
    "DisputeProfile",
    "Field",
    "Match",
    "Matcher",
    "PartyNames",
    "Reason",
    "ReasonKind",
    "WatchTerm",
    "WatchTermError",
    "WatchTermKind",
    "Weights",
    "watch_terms_from_json",
]
