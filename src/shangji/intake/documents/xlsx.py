"""Workbooks as documents: each sheet that is shown is a page and a table; hidden parts are told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shangji.intake.cells import text_of
from shangji.intake.documents import seen
from shangji.intake.documents.budget import Budget
from shangji.intake.documents.docx import page_of
from shangji.intake.documents.model import DocumentTable, Draft, Page, Secret, Stopped
from shangji.intake.workbook import read_workbook

if TYPE_CHECKING:
    from shangji.intake.documents.model import Limits
    from shangji.intake.sheet import Sheet

WIDEST = 200


def read_xlsx(name: str, data: bytes, limits: Limits, draft: Draft) -> None:
    """Read a workbook into the draft.

    Raises:
        Stopped: it cannot be read.
        Secret: it bears a mark of secrecy in a text box, a note or a header.
    """
    sheets, problems = read_workbook(name, data)
    if problems and not sheets:
        first = problems[0]
        if first.code == "row-secret":
            raise Secret
        raise Stopped("document-unread", first.says, first.fix)
    budget = Budget(limits)
    for number, sheet in enumerate(sheets, 1):
        budget.check(draft, number)
        if sheet.hidden:
            text = " ".join(text_of(cell) for row in sheet.rows for cell in row if cell is not None)
            seen.note(draft.hidden, number, "sheet", f"{sheet.name}：{text}")
            draft.pages.append(Page(number, ""))
            continue
        _sheet(sheet, number, draft)
    draft.page_count = len(sheets)


def _sheet(sheet: Sheet, number: int, draft: Draft) -> None:
    rows = [[seen.one_line(text_of(cell)) for cell in row[:WIDEST]] for row in sheet.rows]
    merged = []
    for top, left, bottom, right in sheet.merged:
        if top >= len(rows) or left >= WIDEST:
            continue
        first = rows[top][left] if left < len(rows[top]) else ""
        for row in rows[top : bottom + 1]:
            row[left : right + 1] = [first] * len(row[left : right + 1])
        merged.append((top, left, bottom - top + 1, right - left + 1))
    shown, kept, lines = [], [], [sheet.name]
    hidden: list[str] = []
    for at, row in enumerate(rows):
        cells = [
            seen.shown(cell, number, draft.hidden)
            for column, cell in enumerate(row)
            if column not in sheet.hidden_columns
        ]
        hidden += [row[column] for column in sorted(sheet.hidden_columns) if column < len(row)]
        if at + 1 in sheet.hidden_rows:
            hidden += cells
            continue
        shown.append(tuple(cells))
        kept.append(at)
        line = "\t".join(
            cell for spot, cell in enumerate(cells) if cell and _first(at, spot, merged)
        )
        if line:
            lines.append(line)
    seen.note(draft.hidden, number, "cells", " ".join(text for text in hidden if text))
    whole = not sheet.hidden_rows and not sheet.hidden_columns
    if any(any(row) for row in shown):
        draft.tables.append(DocumentTable(number, tuple(shown), tuple(merged) if whole else ()))
    draft.pages.append(page_of(number, lines))
    draft.characters += sum(map(len, lines))


def _first(row: int, column: int, merged: list[tuple[int, int, int, int]]) -> bool:
    """Whether a place is no repetition of a merged cell's text."""
    return not any(
        top <= row < top + down and left <= column < left + across and (row, column) != (top, left)
        for top, left, down, across in merged
    )
