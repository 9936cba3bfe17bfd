"""A made county as workbooks: each department writes headings, units and dates in its own way."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from random import Random
from typing import TYPE_CHECKING, Any

from shangji.faults.collecting import UNIT_TABLES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from shangji.faults.world import Row, World
    from shangji.pack import Pack
    from shangji.schema import Table

CREATED = datetime(2026, 9, 20, tzinfo=UTC)
WAN = Decimal(10000)
DATES = ("date", "iso", "dots", "chinese")
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
BOOKS = {
    "单位和区划": ("organisation", "region"),
    "历年预算执行": ("history", "lineage"),
    "评价和审计": ("evaluation", "audit_finding"),
    "控制数和财力": ("ceiling", "fund_pool"),
    "职责任务政策": ("duty", "priority_task", "entitlement", "special_fund"),
    "疑似重复": ("duplicate_pair",),
    "资产车辆系统": ("asset", "building", "vehicle", "information_system"),
    "指标文债务结转": ("transfer_notice", "debt_item", "carry_over"),
}

Place = tuple[str, str, str]
"""File, sheet and cell."""


@dataclass
class Style:
    """How one department fills in: other headings, 万元, kinds of date, full-width digits."""

    draw: Random
    plain: bool = True
    wan: bool = False
    dates: str = "date"
    wide: bool = False
    heads: dict[tuple[str, str], str] = field(default_factory=dict)

    @classmethod
    def of(cls, seed: int, code: str) -> Style:
        """The style of a department, always the same for a seed."""
        draw = Random(f"{seed}/style/{code}")
        return cls(
            draw,
            draw.random() < 0.45,
            draw.random() < 0.3,
            draw.choice(DATES),
            draw.random() < 0.15,
        )


def write(world: World, pack: Pack, folder: Path) -> dict[tuple[int, str], Place]:
    """Write the county's workbooks under a folder; returns where each cell of each row stands."""
    places: dict[tuple[int, str], Place] = {}
    departments: defaultdict[str, list[str]] = defaultdict(list)
    for project in world.projects:
        departments[str(project.row["department_code"])].append(project.code)
    names = {
        str(row["department_code"]): str(row["department_name"])
        for row in world.bureau["organisation"]
    }
    tables = {name: world.rows(name) for name in UNIT_TABLES}
    for code, projects in departments.items():
        own = set(projects)
        rows = {
            name: [row for row in held if row["project_code"] in own]
            for name, held in tables.items()
        }
        rows["project"] = [row for row in tables["project"] if row["department_code"] == code]
        book = Book(folder, f"申报/{code}{names[code]}.xlsx", places)
        book.cover(world.facts, 填报单位=names[code])
        style = Style.of(world.seed, code)
        for name in UNIT_TABLES:
            if rows[name]:
                book.table(pack.tables[name], rows[name], style)
        book.close()
    _others(world, pack, folder, places)
    return places


def _others(world: World, pack: Pack, folder: Path, places: dict[tuple[int, str], Place]) -> None:
    plain = Style(Random(0))
    books = [
        ("财政数据", name, {table: world.bureau.get(table, []) for table in tables})
        for name, tables in BOOKS.items()
    ]
    books.append(("外部数据", "受益人数核对", world.external))
    for owner, name, tables in books:
        book = Book(folder, f"{owner}/{name}.xlsx", places)
        book.cover(world.facts, 数据提供=owner[:2])
        for table, rows in tables.items():
            if rows:
                book.table(pack.tables[table], rows, plain)
        book.close()


class Book:
    """A workbook whose bytes depend on its cells only; it remembers where each cell stands."""

    def __init__(self, folder: Path, name: str, places: dict[tuple[int, str], Place]) -> None:
        """Begin a workbook `name` under `folder`."""
        import xlsxwriter

        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        options = {"strings_to_formulas": False, "strings_to_urls": False}
        self.name, self.places = name, places
        self.book = xlsxwriter.Workbook(str(path), options)
        self.book.set_properties({"created": CREATED})
        self.head = self.book.add_format(
            {
                "bold": True,
                "text_wrap": True,
                "bg_color": "#E8EEF4",
                "border": 1,
                "valign": "vcenter",
            }
        )
        self.day = self.book.add_format({"num_format": "yyyy-mm-dd", "align": "left"})

    def close(self) -> None:
        """Finish the file."""
        self.book.close()

    def cover(self, facts: Mapping[str, str], **more: str) -> None:
        """Write the cover sheet."""
        names = {
            "title": "标题",
            "budget_year": "预算年度",
            "region": "区划代码",
            "as_of": "数据截至日",
            "data_kind": "数据性质",
        }
        said = {zh: facts[name] for name, zh in names.items()} | more
        sheet = self.book.add_worksheet("封面")
        sheet.set_column(0, 0, 14)
        sheet.set_column(1, 1, 48)
        for number, cells in enumerate([("项", "值"), *said.items()]):
            for column, value in enumerate(cells):
                sheet.write_string(number, column, value, *([] if number else [self.head]))

    def table(self, table: Table, rows: Sequence[Row], style: Style) -> None:
        """Write the rows of a table as this department would."""
        heads = _heads(table, rows, style)
        sheet = self.book.add_worksheet(_sheet_name(table, style))
        for at, (name, head) in enumerate(heads.items()):
            column = table.by_name[name]
            wide = 30 if column.kind == "text" and column.max_len > 150 else 13
            wide = 24 if name.endswith("project_code") else wide
            sheet.set_column(at, at, wide)
            sheet.write_string(0, at, head, self.head)
        for number, row in enumerate(rows, 1):
            for at, name in enumerate(heads):
                value = row.get(name)
                self.places[id(row), name] = (self.name, sheet.name, f"{letters(at)}{number + 1}")
                self._cell(sheet, (number, at), _written(value, table.by_name[name].kind, style))
        sheet.freeze_panes(1, 2)

    def _cell(self, sheet: Any, at: tuple[int, int], value: Any) -> None:  # noqa: ANN401 - xlsxwriter
        if value is None or value == "":
            return
        if isinstance(value, date):
            sheet.write_datetime(*at, datetime(value.year, value.month, value.day), self.day)  # noqa: DTZ001 - a day
        elif isinstance(value, (int, float, Decimal)):
            sheet.write_number(*at, float(value))
        else:
            sheet.write_string(*at, str(value))


def letters(column: int) -> str:
    """The letters of a sheet's column, counted from nought."""
    first = chr(64 + column // 26) if column >= 26 else ""
    return first + chr(65 + column % 26)


def _heads(table: Table, rows: Sequence[Row], style: Style) -> dict[str, str]:
    """Headings by column: those in use and those always required, some under another name."""
    used = {name for row in rows for name, value in row.items() if value not in {None, ""}}
    heads = {}
    for column in table.columns:
        if column.name not in used and (
            column.required_when != "always" or table.name not in UNIT_TABLES
        ):
            continue
        head = column.zh
        if not style.plain and column.aka and style.draw.random() < 0.35:
            head = style.draw.choice(column.aka)
        if column.kind == "money":
            head += "（万元）" if style.wan and table.name in UNIT_TABLES else "（元）"
        heads[column.name] = head
    return heads


def _sheet_name(table: Table, style: Style) -> str:
    if style.plain or not table.sheets:
        return table.zh
    return style.draw.choice([table.zh, *table.sheets])


def _written(value: Any, kind: str, style: Style) -> Any:  # noqa: ANN401 - a cell of any kind
    if value is None or value == "":
        return None
    if kind == "money" and style.wan and isinstance(value, (int, Decimal)):
        return Decimal(value) / WAN
    if kind == "date" and isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        return _day(value, style.dates)
    if kind in {"year", "count"} and style.wide and isinstance(value, int):
        return str(value).translate(FULL_WIDTH)
    return value


def _day(text: str, how: str) -> date | str:
    if how == "date":
        return date.fromisoformat(text)
    if how == "dots":
        return text.replace("-", ".")
    if how == "chinese":
        year, month, day = text.split("-")
        return f"{year}年{int(month)}月{int(day)}日"
    return text
