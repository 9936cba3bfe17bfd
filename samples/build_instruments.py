"""Write samples/instruments: special funds, awards, pools, guidance funds, with planted faults.

Run: .venv/bin/python samples/build_instruments.py. The same bytes come out every time. Everything
is fictitious: county 990101 does not exist, nor do the companies, banks, funds and amounts.
"""

from __future__ import annotations

import csv
import sys
from datetime import date, datetime, timezone
from decimal import Decimal
from pathlib import Path

import xlsxwriter
from instruments_faults import PLANTS
from instruments_world import World

from shangji.pack import load

HERE = Path(__file__).resolve().parent
OUT = HERE / "instruments"
TITLE = "样例县财政政策工具（虚构）"
COVER = {"预算年度": "2027", "区划代码": "990101", "数据截至日": "2026-11-20", "数据性质": "虚构样例"}
BOOKS = {
    "申报/奖补和贴息.xlsx": (TITLE, "样例县科技和工业信息化局",
                      ("award", "interest_subsidy")),
    "申报/资金池和担保.xlsx": (TITLE, "样例县金融工作局",
                       ("compensation_pool", "pool_product", "guarantee_institution")),
    "申报/引导基金.xlsx": (TITLE, "样例县国有资产监督管理局",
                     ("guidance_fund", "guidance_investment")),
    "财政数据/专项资金.xlsx": (TITLE, "样例县财政局",
                       ("special_fund", "award_clause", "spending_floor")),
}  # fmt: skip
SIDE = ("project_code", "kind", "zh", "gravity", "decided_by", "disguise", "expected", "file",
        "sheet", "cell", "keys", "what")  # fmt: skip


def main() -> None:
    """Build the clean world, plant, write."""
    pack, problems = load(["national", "instruments"])
    if pack is None:
        raise SystemExit("\n".join(problem.says for problem in problems))
    world = World()
    planted = [found for plant in PLANTS for found in plant(world)]
    places: dict[int, dict[str, str]] = {}
    for name, (title, unit, tables) in BOOKS.items():
        sheets = [(pack.tables[one], world.rows[one]) for one in tables]
        _write(OUT / "data" / name, title, unit, sheets, places)
    with (OUT / "planted.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, SIDE, lineterminator="\n")
        writer.writeheader()
        for fault in planted:
            place = places.get(id(fault.pop("row", None)), {})
            writer.writerow({"project_code": "", "decided_by": "定值", "disguise": "1", **place,
                             **fault})  # fmt: skip
    sys.stdout.write(f"{len(planted)} planted in {OUT}\n")


def _write(path, title, unit, tables, places) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    book = xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"created": datetime(2026, 11, 20, tzinfo=timezone.utc)})
    head = book.add_format({"bold": True, "text_wrap": True, "bg_color": "#E8EEF4"})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    cover = book.add_worksheet("封面")
    for at, item in enumerate({"标题": title, "填报单位": unit, **COVER}.items()):
        cover.write_row(at, 0, item)
    for table, rows in tables:
        sheet = book.add_worksheet(table.zh)
        used = [one for one in table.columns
                if any(row.get(one.name) not in {None, ""} for row in rows)]  # fmt: skip
        sheet.set_column(0, len(used), 15)
        for at, column in enumerate(used):
            sheet.write(0, at, f"{column.zh}（元）" if column.kind == "money" else column.zh, head)
        sheet.freeze_panes(1, 2)
        for number, row in enumerate(rows, 1):
            places[id(row)] = {"file": f"{path.parent.name}/{path.name}", "sheet": table.zh,
                               "cell": f"A{number + 1}"}  # fmt: skip
            for at, column in enumerate(used):
                _cell(sheet, number, at, row.get(column.name), day)
    book.close()


def _cell(sheet, number, at, value, day) -> None:
    if value is None or value == "":
        return
    if isinstance(value, date):
        sheet.write_datetime(number, at, datetime(value.year, value.month, value.day), day)
    elif isinstance(value, (int, Decimal)):
        sheet.write_number(number, at, float(value))
    else:
        sheet.write_string(number, at, str(value))


if __name__ == "__main__":
    main()
