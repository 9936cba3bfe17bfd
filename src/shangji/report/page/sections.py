"""What the page holds of each section: headings, and rows as texts, with the numbers to sort by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shangji.report.evaluations import beside
from shangji.report.page.packed import Texts, packed
from shangji.report.sections import Shown, shown
from shangji.report.sheets import COUNT

if TYPE_CHECKING:
    import duckdb

    from shangji.pack import Pack
    from shangji.report.sheets import Sheet

ROWS_SHOWN = 2_000
"""Rows of a section that a page lists; all of them are in the workbook."""


def sections(
    connection: duckdb.DuckDBPyConnection, pack: Pack, texts: Texts
) -> list[dict[str, Any]]:
    """Every section that has rows, and what belongs to scores without being one."""
    return [
        *(_section(found, pack, texts) for found in shown(connection, pack)),
        *(_sheet(sheet, texts) for sheet in beside(connection, pack)),
    ]


def _sheet(sheet: Sheet, texts: Texts) -> dict[str, Any]:
    """A sheet of the workbook as a section: counts are numbers to sort by."""
    width = range(len(sheet.columns))
    rows = [
        [
            *(texts.free("" if row[at] is None else str(row[at])) for at in width),
            *(float(row[at]) if sheet.columns[at][2] == COUNT else None for at in width),
        ]
        for row in sheet.rows[:ROWS_SHOWN]
    ]
    words = [f"t{at}" for at in width]
    return {
        "name": sheet.name,
        "zh": sheet.name,
        "subject_zh": "",
        "note": sheet.note,
        "total": len(sheet.rows),
        "columns": [{"title": title, "number": form == COUNT} for title, _, form in sheet.columns],
        "rows": packed([*words, *(f"n{at}" for at in width)], rows, words),
    }


def _section(found: Shown, pack: Pack, texts: Texts) -> dict[str, Any]:
    section = found.section
    table = pack.relation_or_table(section.subject)
    width = range(len(section.columns))
    rows = [
        [
            *(texts.free(found.words(at, row[at])) for at in width),
            *(None if isinstance(row[at], str) else float(row[at]) for at in width),
        ]
        for _, row in found.rows[:ROWS_SHOWN]
    ]
    words = [f"t{at}" for at in width]
    return {
        "name": section.name,
        "zh": section.zh,
        "subject_zh": table.zh if table else section.subject,
        "note": section.note,
        "total": len(found.rows),
        "columns": [
            {"title": found.heading(at), "number": found.kinds[at] in {"money", "number", "count"}}
            for at in width
        ],
        "rows": packed([*words, *(f"n{at}" for at in width)], rows, words),
    }
