"""The check of a whole log, and how fast it is."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from ledger_given import KNOWN, SIGNER, STRANGER, entries, entry, filled
from shangji.ledger import Ledger, MemoryStore, SQLiteStore, merkle
from shangji.ledger.audit import audit

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from shangji.ledger import Store


@pytest.fixture(params=["memory", "memory-sm3", "sqlite", "sqlite-sm3"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    place, _, hash_name = request.param.partition("-")
    if place == "memory":
        yield MemoryStore(hash_name or "sha256")
    else:
        with SQLiteStore(tmp_path / "log.sqlite", hash_name or None) as made:
            yield made


def test_an_audit_finds_each_kind_of_forgery(store: Store) -> None:
    first, second = filled(store, 100, batch=50, every=50)
    assert audit(store, KNOWN, [first, second]).good
    other = MemoryStore(store.hash_name)
    Ledger(other).append(entries(1, 41))
    forged = Ledger(other).checkpoint(SIGNER).checkpoint
    assert "手中留存" in audit(store, KNOWN, [forged]).problems[0].says
    assert "没有所给公钥" in audit(store, [STRANGER.public]).problems[0].says
    # A whole log made anew, hashes and all, by whoever holds the key: only old paper tells.
    anew = MemoryStore(store.hash_name)
    Ledger(anew).append([entry(7777), *entries(1, 100)])
    Ledger(anew).checkpoint(SIGNER)
    assert audit(anew, KNOWN).good
    assert not audit(anew, KNOWN, [first]).good


@pytest.mark.parametrize("kind", ["leaf", "node", "gap", "junk"])
def test_an_audit_of_a_bent_store(kind: str) -> None:
    store = MemoryStore()
    filled(store, 100)
    if kind == "leaf":
        store.leaves[42] = store.leaves[42].replace(b".00", b".01")
    elif kind == "node":
        store.levels[3][2] = bytes(32)
    elif kind == "gap":
        del store.leaves[99]
    else:
        junk = b'{"free":"text"}'
        Ledger(store)
        with store.writing() as batch:
            size = batch.size()
            edge = merkle.frontier(batch.node, size)
            leaf = merkle.leaf_hash(Ledger(store).hashed, junk)
            batch.put([junk], merkle.grow(Ledger(store).hashed, size, edge, [leaf]), b"")
    found = audit(store, KNOWN)
    word = {"leaf": "第 42 号", "node": "第 16–23 号", "gap": "对不上", "junk": "不是规范写法"}
    assert any(word[kind] in problem.says for problem in found.problems), found.problems


def test_fifty_thousand_entries(tmp_path: Path) -> None:
    batches = [entries(first, first + 1000) for first in range(0, 50_000, 1000)]
    with SQLiteStore(tmp_path / "log.sqlite") as store:
        ledger = Ledger(store)
        begun = time.perf_counter()
        for batch in batches:
            ledger.append(batch)
        rate = 50_000 / (time.perf_counter() - begun)
        ledger.checkpoint(SIGNER)
        begun = time.perf_counter()
        assert audit(store, KNOWN).good
        took = time.perf_counter() - begun
        begun = time.perf_counter()
        for index in range(0, 50_000, 500):
            ledger.prove(index)
        proof = (time.perf_counter() - begun) / 100
    # The targets are 5 000/s and 60 s a million; a machine busy with other tests gets some slack.
    assert rate > 2_500
    assert took < 6
    assert proof < 0.05
