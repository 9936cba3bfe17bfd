"""The Merkle tree against known answers of RFC 6962 and, by brute force, its definition."""

from __future__ import annotations

import base64
import hashlib
import random

import pytest

from shangji.errors import Refused, ShangjiError
from shangji.ledger import merkle, offline
from shangji.ledger.hashing import hash_named, keyed_digest, sha256

# The eight leaves and the roots with which implementations of RFC 6962 have long been tested.
LEAVES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
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
MOST = 64


def defined_root(data: list[bytes]) -> bytes:
    """The definition of RFC 9162, 2.1.1, word for word."""
    if not data:
        return sha256(b"")
    if len(data) == 1:
        return sha256(b"\x00" + data[0])
    half = 1
    while half * 2 < len(data):
        half *= 2
    return sha256(b"\x01" + defined_root(data[:half]) + defined_root(data[half:]))


def tree(data: list[bytes], step: int = 0) -> dict[tuple[int, int], bytes]:
    """Nodes as `grow` makes them, in batches of a size (0: all at once)."""
    found: dict[tuple[int, int], bytes] = {}
    edge: dict[int, bytes] = {}
    for first in range(0, len(data), step or len(data)):
        batch = data[first : first + (step or len(data))]
        hashes = [merkle.leaf_hash(sha256, leaf) for leaf in batch]
        grown = merkle.grow(sha256, first, edge, hashes)
        for level, begin, row in grown:
            for at, node in enumerate(row, begin):
                assert (level, at) not in found
                found[level, at] = node
        edge = merkle.edge_after(edge, first + len(batch), grown)
        assert merkle.root_of_edge(sha256, edge) == defined_root(data[: first + len(batch)])
    return found


DATA = [bytes([number]) * (number % 5) for number in range(MOST)]
NODES = tree(DATA)


def node(level: int, number: int) -> bytes:
    return NODES[level, number]


@pytest.mark.parametrize("size", range(9))
def test_known_roots(size: int) -> None:
    nodes = tree(LEAVES[:size]) if size else {}
    found = merkle.root(sha256, lambda level, number: nodes[level, number], size)
    assert found.hex() == ROOTS[size]


def test_known_audit_path() -> None:
    # RFC 6962, 2.1.3: in the tree of seven, the path of the leaf d0 is [b, h, l].
    hashes = [merkle.leaf_hash(sha256, leaf) for leaf in LEAVES[:7]]
    h = merkle.node_hash(sha256, hashes[2], hashes[3])
    right = merkle.node_hash(sha256, merkle.node_hash(sha256, hashes[4], hashes[5]), hashes[6])
    nodes = tree(LEAVES[:7])
    path = merkle.inclusion(sha256, lambda level, at: nodes[level, at], 0, 7)
    assert path == [hashes[1], h, right]
    # And d6's is [i, k].
    left = merkle.node_hash(sha256, merkle.node_hash(sha256, hashes[0], hashes[1]), h)
    pair = merkle.node_hash(sha256, hashes[4], hashes[5])
    assert merkle.inclusion(sha256, lambda level, at: nodes[level, at], 6, 7) == [pair, left]


def test_known_consistency() -> None:
    # RFC 6962, 2.1.3: PROOF(3, D[7]) = [c, d, g, l]; (4, D[7]) = [l]; (6, D[7]) = [i, j, k].
    nodes = tree(LEAVES[:7])
    hashes = [merkle.leaf_hash(sha256, leaf) for leaf in LEAVES[:7]]
    g = nodes[1, 0]
    right = merkle.node_hash(sha256, nodes[1, 2], hashes[6])

    def proof(old: int) -> list[bytes]:
        return merkle.consistency(sha256, lambda level, at: nodes[level, at], old, 7)

    assert proof(3) == [hashes[2], hashes[3], g, right]
    assert proof(4) == [right]
    assert proof(6) == [nodes[1, 2], hashes[6], nodes[2, 0]]


@pytest.mark.parametrize("step", [1, 2, 3, 5, 8, 13, 64])
def test_growing_in_batches_of_any_size_gives_the_same_nodes(step: int) -> None:
    assert tree(DATA, step) == NODES
    assert len(NODES) == 2 * MOST - 1


def test_every_inclusion_holds_and_no_other() -> None:
    leaves = [merkle.leaf_hash(sha256, leaf) for leaf in DATA]
    for size in range(1, MOST + 1):
        expected = defined_root(DATA[:size])
        for index in range(size):
            path = merkle.inclusion(sha256, node, index, size)
            assert len(path) <= (size - 1).bit_length()
            assert merkle.includes(sha256, leaves[index], index, size, path, expected)
            assert offline.root_of(sha256, leaves[index], index, size, path) == expected
            wrong = (
                (leaves[index - 1], index, size, path),
                (leaves[index], (index + 1) % size, size, path),
                (leaves[index], index + size, size, path),
                (leaves[index], -1, size, path),
                (leaves[index], index, size, [*path, expected]),
                (leaves[index], index, size, path[:-1]),
                (leaves[index], index, size, path[::-1]),
            )
            for leaf, at, of, steps in wrong:
                if (leaf, at, steps) == (leaves[index], index, path):
                    continue  # a tree of one leaf, a path of one step
                assert not merkle.includes(sha256, leaf, at, of, steps, expected)
                assert offline_root(leaf, at, of, steps) != expected


def offline_root(leaf: bytes, index: int, size: int, path: list[bytes]) -> bytes | None:
    try:
        return offline.root_of(sha256, leaf, index, size, path)
    except offline.Refusal:
        return None


def test_every_consistency_holds_and_no_other() -> None:
    roots = [defined_root(DATA[:size]) for size in range(MOST + 1)]
    for new in range(MOST + 1):
        for old in range(new + 1):
            path = merkle.consistency(sha256, node, old, new)
            assert merkle.extends(sha256, old, new, roots[old], roots[new], path)
            assert offline_extends(old, new, path, roots)
            for other in ([*path, roots[old]], path[:-1], path[::-1], [roots[1]]):
                if other == path:
                    continue
                assert not merkle.extends(sha256, old, new, roots[old], roots[new], other)
                assert not offline_extends(old, new, other, roots)
            for at in range(len(path)):
                bent = [*path[:at], sha256(path[at]), *path[at + 1 :]]
                assert not merkle.extends(sha256, old, new, roots[old], roots[new], bent)
            if 0 < old < new:
                assert not merkle.extends(sha256, old, new, roots[old - 1], roots[new], path)
                assert not merkle.extends(sha256, old, new, roots[old], roots[new - 1], path)
                assert not merkle.extends(sha256, old - 1, new, roots[old], roots[new], path)


def offline_extends(old: int, new: int, path: list[bytes], roots: list[bytes]) -> bool:
    head = ("log", new, roots[new])
    packed = [base64.b64encode(step).decode() for step in path]
    line = f"— log {base64.b64encode(b'12345').decode()}\n"
    root = base64.b64encode(roots[old]).decode()
    proof = {"checkpoint": f"log\n{old}\n{root}\n\n{line}", "path": packed}
    try:
        offline.check_history(proof, sha256, head)
    except offline.Refusal:
        return False
    return True


def test_the_empty_tree() -> None:
    empty = hashlib.sha256(b"").digest()
    assert merkle.root(sha256, node, 0) == empty
    assert merkle.extends(sha256, 0, 0, empty, empty, [])
    assert not merkle.extends(sha256, 0, 0, empty, sha256(b"x"), [])
    assert not merkle.extends(sha256, 0, 5, sha256(b"x"), defined_root(DATA[:5]), [])
    assert not merkle.extends(sha256, 6, 5, empty, empty, [])
    with pytest.raises(ShangjiError):
        merkle.inclusion(sha256, node, 0, 0)
    with pytest.raises(ShangjiError):
        merkle.consistency(sha256, node, 6, 5)


def test_a_leaf_is_no_node() -> None:
    # Without the prefixes, the two children of a node could pass for a leaf.
    left, right = sha256(b"l"), sha256(b"r")
    assert merkle.leaf_hash(sha256, left + right) != merkle.node_hash(sha256, left, right)
    assert merkle.leaf_hash(sha256, b"\x01" + left + right) != merkle.node_hash(sha256, left, right)


def test_a_proof_of_a_million_is_small() -> None:
    rng = random.Random(7)

    def somewhere(_level: int, _number: int) -> bytes:
        return rng.randbytes(32)

    for index in (0, 123456, 999_999):
        assert len(merkle.inclusion(sha256, somewhere, index, 1_000_000)) <= 20


def test_sm3_is_sm3() -> None:
    # GB/T 32905, example 1.
    known = "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    assert hash_named("sm3")(b"abc").hex() == known


def test_another_hash_is_refused() -> None:
    with pytest.raises(Refused, match="sha256 和 sm3"):
        hash_named("md5")


def test_sm3_without_the_library_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "cryptography.hazmat.primitives", None)
    with pytest.raises(Refused, match=r"requirements/proof\.txt"):
        hash_named("sm3")


def test_keyed_digest() -> None:
    key = bytes(range(32))
    assert keyed_digest(key, "张三") == keyed_digest(key, "张三")
    assert keyed_digest(key, "张三") != keyed_digest(bytes(32), "张三")
    with pytest.raises(Refused, match="太短"):
        keyed_digest(b"short", "张三")
    # HMAC-SM3 by hand against hashlib's, where this machine's OpenSSL has it.
    if "sm3" in hashlib.algorithms_available:
        import hmac

        for secret in (key, bytes(100)):
            expected = hmac.new(secret, "张三".encode(), "sm3").hexdigest()
            assert keyed_digest(secret, "张三", "sm3") == expected
