"""Mapping files: which sheet is which table and which heading which column, said once, kept."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from shangji.errors import Problem, Where
from shangji.pack import strict_yaml
from shangji.pack.reader import Reader

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from shangji.schema import Table

MONEY = ("元", "万元")
ROWS = re.compile(r"^(\d{1,2})(?:-(\d{1,2}))?$")


@dataclass(frozen=True, slots=True)
class SheetMapping:
    """What one kind of sheet is; `headings` are its rows, None where they are looked for.

    `columns` are headings as written (of several rows joined by `/`) and the column each is, or ""
    for one that is known and not wanted; `money` is the unit of amounts whose heading names none,
    `units` that of single columns; `fill` lists columns whose blank cells repeat the one above;
    rows in which a heading of `skip` holds the value given there are passed over, and said.
    """

    sheets: tuple[str, ...]
    table: str
    columns: Mapping[str, str]
    money: str = ""
    units: Mapping[str, str] = field(default_factory=dict)
    headings: tuple[int, int] | None = None
    fill: tuple[str, ...] = ()
    title: str = ""
    skip: Mapping[str, str] = field(default_factory=dict)


def read_mapping(
    path: Path, tables: Mapping[str, Table]
) -> tuple[list[SheetMapping], list[Problem]]:
    """Read a mapping file that a person named; it is used only if all of it can be."""
    if not path.is_file():
        where = Where(path.name)
        return [], [Problem("mapping-file", where, "没有这个映射文件。", "请核对路径后重试。")]
    doc, problems = strict_yaml.read(path, path.name)
    found: list[SheetMapping] = []
    if doc is not None:
        found = mappings(Reader(doc, path.name, problems), tables)
    return ([] if problems else found), problems


def mappings(reader: Reader, tables: Mapping[str, Table]) -> list[SheetMapping]:
    """Return the sheets of a mapping file; what it names must be there."""
    title = reader.text("mapping", need=True)
    reader.taken.add("note")
    made = [_sheet(item, tables, title) for item in reader.each("sheets", need=True)]
    reader.done()
    return made


def _sheet(reader: Reader, tables: Mapping[str, Table], title: str) -> SheetMapping:
    name = reader.text("table", need=True)
    table = tables.get(name)
    if table is None:
        reader.trouble("pack-reference", "没有这张表。", "table", name)
    known = {column.name for column in table.columns if not column.rounds} if table else set()
    money = {column.name for column in table.columns if column.kind == "money"} if table else set()
    columns = reader.pairs("columns")
    for heading, column in columns.items():
        if table and column and column not in known:
            reader.trouble("pack-reference", f"“{heading}”对应的列不存在。", "columns", column)
    units = reader.pairs("units")
    for column, unit in units.items():
        if table and (column not in money or unit not in MONEY):
            reader.trouble("pack-value", "这里写“金额列: 元”或“金额列: 万元”。", "units", column)
    fill = reader.texts("fill")
    if table and not set(fill) <= known:
        reader.trouble("pack-reference", "顺延的列不存在。", "fill", "、".join(fill))
    unit = reader.text("money")
    if unit and unit not in MONEY:
        reader.trouble("pack-value", "只能是元或万元。", "money", unit)
    made = SheetMapping(
        reader.texts("names"), name, columns, unit, units, _rows(reader), fill, title,
        reader.pairs("skip"),
    )  # fmt: skip
    if not made.sheets:
        reader.trouble("pack-key-absent", "要写明工作表的名称。", "names")
    reader.taken.add("note")
    reader.done()
    return made


def _rows(reader: Reader) -> tuple[int, int] | None:
    """The rows of the headings: `2`, or `2-3`; None where they are to be looked for."""
    text = reader.text("headings")
    if not text:
        return None
    match = ROWS.match(text)
    first, last = (int(match[1]), int(match[2] or match[1])) if match else (0, 0)
    if not 1 <= first <= last:
        reader.trouble("pack-value", "表头的行写成 2，或 2-3。", "headings", text)
        return None
    return first, last
