"""What a sheet of an unknown layout seems to be: read once, shown, and kept as a mapping file."""

from __future__ import annotations

import difflib
import json
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from shangji.intake.cells import plain
from shangji.intake.headers import SEARCHED
from shangji.intake.layout import DEEPEST, Layout

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from shangji.intake.headers import Heading, Names
    from shangji.intake.sheet import Sheet
    from shangji.schema import Table

NAMELESS = re.compile(r"^(?:sheet|工作表|table)\s*\d*$", re.IGNORECASE)
LIKE, OFFERED = 0.6, 3
"""How alike a heading and a name are before it is offered, and how many are offered."""

FEWEST = 3
"""Texts in a row before it may be the headings of a table that no name tells."""


@dataclass(frozen=True, slots=True)
class Learned:
    """What was understood of one sheet; `offers` are guesses that a person may take or leave.

    `columns` holds every heading as written with the column it names, or "" where none is sure;
    `table` is "" where the sheet is like no table. `named` says that the sheet's name tells it.
    """

    file: str
    names: tuple[str, ...]
    table: str
    headings: tuple[int, int]
    columns: dict[str, str]
    money_open: bool = False
    named: bool = False
    offers: dict[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)

    @property
    def sure(self) -> bool:
        """Whether all of it is known as it stands, so that no mapping is needed."""
        return self.named and all(self.columns.values()) and not self.money_open


def learn(names: Names, sheet: Sheet, file: str, file_stem: str) -> Learned | None:
    """Understand one sheet, or say by None that it holds no table."""
    shown = (file_stem if sheet.alone and NAMELESS.match(sheet.name) else sheet.name,)
    told = names.table(sheet, file_stem)
    best = _best(names, sheet, [told] if told else list(names.by_name.values()))
    if best is None:
        return _bare(sheet, file, shown, told)
    table, heading = best
    layout = Layout(sheet, heading.row + 1)
    last = heading.row - layout.numbered(heading.row - 1)
    labels = layout.labels(heading.top - 1, last - heading.top)
    known = {at: column.name for at, column in heading.columns.items()}
    columns = {label.whole: known.get(at, "") for at, label in labels.items()}
    for at in heading.lines:  # read as lines of the project without being told
        columns.pop(labels[at].whole, None)
    return Learned(
        file,
        shown,
        table.name,
        (heading.top, last),
        columns,
        money_open=bool(heading.unit_unknown),
        named=told is not None,
        offers=_offers(table, columns),
    )


def _best(names: Names, sheet: Sheet, tables: Iterable[Table]) -> tuple[Table, Heading] | None:
    """The table whose headings the sheet has most of; of equals, what units file before others."""
    found = [
        (len(heading.columns), table.supplied_by == "unit", not table.parent, table, heading)
        for table in tables
        if (heading := names.heading(table, sheet))
    ]
    if not found:
        return None
    *_, table, heading = max(found, key=lambda one: one[:3])
    return table, heading


def _bare(sheet: Sheet, file: str, shown: tuple[str, ...], told: Table | None) -> Learned | None:
    """A sheet without two known headings: the first row that can be headings, all of it open."""
    layout = Layout(sheet, SEARCHED + DEEPEST)
    for at in range(min(SEARCHED, len(sheet.rows))):
        texts = layout.own(at)
        words = [text for text in texts.values() if not re.match(r"^[\d.,%-]+$", plain(text))]
        if len(words) < FEWEST or len(words) < len(texts):
            continue
        columns = {label.whole: "" for label in layout.labels(at, 0).values()}
        offers = _offers(told, columns) if told else {}
        table = told.name if told else ""
        return Learned(file, shown, table, (at + 1, at + 1), columns, offers=offers)
    return None


def _offers(table: Table, columns: dict[str, str]) -> dict[str, tuple[tuple[str, str], ...]]:
    """The columns whose names are like a heading that names none; taken ones are not offered."""
    taken = set(columns.values())
    known = [
        (plain(name), column.name, column.zh)
        for column in table.columns
        if column.name not in taken and not column.rounds
        for name in (column.zh, *column.aka)
    ]
    made = {}
    for heading, column in columns.items():
        if column:
            continue
        leaf = plain(heading.rsplit("/", 1)[-1])
        rated = sorted(
            (
                (difflib.SequenceMatcher(None, leaf, name).ratio(), one, zh)
                for name, one, zh in known
            ),
            reverse=True,
        )
        offered: dict[str, str] = {}
        for ratio, one, zh in rated:
            if ratio >= LIKE and len(offered) < OFFERED:
                offered.setdefault(one, zh)
        if offered:
            made[heading] = tuple(offered.items())
    return made


def joined_sheets(found: Iterable[Learned]) -> list[Learned]:
    """Sheets of one layout as one, with all their names."""
    made: dict[tuple[object, ...], Learned] = {}
    for one in found:
        key = (one.table, one.headings, tuple(one.columns), one.money_open)
        first = made.get(key)
        if first is None:
            made[key] = one
        else:
            names = tuple(dict.fromkeys((*first.names, *one.names)))
            made[key] = replace(first, names=names)
    return list(made.values())


def document(found: Sequence[Learned], tables: Mapping[str, Table]) -> str:
    """The mapping file as text, with what is open said in comments."""
    lines = [
        "# 映射文件：哪张工作表是哪张表、哪个列名是哪一列。改好后用 --mapping 指明，可反复使用。",
        '# 列名后面写列的英文名；写 "" 表示不采用。全部表和列见“数据字典”。',
        "mapping: 陌生表格的映射",
        "sheets:",
    ]
    for one in found:
        table = tables.get(one.table)
        names = ", ".join(_quoted(name) for name in one.names)
        lines.append(f"  - names: [{names}]")
        lines.append(
            f"    table: {one.table}   # {table.zh}"
            if table
            else '    table: ""   # 认不出，请写表名，如 project（项目）、line（预算明细）'
        )
        first, last = one.headings
        rows = f"{first}" if first == last else f"{first}-{last}"
        lines.append(f'    headings: "{rows}"   # 表头在第几行')
        if one.money_open:
            lines.append('    money: ""   # 列名没有写明金额单位，请写 元 或 万元')
        lines.append("    columns:")
        lines += [_column(one, heading, table) for heading in one.columns]
    return "\n".join(lines) + "\n"


def _column(one: Learned, heading: str, table: Table | None) -> str:
    column = one.columns[heading]
    if column and table:
        return f"      {_quoted(heading)}: {column}   # {table.column(column).zh}"
    offered = "、".join(f"{name}（{zh}）" for name, zh in one.offers.get(heading, ()))
    says = f"可能是 {offered}，请核对" if offered else "没有认出，不采用"
    return f'      {_quoted(heading)}: ""   # {says}'


def _quoted(text: str) -> str:
    """A text as YAML takes it, whatever stands in it."""
    return json.dumps(text, ensure_ascii=False)
