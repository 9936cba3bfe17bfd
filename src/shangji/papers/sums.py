"""The sums behind the summary table: by department and by source of funds, each with its total."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from shangji.papers.entries import NO_SOURCE
from shangji.papers.page import A4, MONEY, ROW_POINTS, TEXT, WHOLE, in_wan, printed, put
from shangji.words import fund_words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from shangji.papers.entries import Book, Entry
    from shangji.papers.summary_table import Version

SHEET = "分类汇总"
WIDTHS = (34, 9, 16, 16, 16, 16)
NOUGHT = Decimal(0)


@dataclass
class Line:
    """A line of sums: asked is what is cut, what is suggested, and what has no suggestion."""

    name: str
    count: int | None = None
    asked: Decimal = NOUGHT
    cut: Decimal = NOUGHT
    unlisted: Decimal = NOUGHT

    def add(self, asked: Decimal, cut: Decimal, unlisted: Decimal) -> None:
        """Add some money."""
        self.asked += asked
        self.cut += cut
        self.unlisted += unlisted


def write_sums(made: Any, form: dict[str, Any], book: Book, version: Version) -> None:  # noqa: ANN401
    """Write the sheet of sums."""
    page = made.add_worksheet(SHEET)
    page.set_row(0, 30)
    page.merge_range(0, 0, 0, 5, f"{version.title}审核分类汇总", form["title"])
    page.write_string(1, 5, "单位：万元", form["right"])
    row = _table(page, form, 2, "部门", _departments(book.entries))
    row = _table(page, form, row + 1, "资金来源", _sources(book))
    page.set_row(row, ROW_POINTS)
    told = "资金来源取自明细和明细资金来源表；审减按规则包规定的先后落到各来源，人工调整的另列。"
    page.write_string(row, 0, told, form["note"])
    printed(page, WIDTHS, (row, 5), None, paper=A4)


def _table(page: Any, form: dict[str, Any], row: int, name: str, rows: list[Line]) -> int:  # noqa: ANN401
    heads = (name, "项目数", "申报", "审减", "建议数", "未列建议数")
    for place, head in enumerate(heads):
        page.write_string(row, place, head, form["head"])
    page.set_row(row, 24)
    counted = all(one.count is not None for one in rows)
    total = Line("合　计", sum(one.count or 0 for one in rows) if counted else None)
    for one in rows:
        total.add(one.asked, one.cut, one.unlisted)
    for at, one in enumerate([*rows, total], start=1):
        kind = "_sum" if one is total else ""
        page.set_row(row + at, ROW_POINTS)
        put(page, (row + at, 0), one.name, form[f"{TEXT}{kind}"])
        put(page, (row + at, 1), one.count, form[f"{WHOLE}{kind}"])
        suggested = one.asked - one.cut - one.unlisted
        for place, value in enumerate((one.asked, one.cut, suggested, one.unlisted), start=2):
            put(page, (row + at, place), in_wan(value), form[f"{MONEY}{kind}"])
    return row + len(rows) + 2


def _departments(entries: Iterable[Entry]) -> list[Line]:
    found: dict[str, Line] = {}
    for one in entries:
        line = found.setdefault(one.department, Line(one.department_zh, 0))
        line.count = (line.count or 0) + 1
        asked = one.asked or NOUGHT
        line.add(asked, one.cut or NOUGHT, asked if one.suggested is None else NOUGHT)
    return list(found.values())


def _sources(book: Book) -> list[Line]:
    """Money by source; what names no source and what a person cut stand apart."""
    found: dict[str, Line] = {}
    by_person = NOUGHT
    for one in book.entries:
        left = (one.asked or NOUGHT) - sum(one.funds.values(), NOUGHT)
        listed = one.suggested is not None
        for source, amount in (*one.funds.items(), ("", left)):
            name = fund_words(book.pack, source) or NO_SOURCE
            line = found.setdefault(source, Line(name))
            cut = one.cuts.get(source, NOUGHT) if listed else NOUGHT
            line.add(amount, cut, NOUGHT if listed else amount)
        if listed:
            by_person += (one.cut or NOUGHT) - sum(one.cuts.values(), NOUGHT)
    order = book.pack.reduction.fund_order if book.pack.reduction else ()
    names = sorted(found, key=lambda name: (name == "", _place(order, name)))
    rows = [found[name] for name in names if found[name].asked or found[name].cut]
    if by_person:
        rows.append(Line("人工调整（未分来源）", None, NOUGHT, by_person))
    return rows


def _place(order: tuple[str, ...], name: str) -> tuple[int, str]:
    return (order.index(name) if name in order else len(order), name)
