"""Workbooks: the container is looked at first, then the values are read, formulas as results."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from shangji.errors import Problem, Where
from shangji.intake.container import inspect, unreadable
from shangji.intake.marks import secret
from shangji.intake.sheet import Sheet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shangji.intake.cells import Cell
    from shangji.intake.container import Contents


def read_workbook(name: str, data: bytes) -> tuple[list[Sheet], list[Problem]]:
    """Return the sheets of a workbook in their order, and what of it cannot be read."""
    contents, refused = inspect(name, data)
    if refused:
        return [], [refused]
    if contents.stamped:
        return [], [secret(Where(name), "文件")]
    try:
        return _sheets(name, data, contents)
    except Exception:  # noqa: BLE001 - whatever the reader says of bytes it cannot take
        return [], [unreadable(name)]
    except BaseException as error:
        # A panic of the Rust reader is no Exception; a person's Ctrl-C goes through.
        if type(error).__name__ != "PanicException":
            raise
        return [], [unreadable(name)]


def _sheets(name: str, data: bytes, contents: Contents) -> tuple[list[Sheet], list[Problem]]:
    sheets = []
    problems = []
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    for at, about in enumerate(book.sheets_metadata):
        if about.typ != SheetTypeEnum.WorkSheet:
            problems.append(
                Problem("sheet-unknown", Where(name, about.name), "这是图表一类的页，没有读。", "")
            )
            continue
        sheet = book.get_sheet_by_index(at)
        rows: Sequence[Sequence[Cell]] = sheet.to_python(skip_empty_area=False)
        part = contents.part(about.name)
        sheets.append(
            Sheet(
                about.name,
                rows,
                valueless=contents.of_sheet(about.name),
                alone=len(book.sheets_metadata) == 1,
                merged=tuple((*first, *last) for first, last in sheet.merged_cell_ranges or ()),
                hidden=about.visible != SheetVisibleEnum.Visible,
                hidden_rows=frozenset(contents.hidden_rows.get(part, ())),
                hidden_columns=frozenset(contents.hidden_columns.get(part, ())),
                date1904=contents.date1904,
            )
        )
    return sheets, problems
