"""One walk along a log, event by event, asking whether each follows the one before as the ledger records them.

The walk is the same for a copy in a file and for the database. Free of Django.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import rfc8785
from pydantic_core import from_json, to_json

from disputes.proofs.merkle import SteppedFrontier

_LEAF_KEYS = ["body", "position", "recorded_at", "version"]
_MOMENT = re.compile(r"\d{4}-[01]\d-[0-3]\dT[0-2]\d:[0-5]\d:[0-5]\d\.\d{6}Z", re.ASCII)

_ORDERED: set[tuple[str, ...]] = set()
_MOST_ORDERED = 10_000


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it was recorded."""

    position: int | None
    """The first event that is altered, missing or too many; None where it is none of them."""
    detail: str


class Altered(Exception):
    """The log, or a copy of it, is not as it was recorded."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.detail)
        self.finding = finding


def leaf_text(body: str, position: int, recorded_at: str, version: int) -> str:
    """Write the data of a leaf as `ledger_append` does: canonical JSON of the body and what the database added."""
    return f'{{"body":{body},"position":{position},"recorded_at":"{recorded_at}","version":{version}}}'


class Walk:
    """The state of a walk: how far it is, the versions of the streams, the tree. Linear in the number of streams."""

    def __init__(self, completed: Callable[[int, int, bytes], None] | None = None) -> None:
        """Begin before the first event; `completed` is given the hashes of the tree's subtrees."""
        self.tree = SteppedFrontier(completed or _ignore)
        self.recorded_at = ""
        self._versions: dict[str, int] = {}

    @property
    def size(self) -> int:
        """How many events were passed, all of them in order."""
        return self.tree.size

    def step(self, leaf: bytes, leaf_hash: bytes) -> Mapping[str, Any]:
        """Take the next event, given the data of its leaf and the hash that is kept of it; give its body.

        Some 6 µs. Raises Altered with the position that was due.
        """
        due = self.tree.size + 1
        if sha256(b"\x00" + leaf).digest() != leaf_hash:
            raise Altered(Finding(due, f"event {due} does not have the content that its leaf hash was made of"))
        record = _parse(leaf, due)
        if record["position"] != due:
            raise Altered(Finding(due, f"event {due} is missing; {record['position']} stands in its place"))
        body, moment, version = record["body"], record["recorded_at"], record["version"]
        stream = body.get("stream")
        known = self._versions.get(stream, 0)
        if version != known + 1:
            raise Altered(Finding(due, f"event {due} has version {version} of {stream!r}, and {known + 1} is due"))
        if moment < self.recorded_at:
            raise Altered(Finding(due, f"event {due} was recorded at {moment}, before the event ahead of it"))
        self._versions[stream] = version
        self.recorded_at = moment
        self.tree.append(leaf_hash)
        return body  # type: ignore[no-any-return]


def _parse(leaf: bytes, due: int) -> dict[str, Any]:
    try:
        record: Any = from_json(leaf, cache_strings="keys")
        if type(record) is not dict or list(record) != _LEAF_KEYS or not _has_form(record):
            raise Altered(Finding(due, f"event {due} does not have the form of an event"))
        if not (to_json(record) == leaf and _is_plain(record.values())) and rfc8785.dumps(record) != leaf:
            raise Altered(Finding(due, f"event {due} is not canonical JSON (RFC 8785)"))
    except (ValueError, RecursionError) as error:
        raise Altered(Finding(due, f"event {due} is not JSON: {error}")) from error
    return record


def _has_form(record: dict[str, Any]) -> bool:
    body, moment = record["body"], record["recorded_at"]
    return (
        type(body) is dict
        and type(body.get("stream")) is str
        and type(record["position"]) is int
        and type(record["version"]) is int
        and type(moment) is str
        and _MOMENT.fullmatch(moment) is not None
    )


def _is_plain(values: Iterable[Any]) -> bool:
    """Say whether keys are in order and no number is a float, whose canonical form is for `rfc8785` to say.

    Keys of events are ASCII, where the order of code points is that of UTF-16. The sets of keys are few, so those
    seen in order are remembered.
    """
    for value in values:
        kind = type(value)
        if kind is str or kind is int:
            continue
        if kind is dict:
            keys = tuple(value)
            if keys not in _ORDERED:
                if sorted(keys) != list(keys):
                    return False
                if len(_ORDERED) < _MOST_ORDERED:
                    _ORDERED.add(keys)
            if not _is_plain(value.values()):
                return False
        elif kind is list:
            if not _is_plain(value):
                return False
        elif kind is float:
            return False
    return True


def _ignore(_height: int, _index: int, _node: bytes) -> None:
    pass
