"""Reading feed documents of strangers: what comes out is clean, whatever went in.

`parse_feed` is a pure function; `parse_feed_isolated` does the same in a child process that can be killed, and is
the one for documents that come from outside.
"""

from ingest.parsing.isolation import ParserPool, parse_feed_isolated
from ingest.parsing.model import FeedEntry, NotAFeed, ParsedFeed, ParseError
from ingest.parsing.parse import parse_feed

__all__ = ["FeedEntry", "NotAFeed", "ParseError", "ParsedFeed", "ParserPool", "parse_feed", "parse_feed_isolated"]
