"""The Merkle tree of RFC 9162: roots, inclusion and consistency proofs, and checking both.

Pure functions. A tree is known by a function `node(level, number)` that gives the hash of a
complete subtree: level 0 are the leaves, node k of level l covers leaves [k·2^l, (k+1)·2^l).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shangji.errors import ShangjiError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from shangji.ledger.hashing import Hash

    Node = Callable[[int, int], bytes]

LEAF, INNER = b"\x00", b"\x01"


def leaf_hash(hashed: Hash, data: bytes) -> bytes:
    """Hash of a leaf."""
    return hashed(LEAF + data)


def node_hash(hashed: Hash, left: bytes, right: bytes) -> bytes:
    """Hash of an inner node."""
    return hashed(INNER + left + right)


def split(size: int) -> int:
    """The largest power of two below `size`."""
    return 1 << (size - 1).bit_length() - 1


def root(hashed: Hash, node: Node, size: int) -> bytes:
    """Root of the tree of the first `size` leaves; the hash of nothing for the empty tree."""
    return subtree(hashed, node, 0, size) if size else hashed(b"")


def subtree(hashed: Hash, node: Node, first: int, last: int) -> bytes:
    """Root over the leaves [first, last), as the tree splits them off."""
    size = last - first
    if size & (size - 1) == 0:
        level = size.bit_length() - 1
        return node(level, first >> level)
    middle = first + split(size)
    left = subtree(hashed, node, first, middle)
    return node_hash(hashed, left, subtree(hashed, node, middle, last))


def inclusion(hashed: Hash, node: Node, index: int, size: int) -> list[bytes]:
    """Audit path of a leaf in the tree of the first `size` leaves (RFC 9162, 2.1.3.1)."""
    if not 0 <= index < size:
        raise ShangjiError(f"no leaf {index} in a tree of {size}")
    first, last = 0, size
    path = []
    while last - first > 1:
        middle = first + split(last - first)
        if index < middle:
            path.append(subtree(hashed, node, middle, last))
            last = middle
        else:
            path.append(subtree(hashed, node, first, middle))
            first = middle
    return path[::-1]


def consistency(hashed: Hash, node: Node, old: int, new: int) -> list[bytes]:
    """Proof that the tree of `old` leaves begins that of `new` (RFC 9162, 2.1.4.1).

    The empty tree begins every tree, and a tree begins itself: both have an empty proof.
    """
    if not 0 <= old <= new:
        raise ShangjiError(f"no tree of {old} leaves within one of {new}")
    if old in {0, new}:
        return []
    first, last = 0, new
    path = []
    whole = True  # whether [first, last) ends where the old tree's right edge would be known
    while old != last:
        middle = first + split(last - first)
        if old <= middle:
            path.append(subtree(hashed, node, middle, last))
            last = middle
        else:
            path.append(subtree(hashed, node, first, middle))
            first = middle
            whole = False
    if not whole:
        path.append(subtree(hashed, node, first, last))
    return path[::-1]


def root_of_inclusion(
    hashed: Hash, leaf: bytes, index: int, size: int, path: Sequence[bytes]
) -> bytes | None:
    """The root to which an audit path leads; None if the path has not the length it must have."""
    if not 0 <= index < size:
        return None
    at, last = index, size - 1
    found = leaf
    for step in path:
        if last == 0:
            return None
        if at & 1 or at == last:
            found = node_hash(hashed, step, found)
            while at and not at & 1:
                at >>= 1
                last >>= 1
        else:
            found = node_hash(hashed, found, step)
        at >>= 1
        last >>= 1
    return found if last == 0 else None


def includes(
    hashed: Hash, leaf: bytes, index: int, size: int, path: Sequence[bytes], expected: bytes
) -> bool:
    """Whether an audit path leads from a leaf hash to the root."""
    return root_of_inclusion(hashed, leaf, index, size, path) == expected


def extends(
    hashed: Hash, old: int, new: int, old_root: bytes, new_root: bytes, path: Sequence[bytes]
) -> bool:
    """Whether a proof shows that the new tree begins with the old one (RFC 9162, 2.1.4.2)."""
    if not 0 <= old <= new:
        return False
    if old in {0, new}:
        expected = hashed(b"") if old == 0 else new_root
        return not path and old_root == expected and (old < new or new_root == expected)
    steps = list(path) if old & (old - 1) else [old_root, *path]
    return bool(steps) and _roots(hashed, old - 1, new - 1, steps) == (old_root, new_root)


def _roots(hashed: Hash, at: int, last: int, steps: Sequence[bytes]) -> tuple[bytes, bytes] | None:
    """The old and the new root to which the steps of a consistency proof lead."""
    while at & 1:
        at >>= 1
        last >>= 1
    low = high = steps[0]
    for step in steps[1:]:
        if last == 0:
            return None
        if at & 1 or at == last:
            low = node_hash(hashed, step, low)
            high = node_hash(hashed, step, high)
            while at and not at & 1:
                at >>= 1
                last >>= 1
        else:
            high = node_hash(hashed, high, step)
        at >>= 1
        last >>= 1
    return (low, high) if last == 0 else None


def frontier(node: Node, size: int) -> dict[int, bytes]:
    """The complete subtrees at the right edge of a tree, by level."""
    return {
        level: node(level, (size >> level) - 1)
        for level in range(size.bit_length())
        if size >> level & 1
    }


def grow(
    hashed: Hash, size: int, edge: Mapping[int, bytes], leaves: Sequence[bytes]
) -> list[tuple[int, int, list[bytes]]]:
    """The complete subtrees that new leaf hashes finish: level, number of the first, hashes.

    Args:
        hashed: the hash of the log.
        size: leaves there so far.
        edge: the frontier of the tree so far.
        leaves: hashes of the new leaves.
    """
    grown = []
    level, first, row = 0, size, list(leaves)
    while row:
        grown.append((level, first, row))
        if first & 1:
            first -= 1
            row = [edge[level], *row]
        pairs = zip(row[::2], row[1::2], strict=False)
        row = [hashed(INNER + left + right) for left, right in pairs]
        level, first = level + 1, first >> 1
    return grown


def edge_after(
    edge: Mapping[int, bytes], size: int, grown: Sequence[tuple[int, int, list[bytes]]]
) -> dict[int, bytes]:
    """The frontier of the tree of `size` leaves, from the one before and what has grown."""
    fresh = {level: (first, row) for level, first, row in grown}
    found = {}
    for level in range(size.bit_length()):
        if size >> level & 1:
            first, row = fresh.get(level, (0, []))
            number = (size >> level) - 1
            inside = level in fresh and first <= number < first + len(row)
            found[level] = row[number - first] if inside else edge[level]
    return found


def root_of_edge(hashed: Hash, edge: Mapping[int, bytes]) -> bytes:
    """The root of a tree from its frontier."""
    found: bytes | None = None
    for level in sorted(edge):
        found = edge[level] if found is None else node_hash(hashed, edge[level], found)
    return hashed(b"") if found is None else found
