"""The Merkle tree of RFC 6962, section 2.1: roots, inclusion and consistency proofs, and how they are verified.

Pure: it knows hashes and numbers, neither events nor a database. Leaves are counted from 0, as in the RFC. A subtree
is named by its height and its place among those of that height: (height, index) is the complete subtree over the
leaves from index << height up to (index + 1) << height. Whoever wants proofs gives a function that knows the hashes
of complete subtrees; the hash of any other range follows from those.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import sha256

HASH_SIZE = 32
EMPTY_ROOT = sha256().digest()
"""The root of a tree without leaves."""

STEP = 8
"""The heights of the subtrees whose hashes are worth keeping are multiples of this."""
STEP_WIDTH = 1 << STEP
SubtreeHash = Callable[[int, int], bytes]
"""Gives the hash of the complete subtree at (height, index)."""
Range = tuple[int, int]
"""Leaves from the first number up to, not including, the second."""


class ProofError(Exception):
    """A proof does not show what it is said to show."""


def hash_leaf(data: bytes) -> bytes:
    """Hash the data of a leaf."""
    return sha256(b"\x00" + data).digest()


def hash_node(left: bytes, right: bytes) -> bytes:
    """Hash an inner node."""
    return sha256(b"\x01" + left + right).digest()


class Frontier:
    """A growing tree of which only the complete subtrees at its right edge are kept, a logarithmic number.

    Also known as a compact range. Appending costs one hash of a node, spread over all leaves.
    """

    __slots__ = ("_hashes", "size")

    def __init__(self, size: int = 0, hashes: Sequence[bytes] = ()) -> None:
        """Take up a tree of `size` leaves, given the hashes of `subtrees(0, size)`."""
        if len(hashes) != size.bit_count():
            raise ValueError(f"a tree of {size} leaves has {size.bit_count()} subtrees at its edge, not {len(hashes)}")
        self.size = size
        self._hashes = list(hashes)

    def append(self, leaf_hash: bytes) -> None:
        """Add a leaf."""
        node = leaf_hash
        size = self.size
        while size & 1:
            node = hash_node(self._hashes.pop(), node)
            size >>= 1
        self._hashes.append(node)
        self.size += 1

    def root(self) -> bytes:
        """Give the root over all leaves so far."""
        return _fold(self._hashes)

    @property
    def hashes(self) -> Sequence[bytes]:
        """The hashes of the subtrees at the edge, from left to right."""
        return self._hashes


class SteppedFrontier:
    """A growing tree that hands out the hash of every complete subtree of height 8, 16, 24, … as it is completed.

    With those kept, the hash of any subtree is at most 255 hashes of nodes away. Logarithmic in memory.
    """

    def __init__(self, completed: Callable[[int, int, bytes], None]) -> None:
        """Begin an empty tree; `completed` is given (height, index, hash)."""
        self._completed = completed
        self._leaves: list[bytes] = []
        self._above: list[Frontier] = []
        self._blocks: list[int] = []
        self.size = 0

    @classmethod
    def take_up(
        cls, size: int, subtree_hash: SubtreeHash, completed: Callable[[int, int, bytes], None]
    ) -> SteppedFrontier:
        """Go on with a tree of `size` leaves, which ends with a complete subtree of height 8."""
        if size % STEP_WIDTH:
            raise ValueError(f"a tree is taken up at a multiple of {STEP_WIDTH} leaves, not at {size}")
        tree = cls(completed)
        tree.size = size
        height = STEP
        while count := size >> height:
            first = count // STEP_WIDTH * STEP_WIDTH
            level = Frontier()
            for index in range(first, count):
                level.append(subtree_hash(height, index))
            tree._above.append(level)
            tree._blocks.append(count)
            height += STEP
        return tree

    def append(self, leaf_hash: bytes) -> None:
        """Add a leaf."""
        self._leaves.append(leaf_hash)
        self.size += 1
        if len(self._leaves) == STEP_WIDTH:
            self._climb()

    def root(self) -> bytes:
        """Give the root over all leaves so far."""
        edge = [node for level in reversed(self._above) for node in level.hashes]
        if self._leaves:
            edge.append(root_of(self._leaves))
        return _fold(edge)

    def _climb(self) -> None:
        nodes, self._leaves = self._leaves, []
        while len(nodes) > 1:
            # `hash_node` for a whole row at once: this is where verifying a log spends its time on nodes.
            nodes = [
                sha256(b"\x01" + left + right).digest() for left, right in zip(nodes[::2], nodes[1::2], strict=True)
            ]
        node = nodes[0]
        for level in range(len(self._above) + 1):
            if level == len(self._above):
                self._above.append(Frontier())
                self._blocks.append(0)
            self._completed(STEP * (level + 1), self._blocks[level], node)
            self._blocks[level] += 1
            self._above[level].append(node)
            if self._blocks[level] % STEP_WIDTH:
                return
            node, self._above[level] = self._above[level].root(), Frontier()


def root_of(leaf_hashes: Iterable[bytes]) -> bytes:
    """Give the root over leaf hashes: MTH of the RFC. Reads them once; logarithmic in memory."""
    frontier = Frontier()
    for leaf_hash in leaf_hashes:
        frontier.append(leaf_hash)
    return frontier.root()


def subtrees(start: int, end: int) -> Iterator[tuple[int, int]]:
    """Split a range of leaves into the fewest complete subtrees, from left to right, as (height, index)."""
    while start < end:
        fits = (end - start).bit_length() - 1
        height = fits if start == 0 else min(fits, (start & -start).bit_length() - 1)
        yield height, start >> height
        start += 1 << height


def range_hash(start: int, end: int, subtree_hash: SubtreeHash) -> bytes:
    """Hash a range that the RFC's recursion comes to: one that begins at a multiple of its length rounded up."""
    return _fold([subtree_hash(height, index) for height, index in subtrees(start, end)])


def root_at(size: int, subtree_hash: SubtreeHash) -> bytes:
    """Give the root of the first `size` leaves."""
    return range_hash(0, size, subtree_hash)


def inclusion_ranges(index: int, size: int) -> list[Range]:
    """Name the ranges whose hashes are the audit path of a leaf: PATH of RFC 6962, section 2.1.1."""
    if not 0 <= index < size:
        raise ValueError(f"a tree of {size} leaves has no leaf {index}")
    path = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append((middle, end))
            end = middle
        else:
            path.append((start, middle))
            start = middle
    return path[::-1]


def consistency_ranges(old: int, new: int) -> list[Range]:
    """Name the ranges whose hashes prove one tree a prefix of another: PROOF of RFC 6962, section 2.1.2."""
    if not 0 < old <= new:
        raise ValueError(f"a tree of {old} leaves is no proper beginning of one of {new}")
    path = []
    start, end = 0, new
    while old != end:
        middle = start + _split(end - start)
        if old <= middle:
            path.append((middle, end))
            end = middle
        else:
            path.append((start, middle))
            start = middle
    if start > 0:
        path.append((start, end))
    return path[::-1]


def prove_inclusion(index: int, size: int, subtree_hash: SubtreeHash) -> list[bytes]:
    """Prove that the leaf at `index` is in the tree of `size` leaves. Raises ValueError where it can't be."""
    return [range_hash(start, end, subtree_hash) for start, end in inclusion_ranges(index, size)]


def prove_consistency(old: int, new: int, subtree_hash: SubtreeHash) -> list[bytes]:
    """Prove that the tree of `new` leaves begins with the tree of `old`. Raises ValueError where it can't."""
    return [range_hash(start, end, subtree_hash) for start, end in consistency_ranges(old, new)]


def verify_inclusion(*, index: int, size: int, leaf_hash: bytes, path: Sequence[bytes], root: bytes) -> None:
    """Check an inclusion proof by the steps of RFC 9162, section 2.1.3.2. Raises ProofError."""
    if not 0 <= index < size:
        raise ProofError(f"a tree of {size} leaves has no leaf {index}")
    _check_sizes([leaf_hash, root, *path])
    fn, sn = index, size - 1
    node = leaf_hash
    for sibling in path:
        if sn == 0:
            raise ProofError("the path is too long")
        if fn & 1 or fn == sn:
            node = hash_node(sibling, node)
            while not fn & 1 and fn:
                fn >>= 1
                sn >>= 1
        else:
            node = hash_node(node, sibling)
        fn >>= 1
        sn >>= 1
    if sn != 0:
        raise ProofError("the path is too short")
    if node != root:
        raise ProofError(f"the path leads to another root than that of the tree of {size} leaves")


def verify_consistency(*, old: int, new: int, old_root: bytes, new_root: bytes, path: Sequence[bytes]) -> None:
    """Check a consistency proof by the steps of RFC 9162, section 2.1.4.2. Raises ProofError.

    What the RFC leaves to the caller: trees of equal size have equal roots and an empty path, and an empty tree is
    a prefix of every tree, with an empty path.
    """
    if not 0 <= old <= new:
        raise ProofError(f"a tree of {old} leaves is no beginning of one of {new}")
    _check_sizes([old_root, new_root, *path])
    if old in (0, new):
        if path:
            raise ProofError("the path is too long")
        if old_root != (new_root if old == new else EMPTY_ROOT):
            raise ProofError(f"the roots of the trees of {old} and {new} leaves don't agree")
        return
    if not path:
        raise ProofError("the path is too short")
    older, newer = _roots_of_consistency(old, new, [old_root, *path] if old & (old - 1) == 0 else path)
    for size, found, root in ((old, older, old_root), (new, newer, new_root)):
        if found != root:
            raise ProofError(f"the path leads to another root than that of the tree of {size} leaves")


def _roots_of_consistency(old: int, new: int, nodes: Sequence[bytes]) -> tuple[bytes, bytes]:
    fn, sn = old - 1, new - 1
    while fn & 1:
        fn >>= 1
        sn >>= 1
    older = newer = nodes[0]
    for node in nodes[1:]:
        if sn == 0:
            raise ProofError("the path is too long")
        if fn & 1 or fn == sn:
            older = hash_node(node, older)
            newer = hash_node(node, newer)
            while not fn & 1 and fn:
                fn >>= 1
                sn >>= 1
        else:
            newer = hash_node(newer, node)
        fn >>= 1
        sn >>= 1
    if sn != 0:
        raise ProofError("the path is too short")
    return older, newer


def _split(length: int) -> int:
    """Give the largest power of two below `length`, where the RFC cuts a tree in two."""
    return 1 << ((length - 1).bit_length() - 1)


def _fold(hashes: Sequence[bytes]) -> bytes:
    """Join complete subtrees of falling size into one tree."""
    if not hashes:
        return EMPTY_ROOT
    node = hashes[-1]
    for left in hashes[-2::-1]:
        node = hash_node(left, node)
    return node


def _check_sizes(hashes: Sequence[bytes]) -> None:
    if any(len(found) != HASH_SIZE for found in hashes):
        raise ProofError(f"every hash has {HASH_SIZE} bytes")
