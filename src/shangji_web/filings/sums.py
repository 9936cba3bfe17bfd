"""Sums of a draft that a clerk would check by hand: lines against the amount, sources, weights."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from shangji_web.filings.content import PROJECT, parsed, sheets, table_of
from shangji_web.filings.differences import shown
from shangji_web.filings.sheet import asked, unread

if TYPE_CHECKING:
    from shangji_web.filings.content import Content

NOUGHT = Decimal(0)
Parsed = dict[str, list[dict[str, Any]]]
"""Rows of values by their table, as `content.parsed` gives them."""
FACTORS = ("quantity", "factor_2", "factor_3", "factor_4")


@dataclass(frozen=True)
class Sums:
    """What adds up and what does not."""

    asked: Decimal | None
    lines: Decimal
    count: int
    sources: list[tuple[str, Decimal]]
    odd: list[str] = field(default_factory=list)
    decided: Decimal | None = None

    @property
    def gap(self) -> Decimal | None:
        """What the amount asked is more than the lines; None while it is not known."""
        return None if self.asked is None else self.asked - self.lines

    @property
    def over(self) -> Decimal | None:
        """What the amount is above the decided one."""
        if self.asked is None or self.decided is None or self.asked <= self.decided:
            return None
        return self.asked - self.decided


def sums(content: Content, decided: Decimal | None = None) -> Sums:
    """Add up a draft."""
    rows, _ = parsed(content)
    project = rows[PROJECT][0]
    lines = rows.get("line", [])
    odd = []
    for number, parts in split_lines(rows).items():
        line = next((row for row in lines if str(row["line_no"]) == number), None)
        if line and sum(part["amount_yuan"] or NOUGHT for part in parts) != line["amount_yuan"]:
            odd.append(f"第 {number} 行的资金来源合计不等于这一行的金额。")
    for row in lines:
        odd += _product(row)
    column = table_of("line").column("fund_source")
    sources = [(shown(column, code) or "未填来源", yuan) for code, yuan in by_source(rows).items()]
    total = sum((row["amount_yuan"] or NOUGHT for row in lines), NOUGHT)
    return Sums(
        project["amount_yuan"], total, len(lines), sources, [*odd, *_weights(rows)], decided
    )


def split_lines(rows: Parsed) -> dict[str, list[dict[str, Any]]]:
    """The rows of each line that several sources pay, by the line's number."""
    made: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows.get("line_fund", ()):
        made[str(row["line_no"])].append(row)
    return dict(made)


def by_source(rows: Parsed) -> dict[str, Decimal]:
    """What each source pays; of a line that several pay its own rows count."""
    several = split_lines(rows)
    made: dict[str, Decimal] = defaultdict(lambda: NOUGHT)
    for row in rows.get("line", ()):
        for part in several.get(str(row["line_no"])) or [row]:
            made[part["fund_source"] or ""] += part["amount_yuan"] or NOUGHT
    return dict(made)


def _product(row: dict[str, Any]) -> list[str]:
    """A line whose quantity times its factors times its price is another amount."""
    figures = [row[name] for name in FACTORS if row[name] is not None]
    price, amount = row["unit_price_yuan"], row["amount_yuan"]
    if price is None or amount is None or row["quantity"] is None or row["share"] is not None:
        return []
    product = price
    for figure in figures:
        product *= figure
    near = (row.get("unit_price_rounding_yuan") or NOUGHT) * abs(product // price if price else 0)
    if abs(product - amount) <= near + (row.get("amount_rounding_yuan") or NOUGHT):
        return []
    return [f"第 {row['line_no']} 行：数量×乘数×单价＝{product:,.2f} 元，填的是 {amount:,.2f} 元。"]


def _weights(rows: Parsed) -> list[str]:
    weights = [row["weight"] for row in rows.get("target", ()) if row["weight"] is not None]
    total = sum(weights, NOUGHT)
    if not weights or total in (Decimal(100), Decimal(90)):
        return []
    return [f"绩效指标权重合计 {total.normalize():f}，应为 100（预算执行率另占 10 的为 90）。"]


def open_points(content: Content) -> dict[str, int]:
    """By sheet: how many fields cannot be read or are always owed and empty."""
    made = {}
    for table in sheets():
        given = [one for one in asked(table) if one.duty == "必填"]
        made[table] = sum(
            len(unread(table, row)) + sum(1 for one in given if not row.get(one.column.name))
            for row in content["rows"].get(table, [])
        )
    return made
