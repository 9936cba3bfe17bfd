"""Write samples/small: the workbooks of a fictitious county, and the list of planted faults.

Run: .venv/bin/python samples/build_small.py. The same bytes come out every time.
"""

from __future__ import annotations

import csv
import sys
from datetime import date, datetime, timezone
from decimal import Decimal
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "src")]

import small_bureau as bureau  # noqa: E402
import small_faults as faults  # noqa: E402
import small_model as model  # noqa: E402
import xlsxwriter  # noqa: E402

from shangji import pack as packs  # noqa: E402

OUT = HERE / "small"
AS_OF = "2026-09-15"
KIND = "虚构样例，不是真实数据"
TITLE = "样例县（虚构）2027年部门预算一上申报"
TABLES = ("project", "line", "target", "basis", "attachment")
ALWAYS = {
    "project": ("project_code", "project_name", "unit_code", "unit_name", "budget_year",
                "project_category", "lane", "project_attribute", "start_date", "end_date",
                "functional_class", "amount_yuan", "fiscal_yuan", "summary", "annual_goal",
                "duty_code", "beneficiary_kind", "unit_rank", "dept_rank"),
    "line": ("project_code", "line_no", "expense_item", "economic_class", "quantity",
             "unit_of_measure", "factor_2", "unit_price_yuan", "amount_yuan", "persons", "days",
             "is_procurement", "fund_source"),
    "target": ("project_code", "target_no", "level1", "level2", "level3", "direction",
               "value_text"),
    "basis": ("project_code", "basis_no", "kind", "issuer", "doc_no", "title", "issued_on",
              "quote", "names_project", "names_amount", "names_county_share", "effective_to"),
    "attachment": ("project_code", "attachment_no", "kind", "title", "file_name"),
}  # fmt: skip
# How each department fills in: sheet names, other headings, columns in 万元, a note above, dates.
PUBLISHED = {"sheets": {}, "heads": {}, "wan": (), "note": "", "dates": "date"}
STYLES = {
    "101": PUBLISHED,
    "102": PUBLISHED,
    "103": {
        "sheets": {"project": "项目申报表", "line": "支出明细表", "target": "绩效目标表"},
        "heads": {("line", "amount_yuan"): "金额（元）", ("line", "unit_price_yuan"): "单价（元）",
                  ("project", "amount_yuan"): "申报金额（元）", ("project", "unit_code"): "预算单位代码",
                  ("project", "total_investment_yuan"): "总投资（元）",
                  ("project", "approved_estimate_yuan"): "批复概算（元）",
                  ("project", "fiscal_yuan"): "财政拨款（元）",
                  ("basis", "named_amount_yuan"): "依据列明的金额（元）"},
        "wan": (), "note": "", "dates": "dots",
    },
    "104": {
        "sheets": {"line": "明细"},
        "heads": {("project", "amount_yuan"): "申报数（万元）", ("line", "amount_yuan"): "金额（万元）",
                  ("project", "fiscal_yuan"): "财政拨款（万元）",
                  ("project", "total_investment_yuan"): "总投资（万元）",
                  ("project", "approved_estimate_yuan"): "概算总投资（万元）",
                  ("project", "accumulated_arranged_yuan"): "累计已安排（万元）",
                  ("project", "accumulated_paid_yuan"): "累计已支付（万元）",
                  ("project", "contract_yuan"): "合同总价（万元）",
                  ("project", "control_price_yuan"): "最高投标限价（万元）",
                  ("line", "unit_price_yuan"): "单价（元）", ("line", "economic_class"): "经济分类",
                  ("basis", "doc_no"): "发文字号"},
        "wan": ("project", ("line", "amount_yuan")), "note": "", "dates": "text",
    },
    "105": {
        "sheets": {"project": "支出项目申报表", "line": "项目支出明细", "target": "绩效目标申报表"},
        "heads": {("project", "amount_yuan"): "申报金额（元）", ("project", "fiscal_yuan"): "财政拨款（元）",
                  ("project", "total_investment_yuan"): "项目总投资（元）",
                  ("project", "end_date"): "终止时间", ("project", "start_date"): "起始时间",
                  ("line", "amount_yuan"): "金额（元）", ("line", "unit_price_yuan"): "单价(元)",
                  ("line", "expense_item"): "明细内容", ("target", "level3"): "指标名称",
                  ("basis", "named_amount_yuan"): "依据列明的金额（元）"},
        "wan": (), "note": "", "dates": "text",
    },
    "106": {
        "sheets": {"project": "项目申报表", "line": "支出明细"},
        "heads": {("line", "unit_price_yuan"): "单价（元）", ("project", "summary"): "项目概况",
                  ("project", "amount_yuan"): "资金总额", ("line", "expense_item"): "支出事项"},
        "wan": ("project", ("line", "amount_yuan")), "note": "单位：万元", "dates": "text",
    },
}  # fmt: skip
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")


class Book:
    """A workbook whose bytes depend on its cells only; it remembers where each row stands."""

    def __init__(self, name: str) -> None:
        self.name = name
        path = OUT / name
        path.parent.mkdir(parents=True, exist_ok=True)
        self.book = xlsxwriter.Workbook(
            str(path), {"strings_to_formulas": False, "strings_to_urls": False}
        )
        self.book.set_properties({"created": datetime(2026, 9, 15, tzinfo=timezone.utc)})
        self.head = self.book.add_format({"bold": True, "text_wrap": True, "bg_color": "#E8EEF4"})
        self.day = self.book.add_format({"num_format": "yyyy-mm-dd"})
        self.places: dict[tuple[int, str], tuple[str, str]] = {}

    def sheet(self, name, heads, rows, above=(), below=()):
        """Write one sheet: lines above, headings, rows of cells in the order of the headings."""
        sheet = self.book.add_worksheet(name)
        sheet.set_column(0, len(heads) - 1, 14)
        for number, text in enumerate(above):
            sheet.write_string(number, 0, text)
        first = len(above)
        for column, head in enumerate(heads.values()):
            sheet.write_string(first, column, head, self.head)
        for number, row in enumerate(rows, first + 1):
            for column, field in enumerate(heads):
                self.places[id(row), field] = (name, f"{_letters(column)}{number + 1}")
                self._cell(sheet, number, column, row.get(field))
        for number, texts in enumerate(below, first + 1 + len(rows)):
            for column, value in texts.items():
                self._cell(sheet, number, column, value)
        sheet.freeze_panes(first + 1, 2)

    def _cell(self, sheet, row, column, value):
        if value is None or value == "":
            return
        if isinstance(value, date):
            sheet.write_datetime(row, column, datetime(value.year, value.month, value.day), self.day)
        elif isinstance(value, (int, float, Decimal)):
            sheet.write_number(row, column, float(value))
        else:
            sheet.write_string(row, column, str(value))

    def cover(self, **facts):
        """Write the cover."""
        said = {"标题": TITLE, "预算年度": "2027", "区划代码": bureau.REGION, "数据截至日": AS_OF,
                "数据性质": KIND, **facts}  # fmt: skip
        rows = [{"item": item, "value": value} for item, value in said.items()]
        self.sheet("封面", {"item": "项", "value": "值"}, rows)


def _letters(column: int) -> str:
    return (chr(64 + column // 26) if column >= 26 else "") + chr(65 + column % 26)


def main() -> None:
    """Write everything."""
    loaded, problems = packs.load(["national"])
    if loaded is None:
        sys.exit("\n".join(map(str, problems)))
    projects, extra, plants = model.build()
    rows = [_declared(code, projects, extra.get(code, []), plants, loaded)
            for code in bureau.DEPARTMENTS]  # fmt: skip
    _bureau(projects, loaded, plants, rows)
    with (HERE / "small_planted.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["project_code", "kind", "expected", "sheet", "cell", "what", "file"])
        for code, kind, *rest in sorted(record for part in rows for record in part):
            writer.writerow([code, kind, faults.EXPECTED[kind], *rest])
    print(f"{len(projects)} projects, {sum(map(len, rows))} faults")


def _declared(code, projects, extra, plants, loaded):
    """Write one department's workbook; returns the records of its planted faults."""
    style = STYLES[code]
    own = [project for project in projects.values() if project.unit.startswith(code)]
    book = Book(f"申报/{bureau.DEPARTMENTS[code]}.xlsx")
    book.cover(填报单位=bureau.DEPARTMENTS[code])
    records = []
    shown = {}
    for name in TABLES:
        rows = [row for project in own for row in project.rows(name)]
        rows += extra if name == "project" else []
        table = loaded.tables[name]
        used = {field for row in rows for field, value in row.items() if value not in {None, ""}}
        fields = [column.name for column in table.columns
                  if column.name in ALWAYS[name] or column.name in used]  # fmt: skip
        heads = {field: style["heads"].get((name, field), table.column(field).zh)
                 for field in fields}  # fmt: skip
        written = [_written(row, name, style, table) for row in rows]
        shown |= {id(row): cells for row, cells in zip(rows, written, strict=True)}
        above, below = _around(code, name, style, heads, written)
        sheet = style["sheets"].get(name, table.zh)
        records += _whole_sheet(code, name, sheet, heads, written, above, book)
        book.sheet(sheet, heads, written, above, below)
    book.book.close()
    for plant in plants:
        if id(plant.at) in shown:
            sheet, cell = book.places[id(shown[id(plant.at)]), plant.column]
            records.append([plant.at["project_code"], plant.kind, sheet, cell, plant.what, book.name])
    return records


def _written(row, name, style, table):
    """The row as this department writes it: units, dates, full-width digits."""
    cells = dict(row)
    for field, value in row.items():
        column = table.by_name[field]
        in_wan = name in style["wan"] or (name, field) in style["wan"]
        if column.kind == "money" and in_wan and isinstance(value, (int, Decimal)):
            cells[field] = Decimal(value) / 10000
        elif column.kind == "date" and value and value[:2] == "20" and value.count("-") == 2:
            cells[field] = _date(value, style["dates"])
    if style["note"] and name == "line" and isinstance(row.get("quantity"), Decimal):
        if row["line_no"] == 1:
            cells["quantity"] = f"{row['quantity']:f}".translate(FULL_WIDTH)
    return cells


def _date(text, how):
    if how == "date":
        return date.fromisoformat(text)
    return text.replace("-", ".") if how == "dots" else text


def _around(code, name, style, heads, written):
    """Lines above the headings and below the rows."""
    if not style["note"] or name not in {"project", "line"}:
        return (), ()
    above = (f"{bureau.DEPARTMENTS[code]}{model.YEAR}年{'项目' if name == 'project' else '明细'}申报表",
             style["note"])  # fmt: skip
    if name != "project":
        return above, ()
    at = list(heads).index("amount_yuan")
    total = sum(Decimal(row["amount_yuan"]) for row in written)
    return above, ({0: "合 计", at: total},)


def _whole_sheet(code, name, sheet, heads, written, above, book):
    """Records of the faults that are of a whole sheet, and the column that such a fault adds."""
    records = []
    for department, kind, table, column, what in faults.SHEETS:
        if (department, table) != (code, name):
            continue
        first = len(above) + 1
        if kind == "total_row":
            cell = f"A{first + len(written) + 1}"
        elif kind == "unknown_column":
            heads["said"] = column
            for row in written[:3]:
                row["said"] = "同意"
            cell = f"{_letters(len(heads) - 1)}{first}"
        else:
            cell = f"{_letters(list(heads).index(column))}{first}"
        records.append(["", kind, sheet, cell, what, book.name])
    return records


def _bureau(projects, loaded, plants, records):
    """Write what the bureau itself supplies."""
    import build_small_bureau  # noqa: PLC0415 - the other half of this script

    records.append(build_small_bureau.write(projects, loaded, Book, bureau.REGION))


if __name__ == "__main__":
    main()
