"""What tests are given: packs that load, rows of text frozen as snapshots, plans carried out."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from shangji.engines import engine
from shangji.pack import Pack, load
from shangji.schema import parse
from shangji.snapshot import Collected, RunFacts, Source

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from shangji.snapshot import Snapshot

TINY = Path(__file__).parent / "contract" / "pack"
FACTS = RunFacts(2027, date(2026, 11, 20), "990101", "样例县", "虚构数据")


def loaded(*folders: Path | str) -> Pack:
    """A pack that must load."""
    pack, problems = load(folders)
    assert pack is not None, "\n".join(map(str, problems))
    return pack


def upon(base: Pack, pack: Pack) -> Pack:
    """A pack whose rules that stand as they are in the pack below bring no cases.

    The check of the pack below tries those (tests/library/test_checking_cases.py); trying them
    again takes most of a minute and says nothing of the pack above.
    """
    rules = {
        name: replace(rule, cases=()) if base.rules.get(name) == rule else rule
        for name, rule in pack.rules.items()
    }
    return replace(pack, rules=rules)


def collect(
    pack: Pack,
    rows: Mapping[str, Sequence[Mapping[str, str]]],
    *,
    origin: str = "unit",
    supplied: Mapping[str, Sequence[str]] | None = None,
) -> Collected:
    """Rows of text through the one door, from one source; all columns supplied unless told."""
    given = {
        name: tuple((supplied or {}).get(name, [c.name for c in pack.tables[name].columns]))
        for name in rows
    }
    made: dict[str, list[dict[str, Any]]] = {}
    for name, table_rows in rows.items():
        made[name] = [
            {
                **parse(pack.tables[name], cells)[0],
                "row_source": "申报.xlsx",
                "row_sheet": pack.tables[name].zh,
                "row_number": number,
            }
            for number, cells in enumerate(table_rows, start=2)
        ]
    return Collected(made, [Source("申报.xlsx", "申报.xlsx", origin, "0" * 64, given)])


def run_plan(pack: Pack, snapshot: Snapshot, out: Path, name: str = "duckdb") -> Any:
    """Carry out the pack's plan and return the engine, ready for queries."""
    from shangji.compile import plan

    runner = engine(name)
    made = plan(pack, snapshot.tables, snapshot.facts, regions=snapshot.regions)
    runner.run(made, snapshot, out)
    return runner
