"""Runs hand.sql over a snapshot, with the same small inputs, threads and memory as the engine."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from shangji.compile import Input
from shangji.engines.duckdb_engine import load_input

if TYPE_CHECKING:
    from shangji.compile import Plan
    from shangji.pack import Pack
    from shangji.snapshot import Snapshot

SQL = Path(__file__).parent / "hand.sql"


def run(pack: Pack, plan: Plan, snapshot: Snapshot, out: Path) -> Path:
    """Write the findings of hand.sql and return their file."""
    out.mkdir(parents=True, exist_ok=True)
    text = SQL.read_text("utf-8").replace("$in", str(snapshot.folder)).replace("$out", str(out))
    with (
        tempfile.TemporaryDirectory() as spill,
        duckdb.connect(
            config={
                "threads": 2,
                "memory_limit": "3GB",
                "temp_directory": spill,
                "preserve_insertion_order": False,
            }
        ) as connection,
    ):
        load_input(connection, "standard_now", plan.inputs["standard_now"])
        digests = tuple((rule.id, rule.digest) for rule in pack.rules.values())
        small = {"rule_digest": Input({"rule_id": "VARCHAR", "digest": "VARCHAR"}, digests)}
        for name in ("functional", "economic"):
            codes = tuple((code,) for code in pack.codes[name].codes)
            small[name] = Input({"code": "VARCHAR"}, codes)
        for name, given in small.items():
            load_input(connection, name, given)
        connection.execute(text)
    return out / "verdict.parquet"
