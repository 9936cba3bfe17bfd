"""How fast the ledger is: appends, proofs, checkpoints and a full verification.

    python bench/ledger.py [entries] [sha256|sm3]

A million entries where nothing is said. The targets: 5 000 appends a second in batches, a million
entries verified in a minute, an inclusion proof under 2 KB.
"""

from __future__ import annotations

import json
import resource
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from shangji.ledger import Entry, Ledger, SQLiteStore, bundle, keys
from shangji.ledger.audit import audit

START = datetime(2026, 11, 22, tzinfo=UTC)
PROOFS = 200
ALONE = 200
MEBI = 1 << 20


def entry(number: int) -> Entry:
    """A decision as a county would log it."""
    body = {
        "项目": f"P{number:08d}",
        "系统意见": "核减",
        "规则": ["R-0001", "R-0016"],
        "核定": f"{number % 100000}.00",
        "理由": "会议费超过综合定额，按定额核定。",
    }
    who = "office:财政局预算科"
    return Entry.of("decision", who, START + timedelta(milliseconds=number), body)


def appended(path: Path, hash_name: str, count: int, batch: int, first: int = 0) -> float:
    """Append entries in batches; return entries a second, making them included."""
    with SQLiteStore(path, hash_name) as store:
        ledger = Ledger(store)
        begun = time.perf_counter()
        for at in range(first, first + count, batch):
            ledger.append([entry(number) for number in range(at, min(at + batch, first + count))])
        return count / (time.perf_counter() - begun)


def main() -> None:
    """Measure and print."""
    count = int(sys.argv[1]) if sys.argv[1:] else 1_000_000
    hash_name = sys.argv[2] if sys.argv[2:] else "sha256"
    signer = keys.generate("czj.example.gov.cn/ledger")
    with tempfile.TemporaryDirectory() as folder:
        small = Path(folder) / "small.sqlite"
        print(f"{hash_name}")
        print(f"one at a time       {appended(small, hash_name, ALONE, 1):10,.0f} /s")
        rate = appended(small, hash_name, 100 * ALONE, 100, ALONE)
        print(f"batches of 100      {rate:10,.0f} /s")
        path = Path(folder) / "log.sqlite"
        rate = appended(path, hash_name, count, 1000)
        print(f"batches of 1000     {rate:10,.0f} /s over {count:,} entries")
        print(f"file                {path.stat().st_size / MEBI:10,.0f} MB")
        with SQLiteStore(path) as store:
            ledger = Ledger(store)
            begun = time.perf_counter()
            signed = ledger.checkpoint(signer).checkpoint
            print(f"checkpoint          {time.perf_counter() - begun:10.2f} s")
            begun = time.perf_counter()
            for index in range(0, count, max(1, count // PROOFS)):
                text = bundle.make(ledger, signed, [signer.public], index=index)
            took = (time.perf_counter() - begun) / PROOFS
            value = json.loads(text)
            parts = ("leaf_index", "tree_size", "audit_path")
            size = len(json.dumps({name: value[name] for name in parts}))
            print(f"bundle              {1000 * took:10.2f} ms, {len(text):,} bytes")
            print(f"inclusion proof     {size:10,} bytes")
        with SQLiteStore(path, readonly=True) as store:
            begun = time.perf_counter()
            found = audit(store, [signer.public])
            print(f"full verification   {time.perf_counter() - begun:10.1f} s, good: {found.good}")
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"peak memory         {peak:10,.0f} MB")


if __name__ == "__main__":
    main()
