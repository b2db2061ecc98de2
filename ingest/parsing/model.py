"""What parsing gives, and why it may give nothing."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal


class ParseError(Exception):
    """A document could not be read; `reason` is a stable code, the message a sentence for the operator.

    Reasons: "entities", "bad_doctype", "too_deep", and from the child process "parse_timeout", "parse_memory" and
    "parse_crash".
    """

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason
        self.message = message


class NotAFeed(ParseError):
    """The document is something else; `reason` says what it seems to be.

    Reasons: "empty", "challenge_page", "html_page", "sitemap", "opml", "json", "xml", "text" and "binary".
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedEntry:
    """One entry of a feed, clean: every text is plain but summary_html, and all have a bounded length."""

    identity: str
    """What tells this entry from all others of its feed: "guid:…", "link:…" or "content:…", at most 512 characters."""
    guid: str | None
    link: str | None
    """Absolute, http or https, and as the publisher spells it; canonical_url gives the article's address."""
    title: str
    summary_html: str
    """Safe HTML: the summary, or the beginning of the content where there is none."""
    content_text: str
    """The text of whichever is longer, content or summary; a line for each block."""
    author: str
    published_at: datetime | None
    """In UTC; the date of the last change where no other is given; None where it is absent or absurd.

    A date that lies ahead is read as the moment of parsing.
    """
    published_raw: str
    """What published_at was read from, or should have been."""
    updated_at: datetime | None
    language: str | None
    """A BCP 47 tag, in lower case but for nothing else checked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedFeed:
    """A feed and its entries, in the order of the document."""

    format: Literal["rss", "rdf", "atom", "json"]
    reader: Literal["lxml", "feedparser", "json"]
    title: str
    link: str | None
    """The page that the feed belongs to."""
    self_link: str | None
    """Where the feed says that it lives."""
    language: str | None
    ttl: timedelta | None
    """How long the publisher wants the feed to be left alone: ttl, or the period of the syndication module."""
    skip_hours: frozenset[int] = frozenset()
    """Hours of the day, in GMT, at which the publisher asks to stay away."""
    entries: tuple[FeedEntry, ...]
    faults: tuple[str, ...] = ()
    """What was wrong with the document and had to be repaired or left out, in sentences."""
    dropped: int = 0
    """How many of the oldest entries were left out because there are too many."""
    repeats_guids: bool = False
    """Whether one guid stands for several entries, so that none of its guids should be trusted."""

    @property
    def flagged(self) -> bool:
        """Whether the entries were recovered from a broken document."""
        return bool(self.faults)


@dataclass(slots=True, kw_only=True)
class RawEntry:
    """An entry as its reader found it: nothing here has been cleaned."""

    guid: str | None = None
    link: str | None = None
    base: str | None = None
    """What a relative link is relative to, where it is not the feed."""
    title: str = ""
    summary: str = ""
    content: str = ""
    author: str = ""
    published: str = ""
    updated: str = ""
    language: str | None = None


@dataclass(slots=True, kw_only=True)
class RawFeed:
    """A feed as its reader found it."""

    format: Literal["rss", "rdf", "atom", "json"]
    reader: Literal["lxml", "feedparser", "json"]
    title: str = ""
    link: str | None = None
    self_link: str | None = None
    base: str | None = None
    language: str | None = None
    ttl: timedelta | None = None
    skip_hours: frozenset[int] = frozenset()
    entries: list[RawEntry]
    dropped: int = 0
    """How many entries the reader let go, because there were too many."""
    is_cut: bool = False
    """Whether it stopped before the end, because there were absurdly many."""
