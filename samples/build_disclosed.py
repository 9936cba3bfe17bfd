"""Write samples/disclosed from facts keyed by hand out of public disclosures.

Run: .venv/bin/python samples/build_disclosed.py, with SHANGJI_REAL_DATA naming the folder of the
real data (default: shared/data beside the repository). The same bytes come out every time.
"""

from __future__ import annotations

import csv
import os
import re
import sys
from collections import defaultdict
from datetime import datetime, timezone
from decimal import Decimal
from pathlib import Path

import xlsxwriter

HERE = Path(__file__).resolve().parent
OUT = HERE / "disclosed"
DATA = Path(os.environ.get("SHANGJI_REAL_DATA", HERE.parent.parent / "shared" / "data"))
KIND = "公开信息整理，不是申报数据"
COVER = {
    "标题": "各地项目公开信息（177条）", "预算年度": "2026", "区划代码": "999999",
    "数据截至日": "2026-03-31", "数据性质": KIND, "数据提供": "公开信息",
}  # fmt: skip
PROJECT = {
    "code": "项目代码", "project": "项目名称", "unit": "单位名称", "region": "实施地点",
    "year": "预算年度", "content": "项目概述", "amount_wan": "申报金额（万元）",
}  # fmt: skip
HISTORY = {
    "code": "项目代码", "project": "项目名称", "year": "年度", "months": "覆盖月数",
    "original": "年初预算数（万元）",
    "adjusted": "全年预算数（万元）", "executed": "执行数（万元）",
}  # fmt: skip
EVALUATION = {
    "code": "项目代码", "year": "被评价年度", "kind": "评价类型", "score": "评价得分",
    "problem": "主要问题",
}  # fmt: skip
TARGET = {
    "code": "项目代码", "level1": "一级指标", "level2": "二级指标", "level3": "三级指标",
    "direction": "指标方向", "value": "指标值", "weight": "权重",
}  # fmt: skip

# What the notes say, as fields: (source, ordinal within it) → the figures of the note.
BUDGETS = {
    ("dysfj23", 1): ("0", "3.36"),
    ("qsfg23", 1): ("238.93", "251.89"),
    ("hh24", 1): ("985", "861.46"),
}
PROBLEMS = {
    ("qsfg23", 1): "公开的自评表得分一栏没有填，模板说明文字没有替换",
    ("wanglu17", 1): "编制预算时摸底不准，预算过大",
}
# Indicators that the notes name without their levels; the disclosures have more than was keyed.
SOME = {
    ("dysfj23", 1): [("完成产品购买并支付", "100")],
    ("laoting21", 1): [("服务对象满意度", "≥90%/100%")],
    ("linhai24", 1): [("数量", "375万平方米"), ("质量", "100%"), ("满意度", "≥95%")],
    ("ningxiang21", 1): [("各项指标（指标值均相同）", "100")],
    ("dayes24", 1): [("果蔬基地", "180亩")],
    ("zhoukou23", 1): [("带动务工", "100人以上"), ("年收入", "2万元以上")],
}
# The one table whose indicators the note gives as complete: a cost indicator and nothing else.
ALL = {("dysfj23", 2): [("成本指标", "经济成本指标", "成本控制数", "≤", "≤30万元", "90")]}


def main() -> None:
    """Write the workbook and the page about it."""
    rows = _read("projects.csv")
    sources = {row["source_id"]: row for row in _read("sources.csv")}
    ordinals: dict[str, int] = defaultdict(int)
    for row in rows:
        ordinals[row["source_id"]] += 1
        row["at"] = (row["source_id"], ordinals[row["source_id"]])
        row["code"] = f"GK-{row['source_id']}-{ordinals[row['source_id']]:02d}"
    OUT.mkdir(exist_ok=True)
    _workbook(rows)
    (OUT / "README.md").write_text(_page(rows, sources), "utf-8")
    print(f"{len(rows)} projects")


def _read(name: str) -> list[dict]:
    path = DATA / "disclosed" / name
    if not path.is_file():
        sys.exit(f"no {name}: set SHANGJI_REAL_DATA to the folder of the real data")
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _workbook(rows):
    book = xlsxwriter.Workbook(
        str(OUT / "公开信息.xlsx"), {"strings_to_formulas": False, "strings_to_urls": False}
    )
    book.set_properties({"created": datetime(2026, 4, 1, tzinfo=timezone.utc)})
    cover = [{"item": item, "value": value} for item, value in COVER.items()]
    _sheet(book, "封面", {"item": "项", "value": "值"}, cover)
    _sheet(book, "项目", PROJECT, [row | {"amount_wan": _number(row["amount_wan"])} for row in rows])
    _sheet(book, "绩效指标", TARGET, _targets(rows))
    history = [_history(row) for row in rows if row["executed_wan"] or row["at"] in BUDGETS]
    _sheet(book, "历年预算执行", HISTORY, history)
    scored = [row for row in rows if row["score"] or row["at"] in PROBLEMS]
    _sheet(book, "绩效评价结果", EVALUATION, [_evaluation(row) for row in scored])
    book.close()


def _sheet(book, name, heads, rows):
    """Write the headings of the columns that any row fills, and the rows."""
    sheet = book.add_worksheet(name)
    bold = book.add_format({"bold": True, "bg_color": "#E8EEF4"})
    fields = [field for field in heads if any(row.get(field) not in {None, ""} for row in rows)]
    sheet.set_column(0, len(fields) - 1, 22)
    for column, field in enumerate(fields):
        sheet.write_string(0, column, heads[field], bold)
        for number, row in enumerate(rows, 1):
            value = row.get(field)
            if isinstance(value, Decimal):
                sheet.write_number(number, column, float(value))
            elif value:
                sheet.write_string(number, column, str(value))
    sheet.freeze_panes(1, 1)


def _number(text: str) -> Decimal | None:
    return Decimal(text) if text else None


def _history(row):
    original, adjusted = BUDGETS.get(row["at"], ("", row["amount_wan"]))
    return {
        "code": row["code"], "project": row["project"], "year": row["year"], "months": 12,
        "original": _number(original), "adjusted": _number(adjusted),
        "executed": _number(row["executed_wan"]),
    }  # fmt: skip


def _evaluation(row):
    return {
        "code": row["code"], "year": row["year"], "kind": "单位自评",
        "score": _number(row["score"]), "problem": PROBLEMS.get(row["at"], ""),
    }  # fmt: skip


def _targets(rows):
    """The indicators that the notes state: most have no level, one table is there in full."""
    stated = []
    for row in rows:
        for level3, value in SOME.get(row["at"], ()):
            stated.append({"code": row["code"], "level3": level3, "value": value})
        for values in ALL.get(row["at"], ()):
            fields = (field for field in TARGET if field != "code")
            stated.append({"code": row["code"], **dict(zip(fields, values, strict=True))})
    return stated


def _page(rows, sources):
    """The page about the sample: what it is, how it was keyed, where each fact comes from."""
    counts = defaultdict(int)
    for row in rows:
        counts[row["source_id"]] += 1
    lines = [(HERE / "disclosed.md").read_text("utf-8").rstrip(), "", "## 来源", "",
             "| 来源编号 | 地区 | 年度 | 公开材料 | 条数 | 发布机关网页 |",
             "|---|---|---|---|---|---|"]  # fmt: skip
    for name, count in counts.items():
        source = sources[name]
        url = source["url"] if source["host_trust"] == "gov" else ""
        shown = f"<{url}>" if url else ""
        place, year = source["region"] or "未具名", source["year"] or "未注明"
        lines.append(f"| {name} | {place} | {year} | {source['title']} | {count} | {shown} |")
    lines += ["", "## 录入时的备注", "", "| 项目代码 | 备注 |", "|---|---|"]
    lines += [f"| {row['code']} | {_cell(row['notes'])} |" for row in rows if row["notes"]]
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    return re.sub(r"\s+", " ", text).replace("|", "／")


if __name__ == "__main__":
    main()
