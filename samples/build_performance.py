"""Write samples/performance: 120 fictitious projects through 2026, with planted faults.

Run: .venv/bin/python samples/build_performance.py. The same bytes come out every time.
"""

from __future__ import annotations

import csv
import sys
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlsxwriter
from shangji.faults.grading import COLUMNS
from shangji.pack import load

from performance_departments import Row, Rows
from performance_faults import planted
from performance_year import DEPARTMENTS, year

OUT = Path(__file__).resolve().parent / "performance"
FILED = {
    "monitoring": "绩效运行监控表",
    "indicator_progress": "绩效指标监控表",
    "self_evaluation": "项目支出绩效自评表",
    "self_indicator": "自评指标表",
    "department_evaluation": "部门整体支出绩效自评表",
    "ex_ante": "事前绩效评估表",
}
KEPT = {
    "执行和支付": {"history": "历年预算执行", "payment": "支付明细"},
    "评价和应用": {"evaluation": "绩效评价结果", "result_use": "评价结果应用"},
}
WHOLE = frozenset(
    {"monitoring", "indicator_progress", "self_evaluation", "self_indicator", "result_use"}
)
"""Tables that are written with all their columns, the empty ones too."""
KIND = "虚构样例，不是真实数据"
COVER = {"预算年度": "2028", "区划代码": "990101", "数据截至日": "2027-09-20", "数据性质": KIND}


def department_of(row: Row) -> str:
    """The department that files a row."""
    return str(row.get("department_code") or row["unit_code"][:3])


def cell(value: Any) -> Any:  # noqa: ANN401 - whatever a cell holds
    """A value as a sheet holds it."""
    if isinstance(value, Decimal):
        return int(value) if value == int(value) else float(value)
    return value.isoformat() if isinstance(value, date) else value


def write(path: Path, cover: dict[str, str], sheets: dict[str, tuple[Any, list[Row]]]) -> None:
    """Write a workbook: a cover, and a sheet a table with the headings of the pack."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with xlsxwriter.Workbook(path, {"strings_to_numbers": False}) as book:
        book.set_properties({"created": datetime(2027, 9, 20, tzinfo=UTC)})
        bold = book.add_format({"bold": True, "bg_color": "#DDEBF7", "border": 1})
        first = book.add_worksheet("封面")
        first.write_row(0, 0, ("项", "值"), bold)
        for at, item in enumerate(cover.items(), 1):
            first.write_row(at, 0, item)
        first.set_column(0, 1, 36)
        for name, (table, rows) in sheets.items():
            sheet = book.add_worksheet(name)
            columns = [
                one
                for one in table.columns
                if table.name in WHOLE or any(row.get(one.name) is not None for row in rows)
            ]
            heads = [f"{one.zh}（元）" if one.kind == "money" else one.zh for one in columns]
            sheet.write_row(0, 0, heads, bold)
            for number, row in enumerate(rows, 1):
                for at, one in enumerate(columns):
                    value = cell(row.get(one.name))
                    if isinstance(value, str):
                        sheet.write_string(number, at, value)
                    elif value is not None:
                        sheet.write(number, at, value)
                row["place"] = (path.relative_to(OUT / "data").as_posix(), name, number + 1)
            sheet.set_column(0, len(columns), 14)
            sheet.freeze_panes(1, 2)


def main() -> None:
    """Write the workbooks and the side file of what was planted."""
    pack, problems = load(("national", "performance"))
    if pack is None:
        sys.exit("\n".join(str(problem) for problem in problems))
    rows: Rows = year()
    faults = planted(rows)
    for code, bureau, _ in DEPARTMENTS:
        own = {
            sheet: (pack.tables[name], [row for row in rows[name] if department_of(row) == code])
            for name, sheet in FILED.items()
        }
        title = f"样例县{bureau}（虚构）2026年绩效管理"
        cover = {"标题": title, **COVER, "填报单位": f"样例县{bureau}"}
        write(OUT / "data" / "部门报送" / f"{code}样例县{bureau}.xlsx", cover, own)
    for file, tables in KEPT.items():
        kept = {sheet: (pack.tables[name], rows[name]) for name, sheet in tables.items()}
        cover = {"标题": "样例县（虚构）2026年预算绩效管理", **COVER, "数据提供": "样例县财政局"}
        write(OUT / "data" / "财政数据" / f"{file}.xlsx", cover, kept)
    with (OUT / "planted.csv").open("w", encoding="utf-8", newline="") as file:
        out = csv.DictWriter(file, COLUMNS)
        out.writeheader()
        for fault in faults:
            place = fault.row.get("place", ("", "", ""))
            out.writerow(
                dict.fromkeys(COLUMNS, "")
                | {
                    "project_code": fault.row.get("project_code", ""),
                    "kind": fault.kind,
                    "zh": fault.zh,
                    "gravity": fault.gravity,
                    "decided_by": "定值",
                    "expected": fault.rule,
                    "file": place[0],
                    "sheet": place[1],
                    "cell": f"A{place[2]}",
                    "what": fault.what,
                }
            )


if __name__ == "__main__":
    main()
