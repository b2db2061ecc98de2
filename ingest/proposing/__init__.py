"""Propose events from what an article says: pure functions, no database and no Django.

Give it an article and what is known of the dispute that it is evidence for::

    for event in propose_events(title, text, published, dispute):
        event.type, event.occurred, event.quote  # the quote stands in the text, word for word

A proposal is no fact. A curator confirms it or turns it down; nothing here records anything.
"""

from ingest.proposing.kinship import akin, overlaps
from ingest.proposing.known import KnownDispute, KnownParty, KnownProceeding, NamedParty
from ingest.proposing.proposals import MOST, StatedEvent, propose_events

__all__ = [
    "MOST",
    "KnownDispute",
    "KnownParty",
    "KnownProceeding",
    "NamedParty",
    "StatedEvent",
    "akin",
    "overlaps",
    "propose_events",
]
