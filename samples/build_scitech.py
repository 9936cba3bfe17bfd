"""Write samples/scitech: ventures, their money, disclosures and panels, with planted faults.

Run: .venv/bin/python samples/build_scitech.py. The same bytes come out every time. Everything is
fictitious: county 990101 does not exist, nor do the companies, experts and amounts.
"""

from __future__ import annotations

import csv
import random
import sys
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import xlsxwriter
from scitech_faults import PLANTS
from scitech_world import World

from shangji.pack import load

HERE = Path(__file__).resolve().parent
OUT = HERE / "scitech"
COVER = {"预算年度": "2027", "区划代码": "990101", "数据截至日": "2026-11-20", "数据性质": "虚构样例"}
BOOKS = {
    "申报/科创项目.xlsx": ("样例县科技创新资金（虚构）", "样例县科学技术局", (
        "venture", "appraisal", "venture_budget", "need_item", "fund_node", "money_flow",
        "disclosure")),
    "申报/激励和分担.xlsx": ("样例县科技创新资金（虚构）", "样例县科学技术局", (
        "lender", "support", "award_claim", "loss_claim", "gain_share")),
    "财政数据/专家评审.xlsx": ("样例县科技创新资金（虚构）", "样例县财政局", (
        "expert", "expert_tie", "panel_seat", "judgement")),
}  # fmt: skip
SIDE = ("project_code", "kind", "zh", "gravity", "decided_by", "disguise", "expected", "file",
        "sheet", "cell", "keys", "what")  # fmt: skip


def main() -> None:
    """Build the clean world, plant, write."""
    pack, problems = load(["national", "scitech"])
    if pack is None:
        raise SystemExit("\n".join(problem.says for problem in problems))
    world = World(random.Random(2027))
    planted = [found for plant in PLANTS for found in plant(world)]
    world.close()
    places = {}
    for name, (title, unit, tables) in BOOKS.items():
        _write(OUT / "data" / name, title, unit, [(pack.tables[one], world.rows[one])
               for one in tables if one in pack.tables and world.rows[one]], places)  # fmt: skip
    with (OUT / "planted.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, SIDE, lineterminator="\n")
        writer.writeheader()
        for fault in planted:
            row = fault.pop("row", None)
            place = places.get(id(row), {})
            writer.writerow({"project_code": "", "decided_by": "定值", "disguise": "1", **fault,
                             **place})  # fmt: skip
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
        used = [one for one in table.columns if any(row.get(one.name) not in {None, ""} for row in rows)]
        sheet.set_column(0, len(used), 15)
        for at, column in enumerate(used):
            sheet.write(0, at, f"{column.zh}（元）" if column.kind == "money" else column.zh, head)
        sheet.freeze_panes(1, 1)
        for number, row in enumerate(rows, 1):
            places[id(row)] = {"file": f"{path.parent.name}/{path.name}", "sheet": table.zh,
                               "cell": f"A{number + 1}"}  # fmt: skip
            for at, column in enumerate(used):
                value = row.get(column.name)
                if value is None or value == "":
                    continue
                if isinstance(value, date):
                    moment = datetime(value.year, value.month, value.day)
                    sheet.write_datetime(number, at, moment, day)
                elif isinstance(value, (int, Decimal)):
                    sheet.write_number(number, at, float(value))
                else:
                    sheet.write_string(number, at, str(value))
    book.close()


if __name__ == "__main__":
    main()
