"""How large 审核报告.html is for n projects: python bench/report_page.py 600 5000.

The small sample is read once, its projects are repeated under other codes and names, and all is
frozen, reviewed and written as ever. Prints bytes of the largest file, files, seconds of the page.
"""

from __future__ import annotations

import sys
import tempfile
import time
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from shangji import compile as compiler
from shangji.engines import engine
from shangji.intake import read
from shangji.pack import load
from shangji.path import paths
from shangji.report import summarise
from shangji.report.page import write_page
from shangji.snapshot import RunFacts, freeze

if TYPE_CHECKING:
    from shangji.pack import Pack
    from shangji.snapshot import Collected

SMALL = Path(__file__).resolve().parent.parent / "samples" / "small"
OTHER = ("project_code", "prior_project_code", "other_project_code", "project_name")
"""What differs between copies: else every project would be a duplicate of every copy."""


def repeated(given: Collected, times: int) -> Collected:
    """The rows of projects again under other codes; other rows once."""
    rows: dict[str, list[dict[str, Any]]] = {}
    for table, found in given.rows.items():
        by_project = any(row.get("project_code") for row in found)
        rows[table] = [
            {**row, **{name: f"{row[name]}{at:03d}" for name in OTHER if at and row.get(name)}}
            for at in range(times if by_project else 1)
            for row in found
        ]
    return replace(given, rows=rows)


def measured(pack: Pack, wanted: int) -> str:
    """One line: projects, bytes of the largest file, files, seconds of the page."""
    given, problems = read([SMALL], pack)
    facts = RunFacts(2027, date(2026, 9, 15), "990101", "样例县（虚构）", "虚构")
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder)
        copies = repeated(given, max(1, wanted // len(given.rows["project"])))
        snapshot, _ = freeze(copies, pack.tables, facts, out / "snapshot")
        plan = compiler.plan(
            pack,
            snapshot.tables,
            snapshot.facts,
            regions=snapshot.regions,
            supplied=snapshot.supplied,
        )
        results = paths(snapshot, engine("duckdb").run(plan, snapshot, out / "tables"), pack)
        summary = summarise(snapshot, results, pack)
        started = time.perf_counter()
        met = (problems, given.cells)
        files = write_page(out, snapshot, results, pack, summary, result="0" * 64, intake=met)
        seconds = time.perf_counter() - started
        largest = max(path.stat().st_size for path in files)
        return (
            f"{summary.tables['project']:>7,} projects  largest file {largest:>10,} bytes  "
            f"{len(files):>4} files  page {seconds:.1f} s"
        )


if __name__ == "__main__":
    national, _ = load(["national"])
    if national is None:
        sys.exit("the pack national does not load")
    for count in sys.argv[1:]:
        print(measured(national, int(count)))
