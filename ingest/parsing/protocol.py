"""What the parent and the child of isolation say to each other."""

import struct
from datetime import datetime
from typing import Final

from pydantic import BaseModel, ConfigDict

from ingest.parsing.model import ParsedFeed

REQUEST_LENGTHS: Final = struct.Struct(">II")
"""Begins a request: the length of its head, in JSON, and of the body that follows."""
ANSWER_LENGTH: Final = struct.Struct(">I")
"""Begins an answer: its length in JSON."""

LAST_REASONS: Final = frozenset(("parse_memory", "parse_crash"))
"""Reasons after which a child ends: who knows what state the libraries are in."""


class Request(BaseModel):
    """How to parse the body that follows."""

    model_config = ConfigDict(frozen=True)

    content_type: str | None
    url: str
    now: datetime
    trust_guids: bool


class Answer(BaseModel):
    """A feed, or why there is none."""

    model_config = ConfigDict(frozen=True)

    feed: ParsedFeed | None = None
    reason: str = ""
    message: str = ""
    is_not_a_feed: bool = False
