"""The Merkle tree over the database's log: its stored nodes, and proofs at the cost of a few queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from functools import partial
from itertools import chain
from typing import Any

from django.db import connection, transaction
from django.db.models import Q

from disputes.models import Event, LedgerHead, TreeNode
from disputes.proofs import merkle
from disputes.proofs.merkle import STEP, STEP_WIDTH, SteppedFrontier, subtrees
from disputes.proofs.walk import Altered, Finding, leaf_text

_ROWS = """
    SELECT position, version, to_char(recorded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), body,
           leaf_hash, event_id::text, stream, type, schema, recorded_by
    FROM disputes_event WHERE position > %s AND position <= %s ORDER BY position
"""
_CHUNK = 2_000

Row = tuple[int, int, str, str, bytes, str, str, str, int, str]
"""position, version, recorded_at, body, leaf_hash, event_id, stream, type, schema, recorded_by."""


class NoSuchProof(Exception):
    """The log is not that long; the message says how long it is."""


@dataclass(frozen=True, slots=True)
class InclusionProof:
    """Shows that an event is in the log of a size."""

    position: int
    size: int
    leaf: str
    """The data of the leaf."""
    root: bytes
    path: list[bytes]


@dataclass(frozen=True, slots=True)
class ConsistencyProof:
    """Shows that the log of one size begins with the log of a smaller one."""

    old: int
    new: int
    old_root: bytes
    new_root: bytes
    path: list[bytes]


class StoredHashes:
    """Gives the hashes of complete subtrees out of stored nodes and leaves; what was fetched ahead costs no query.

    Nodes that are not stored are computed from what is below them.
    """

    def __init__(self) -> None:
        self._known: dict[tuple[int, int], bytes] = {}

    def fetch(self, wanted: Iterable[tuple[int, int]]) -> None:
        """Load what the subtrees are computed from: one query for every 8 heights."""
        by_base: dict[int, list[tuple[int, int]]] = defaultdict(list)
        for height, index in wanted:
            base = height // STEP * STEP
            by_base[base].append((index << (height - base), (index + 1) << (height - base)))
        for base, ranges in by_base.items():
            self._load(base, ranges)

    def __call__(self, height: int, index: int) -> bytes:
        """Give the hash of the subtree at (height, index). Raises Altered where events are missing."""
        known = self._known.get((height, index))
        if known is not None:
            return known
        base = height // STEP * STEP
        if base == height:
            self._load(height, [(index, index + 1)])
            known = self._known.get((height, index))
            if known is not None:
                return known
            if height == 0:
                raise Altered(Finding(index + 1, f"event {index + 1} is missing"))
            base -= STEP
        first, last = index << (height - base), (index + 1) << (height - base)
        if any((base, below) not in self._known for below in range(first, last)):
            self._load(base, [(first, last)])
        found = self._known[height, index] = merkle.root_of(self(base, below) for below in range(first, last))
        return found

    def _load(self, base: int, ranges: list[tuple[int, int]]) -> None:
        chosen = Q()
        rows: Iterable[tuple[int, Any]]
        if base == 0:
            for first, last in ranges:
                chosen |= Q(position__gt=first, position__lte=last)
            rows = ((at - 1, found) for at, found in Event.objects.filter(chosen).values_list("position", "leaf_hash"))
        else:
            for first, last in ranges:
                chosen |= Q(index__gte=first, index__lt=last)
            rows = TreeNode.objects.filter(chosen, height=base).values_list("index", "hash")
        self._known.update(((base, index), bytes(found)) for index, found in rows)


def log_size() -> int:
    """Give the number of events in the log. One query."""
    return LedgerHead.objects.values_list("position", flat=True).get(pk=1)


def prove_inclusion(position: int, size: int) -> InclusionProof:
    """Prove that the event at a position is in the log of a size.

    A handful of queries for some 255 rows each, however long the log is, as long as checkpoints are made, which
    store the tree's nodes. Raises NoSuchProof.
    """
    _check_size(size)
    if not 1 <= position <= size:
        raise NoSuchProof(f"the log of {size} events has positions 1 to {size}, and not {position}")
    hashes = StoredHashes()
    ranges = merkle.inclusion_ranges(position - 1, size)
    hashes.fetch(node for start, end in [*ranges, (0, size)] for node in subtrees(start, end))
    with read_rows(position - 1, position) as rows:
        row = next(rows)
    return InclusionProof(
        position=position,
        size=size,
        leaf=leaf_text(row[3], row[0], row[2], row[1]),
        root=merkle.root_at(size, hashes),
        path=[merkle.range_hash(start, end, hashes) for start, end in ranges],
    )


def prove_consistency(old: int, new: int) -> ConsistencyProof:
    """Prove that the log of `new` events begins with that of `old`. Costs and errors as for `prove_inclusion`."""
    _check_size(new)
    if not 1 <= old <= new:
        raise NoSuchProof(f"a log of {new} events begins with logs of 1 to {new} events, and not with one of {old}")
    hashes = StoredHashes()
    ranges = merkle.consistency_ranges(old, new)
    hashes.fetch(node for start, end in [*ranges, (0, old), (0, new)] for node in subtrees(start, end))
    return ConsistencyProof(
        old=old,
        new=new,
        old_root=merkle.root_at(old, hashes),
        new_root=merkle.root_at(new, hashes),
        path=[merkle.range_hash(start, end, hashes) for start, end in ranges],
    )


def root_at(size: int) -> bytes:
    """Give the root of the first `size` events, out of stored nodes. Raises Altered where events are missing."""
    hashes = StoredHashes()
    hashes.fetch(subtrees(0, size))
    return merkle.root_at(size, hashes)


def extend(size: int) -> bytes:
    """Store the nodes that the events up to `size` complete, and give the root.

    Reads the events behind the last stored node and computes their leaves anew: some 4 s for 1,000,000. Raises
    Altered where an event does not have the content that its leaf hash was made of, or is missing.
    """
    stored = TreeNode.objects.filter(height=STEP, index__lt=size // STEP_WIDTH).count()
    completed: list[TreeNode] = []

    def store(at_least: int) -> None:
        if len(completed) >= at_least:
            # Another process may store the same at the same moment.
            TreeNode.objects.bulk_create(completed, ignore_conflicts=True)
            completed.clear()

    tree = SteppedFrontier.take_up(
        stored * STEP_WIDTH,
        StoredHashes(),
        lambda height, index, node: completed.append(TreeNode(height=height, index=index, hash=node)),
    )
    with transaction.atomic(), read_rows(tree.size, size) as rows:
        for row in rows:
            due = tree.size + 1
            leaf_hash = merkle.hash_leaf(leaf_text(row[3], row[0], row[2], row[1]).encode())
            if row[0] != due:
                raise Altered(Finding(due, f"event {due} is missing; {row[0]} stands in its place"))
            if leaf_hash != row[4]:
                raise Altered(Finding(due, f"event {due} does not have the content that its leaf hash was made of"))
            tree.append(leaf_hash)
            store(_CHUNK)
        if tree.size != size:
            raise Altered(Finding(tree.size + 1, f"event {tree.size + 1} is missing"))
        store(1)
    return tree.root()


def rebuild() -> bytes:
    """Throw the stored nodes away, store them anew and give the root of the whole log. Raises Altered."""
    with transaction.atomic():
        TreeNode.objects.all().delete()
        return extend(log_size())


@contextmanager
def read_rows(after: int, until: int) -> Iterator[Iterator[Row]]:
    """Read rows of the log in order, as they are needed to verify it: streams, constant in memory, 2 µs each."""
    # The cursor needs a transaction to live in. No savepoint within one that there is: rolling back to it would take
    # the cursors along that others have opened meanwhile.
    with nullcontext() if connection.in_atomic_block else transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(_ROWS, [after, until])
        yield chain.from_iterable(iter(partial(cursor.fetchmany, _CHUNK), []))


def _check_size(size: int) -> None:
    newest = log_size()
    if not 1 <= size <= newest:
        raise NoSuchProof(f"the log has {newest} events, so there is no tree of {size}")
