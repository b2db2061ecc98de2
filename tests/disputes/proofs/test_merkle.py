"""The Merkle tree against vectors that others published, and against an implementation of others."""

import random
from base64 import b64decode
from collections.abc import Callable
from hashlib import sha256
from typing import Any

import pymerkle  # type: ignore[import-untyped]
import pytest

from disputes.proofs import merkle
from disputes.proofs.merkle import Frontier, ProofError, SteppedFrontier

# Certificate Transparency's own vectors, as in github.com/transparency-dev/merkle (Apache-2.0):
# testonly/constants.go, testonly/reference_test.go, rfc6962/rfc6962_test.go and compact/range_test.go.
CT_LEAVES = [
    bytes.fromhex(data)
    for data in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
CT_NODES = [
    [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "0298d122906dcfc10892cb53a73992fc5b9f493ea4c9badb27b791b4127a7fe7",
        "07506a85fd9dd2f120eb694f86011e5bb4662e5c415a62917033d4a9624487e7",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "4271a26be0d8a84f0bd54c8c302e7cb3a3b5d1fa6780a40bcce2873477dab658",
        "b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f",
        "46f6ffadd3d06a09ff3c5860d2755c8b9819db7df44251788c7d8e3180de8eb1",
    ],
    [
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
    ],
    [
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    ["5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"],
]
CT_ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
# (index, size) and (old, new) with the nodes of the proof as (height, index) of CT_NODES.
CT_INCLUSION = {
    (0, 1): [],
    (0, 2): [(0, 1)],
    (1, 2): [(0, 0)],
    (2, 3): [(1, 0)],
    (1, 5): [(0, 0), (1, 1), (0, 4)],
    (0, 8): [(0, 1), (1, 1), (2, 1)],
    (5, 8): [(0, 4), (1, 3), (2, 0)],
}
CT_CONSISTENCY = {
    (1, 1): [],
    (1, 8): [(0, 1), (1, 1), (2, 1)],
    (2, 5): [(1, 1), (0, 4)],
    (6, 8): [(1, 2), (1, 3), (2, 0)],
}
CT_GOLDEN = {
    10: "VjWMPSYNtCuCNlF/RLnQy6HcwSk6CIipfxm+hettA+4=",
    15: "j4SulYmocFuxdeyp12xXCIgK6PekBcxzAIj4zbQzNEI=",
    16: "c+4Uc6BCMOZf/v3NZK1kqTUJe+bBoFtOhP+P3SayKRE=",
    100: "dUh9hYH88p0CMoHkdr1wC2szbhcLAXOejWpINIooKUY=",
    255: "SmdsuKUqiod3RX2jyF2M6JnbdE4QuTwwipfAowI4/i0=",
    256: "qFI0t/tZ1MdOYgyPpPzHFiZVw86koScXy9q3FU5casA=",
    1000: "RXrgb8xHd55Y48FbfotJwCbV82Kx22LZfEbmBGAvwlQ=",
    4095: "cWRFdQhPcjn9WyBXE/r1f04ejxIm5lvg40DEpRBVS0w=",
    4096: "6uU/phfHg1n/GksYT6TO9aN8EauMCCJRl3dIK0HDs2M=",
    10000: "VZcav65F9haHVRk3wre2axFoBXRNeUh/1d9d5FQfxIg=",
    65535: "iPuVYJhP6SEE4gUFp8qbafd2rYv9YTCDYqAxCj8HdLM=",
}
SIZES = 300


def subtree_hashes(leaf_hashes: list[bytes]) -> Callable[[int, int], bytes]:
    """Compute the complete subtrees level by level, and nothing beyond the leaves there are."""
    levels = [leaf_hashes]
    while len(levels[-1]) > 1:
        below = levels[-1]
        levels.append([merkle.hash_node(left, right) for left, right in zip(below[::2], below[1::2], strict=False)])
    return lambda height, index: levels[height][index]


def test_it_works() -> None:
    leaf_hashes = [merkle.hash_leaf(data) for data in CT_LEAVES]
    root = merkle.root_of(leaf_hashes)
    path = merkle.prove_inclusion(3, 8, subtree_hashes(leaf_hashes))
    merkle.verify_inclusion(index=3, size=8, leaf_hash=leaf_hashes[3], path=path, root=root)


def test_the_hashes_of_certificate_transparency() -> None:
    assert merkle.EMPTY_ROOT.hex() == CT_ROOTS[0]
    assert merkle.hash_leaf(b"L123456").hex() == "395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56"
    assert (
        merkle.hash_node(b"N123", b"N456").hex() == "aa217fe888e47007fa15edab33c2b492a722cb106c64667fc2b044444de66bbb"
    )
    leaf_hashes = [merkle.hash_leaf(data) for data in CT_LEAVES]
    node = subtree_hashes(leaf_hashes)
    for height, level in enumerate(CT_NODES):
        assert [node(height, index).hex() for index in range(len(level))] == level
    for size, root in enumerate(CT_ROOTS):
        assert merkle.root_of(leaf_hashes[:size]).hex() == root
        assert merkle.root_at(size, node).hex() == root


def test_the_proofs_of_certificate_transparency() -> None:
    node = subtree_hashes([merkle.hash_leaf(data) for data in CT_LEAVES])
    roots = [bytes.fromhex(root) for root in CT_ROOTS]
    for (index, size), names in CT_INCLUSION.items():
        path = [bytes.fromhex(CT_NODES[height][place]) for height, place in names]
        assert merkle.prove_inclusion(index, size, node) == path
        leaf_hash = bytes.fromhex(CT_NODES[0][index])
        merkle.verify_inclusion(index=index, size=size, leaf_hash=leaf_hash, path=path, root=roots[size])
    for (old, new), names in CT_CONSISTENCY.items():
        path = [bytes.fromhex(CT_NODES[height][place]) for height, place in names]
        assert merkle.prove_consistency(old, new, node) == path
        merkle.verify_consistency(old=old, new=new, old_root=roots[old], new_root=roots[new], path=path)


def test_the_roots_of_certificate_transparencys_compact_ranges() -> None:
    frontier = Frontier()
    golden = dict(CT_GOLDEN)
    for size in range(1, max(CT_GOLDEN) + 1):
        frontier.append(merkle.hash_leaf((size - 1).to_bytes(2, "little")))
        if size in golden:
            assert frontier.root() == b64decode(golden.pop(size))
    assert not golden


@pytest.fixture(scope="module")
def peer() -> pymerkle.InmemoryTree:
    tree = pymerkle.InmemoryTree(algorithm="sha256")
    for number in range(SIZES):
        tree.append_entry(str(number).encode())
    return tree


@pytest.fixture(scope="module")
def leaf_hashes() -> list[bytes]:
    return [merkle.hash_leaf(str(number).encode()) for number in range(SIZES)]


def test_roots_agree_with_pymerkle_at_every_size(peer: pymerkle.InmemoryTree, leaf_hashes: list[bytes]) -> None:
    node = subtree_hashes(leaf_hashes)
    frontier = Frontier()
    for size in range(1, SIZES + 1):
        frontier.append(leaf_hashes[size - 1])
        assert frontier.root() == merkle.root_at(size, node) == peer.get_root(size)
        # A frontier taken up from stored subtrees goes on as if it had never stopped.
        taken_up = Frontier(size, [node(height, index) for height, index in merkle.subtrees(0, size)])
        for leaf_hash in leaf_hashes[size:]:
            taken_up.append(leaf_hash)
        assert taken_up.root() == peer.get_root(SIZES)


def test_every_inclusion_proof_is_that_of_pymerkle(peer: pymerkle.InmemoryTree, leaf_hashes: list[bytes]) -> None:
    node = subtree_hashes(leaf_hashes)
    for size in range(1, SIZES + 1):
        root = peer.get_root(size)
        for index in range(size):
            path = merkle.prove_inclusion(index, size, node)
            merkle.verify_inclusion(index=index, size=size, leaf_hash=leaf_hashes[index], path=path, root=root)
            # pymerkle counts leaves from 1, and its path begins with the leaf itself.
            assert [leaf_hashes[index], *path] == peer.prove_inclusion(index + 1, size).path


def test_every_consistency_proof_joins_the_roots_of_pymerkle(
    peer: pymerkle.InmemoryTree, leaf_hashes: list[bytes]
) -> None:
    """pymerkle arranges its consistency proofs in a way of its own, so the path itself is held to the RFC's text."""
    node = subtree_hashes(leaf_hashes)
    roots = [merkle.EMPTY_ROOT, *(peer.get_root(size) for size in range(1, SIZES + 1))]
    for new in range(1, SIZES + 1):
        for old in range(1, new + 1):
            path = merkle.prove_consistency(old, new, node)
            assert path == [merkle.range_hash(start, end, node) for start, end in subproof(old, 0, new, complete=True)]
            merkle.verify_consistency(old=old, new=new, old_root=roots[old], new_root=roots[new], path=path)


def subproof(m: int, start: int, end: int, *, complete: bool) -> list[tuple[int, int]]:
    """SUBPROOF(m, D[start:end], b) of RFC 6962, section 2.1.2, word for word."""
    n = end - start
    if m == n:
        return [] if complete else [(start, end)]
    k = 1
    while k * 2 < n:
        k *= 2
    if m <= k:
        return [*subproof(m, start, start + k, complete=complete), (start + k, end)]
    return [*subproof(m - k, start + k, end, complete=False), (start, start + k)]


def test_a_proof_with_anything_wrong_is_refused(leaf_hashes: list[bytes]) -> None:
    """What CT's proof/verify_test.go does to proofs: other numbers, other hashes, more and fewer of them."""
    node = subtree_hashes(leaf_hashes)
    chance = random.Random(6962)  # noqa: S311 (no secret)
    other = sha256(b"other").digest()
    for _ in range(300):
        size = chance.randint(2, SIZES)
        index = chance.randrange(size)
        root, path = merkle.root_at(size, node), merkle.prove_inclusion(index, size, node)
        good: dict[str, Any] = {
            "index": index,
            "size": size,
            "leaf_hash": leaf_hashes[index],
            "path": path,
            "root": root,
        }
        wrongs: list[dict[str, Any]] = [
            *spoiled(path, other, chance),
            {"index": index ^ 1},
            {"index": -1},
            {"index": size},
            {"size": 0},
            {"leaf_hash": other},
            {"root": other},
            {"root": root[:-1]},
        ]
        for wrong in wrongs:
            with pytest.raises(ProofError):
                merkle.verify_inclusion(**good | wrong)
    for _ in range(300):
        new = chance.randint(2, SIZES)
        old = chance.randint(1, new - 1)
        path = merkle.prove_consistency(old, new, node)
        good = {
            "old": old,
            "new": new,
            "path": path,
            "old_root": merkle.root_at(old, node),
            "new_root": merkle.root_at(new, node),
        }
        wrongs = [
            *spoiled(path, other, chance),
            {"path": []},
            {"old": 0},
            {"old": new},
            {"old": new + 1},
            {"new": old},
            {"old_root": other},
            {"new_root": other},
        ]
        for wrong in wrongs:
            with pytest.raises(ProofError):
                merkle.verify_consistency(**good | wrong)


def spoiled(path: list[bytes], other: bytes, chance: random.Random) -> list[dict[str, Any]]:
    """Give paths that are nearly the one: longer, shorter, with one bit or one size changed."""
    place = chance.randrange(len(path))
    bit = 1 << chance.randrange(8)
    flipped = bytes([path[place][0] ^ bit, *path[place][1:]])
    paths = [
        [*path, other],
        [other, *path],
        path[:-1],
        path[1:],
        [*path[:place], flipped, *path[place + 1 :]],
        [*path[:place], path[place][:-1], *path[place + 1 :]],
    ]
    return [{"path": found} for found in paths]


def test_the_edges_of_consistency() -> None:
    root = sha256(b"root").digest()
    merkle.verify_consistency(old=5, new=5, old_root=root, new_root=root, path=[])
    merkle.verify_consistency(old=0, new=5, old_root=merkle.EMPTY_ROOT, new_root=root, path=[])
    with pytest.raises(ProofError):
        merkle.verify_consistency(old=5, new=5, old_root=merkle.EMPTY_ROOT, new_root=root, path=[])
    with pytest.raises(ProofError):
        merkle.verify_consistency(old=0, new=5, old_root=root, new_root=root, path=[])


@pytest.mark.parametrize(("index", "size"), [(0, 0), (8, 8), (-1, 8)])
def test_a_leaf_that_is_not_there_has_no_proof(index: int, size: int, leaf_hashes: list[bytes]) -> None:
    with pytest.raises(ValueError, match="no leaf"):
        merkle.prove_inclusion(index, size, subtree_hashes(leaf_hashes))


@pytest.mark.parametrize(("old", "new"), [(0, 8), (9, 8), (-1, 8)])
def test_a_tree_that_is_no_beginning_has_no_proof(old: int, new: int, leaf_hashes: list[bytes]) -> None:
    with pytest.raises(ValueError, match="no proper beginning"):
        merkle.prove_consistency(old, new, subtree_hashes(leaf_hashes))


def test_a_frontier_needs_the_hashes_of_its_size() -> None:
    with pytest.raises(ValueError, match="3 subtrees"):
        Frontier(7, [merkle.EMPTY_ROOT])


def test_a_stepped_frontier_hands_out_its_subtrees_and_is_taken_up_anywhere() -> None:
    """65,536 leaves complete a subtree of height 16, and a few more begin the next."""
    leaf_hashes = [merkle.hash_leaf(number.to_bytes(2, "little")) for number in range(65_535)]
    leaf_hashes += [merkle.hash_leaf(str(number).encode()) for number in range(700)]
    node = subtree_hashes(leaf_hashes)
    handed_out: dict[tuple[int, int], bytes] = {}
    tree = SteppedFrontier(lambda height, index, found: handed_out.__setitem__((height, index), found))
    for leaf_hash in leaf_hashes:
        tree.append(leaf_hash)
        if tree.size == 65_535:
            assert tree.root() == b64decode(CT_GOLDEN[65_535])
    assert tree.root() == merkle.root_of(leaf_hashes)
    assert handed_out == {
        (height, index): node(height, index) for height in (8, 16) for index in range(len(leaf_hashes) >> height)
    }
    for size in (0, 256, 65_280, 65_536, 66_048):
        rest: dict[tuple[int, int], bytes] = {}
        taken_up = SteppedFrontier.take_up(
            size,
            node,
            lambda height, index, found, rest=rest: rest.__setitem__((height, index), found),  # type: ignore[misc]
        )
        for leaf_hash in leaf_hashes[size:]:
            taken_up.append(leaf_hash)
        assert taken_up.root() == tree.root()
        assert rest == {place: found for place, found in handed_out.items() if (place[1] + 1) << place[0] > size}
    with pytest.raises(ValueError, match="multiple of 256"):
        SteppedFrontier.take_up(255, node, lambda *_: None)
