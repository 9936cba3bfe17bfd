"""Which table a sheet is, where its headings stand, and in what unit its money was written."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from shangji.intake.cells import plain, text_of
from shangji.intake.layout import DEEPEST, Label, Layout

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from shangji.intake.sheet import Sheet
    from shangji.pack import SheetMapping
    from shangji.schema import Column, Table

SEARCHED = 10
"""Rows in which the headings are looked for."""

NEEDED = 2
"""Headings that must be known before a row counts as the heading row."""

UNITS = {"元": "元", "人民币元": "元", "万元": "万元"}
OTHER_UNITS = frozenset({"千元", "百万元", "亿元", "万", "亿"})
SUFFIX = re.compile(r"^(.+)[(\[]([^()\[\]]+)[)\]]$")
NOTE = re.compile(r"单位[:为]((?:人民币)?(?:百万|万|千|亿)?元)(?=$|[,，、;；)）/])")
SUMS = frozenset({"合计", "小计", "总计", "总额", "金额", "计", "合计数"})
"""Lower headings that say no more than the one over them."""

YEAR = re.compile(r"(?:19|20)\d\d")

Named = tuple["Column", str, bool]
"""A column, the unit told with it, and whether by the column's own name."""


@dataclass(frozen=True)
class Heading:
    """The headings of a sheet: rows (from 1), columns by position, units, what was not taken.

    `row` is the last row before the data, `top` the first of the headings. `lines` are columns of
    the child table that the sheet brings with its rows; `unused` those that a mapping passes over;
    `above` those of which only the group over them tells another year or stage.
    """

    row: int
    columns: dict[int, Column]
    wan: frozenset[str] = frozenset()
    unit_unknown: dict[int, str] = field(default_factory=dict)
    unknown: dict[int, str] = field(default_factory=dict)
    doubled: dict[int, tuple[str, int]] = field(default_factory=dict)
    top: int = 0
    lines: dict[int, Column] = field(default_factory=dict)
    unused: dict[int, str] = field(default_factory=dict)
    above: dict[int, str] = field(default_factory=dict)
    fill: frozenset[int] = frozenset()
    skip: dict[int, str] = field(default_factory=dict)


class Names:
    """Sheet and column names of the tables, in the form in which they are compared."""

    def __init__(
        self,
        tables: Iterable[Table],
        mappings: Iterable[SheetMapping] = (),
        elsewhere: Iterable[str] = (),
    ) -> None:
        """Index the tables; of two tables that claim one name, the first has it.

        Args:
            tables: the tables.
            mappings: what a person said of sheets that the names do not tell, first come first.
            elsewhere: words of a group of headings that speaks of another year or stage.
        """
        self._tables: dict[str, Table] = {}
        self._columns: dict[str, dict[str, tuple[Column, bool]]] = {}
        self.by_name: dict[str, Table] = {}
        self.mappings = tuple(mappings)
        self.elsewhere = tuple(elsewhere)
        for table in tables:
            self.by_name[table.name] = table
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

    def mapping(self, sheet: Sheet, file_stem: str) -> SheetMapping | None:
        """What a mapping says of a sheet, by the names of sheets that the mapping lists."""
        names = {plain(sheet.name)} | ({plain(file_stem)} if sheet.alone else set())
        for mapping in self.mappings:
            if names.intersection(map(plain, mapping.sheets)):
                return mapping
        return None

    def column(self, table: Table, text: str) -> Named | None:
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

    def labelled(self, table: Table, label: Label, year: str = "") -> Named | None:
        """The column that a heading under groups names; a group of another year is not entered."""
        parts = [_without_unit(text) for text in (*label.groups, label.leaf)]
        unit = next((told for _, told in reversed(parts) if told), "")
        for start in range(len(parts) - 1):
            found = self.column(table, "".join(name for name, _ in parts[start:]))
            if found:
                return found[0], found[1] or unit, found[2]
        if self.speaks_of_another(table, label, year):
            return None
        found = self.column(table, label.leaf)
        if found is None and label.groups and plain(parts[-1][0]) in SUMS:
            found = self.column(table, label.groups[-1])
        return (found[0], found[1] or unit, found[2]) if found else None

    def speaks_of_another(self, table: Table, label: Label, year: str = "") -> bool:
        """Whether a group over a heading tells of another year or stage than what is asked for.

        Of a year that is named only `year` is the one asked for; without it none is known to be.
        """
        if table.supplied_by != "unit":
            return False
        groups = [plain(group) for group in label.groups]
        return any(
            {*YEAR.findall(group)} - {year} or any(word in group for word in self.elsewhere)
            for group in groups
        )

    def heading(self, table: Table, sheet: Sheet, year: str = "") -> Heading | None:
        """The first of the top rows in which enough headings are known, or None.

        Args:
            table: what the sheet is.
            sheet: its cells.
            year: the budget year, as far as it is known.
        """
        layout = Layout(sheet, SEARCHED + DEEPEST)

        def known(group: str, leaf: str) -> bool:
            label = Label(leaf, (group,) if group else ())
            return self.labelled(table, label, year) is not None

        for at in range(min(SEARCHED, len(sheet.rows))):
            named = {
                found[0].name
                for text in layout.own(at).values()
                if (found := self.column(table, text)) is not None
            }
            if len(named) >= NEEDED:
                below = layout.depth(at, known)
                labels = layout.labels(at, below)
                last = at + below + layout.numbered(at + below + 1)
                return self._settled(table, labels, layout, (at, last), year)
        return None

    def mapped(self, table: Table, sheet: Sheet, mapping: SheetMapping) -> Heading | None:
        """The headings as a mapping says that they stand; None where they are not there.

        What the mapping does not name is named as ever.
        """
        told = {plain(name): column for name, column in mapping.columns.items()}
        first, last = mapping.headings or self._found(sheet, told)
        if not first:
            return None
        layout = Layout(sheet, last + DEEPEST)
        labels = layout.labels(first - 1, last - first)
        named: dict[int, Named] = {}
        unused = {}
        sure = 0
        for position, label in labels.items():
            column = _told(told, label)
            if column:
                unit = mapping.units.get(column) or _without_unit(label.leaf)[1] or mapping.money
                named[position] = (table.column(column), unit, False)
                sure += 1
            elif column == "":
                unused[position] = label.whole
            elif found := self.labelled(table, label):
                named[position] = (found[0], found[1] or mapping.money, found[2])
        if not sure:
            return None
        rest = {at: label for at, label in labels.items() if at not in unused}
        fill = {at for at, (column, _, _) in named.items() if column.name in mapping.fill}
        end = last + layout.numbered(last)
        made = _heading(end, rest, named, _noted(sheet, first - 1), {})
        passed = {plain(name): value for name, value in mapping.skip.items()}
        skip = {at: value for at, label in labels.items() if (value := _told(passed, label))}
        return replace(made, top=first, unused=unused, fill=frozenset(fill), skip=skip)

    def _found(self, sheet: Sheet, told: Mapping[str, str]) -> tuple[int, int]:
        """The first of the top rows in which enough headings are those of a mapping, or 0."""
        layout = Layout(sheet, SEARCHED + DEEPEST)
        for at in range(min(SEARCHED, len(sheet.rows))):
            if sum(1 for text in layout.own(at).values() if plain(text) in told) >= NEEDED:
                return at + 1, at + 1 + layout.depth(at, lambda _, leaf: plain(leaf) in told)
        return 0, 0

    def _settled(
        self,
        table: Table,
        labels: Mapping[int, Label],
        layout: Layout,
        rows: tuple[int, int],
        year: str,
    ) -> Heading:
        """Name the columns of the labels, of the table first, then of the child that it spreads."""
        at, last = rows
        named = {}
        lines: dict[int, Column] = {}
        above: dict[int, str] = {}
        child = self.by_name.get(table.spread.into) if table.spread else None
        for position, label in labels.items():
            found = self.labelled(table, label, year)
            if found:
                named[position] = found
            elif child and table.spread and (part := self.labelled(child, label, year)):
                if part[0].name in table.spread.by and part[0] not in lines.values():
                    lines[position] = part[0]
            elif label.groups and self.column(table, label.leaf):
                above[position] = label.whole
        rest = {at: label for at, label in labels.items() if at not in lines}
        made = _heading(last + 1, rest, named, _noted(layout, at), above)
        return replace(made, top=at + 1, lines=lines)


def _told(told: Mapping[str, str], label: Label) -> str | None:
    """What a mapping says of a heading: a column, "" for not wanted, None for nothing."""
    for name in (label.whole, label.leaf, _without_unit(label.leaf)[0]):
        if plain(name) in told:
            return told[plain(name)]
    return None


def _without_unit(text: str) -> tuple[str, str]:
    """A heading without the unit of money behind it, and that unit."""
    match = SUFFIX.match(plain(text))
    unit = match[2].removeprefix("单位:") if match else ""
    if match and unit in {*UNITS, *OTHER_UNITS}:
        return match[1], unit
    return text, ""


def _noted(sheet: Sheet | Layout, before: int) -> str:
    """The unit that a note above the headings tells (单位：万元), or nothing if there are two."""
    texts = [text_of(cell) for row in sheet.rows[:before] for cell in row]
    told = {
        match[1].removeprefix("人民币") for text in texts for match in NOTE.finditer(plain(text))
    }
    return told.pop() if len(told) == 1 else ""


def _heading(
    row: int,
    labels: Mapping[int, Label],
    named: Mapping[int, Named],
    noted: str,
    above: dict[int, str],
) -> Heading:
    """Settle which position stands for each column, and the unit of each money column."""
    held: dict[str, int] = {}
    for wanted in (True, False):  # a column's own name goes before its other names
        for position, (column, _, own) in named.items():
            if own == wanted:
                held.setdefault(column.name, position)
    # The same heading under two groups is two things, and neither is known to be the one asked.
    torn = {
        column.name
        for at, (column, _, _) in named.items()
        if labels[at].groups != labels[held[column.name]].groups
        and labels[at].leaf == labels[held[column.name]].leaf
    }
    columns = {at: named[at][0] for at in sorted(held.values()) if named[at][0].name not in torn}
    unknown = {
        at: label.whole for at, label in labels.items() if at not in named and at not in above
    }
    doubled = {
        at: (labels[at].whole, held[column.name])
        for at, (column, _, _) in named.items()
        if held[column.name] != at and column.name not in torn
    }
    above |= {at: labels[at].whole for at, (column, _, _) in named.items() if column.name in torn}
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
    return Heading(row, columns, frozenset(wan), unit_unknown, unknown, doubled, above=above)
