"""Bundles to workbooks: units' forms in 元 and in 万元, the bureau's registers, the answers."""

from __future__ import annotations

import csv
import datetime as dt
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from exam.bundle import Cells, Rows
from exam.county import AS_OF, NAME, REGION, YEAR

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from shangji.pack import Pack
    from shangji.schema import Table

WAN, CENT = Decimal(10000), Decimal("0.01")
COVERED = {"region"}


@dataclass
class Set:
    """A version of a part: rows by table, and the projects that were filed in 万元."""

    rows: Rows
    wan: frozenset[str] = frozenset()
    tables: Mapping[str, Table] = field(default_factory=dict)

    def write(self, folder: Path, columns: Mapping[str, list[str]]) -> None:
        """Write the workbooks of this version."""
        unit: list[tuple[Table, list[Cells]]] = []
        bureau: list[tuple[Table, list[Cells]]] = []
        for name, rows in sorted(self.rows.items()):
            table = self.tables[name]
            (unit if table.supplied_by == "unit" else bureau).append((table, rows))
        yuan = [(table, [r for r in rows if r.get("project_code") not in self.wan])
                for table, rows in unit]  # fmt: skip
        wan = [(table, [r for r in rows if r.get("project_code") in self.wan])
               for table, rows in unit]  # fmt: skip
        book(folder / "单位填报.xlsx", f"{NAME}各单位", yuan, columns)
        if self.wan:
            book(folder / "单位填报（万元）.xlsx", f"{NAME}乡镇", wan, columns, in_wan=True)
        book(folder / "财政底册.xlsx", "财政", bureau, columns)


def book(
    path: Path,
    provider: str,
    sheets: Iterable[tuple[Table, Sequence[Cells]]],
    columns: Mapping[str, list[str]],
    *,
    in_wan: bool = False,
) -> None:
    """One workbook with a cover; every cell is text, as a careful export has it."""
    import xlsxwriter

    path.parent.mkdir(parents=True, exist_ok=True)
    with xlsxwriter.Workbook(str(path), {"strings_to_numbers": False}) as made:
        made.set_properties({"created": dt.datetime(2026, 11, 1, tzinfo=dt.UTC)})
        head = made.add_format({"bold": True, "bg_color": "#DDE6F0", "text_wrap": True})
        cover = made.add_worksheet("封面")
        cover.set_column(0, 1, 28)
        told = (
            ("预算年度", str(YEAR)),
            ("区划代码", REGION),
            ("数据截至日", AS_OF),
            ("标题", f"{NAME}{YEAR}年预算申报（考卷，虚构）"),
            ("数据性质", "虚构"),
            ("数据提供", provider),
        )
        for at, pair in enumerate(told):
            cover.write_row(at, 0, pair)
        for table, rows in sheets:
            names = columns[table.name]
            sheet = made.add_worksheet(table.zh)
            sheet.freeze_panes(1, 0)
            sheet.set_column(0, len(names), 16)
            money = {name for name in names if table.by_name[name].kind == "money"}
            for at, name in enumerate(names):
                unit = ("（万元）" if in_wan else "（元）") if name in money else ""
                sheet.write_string(0, at, table.by_name[name].zh + unit, head)
            for down, row in enumerate(rows, 1):
                for at, name in enumerate(names):
                    text = row.get(name, "")
                    if text and in_wan and name in money:
                        text = str((Decimal(text) / WAN).quantize(CENT, ROUND_HALF_UP))
                        if name == "unit_price_yuan":
                            text = f"{Decimal(row[name]):f}元"
                    if text:
                        sheet.write_string(down, at, text)


def used(pack: Pack, versions: Iterable[Rows]) -> dict[str, list[str]]:
    """The columns that some row of some version fills, in the table's order.

    A unit's sheet also has every column that is always required.
    """
    filled: dict[str, set[str]] = {}
    for rows in versions:
        for name, found in rows.items():
            kept = filled.setdefault(name, set())
            for row in found:
                kept.update(key for key, value in row.items() if value)
    made = {}
    for name, kept in filled.items():
        table = pack.tables[name]
        unknown = kept - {column.name for column in table.columns}
        if unknown:
            raise KeyError(f"{name}: {sorted(unknown)}")
        made[name] = [
            column.name
            for column in table.columns
            if column.name in kept or (table.supplied_by == "unit" and column.required_when)
        ]
    return made


ANSWER = (
    "item kind disguise part class counts_as project_code unit_code rows columns truth words"
).split()


def answers(path: Path, rows: Iterable[Mapping[str, str]]) -> None:
    """The answer key."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, ANSWER, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
