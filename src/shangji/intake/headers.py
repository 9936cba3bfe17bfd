"""Which table a sheet is, where its headings stand, and in what unit its money was written."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from shangji.intake.cells import plain, text_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from shangji.intake.cells import Cell
    from shangji.intake.sheet import Sheet
    from shangji.schema import Column, Table

SEARCHED = 10
"""Rows in which the headings are looked for."""

NEEDED = 2
"""Headings that must be known before a row counts as the heading row."""

UNITS = {"元": "元", "人民币元": "元", "万元": "万元"}
OTHER_UNITS = frozenset({"千元", "百万元", "亿元", "万", "亿"})
SUFFIX = re.compile(r"^(.+)[(\[]([^()\[\]]+)[)\]]$")
NOTE = re.compile(r"单位[:为]((?:人民币)?(?:百万|万|千|亿)?元)(?=$|[,，、;；)）/])")


@dataclass(frozen=True)
class Heading:
    """The heading row of a sheet: row (from 1), columns by position, units, what was not taken."""

    row: int
    columns: dict[int, Column]
    wan: frozenset[str] = frozenset()
    unit_unknown: dict[int, str] = field(default_factory=dict)
    unknown: dict[int, str] = field(default_factory=dict)
    doubled: dict[int, tuple[str, int]] = field(default_factory=dict)


class Names:
    """Sheet and column names of the tables, in the form in which they are compared."""

    def __init__(self, tables: Iterable[Table]) -> None:
        """Index the tables; of two tables that claim one name, the first has it."""
        self._tables: dict[str, Table] = {}
        self._columns: dict[str, dict[str, tuple[Column, bool]]] = {}
        for table in tables:
            for name in (table.zh, *table.sheets, table.name):
                self._tables.setdefault(plain(name), table)
            known: dict[str, tuple[Column, bool]] = {}
            columns = [column for column in table.columns if not column.rounds]
            for column in columns:
                known.setdefault(plain(column.zh), (column, True))
            for column in columns:
                for name in (column.name, *column.aka):
                    known.setdefault(plain(name), (column, False))
            self._columns[table.name] = known

    def table(self, sheet: Sheet, file_stem: str) -> Table | None:
        """The table that a sheet is: by its own name, or a single sheet's by its file's."""
        found = self._tables.get(plain(sheet.name))
        if found is None and sheet.alone:
            found = self._tables.get(plain(file_stem))
        return found

    def column(self, table: Table, text: str) -> tuple[Column, str, bool] | None:
        """The column that a heading names, the unit written behind it, whether by its own name."""
        known = self._columns[table.name]
        name = plain(text)
        if name in known:
            column, own = known[name]
            return column, "", own
        match = SUFFIX.match(name)
        if match and match[1] in known:
            column, own = known[match[1]]
            unit = match[2].removeprefix("单位:")
            money = column.kind == "money" and unit in {*UNITS, *OTHER_UNITS}
            if money or unit == plain(column.unit):
                return column, unit, own
        return None

    def heading(self, table: Table, rows: Sequence[Sequence[Cell]]) -> Heading | None:
        """The first of the top rows in which enough headings are known, or None."""
        for at, row in enumerate(rows[:SEARCHED]):
            texts = {position: text_of(cell) for position, cell in enumerate(row)}
            named = {
                position: found
                for position, text in texts.items()
                if text and (found := self.column(table, text)) is not None
            }
            if len({column.name for column, _, _ in named.values()}) >= NEEDED:
                above = [text_of(cell) for earlier in rows[:at] for cell in earlier]
                return _heading(at + 1, texts, named, _noted(above))
        return None


def _noted(texts: Iterable[str]) -> str:
    """The unit that a note above the headings tells (单位：万元), or nothing if there are two."""
    told = {
        match[1].removeprefix("人民币") for text in texts for match in NOTE.finditer(plain(text))
    }
    return told.pop() if len(told) == 1 else ""


def _heading(
    row: int,
    texts: dict[int, str],
    named: dict[int, tuple[Column, str, bool]],
    noted: str,
) -> Heading:
    """Settle which position stands for each column, and the unit of each money column."""
    held: dict[str, int] = {}
    for wanted in (True, False):  # a column's own name goes before its other names
        for position, (column, _, own) in named.items():
            if own == wanted:
                held.setdefault(column.name, position)
    columns = {at: named[at][0] for at in sorted(held.values())}
    unknown = {at: text for at, text in texts.items() if text and at not in named}
    doubled = {
        at: (texts[at], held[column.name])
        for at, (column, _, _) in named.items()
        if held[column.name] != at
    }
    published = not unknown and not doubled and all(own for _, _, own in named.values())
    wan = set()
    unit_unknown = {}
    for at, column in columns.items():
        if column.kind != "money":
            continue
        told = named[at][1] or noted or ("元" if published else "")
        if told not in UNITS:
            unit_unknown[at] = told
        elif UNITS[told] == "万元":
            wan.add(column.name)
    return Heading(row, columns, frozenset(wan), unit_unknown, unknown, doubled)
