"""What tells an entry from all others of its feed, however often the feed is read."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from disputes.addresses import canonical_url

_LINE: Final = "\n"
LONGEST: Final = 512
"""Characters of an identity; what is longer is replaced by its SHA-256."""


@dataclass(frozen=True, slots=True)
class Marks:
    """What may identify an entry."""

    guid: str | None
    link: str | None
    """Absolute, http or https."""
    content: tuple[str, ...]
    """Everything that the entry says."""


def identities(entries: Sequence[Marks], *, trust_guids: bool) -> tuple[list[str], bool]:
    """Return an identity for each entry of one document, and whether a guid stands for several of them.

    The guid, else the canonical address of the link, else the content. A guid or link that repeats within the
    document is no identity: PACER gives all filings of a case one guid, and a page's changes may share a link.
    Entries that are equal in everything get the same identity, for they are one.
    """
    times = Counter(entry.guid for entry in entries if entry.guid)
    # Contents are long, and compared only where there is a doubt.
    doubtful = {(entry.guid, entry.content) for entry in entries if entry.guid and times[entry.guid] > 1}
    repeated = {guid for guid, contents in Counter(guid for guid, _ in doubtful).items() if contents > 1}

    def by_guid(entry: Marks) -> bool:
        return trust_guids and entry.guid is not None and entry.guid not in repeated

    addresses = [canonical_url(entry.link) if entry.link and not by_guid(entry) else "" for entry in entries]
    contents_by_address = Counter(
        address
        for address, _ in {
            (address, entry.content) for address, entry in zip(addresses, entries, strict=True) if address
        }
    )

    def identity(entry: Marks, address: str) -> str:
        if by_guid(entry):
            return _bounded("guid:", entry.guid or "")
        if address and contents_by_address[address] == 1:
            return _bounded("link:", address)
        return f"content:{_digest(_LINE.join(entry.content))}"

    return [identity(entry, address) for entry, address in zip(entries, addresses, strict=True)], bool(repeated)


def _bounded(kind: str, value: str) -> str:
    return f"{kind}{value}" if len(value) <= LONGEST - len(kind) else f"{kind}sha256:{_digest(value)}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
