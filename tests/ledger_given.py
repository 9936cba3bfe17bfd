"""Entries, keys and logs for the tests of the ledger."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from shangji.errors import Problem, Refused
from shangji.ledger import Entry, Ledger, SQLiteStore
from shangji.ledger.audit import audit
from shangji.ledger.keys import LOG, WITNESS, SigningKey

if TYPE_CHECKING:
    from shangji.ledger import Store
    from shangji.ledger.note import Checkpoint

ORIGIN = "czj.example.gov.cn/ledger"
START = datetime(2026, 11, 22, 8, tzinfo=UTC)
SIGNER = SigningKey(ORIGIN, bytes(range(32)), LOG)
WATCHER = SigningKey("sjj.example.gov.cn/w1", bytes(range(32, 64)), WITNESS)
KNOWN = [SIGNER.public]
STRANGER = SigningKey(ORIGIN, bytes(range(64, 96)), LOG)
ROUNDS = int(os.environ.get("SHANGJI_ROUNDS", "10"))
SOURCES = Path(__file__).resolve().parents[1] / "src"


def entry(number: int, **changes: Any) -> Entry:
    """The entry of a number, each a second after the one before."""
    body = changes.pop("body", {"项目": f"P{number:06d}", "核定": f"{number}.00", "理由": "超标准"})
    when = changes.pop("when", START + timedelta(seconds=number))
    kind, who = changes.pop("kind", "decision"), changes.pop("who", "office:预算科")
    return Entry.of(kind, who, when, body)


def entries(first: int, last: int) -> list[Entry]:
    """Entries [first, last)."""
    return [entry(number) for number in range(first, last)]


def filled(store: Store, count: int, *, batch: int = 1000, every: int = 0) -> list[Checkpoint]:
    """Append entries in batches, signing a checkpoint after every so many and at the end."""
    ledger = Ledger(store)
    signed = []
    for first in range(0, count, batch):
        ledger.append(entries(first, min(first + batch, count)))
        if every and (first + batch) % every == 0:
            signed.append(ledger.checkpoint(SIGNER).checkpoint)
    if not signed or signed[-1].size != count:
        signed.append(ledger.checkpoint(SIGNER).checkpoint)
    return signed


def log_file(folder: Path, count: int, **how: int) -> Path:
    """A log of so many entries in a file."""
    path = folder / "log.sqlite"
    with SQLiteStore(path) as store:
        filled(store, count, **how)
    return path


def check_all(log: Path) -> list[Problem]:
    """Open and verify a log; return everything that is named."""
    try:
        with SQLiteStore(log, readonly=True) as store:
            return audit(store, KNOWN).problems
    except Refused as refused:
        return list(refused.problems)


def contents(log: Path) -> tuple[list[bytes], list[tuple[int, str]]]:
    """All that a reader of a log sees."""
    with SQLiteStore(log, readonly=True) as store:
        return list(store.entries(0, store.size())), list(store.checkpoints())
