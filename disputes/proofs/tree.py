"""The Merkle tree over the database's log: its stored nodes, and proofs at the cost of a few queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.db.models import Q

from disputes.models import Event, TreeNode
from disputes.proofs import merkle
from disputes.proofs.merkle import STEP, STEP_WIDTH, SteppedFrontier, subtrees
from disputes.proofs.walk import Altered, Finding, leaf_text

_READ = """
    SELECT position, version, to_char(recorded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), body,
           leaf_hash, event_id::text, stream, type, schema, recorded_by
    FROM disputes_event
"""
_ROWS = f"{_READ} WHERE position > %s AND position <= %s ORDER BY position"
_CHOSEN_ROWS = f"{_READ} WHERE position = ANY (%s)"
_LEAF_HASHES = """
    SELECT leaf_hash FROM disputes_event WHERE position > %s AND position <= %s ORDER BY position
"""
_CHUNK = 2_000
_PROOFS_AT_ONCE = 50

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
                raise Altered(_missing(index + 1))
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
    """Give the number of events in the log, which is the position of the newest. One indexed query."""
    # Of the table itself: a view of it could be replaced by one that hides the newest.
    return Event.objects.order_by("-position").values_list("position", flat=True).first() or 0


def prove_inclusion(position: int, size: int) -> InclusionProof:
    """Prove that the event at a position is in the log of a size.

    A handful of queries for some 255 rows each, however long the log is, as long as checkpoints are made, which
    store the tree's nodes. Raises NoSuchProof, and Altered where an event that it needs is missing or altered.
    """
    _check_size(size)
    if not 1 <= position <= size:
        raise NoSuchProof(f"the log of {size} events has positions 1 to {size}, and not {position}")
    hashes = StoredHashes()
    ranges = merkle.inclusion_ranges(position - 1, size)
    hashes.fetch(node for start, end in [*ranges, (0, size)] for node in subtrees(start, end))
    return InclusionProof(
        position=position,
        size=size,
        leaf=_read_leaf(position),
        root=merkle.root_at(size, hashes),
        path=[merkle.range_hash(start, end, hashes) for start, end in ranges],
    )


def prove_inclusions(positions: Sequence[int], size: int) -> Iterator[InclusionProof]:
    """Prove of many events that they are in the log of a size, in the given order, as they are needed.

    A handful of queries for each 50 events; what was fetched for one serves the others. Some 2 ms an event. Errors as
    for `prove_inclusion`.
    """
    _check_size(size)
    hashes = StoredHashes()
    hashes.fetch(subtrees(0, size))
    root = merkle.root_at(size, hashes)
    for start in range(0, len(positions), _PROOFS_AT_ONCE):
        some = positions[start : start + _PROOFS_AT_ONCE]
        leaves = _read_leaves(some)
        ranges = {position: merkle.inclusion_ranges(position - 1, size) for position in some}
        hashes.fetch({node for found in ranges.values() for first, end in found for node in subtrees(first, end)})
        for position in some:
            path = [merkle.range_hash(first, end, hashes) for first, end in ranges[position]]
            yield InclusionProof(position, size, leaves[position], root, path)


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
    for row in read_rows(tree.size, size):
        due = tree.size + 1
        leaf_hash = merkle.hash_leaf(leaf_text(row[3], row[0], row[2], row[1]).encode())
        if row[0] != due:
            raise Altered(Finding(due, f"event {due} is missing; {row[0]} stands in its place"))
        if leaf_hash != row[4]:
            raise Altered(_other_content(due))
        tree.append(leaf_hash)
        store(_CHUNK)
    if tree.size != size:
        raise Altered(_missing(tree.size + 1))
    store(1)
    return tree.root()


def rebuild() -> bytes:
    """Throw the stored nodes away, store them anew and give the root of the whole log. Raises Altered."""
    with transaction.atomic():
        TreeNode.objects.all().delete()
        return extend(log_size())


def read_rows(after: int, until: int) -> Iterator[Row]:
    """Read rows of the log in order, as they are needed to verify it. Streams, constant in memory, 2 µs each.

    Each page is a statement of its own, so that a long reading keeps no old rows from being vacuumed. Ends before a
    page of which every row is missing.
    """
    return _pages(_ROWS, after, until)


def read_leaf_hashes(after: int, until: int) -> Iterator[bytes]:
    """Read the leaf hashes of a range of the log in order, as they are stored. Streams."""
    return (row[0] for row in _pages(_LEAF_HASHES, after, until))


def _pages(statement: str, after: int, until: int) -> Iterator[Any]:
    # By position, which has no gaps, rather than by LIMIT: where the table has no statistics yet, PostgreSQL may choose
    # to sort all that is left of it for each page.
    for start in range(after, until, _CHUNK):
        with connection.cursor() as cursor:
            cursor.execute(statement, [start, min(start + _CHUNK, until)])
            rows = cursor.fetchall()
        if not rows:
            return
        yield from rows


def _read_leaves(positions: Sequence[int]) -> dict[int, str]:
    with connection.cursor() as cursor:
        cursor.execute(_CHOSEN_ROWS, [list(positions)])
        rows = {row[0]: row for row in cursor.fetchall()}
    return {position: _leaf_of(position, rows.get(position)) for position in positions}


def _read_leaf(position: int) -> str:
    return _leaf_of(position, next(read_rows(position - 1, position), None))


def _leaf_of(position: int, row: Row | None) -> str:
    if row is None:
        raise Altered(_missing(position))
    leaf = leaf_text(row[3], row[0], row[2], row[1])
    if merkle.hash_leaf(leaf.encode()) != row[4]:
        raise Altered(_other_content(position))
    return leaf


def _missing(position: int) -> Finding:
    return Finding(position, f"event {position} is missing")


def _other_content(position: int) -> Finding:
    return Finding(position, f"event {position} does not have the content that its leaf hash was made of")


def _check_size(size: int) -> None:
    newest = log_size()
    if not 1 <= size <= newest:
        raise NoSuchProof(f"the log has {newest} events, so there is no tree of {size}")
