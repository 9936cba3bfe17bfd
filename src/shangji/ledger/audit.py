"""Checks a whole log: every leaf and node hashed anew, every root and signature compared."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from shangji.errors import Problem, Refused, ShangjiError, Where
from shangji.ledger import merkle
from shangji.ledger.entry import decode
from shangji.ledger.hashing import hash_named
from shangji.ledger.note import parse, verify

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shangji.ledger.keys import PublicKey
    from shangji.ledger.note import Checkpoint
    from shangji.ledger.store import Store

CHUNK = 4096
MOST = 20
"""So many problems are named; the rest is not looked for."""


@dataclass
class Audit:
    """What a check of a whole log came to."""

    size: int = 0
    root: bytes = b""
    checkpoints: int = 0
    problems: list[Problem] = field(default_factory=list)

    @property
    def good(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems


def audit(
    store: Store,
    known: Sequence[PublicKey],
    held: Sequence[Checkpoint] = (),
) -> Audit:
    """Check a log from its leaves up.

    Args:
        store: the log.
        known: public keys of the log and its witnesses, from elsewhere.
        held: older checkpoints, from elsewhere, that the log must still contain.
    """
    found = Audit()
    found.problems += store.inspect()
    try:
        found.size = store.size()
        signed = [(size, parse(note, store.name), True) for size, note in store.checkpoints()]
        found.checkpoints = len(signed)
        found.problems += _signatures(store, [note for _, note, _ in signed], known)
        signed += [(note.size, note, False) for note in held]  # whoever held them vouches
        _walk(store, found, sorted(signed, key=lambda item: item[0]))
    except Refused as refused:
        found.problems += refused.problems
    found.problems = list(dict.fromkeys(found.problems))[:MOST]
    return found


def _signatures(
    store: Store, notes: Sequence[Checkpoint], known: Sequence[PublicKey]
) -> list[Problem]:
    problems: list[Problem] = []
    for note in notes if known else ():
        try:
            verify(note, known, file=store.name)
        except Refused as refused:
            problems += refused.problems
    return problems


def _walk(store: Store, found: Audit, signed: Sequence[tuple[int, Checkpoint, bool]]) -> None:
    """Hash the log anew, a stretch at a time, each ending where a checkpoint was made."""
    hashed = hash_named(store.hash_name)
    sizes = sorted({size for size, _, _ in signed})
    edge: dict[int, bytes] = {}
    roots = {0: hashed(b"")}
    first = 0
    while first < found.size and len(found.problems) < MOST:
        mark = bisect_right(sizes, first)
        last = min(first + CHUNK, found.size, *sizes[mark : mark + 1])
        data = store.entries(first, last)
        if len(data) != last - first:
            found.problems.append(_damage(store, f"第 {first + len(data)} 号记录缺失。"))
            return
        found.problems += _unreadable(store, data, first)
        leaves = [merkle.leaf_hash(hashed, leaf if type(leaf) is bytes else b"") for leaf in data]
        grown = merkle.grow(hashed, first, edge, leaves)
        for level, begin, row in grown:
            if list(store.nodes(level, begin, begin + len(row))) != row:
                found.problems.append(_damage(store, _differing(store, level, begin, row)))
        edge = merkle.edge_after(edge, last, grown)
        first = last
        if first in sizes or first == found.size:
            roots[first] = merkle.root_of_edge(hashed, edge)
    found.root = roots.get(found.size, b"")
    for size, note, own in signed:
        if size != note.size or roots.get(note.size) != note.root:
            whose = "账本自己签过" if own else "手中留存"
            says = f"{whose}的检查点（{note.size} 条）与现在的记录对不上：历史被改写或丢失。"
            found.problems.append(_damage(store, says))


def _differing(store: Store, level: int, begin: int, row: Sequence[bytes]) -> str:
    stored = store.nodes(level, begin, begin + len(row))
    at = next((at for at, hash_ in enumerate(row) if stored[at : at + 1] != [hash_]), 0)
    first = (begin + at) << level
    if level == 0:
        return f"第 {first} 号记录与入账时的散列不符：记录被改动。"
    return f"第 {first}–{first + (1 << level) - 1} 号记录的节点与重算的不符。"


def _unreadable(store: Store, data: Sequence[bytes], first: int) -> list[Problem]:
    problems = []
    for number, leaf in enumerate(data, first):
        try:
            decode(leaf)
        except (ShangjiError, AttributeError):
            problems.append(_damage(store, f"第 {number} 号记录不是规范写法的记录。"))
            if len(problems) == MOST:
                break
    return problems


def _damage(store: Store, says: str) -> Problem:
    fix = "请保留原件不动，用备份和手中的检查点核对，并通知审计人员。"
    return Problem("ledger-damaged", Where(file=store.name), says, fix)
