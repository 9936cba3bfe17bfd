"""审核结果.xlsx: the review as sheets that print, filter and sort; text is always text."""

from __future__ import annotations

import math
import unicodedata
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from shangji.report import path_sheet, sheets
from shangji.report.arranged_sheets import arranged_sheets
from shangji.report.evaluations import evaluated_overview, with_evaluations
from shangji.report.reviewed import open_reviewed
from shangji.report.said import said
from shangji.report.sheets import COUNT, MONEY, TEXT, WRAP, Sheet

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from shangji.errors import Problem
    from shangji.pack import Pack
    from shangji.report.summary import Summary
    from shangji.results import Results
    from shangji.snapshot import Snapshot

ROWS_MOST = 200_000
"""Rows of a sheet; the rest is in the Parquet tables, and the sheet says so."""

LINE_POINTS, ROW_POINTS, POINTS_MOST = 13.5, 16.5, 400.0
"""Height of a line of text, of a row of one line, and the most that a row may be high."""
MARGINS = 0.4
"""Inches of paper left white at the sides."""

CREATED = datetime(2000, 1, 1)  # noqa: DTZ001 - a fixed stamp, so that one result is one file


def write_workbook(
    path: Path,
    snapshot: Snapshot,
    results: Results,
    pack: Pack,
    summary: Summary,
    problems: Sequence[Problem],
) -> None:
    """Write the workbook of a review."""
    import duckdb

    asked = summary.tables.get("project") or not summary.evaluations
    first = sheets.overview if asked else evaluated_overview
    with duckdb.connect() as connection:
        open_reviewed(connection, snapshot, results, pack)
        pages: list[Sheet] = [
            first(snapshot, pack, summary),
            sheets.projects(connection, pack),
            sheets.findings(connection, snapshot, pack),
            sheets.reductions(connection, pack),
            *arranged_sheets(connection, pack),
            path_sheet.paths(connection, pack),
            sheets.unknowns(connection, pack),
            *([answers] if (answers := said(snapshot, results)) else []),
            sheets.problems(problems),
            sheets.rules(connection, pack),
        ]
        pages = with_evaluations(pages, connection, pack)
    write_sheets(path, pages, snapshot, "审核结果")


def write_sheets(path: Path, pages: Sequence[Sheet], snapshot: Snapshot, name: str) -> None:
    """Write sheets about a snapshot as a workbook that prints and filters."""
    import xlsxwriter

    options = {
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "constant_memory": False,
    }
    with xlsxwriter.Workbook(str(path), options) as book:
        book.set_properties({"created": CREATED, "title": f"上计·零基预算评审 {name}"})
        forms = _forms(book)
        for sheet in pages:
            _write(book, forms, sheet, snapshot)


def _forms(book: Any) -> dict[str, Any]:  # noqa: ANN401 - xlsxwriter has no types
    base = {
        "font_name": "宋体",
        "font_size": 10,
        "valign": "vcenter",
        "border": 1,
        "border_color": "#BFBFBF",
    }
    return {
        "title": book.add_format({"font_name": "黑体", "font_size": 14, "bold": True}),
        "note": book.add_format({"font_name": "宋体", "font_size": 9, "font_color": "#595959"}),
        "head": book.add_format(
            {**base, "bold": True, "bg_color": "#DDE6F0", "text_wrap": True, "align": "center"}
        ),
        MONEY: book.add_format({**base, "num_format": "#,##0.00_ "}),
        COUNT: book.add_format({**base, "num_format": "#,##0_ "}),
        TEXT: book.add_format(base),
        WRAP: book.add_format({**base, "text_wrap": True}),
        "total": book.add_format({**base, "bold": True, "top": 2, "num_format": "#,##0_ "}),
        "total_money": book.add_format(
            {**base, "bold": True, "top": 2, "num_format": "#,##0.00_ "}
        ),
    }


def _write(book: Any, forms: dict[str, Any], sheet: Sheet, snapshot: Snapshot) -> None:  # noqa: ANN401
    page = book.add_worksheet(sheet.name)
    facts = snapshot.facts
    title = facts.title or f"{facts.budget_year} 年度预算评审"
    page.write_string(0, 0, f"{title} · {sheet.name}", forms["title"])
    page.set_row(0, 24)
    told = [facts.data_kind, f"{facts.budget_year} 年度", f"数据截至 {facts.as_of}", sheet.note]
    page.write_string(1, 0, "　".join(part for part in told if part), forms["note"])
    top = 3
    for column, (heading, width, _) in enumerate(sheet.columns):
        page.set_column(column, column, width)
        page.write_string(top - 1, column, heading, forms["head"])
    page.set_row(top - 1, 2 * LINE_POINTS)
    rows = sheet.rows[:ROWS_MOST]
    for at, row in enumerate(rows):
        last = sheet.total and at == len(rows) - 1
        page.set_row(top + at, _height(row, sheet))
        for column, value in enumerate(row):
            _cell(page, forms, (top + at, column), value, sheet.columns[column][2], last=last)
    more = list(sheet.extra)
    if len(sheet.rows) > ROWS_MOST:
        more.append(
            f"本页只列前 {ROWS_MOST:,} 行，共 {len(sheet.rows):,} 行；全部在 tables 文件夹。"
        )
    for at, text in enumerate(more):
        page.write_string(top + len(rows) + 1 + at, 0, text, forms["note"])
    page.freeze_panes(top, min(2, len(sheet.columns)))
    if rows and not sheet.total:
        page.autofilter(top - 1, 0, top + len(rows) - 1, len(sheet.columns) - 1)
    _printed(page, sheet, top + max(len(rows), 1) + len(more))


def _printed(page: Any, sheet: Sheet, last: int) -> None:  # noqa: ANN401
    """How the sheet comes out on paper: one page wide, headings on every page."""
    page.set_landscape()
    page.set_paper(sheet.paper)
    page.set_margins(left=MARGINS, right=MARGINS, top=0.6, bottom=0.6)
    page.fit_to_pages(1, 0)
    page.repeat_rows(2)
    page.set_footer("&L上计·零基预算评审&C第 &P 页 共 &N 页&R&A")
    page.print_area(0, 0, last, len(sheet.columns) - 1)


def _height(row: Sequence[Any], sheet: Sheet) -> float:
    """Height that shows every wrapped cell whole: not every program fits rows by itself."""
    lines = max(
        (
            math.ceil(_wide(str(value)) / (width - 1))
            for value, (_, width, form) in zip(row, sheet.columns, strict=True)
            if form == WRAP and value
        ),
        default=1,
    )
    return min(POINTS_MOST, ROW_POINTS + (lines - 1) * LINE_POINTS)


def _wide(text: str) -> int:
    """Columns that a text takes, two for a Chinese character or mark."""
    return sum(2 if unicodedata.east_asian_width(mark) in "WFA" else 1 for mark in text)


def _cell(
    page: Any,  # noqa: ANN401 - xlsxwriter has no types
    forms: dict[str, Any],
    at: tuple[int, int],
    value: Any,  # noqa: ANN401 - any cell value
    form: str,
    *,
    last: bool,
) -> None:
    shape = forms["total_money" if form == MONEY else "total"] if last else forms[form]
    if value is None or value == "":
        page.write_blank(*at, None, shape)
    elif isinstance(value, (int, Decimal)) and not isinstance(value, bool):
        page.write_number(*at, value, shape)
    else:
        page.write_string(*at, str(value), shape)
