"""Makes a snapshot of N invented projects with five lines each, by DuckDB alone.

Every cell is a hash of its row number, so the same N gives the same rows. Of the columns that may
be empty 3 % are; faults are planted so that about 2.3 findings a project arise.
"""

from __future__ import annotations

import argparse
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from shangji.pack import Pack, load
from shangji.snapshot import RunFacts, Snapshot, made_beside, put, seal

if TYPE_CHECKING:
    from collections.abc import Iterator

PACK = Path(__file__).parent / "pack"
FACTS = RunFacts(2027, date(2026, 11, 20), "990101", "测速", "虚构")
LINES = 5
PROJECTS_A_UNIT = 50
TABLES = "|history|line|organisation|project|"
SYSTEM = (
    "{unsupplied} AS row_unsupplied, CAST(NULL AS VARCHAR) AS row_unreadable, "
    f"'{TABLES}' AS row_tables, "
    "'file-' || CAST(i // 5000 AS VARCHAR) AS row_source, '' AS row_sheet, "
    "CAST(i AS BIGINT) AS row_number"
)

MACROS = (
    # A number below 10 000 that belongs to row i and column k; rare(i, k, n): one row in n.
    "CREATE MACRO u(i, k) AS CAST(hash(i * 131 + k) % 10000 AS BIGINT)",
    "CREATE MACRO rare(i, k, n) AS hash(i * 131 + k + 7000000000000) % n = 0",
    "CREATE MACRO empty3(i, k, x) AS CASE WHEN u(i, k) >= 300 THEN x END",
    "CREATE MACRO code(i) AS 'P' || lpad(CAST(i AS VARCHAR), 9, '0')",
    "CREATE MACRO yuan(i) AS (1 + u(i, 1) % 500) * 10000",
    "CREATE MACRO lanes() AS ['operation', 'operation', 'policy', 'one_off', 'works', 'rigid']",
    "CREATE MACRO lane(i) AS lanes()[1 + u(i, 2) % 6]",
    "CREATE MACRO unit(i) AS 'U' || lpad(CAST(i // 50 AS VARCHAR), 7, '0')",
)

PROJECT = {
    "project_code": "code(i)",
    "project_name": "CASE WHEN rare(i, 3, 300) THEN NULL WHEN rare(i, 4, 100) THEN '维护项目' "
    "|| CAST(i // 2 * 2 AS VARCHAR) WHEN rare(i, 5, 200) THEN '请填写' || CAST(i AS VARCHAR) "
    "ELSE '维护项目' || CAST(i AS VARCHAR) END",
    "unit_code": "unit(i)",
    "region": "'9901' || lpad(CAST(1 + i // 1000 % 20 AS VARCHAR), 2, '0')",
    "lane": "lane(i)",
    "category": "CASE u(i, 6) % 3 WHEN 0 THEN '21' WHEN 1 THEN '22' ELSE '31' END",
    "functional_class": "empty3(i, 7, CASE WHEN rare(i, 8, 150) THEN '29999' ELSE '2' || "
    "lpad(CAST("
    "1 + u(i, 9) % 25 AS VARCHAR), 2, '0') || lpad(CAST(1 + u(i, 10) % 10 "
    "AS VARCHAR), 2, '0') END)",
    "level": "CASE WHEN u(i, 11) % 4 = 0 THEN '1' ELSE '2' END",
    "parent_code": "CASE WHEN (u(i, 11) % 4 = 0) = rare(i, 12, 100) THEN code(i // 10) END",
    "recurrence": "CASE u(i, 13) % 4 WHEN 0 THEN 'new' WHEN 1 THEN 'one_off' ELSE 'continuing' END",
    "start_date": "CASE WHEN rare(i, 14, 200) THEN DATE '2028-02-01' "
    "ELSE DATE '2026-01-01' + CAST(u(i, 14) % 500 AS INTEGER) END",
    "end_date": "empty3(i, 15, CASE WHEN rare(i, 16, 200) THEN DATE '2025-12-31' WHEN "
    "rare(i, 17, 100)"
    " THEN DATE '2032-06-30' ELSE DATE '2028-03-31' + CAST(u(i, 15) % 500 AS INTEGER) END)",
    "amount_yuan": "CASE WHEN rare(i, 18, 400) THEN 0 ELSE yuan(i) END",
    "total_yuan": "empty3(i, 19, yuan(i) * (CASE WHEN rare(i, 20, 100) THEN 0 ELSE 3 END))",
    "fiscal_yuan": "yuan(i) * 6 // 10 + (CASE WHEN rare(i, 21, 20) THEN 1 ELSE 0 END)",
    "special_yuan": "CASE WHEN lane(i) = 'rigid' AND NOT rare(i, 22, 50) THEN 0 "
    "ELSE yuan(i) // 10 END",
    "fund_yuan": "yuan(i) // 10 + (CASE WHEN lane(i) = 'rigid' AND NOT rare(i, 22, 50) "
    "THEN yuan(i) // 10 ELSE 0 END)",
    "own_yuan": "yuan(i) // 10",
    "carry_over_yuan": "yuan(i) // 10",
    "last_year_yuan": "empty3(i, 23, yuan(i) * (CASE WHEN rare(i, 24, 25) THEN 5 ELSE 9 END) "
    "// 10)",
    "last_executed_yuan": "empty3(i, 100, yuan(i) * (CASE WHEN rare(i, 25, 80) THEN 95 ELSE 40 "
    "END) // 100)",
    "next_year_yuan": "empty3(i, 101, yuan(i) * (CASE WHEN rare(i, 26, 25) THEN 3 ELSE 1 END))",
    "procurement_yuan": "empty3(i, 102, yuan(i) * (CASE WHEN rare(i, 27, 100) THEN 12 ELSE 3 "
    "END) // 10)",
    "outsourcing_yuan": "empty3(i, 103, yuan(i) * (CASE WHEN rare(i, 28, 80) THEN 7 ELSE 2 "
    "END) // 10)",
    "construction_yuan": "CASE WHEN lane(i) <> 'works' OR rare(i, 29, 25) THEN 0 "
    "ELSE yuan(i) * 8 // 10 END",
    "meeting_yuan": "empty3(i, 104, yuan(i) * (CASE WHEN rare(i, 30, 25) THEN 12 ELSE 3 "
    "END) // 100)",
    "training_yuan": "empty3(i, 105, yuan(i) * (CASE WHEN rare(i, 31, 25) THEN 17 ELSE 3 "
    "END) // 100)",
    "travel_yuan": "empty3(i, 32, yuan(i) * (CASE WHEN rare(i, 33, 25) THEN 22 ELSE 3 END) // 100)",
    "info_yuan": "empty3(i, 106, yuan(i) * (CASE WHEN rare(i, 34, 25) THEN 9 ELSE 3 END) // 100)",
    "area_m2": "empty3(i, 35, (yuan(i) // 4000 + 1) * (CASE WHEN rare(i, 36, 25) THEN 0.25 ELSE 1 "
    "END))",
    "staff_count": "empty3(i, 107, CASE WHEN rare(i, 37, 25) THEN 9 ELSE yuan(i) // 50000 "
    "+ 20 END)",
    "beneficiary_count": "CASE WHEN u(i, 53) >= 100 THEN empty3(i, 38, CASE WHEN rare(i, 39, 40) "
    "THEN 0 ELSE yuan(i) // 500 END) END",
    "own_share": "CASE WHEN u(i, 53) >= 100 THEN CASE WHEN rare(i, 40, 200) THEN 120.5 "
    "ELSE u(i, 40) % 900 * 0.1 END END",
    "has_feasibility": "empty3(i, 41, NOT rare(i, 42, 20))",
    "goal_text": "empty3(i, 43, '完成年度工作任务' || CAST(u(i, 43) AS VARCHAR))",
    "basis_text": "empty3(i, 44, '年度工作安排' || CAST(u(i, 44) AS VARCHAR))",
}

# p is the project of line i, e what the line is for, share its part of the project's amount.
LINE = {
    "project_code": "code(p)",
    "line_no": "1 + i % 5",
    "item": "CASE WHEN NOT rare(i, 60, 200) THEN 'A' || lpad(CAST(hash(i * 131 + 61) % 4000 "
    "AS VARCHAR), 4, '0') END",
    "economic_class": "e",
    "tier": "CASE WHEN e = '31002' THEN CASE u(i, 62) % 3 WHEN 0 THEN '台式机' WHEN 1 "
    "THEN '便携机' "
    "ELSE '打印机' END WHEN e IN ('30215', '30216') THEN CASE u(i, 62) % 3 WHEN 0 THEN '一类' "
    "WHEN 1 THEN '二类' ELSE '三类' END END",
    "quantity": "empty3(i, 108, quantity)",
    "unit_price_yuan": "CASE WHEN u(i, 64) >= 300 THEN share / quantity END",
    "persons": "CASE WHEN e IN ('30215', '30216') AND u(i, 65) >= 300 THEN CASE WHEN "
    "rare(i, 66, 200) THEN 0 WHEN rare(i, 67, 20) THEN share // 2000 ELSE "
    "share // 600 + 1 END END",
    "days": "CASE WHEN e IN ('30215', '30216') AND u(i, 68) >= 300 THEN CASE WHEN "
    "rare(i, 69, 30) THEN 30.5 ELSE 2 END END",
    "times": "empty3(i, 109, CASE WHEN rare(i, 70, 60) THEN 24 ELSE 1 + u(i, 70) % 12 END)",
    "amount_yuan": "CASE WHEN rare(i, 71, 500) THEN NULL WHEN rare(i, 72, 200) THEN 0 "
    "WHEN rare(i, 73, 400) THEN yuan(p) * 2 ELSE share END",
    "procurement_mode": "empty3(i, 110, CASE WHEN u(i, 74) % 3 = 0 THEN 'open' ELSE 'none' END)",
    "purchase_code": "CASE WHEN u(i, 74) % 3 = 0 AND NOT rare(i, 75, 12) THEN 'C' || "
    "CAST(u(i, 75) % 900 AS VARCHAR) END",
}
ECONOMIC = (
    "CASE WHEN rare(i, 80, 200) THEN '30999' ELSE CASE u(i, 81) % 20 WHEN 0 THEN '30215' "
    "WHEN 1 THEN '30216' WHEN 2 THEN '30217' WHEN 3 THEN '31002' WHEN 4 THEN '39999' "
    "WHEN 5 THEN '30227' WHEN 6 THEN '30299' ELSE '302' || "
    "lpad(CAST(1 + u(i, 82) % 14 AS VARCHAR), 2, '0') END END"
)
QUANTITY = (
    "CASE WHEN rare(i, 63, 60) THEN 3 WHEN e = '31002' THEN share / CAST(CASE WHEN "
    "rare(i, 83, 30) THEN 8000 ELSE 2000 END AS DECIMAL(18,2)) ELSE 1 + u(i, 63) % 2 END"
)
HISTORY = {
    "project_code": "code(p)",
    "year": "2025 + i % 2",
    "adjusted_yuan": "yuan(p)",
    "executed_yuan": "yuan(p) * (CASE WHEN rare(i, 90, 30) THEN 70 ELSE 90 END) // 100",
}
ORGANISATION = {
    "unit_code": "unit(i * 50)",
    "unit_name": "'单位' || CAST(i AS VARCHAR)",
    "unit_type": "'11'",
    "quota_staff": "CASE WHEN rare(i, 91, 50) THEN 60 ELSE 200 END",
}


def sources(projects: int) -> Iterator[tuple[str, dict[str, str], str, str, str]]:
    """Table, its columns, its key, its rows, and the SQL of its `row_unsupplied`."""
    none = "CAST(NULL AS VARCHAR)"
    lines = (
        f"SELECT *, {QUANTITY} AS quantity FROM (SELECT i, p, {ECONOMIC} AS e, "
        f"CAST(yuan(p) // {LINES} AS DECIMAL(18,2)) AS share FROM "
        f"(SELECT range AS i, range // {LINES} AS p FROM range({projects * LINES})))"
    )
    history = (
        "SELECT i, p FROM (SELECT range AS i, range // 2 AS p FROM "
        f"range({projects * 2})) WHERE u(p, 92) < 7000"
    )
    partly = "CASE WHEN u(i, 53) < 100 THEN '|beneficiary_count|own_share|' END"
    yield "project", PROJECT, "code(i)", f"SELECT range AS i FROM range({projects})", partly
    yield "line", LINE, "code(p) || '|' || CAST(1 + i % 5 AS VARCHAR)", lines, none
    yield "history", HISTORY, "code(p) || '|' || CAST(2025 + i % 2 AS VARCHAR)", history, none
    units = -(-projects // PROJECTS_A_UNIT)
    yield (
        "organisation",
        ORGANISATION,
        "unit(i * 50)",
        f"SELECT range AS i FROM range({units})",
        none,
    )


def bench_pack() -> Pack:
    """The bench pack."""
    pack, problems = load([PACK])
    if pack is None:
        raise SystemExit("\n".join(map(str, problems)))
    return pack


def make(projects: int, out: Path) -> Snapshot:
    """Write the snapshot of so many projects, or open it where it stands."""
    if (out / "manifest.json").is_file():
        return Snapshot.open(out)
    pack = bench_pack()
    with made_beside(out) as work:
        with duckdb.connect(config={"threads": 2}) as connection:
            for macro in MACROS:
                connection.execute(macro)
            names = []
            for name, columns, key, rows, unsupplied in sources(projects):
                types = pack.tables[name].stored()
                given = ", ".join(f"{sql} AS {column}" for column, sql in columns.items())
                system = SYSTEM.format(unsupplied=unsupplied)
                shown = ", ".join(
                    f'CAST("{column}" AS {sql}) AS "{column}"' for column, sql in types.items()
                )
                connection.execute(
                    f"COPY (SELECT {shown} FROM (SELECT {given}, {key} AS row_key, {system} "
                    f"FROM ({rows})) ORDER BY row_key) TO '{work / name}.parquet' "
                    "(FORMAT parquet, COMPRESSION zstd)"
                )
                names.append(name)
        seal(work, {name: pack.tables[name] for name in names}, FACTS)
        put(work, out)
    return Snapshot.open(out)


def main() -> None:
    """Write the snapshots of the sizes given."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("sizes", type=int, nargs="+")
    given = parser.parse_args()
    for size in given.sizes:
        made = make(size, given.folder / str(size))
        print(size, made.digest[:16], made.rows("line"), file=sys.stderr)


if __name__ == "__main__":
    main()
