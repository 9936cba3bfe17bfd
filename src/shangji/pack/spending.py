"""A spending class: which records are comparable, by what they are measured, what drives them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from decimal import Decimal

    from shangji.pack.reader import Reader
    from shangji.schema import Table

LEVELS = (50, 80, 90, 95)


@dataclass(frozen=True, slots=True)
class SpendingClass:
    """A kind of spending whose cost per unit of work can be compared, and a standard proposed.

    `amount` over `per` is the unit cost; records of one `group` (and band of `per`) are compared
    with one another only; `drivers` may explain what is left. All name columns of `table`.
    """

    name: str
    zh: str
    table: str
    amount: str
    per: str
    unit: str
    year: str
    group: str
    member: str
    region: str
    drivers: tuple[str, ...]
    bands: tuple[Decimal, ...]
    index: str
    years: int
    level: int
    standard: str
    note: str = ""

    def columns(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Every column that is read, with the kinds that it may be of."""
        numbers = ("money", "number", "count")
        yield self.amount, ("money",)
        yield self.per, numbers
        yield self.year, ("year",)
        for name in (self.group, self.member, self.region):
            if name:
                yield name, ("text",)
        for name in self.drivers:
            yield name, numbers

    def fits(self, tables: Mapping[str, Table]) -> str:
        """Why the class does not fit the tables of the pack; empty where it does."""
        table = tables.get(self.table)
        if table is None:
            return f"没有“{self.table}”这张表。"
        for name, kinds in self.columns():
            column = table.by_name.get(name)
            if column is None or column.kind not in kinds:
                return f"“{table.zh}”没有合用的“{name}”一列（要 {'、'.join(kinds)}）。"
        return ""


def spending_class(reader: Reader) -> SpendingClass:
    """Return a spending class."""
    level = reader.integer("level", 80)
    if level not in LEVELS:
        reader.trouble("pack-value", "level 只能是 50、80、90、95。", "level", str(level))
    bands = []
    for item in reader.each("bands"):
        start = item.number("from", need=True)
        item.done()
        if start is not None:
            bands.append(start)
    if bands != sorted(set(bands)):
        reader.trouble("pack-value", "分档要从小到大，各不相同。", "bands")
    made = SpendingClass(
        name=reader.text("spending_class", need=True),
        zh=reader.text("zh", need=True),
        table=reader.text("table", need=True),
        amount=reader.text("amount", need=True),
        per=reader.text("per", need=True),
        unit=reader.text("unit", need=True),
        year=reader.text("year", need=True),
        group=reader.text("group"),
        member=reader.text("member"),
        region=reader.text("region"),
        drivers=reader.texts("drivers"),
        bands=tuple(bands),
        index=reader.text("index"),
        years=reader.integer("years", 3),
        level=level,
        standard=reader.text("standard", need=True),
        note=reader.text("note"),
    )
    reader.done()
    return made
