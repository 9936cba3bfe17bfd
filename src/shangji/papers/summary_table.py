"""项目审核汇总表: A3 landscape, by division and department, with what the meeting fills in.

A hidden column names each project with a check over what was submitted, so that decided amounts
come back whatever was sorted, filtered or saved by another program.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from shangji.papers.page import (
    A4,
    CENTRE,
    DAY,
    MONEY,
    RATE,
    ROW_POINTS,
    TEXT,
    WHOLE,
    WRAP,
    forms,
    height,
    in_wan,
    opened,
    printed,
    put,
)

if TYPE_CHECKING:
    from pathlib import Path

    from shangji.papers.entries import Book, Entry

SHEET, LIBRARY, SEAL = "项目审核汇总表", "理由库", "上计"
ID_HEAD = "上计编号（勿改）"
DECIDED, MEETING, HELD, MINUTES = "决定数", "会议", "会议日期", "纪要号"
REASON = "理由"
ARRANGED = "按财力安排"
"""What the plan gives of the suggested amount; hidden where there is no plan."""
MEETING_HEADS = {"会议名称": MEETING, "会议日期": HELD, "纪要号": MINUTES, "经办人": "经办人"}
"""Cells above the table: what stands in them holds for every row that says nothing else."""
CHECK = 8

COLUMNS: tuple[tuple[str, float, str], ...] = (
    ("序号", 5, WHOLE),
    ("项目", 30, WRAP),
    ("类别", 11.5, CENTRE),
    ("上年预算", 10.5, MONEY),
    ("上年执行", 10.5, MONEY),
    ("执行率", 7.5, RATE),
    ("申报", 11, MONEY),
    ("其中上级", 10.5, MONEY),
    ("科室意见", 13, WRAP),
    ("评审意见", 23, WRAP),
    ("建议数", 11, MONEY),
    ("审减", 10, MONEY),
    (ARRANGED, 11, MONEY),
    (REASON, 23, WRAP),
    ("备注", 13, WRAP),
    (DECIDED, 11, MONEY),
    (MEETING, 10, WRAP),
    (HELD, 11, DAY),
    (MINUTES, 12, WRAP),
    (ID_HEAD, 12, TEXT),
)
AT = {name: place for place, (name, _, _) in enumerate(COLUMNS)}
SUMMED = ("上年预算", "上年执行", "申报", "其中上级", "建议数", "审减", ARRANGED, DECIDED)
FILLED = (DECIDED, MEETING, HELD, MINUTES)
HEAD = 4
"""The row of headings, counted from nought; three lines stand above it."""


@dataclass(frozen=True)
class Version:
    """Which paper this is: its name for this meeting, and the result it was made of."""

    name: str
    result: str
    year: int
    title: str
    note: str


def check(version: Version, entry: Entry) -> str:
    """The check of a project's hidden number: it turns if code, version or figures are changed."""
    told = f"{version.result}|{version.name}|{entry.code}|{entry.asked}|{entry.suggested}"
    return hashlib.sha256(told.encode()).hexdigest()[:CHECK]


def identity(version: Version, entry: Entry) -> str:
    """The hidden number of a project."""
    return f"{entry.code}#{check(version, entry)}"


@dataclass
class _Drawing:
    """The sheet while it is drawn."""

    book: Book
    version: Version
    page: Any
    form: dict[str, Any]
    row: int = HEAD + 1
    number: int = 0
    breaks: list[int] = field(default_factory=list)
    entries: dict[int, Entry] = field(default_factory=dict)

    def take(self) -> int:
        """The next row, which is used up."""
        self.row += 1
        return self.row - 1


def write(path: Path, book: Book, version: Version) -> None:
    """Write the summary table with its sums, its library of reasons and its seal."""
    made = opened(path, SHEET)
    with made:
        drawing = _Drawing(book, version, made.add_worksheet(SHEET), forms(made))
        _head(drawing)
        _rows(drawing)
        _print(drawing)
        from shangji.papers.sums import write_sums

        write_sums(made, drawing.form, book, version)
        _library(made, drawing.form, book)
        _seal(made, book, version)


def _head(drawing: _Drawing) -> None:
    page, form, version = drawing.page, drawing.form, drawing.version
    last = AT[MINUTES]
    page.set_row(0, 34)
    page.merge_range(0, 0, 0, last, f"{version.title}项目审核汇总表", form["title"])
    page.set_row(1, 18)
    page.write_string(1, 0, version.note, form["note"])
    page.write_string(1, last, "单位：万元", form["right"])
    page.set_row(2, 20)
    place = 1
    for name in MEETING_HEADS:
        page.write_string(2, place, f"{name}：", form["right"])
        page.write_blank(2, place + 1, None, form[f"{TEXT}_fill"])
        place += 4 if place == 1 else 3
    page.set_row(3, 6)
    page.set_row(HEAD, 33)
    months = {one.last_months for one in drawing.book.entries if one.last_months}
    partial = f"\n（1—{min(months)}月）" if months and min(months) < 12 else ""  # noqa: PLR2004
    for name, place in AT.items():
        shown = name + (partial if name in ("上年执行", "执行率") else "")
        page.write_string(HEAD, place, shown, form["head"])
    page.freeze_panes(HEAD + 1, 2)


def _rows(drawing: _Drawing) -> None:
    """All, then each division and department: its sums first, then what they are made of."""
    divisions: dict[str, dict[str, list[Entry]]] = {}
    for entry in drawing.book.entries:
        divisions.setdefault(entry.division, {}).setdefault(entry.department, []).append(entry)
    sums = [(drawing.take(), "合　计", len(drawing.book.entries))]
    spans = []
    for at, (division, departments) in enumerate(divisions.items()):
        first = drawing.row
        if at:
            drawing.breaks.append(first)
        if len(divisions) > 1:
            count = sum(len(entries) for entries in departments.values())
            sums.append((drawing.take(), division, count))
        for entries in departments.values():
            head = (drawing.take(), entries[0].department_zh, len(entries))
            for entry in entries:
                _entry(drawing, entry)
            spans.append((*head, drawing.row - 1))
        if len(divisions) > 1:
            spans.append((*sums.pop(), drawing.row - 1))
    spans.append((*sums.pop(), drawing.row - 1))
    for row, name, count, last in spans:
        _sum(drawing, row, f"{name}（{count} 个项目）", last)


def _entry(drawing: _Drawing, entry: Entry) -> None:
    page, form, row = drawing.page, drawing.form, drawing.row
    drawing.number += 1
    own = entry.unit not in ("", entry.department_zh)
    values: dict[str, Any] = {
        "序号": drawing.number,
        "项目": f"{entry.name}\n（{entry.unit}）" if own else entry.name,
        "类别": entry.category,
        "上年预算": in_wan(entry.last_budget),
        "上年执行": in_wan(entry.last_executed),
        "申报": in_wan(entry.asked),
        "其中上级": in_wan(entry.upper),
        "评审意见": entry.opinion,
        "建议数": in_wan(entry.suggested),
        ARRANGED: in_wan(entry.arranged),
        REASON: entry.reason,
        "备注": entry.note,
        ID_HEAD: identity(drawing.version, entry),
    }
    for name, _, kind in COLUMNS:
        shape = form[f"{kind}_fill" if name in FILLED else kind]
        put(page, (row, AT[name]), values.get(name), shape)
    _formulas(drawing, entry)
    told = [(values.get(name), width) for name, width, kind in COLUMNS if kind in (WRAP, CENTRE)]
    page.set_row(row, height(told))
    drawing.entries[row] = entry
    asked = in_wan(entry.asked)
    if asked is not None:
        rule = {
            "validate": "decimal",
            "criteria": "between",
            "minimum": 0,
            "maximum": float(asked),
            "error_title": "决定数不对",
            "error_message": "决定数不能小于零，也不能超过申报数（万元）。",
        }
        page.data_validation(row, AT[DECIDED], row, AT[DECIDED], rule)
    listed = {
        "validate": "list",
        "source": f"='{LIBRARY}'!$B$2:$B${len(drawing.book.pack.reasons) + 1}",
        "error_type": "information",
        "error_title": "自拟理由",
        "error_message": "不在理由库内，确定即按自拟理由保留。",
    }
    if drawing.book.pack.reasons:
        page.data_validation(row, AT[REASON], row, AT[REASON], listed)
    drawing.row += 1


def _formulas(drawing: _Drawing, entry: Entry) -> None:
    page, form, row = drawing.page, drawing.form, drawing.row
    n = row + 1
    asked, given = _letter("申报"), _letter("建议数")
    cut = f'=IF(OR({asked}{n}="",{given}{n}=""),"",{asked}{n}-{given}{n})'
    value = "" if entry.cut is None else float(in_wan(entry.cut) or 0)
    page.write_formula(row, AT["审减"], cut, form[MONEY], value)
    budget, done = _letter("上年预算"), _letter("上年执行")
    rate = f'=IF(N({budget}{n})>0,{done}{n}/{budget}{n},"")'
    shown: float | str = ""
    if entry.last_budget and entry.last_executed is not None:
        shown = float(entry.last_executed / entry.last_budget)
    page.write_formula(row, AT["执行率"], rate, form[RATE], shown)


def _letter(name: str) -> str:
    return chr(ord("A") + AT[name])


def _sum(drawing: _Drawing, row: int, name: str, last: int) -> None:
    """A line of sums over the rows below it; sums leave out the sums inside them."""
    page, form = drawing.page, drawing.form
    for head, _, kind in COLUMNS[: AT[ID_HEAD]]:
        put(page, (row, AT[head]), None, form[f"{kind}_sum"])
    page.merge_range(row, 0, row, AT["类别"], name, form[f"{TEXT}_sum"])
    entries = _under(drawing, row + 1, last)
    for head in SUMMED:
        letter = _letter(head)
        formula = f"=SUBTOTAL(9,{letter}{row + 2}:{letter}{last + 1})"
        page.write_formula(row, AT[head], formula, form[f"{MONEY}_sum"], _total(entries, head))
    page.set_row(row, ROW_POINTS)


def _under(drawing: _Drawing, first: int, last: int) -> list[Entry]:
    """The entries that stand in some rows."""
    return [entry for row, entry in drawing.entries.items() if first <= row <= last]


def _total(entries: list[Entry], head: str) -> float:
    columns: dict[str, list[Decimal | None]] = {
        "上年预算": [one.last_budget for one in entries],
        "上年执行": [one.last_executed for one in entries],
        "申报": [one.asked for one in entries],
        "其中上级": [one.upper for one in entries],
        "建议数": [one.suggested for one in entries],
        "审减": [one.cut for one in entries],
        ARRANGED: [one.arranged for one in entries],
    }
    known = [value for value in columns.get(head, ()) if value is not None]
    return float(in_wan(sum(known, Decimal(0))) or 0)


def _print(drawing: _Drawing) -> None:
    """One page wide, and a division begins a page."""
    page = drawing.page
    widths = [width for _, width, _ in COLUMNS[:-1]]
    printed(page, widths, (drawing.row - 1, AT[MINUTES]), (HEAD, HEAD))
    page.set_column(AT[ID_HEAD], AT[ID_HEAD], 12, None, {"hidden": True})
    if not drawing.book.planned:
        page.set_column(AT[ARRANGED], AT[ARRANGED], 0, None, {"hidden": True})
    if drawing.breaks:
        page.set_h_pagebreaks(drawing.breaks)


def _library(made: Any, form: dict[str, Any], book: Book) -> None:  # noqa: ANN401
    from shangji.pack.reasons import KINDS

    page = made.add_worksheet(LIBRARY)
    printed(page, (12, 70), (len(book.pack.reasons), 1), (0, 0), paper=A4, landscape=False)
    page.write_string(0, 0, "用处", form["head"])
    page.write_string(0, 1, "标准语句", form["head"])
    for at, one in enumerate(book.pack.reasons, start=1):
        page.write_string(at, 0, KINDS[one.kind], form[TEXT])
        page.write_string(at, 1, one.says, form[TEXT])


def _seal(made: Any, book: Book, version: Version) -> None:  # noqa: ANN401
    """The hidden sheet by which a returned workbook is known again."""
    page = made.add_worksheet(SEAL)
    told = (
        ("版本", version.name),
        ("审核结果摘要", version.result),
        ("预算年度", str(version.year)),
        ("项目数", str(len(book.entries))),
    )
    for at, (name, value) in enumerate(told):
        page.write_string(at, 0, name)
        page.write_string(at, 1, value)
    page.hide()
