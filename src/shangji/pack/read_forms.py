"""Documents to forms, and whether a form asks for all that its tables require."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shangji.pack.form import CODES, COVER, EXAMPLE, GUIDE, MONEY_UNITS, Form, FormGroup, FormSheet
from shangji.pack.read_rules import basis

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shangji.pack.reader import Reader
    from shangji.schema import Table

ROWS = 200
ROWS_MOST = 5000
NAME_LONGEST = 31
"""Characters that a spreadsheet allows in the name of a sheet."""


def form(reader: Reader, tables: Mapping[str, Table]) -> Form:
    """Return a form; what its tables lack, and what they require and it lacks, is a problem."""
    made = Form(
        name=reader.text("form", need=True),
        zh=reader.text("zh", need=True),
        sheets=tuple(_sheet(item, tables) for item in reader.each("sheets", need=True)),
        money=reader.choice("money", MONEY_UNITS, MONEY_UNITS[0]),
        note=reader.texts("note"),
        basis=tuple(basis(item) for item in reader.each("basis")),
        cover=reader.pairs("cover"),
    )
    reader.done()
    names: set[str] = set()
    for sheet in made.sheets:
        if sheet.name in names:
            reader.trouble("pack-duplicate", "工作表重名。", "sheets", sheet.name)
        names.add(sheet.name)
    return made


def _sheet(reader: Reader, tables: Mapping[str, Table]) -> FormSheet:
    made = FormSheet(
        name=reader.text("sheet", need=True),
        table=reader.text("table", need=True),
        title=reader.text("title", need=True),
        groups=tuple(_group(item) for item in reader.each("groups", need=True)),
        note=reader.text("note"),
        rows=reader.integer("rows", ROWS),
        depends=reader.pairs("depends"),
        leaves=reader.texts("leaves"),
        notes=reader.pairs("notes"),
        example=tuple(dict(item) for item in _rows(reader)),
    )
    reader.done()
    table = tables.get(made.table)
    if table is None:
        reader.trouble("pack-reference", "没有这张表。", "table", made.table)
        return made
    known = {table.zh, table.name, *table.sheets}
    if made.name not in known or made.name in {COVER, GUIDE, EXAMPLE, CODES}:
        says = "读入时凭工作表的名称认表，只能用这张表的名称或别名。"
        reader.trouble("pack-value", says, "sheet", made.name)
    if len(made.name) > NAME_LONGEST or not 0 < made.rows <= ROWS_MOST:
        reader.trouble("pack-value", f"名称最长 {NAME_LONGEST} 个字，行数最多 {ROWS_MOST}。")
    _columns(reader, made, table)
    return made


def _columns(reader: Reader, made: FormSheet, table: Table) -> None:
    seen: set[str] = set()
    for name in (
        *made.columns,
        *made.depends,
        *made.depends.values(),
        *made.leaves,
        *made.notes,
    ):
        if name not in table.by_name:
            reader.trouble("pack-reference", f"“{table.zh}”没有这一列。", "groups", name)
    for name in made.columns:
        if name in seen:
            reader.trouble("pack-duplicate", "同一列列了两次。", "groups", name)
        seen.add(name)
    for column in table.columns:
        if column.required_when and column.supplied_by == "unit" and column.name not in seen:
            says = f"“{column.zh}”是“{table.zh}”的必填项，申报表里没有这一列。"
            reader.trouble("pack-key-absent", says, "groups", column.name)
    for row in made.example:
        for name in row:
            if name not in seen:
                reader.trouble("pack-reference", "示例用了表里没有的列。", "example", name)


def _group(reader: Reader) -> FormGroup:
    made = FormGroup(
        reader.text("zh", need=True),
        reader.texts("columns"),
        tuple(basis(item) for item in reader.each("basis")),
        reader.text("note"),
    )
    reader.done()
    return made


def _rows(reader: Reader) -> list[dict[str, str]]:
    found = reader.each("example")
    made = []
    for item in found:
        made.append({name: item.text(name) for name in item.doc})
        item.done()
    return made
