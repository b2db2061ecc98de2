"""Checkpoints and proofs. Hashes are in base64, as in checkpoints themselves."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from disputes.api.shapes.terms import documented

Hash = Annotated[str, Field(json_schema_extra={"contentEncoding": "base64"})]


@documented
class Checkpoint(TypedDict):
    """A signed statement of the log's size and root."""

    origin: str
    """The name of the log."""
    size: int
    """How many events it covers, which is the position of the last of them."""
    root: Hash
    """The RFC 6962 root over their leaves."""
    note: str
    """The checkpoint itself: a C2SP signed note, of which origin, size and root are the text."""
    public_keys: list[str]
    """The keys that the log signs with, the newest last; get them from elsewhere as well before you trust them."""
    made_at: datetime
    """When it was made; this is not signed."""


@documented
class InclusionProof(TypedDict):
    """Shows that an event is in the log of a size (RFC 6962, section 2.1.1)."""

    position: int
    size: int
    leaf: str
    """The data of the leaf: canonical JSON of what was recorded. Its index in the tree is the position less one."""
    leaf_hash: Hash
    """SHA-256 of a zero byte and the leaf."""
    root: Hash
    """The root of the log of that size; compare it with that of a signed checkpoint."""
    path: list[Hash]


@documented
class ConsistencyProof(TypedDict):
    """Shows that the log of one size begins with the log of a smaller one (RFC 6962, section 2.1.2)."""

    old_size: int
    new_size: int
    old_root: Hash
    new_root: Hash
    path: list[Hash]
