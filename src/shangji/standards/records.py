"""Comparable records of a spending class: rows of its table at the prices of one year."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from shangji.errors import Problem, Where

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from decimal import Decimal

    from shangji.pack import Pack
    from shangji.pack.spending import SpendingClass

MISSING_MOST = 0.2
"""Share of records without a driver from which on the driver is not used at all."""

INDEX_TABLE = "price_index"


@dataclass(frozen=True, slots=True)
class Record:
    """One settled expense: unit cost at the prices of the target year, and what drives it.

    `group` is the group's value, with the start of its band of size where the class has bands.
    """

    key: str
    year: int
    group: tuple[str, str]
    member: str
    region: str
    per: float
    unit_cost: float
    drivers: tuple[float, ...]
    place: str = ""


@dataclass
class Records:
    """The records of a class that can be compared, and what was left out and why."""

    spending: SpendingClass
    year: int
    rows: list[Record] = field(default_factory=list)
    drivers: tuple[str, ...] = ()
    left_out: dict[str, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    unindexed: tuple[int, ...] = ()
    """Years for which no price index was given: their amounts stand as they were."""

    def of_years(self, years: Iterable[int]) -> Records:
        """The same records, of some years only."""
        kept = set(years)
        rows = [row for row in self.rows if row.year in kept]
        left = dict(self.left_out)
        return Records(self.spending, self.year, rows, self.drivers, left, [], self.unindexed)

    @property
    def years(self) -> list[int]:
        """The years of the records, ascending."""
        return sorted({row.year for row in self.rows})


def comparable(
    pack: Pack, spending: SpendingClass, rows: Mapping[str, Sequence[Mapping[str, Any]]], year: int
) -> Records:
    """The comparable records of a class among what was read.

    Args:
        pack: for the names of columns in problems.
        spending: the class.
        rows: rows by table as intake leaves them; the table `price_index` may be among them.
        year: the year at whose prices amounts are compared; only earlier years are records.

    Returns:
        The records in order of year, member and key (the order of rows read plays no part), with
        counts of what was left out. Trouble is a Problem: no row, a driver missing too often, an
        index missing.
    """
    made = Records(spending, year)
    given = list(rows.get(spending.table, ()))
    table = pack.tables[spending.table]
    if not given:
        fix = f"请按“{table.zh}”的列名整理以往年度的结算数（shangji template 可出空表）。"
        says = f"没有“{spending.zh}”的可比记录。"
        made.problems.append(Problem("standard-records", Where(field=spending.zh), says, fix))
        return made
    made.drivers = _usable(pack, spending, given, made.problems)
    chain = _Index(spending.index, rows.get(INDEX_TABLE, ()), year)
    for row in given:
        why, record = _record(made, row, chain)
        if record is None:
            made.left_out[why] = made.left_out.get(why, 0) + 1
        else:
            made.rows.append(record)
    made.rows.sort(key=lambda one: (one.year, one.member, one.key))
    made.unindexed = tuple(sorted(chain.unknown))
    if spending.index and made.unindexed:
        shown = "、".join(map(str, made.unindexed))
        says = f"没有 {shown} 年之后某一年的价格指数，这些年的金额按当年价比较。"
        fix = "请在“价格指数”表补填官方发布的指数后重新测算。"
        made.problems.append(Problem("standard-index", Where(field=spending.zh), says, fix))
    return made


def _usable(
    pack: Pack,
    spending: SpendingClass,
    rows: Sequence[Mapping[str, Any]],
    problems: list[Problem],
) -> tuple[str, ...]:
    """The drivers that enough records hold."""
    kept = []
    for name in spending.drivers:
        missing = sum(row.get(name) is None for row in rows)
        if missing > MISSING_MOST * len(rows):
            zh = pack.tables[spending.table].column(name).zh
            says = f"{len(rows)} 条记录里有 {missing} 条没有填，这个因素没有用来测算。"
            fix = "请补填后重新测算；补不齐的，区间会宽一些。"
            problems.append(Problem("standard-driver", Where(field=zh), says, fix))
        else:
            kept.append(name)
    return tuple(kept)


def _record(made: Records, row: Mapping[str, Any], chain: _Index) -> tuple[str, Record | None]:
    """A row as a record, or why it is none."""
    spending = made.spending
    amount, per, year = (row.get(spending.amount), row.get(spending.per), row.get(spending.year))
    if amount is None or per is None or year is None:
        return "没有金额、工作量或年度", None
    if amount <= 0 or per <= 0:
        return "金额或工作量不是正数", None
    if year >= made.year:
        return f"不是 {made.year} 年以前的", None
    group = str(row.get(spending.group) or "") if spending.group else ""
    if spending.group and not group:
        return "没有填分组", None
    drivers = [row.get(name) for name in made.drivers]
    if any(value is None for value in drivers):
        return "缺少一项影响因素", None
    return "", Record(
        key=str(row.get("record_code") or row.get("row_key") or ""),
        year=int(year),
        group=(group, band(spending, per)),
        member=str(row.get(spending.member) or "") if spending.member else "",
        region=str(row.get(spending.region) or "") if spending.region else "",
        per=float(per),
        unit_cost=float(amount) / float(per) * chain.factor(int(year)),
        drivers=tuple(float(value) for value in drivers if value is not None),
        place=f"{row.get('row_sheet', '')} 第 {row.get('row_number', '')} 行",
    )


def band(spending: SpendingClass, per: Decimal) -> str:
    """The start of the band of size that a quantity falls into; empty without bands."""
    started = [start for start in spending.bands if start <= per]
    return f"{started[-1]:f}" if started else ""


class _Index:
    """The chain of a price index from a year to the target year."""

    def __init__(self, name: str, rows: Iterable[Mapping[str, Any]], year: int) -> None:
        self.year, self.named = year, bool(name)
        self.values = {
            int(row["year"]): float(row["index_value"])
            for row in rows
            if row.get("index_code") == name
            and row.get("year") is not None
            and row.get("index_value")
        }
        self.unknown: set[int] = set()

    def factor(self, year: int) -> float:
        """What an amount of a year is multiplied by; 1 where a link of the chain is not known.

        The index of the target year itself is seldom published: its absence is no trouble.
        """
        if not self.named:
            return 1.0
        needed = range(year + 1, self.year)
        if any(one not in self.values for one in needed):
            self.unknown.add(year)
            return 1.0
        last = [self.year] if self.year in self.values else []
        return math.prod(self.values[one] / 100 for one in [*needed, *last])
