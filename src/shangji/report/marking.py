"""A copy of a sender's sheet with what was met in it: coloured, in words, never evaluated."""

from __future__ import annotations

import io
import re
from copy import copy
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from wcwidth import wcswidth

from shangji.errors import CHANGED, NOTED, REFUSED
from shangji.intake.archive import Members
from shangji.intake.delimited import read_csv
from shangji.intake.files import ZIP_KIND, find, load
from shangji.intake.workbook import read_workbook

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from shangji.errors import Problem

WORDS = {REFUSED: "拒收", CHANGED: "改写", NOTED: "提醒", "fatal": "无法继续"}
FILLS = {REFUSED: "F4B6B6", CHANGED: "FFF2CC", NOTED: "D9E7F5", "fatal": "F4B6B6"}
ORDER = (NOTED, CHANGED, REFUSED, "fatal")
COMMENTS_MOST = 1_000
"""Notes on one sheet: each is a drawing, and programs grow slow with more."""

ROW_MARKS = frozenset({"row-total", "row-secret", "row-skipped"})
WITHHELD = "（涉密，内容不留存）"
REFERENCE = re.compile(r"^([A-Z]{1,3})(\d{1,7})$")
BESIDE = "上计·数据问题"
BESIDE_WIDTH, HIGHEST = 96, 400.0
A3 = 8
HEADED = 12
"""Rows whose height is kept: headings; rows below grow with what is said beside them."""
FITTING = 16
"""Columns that one page can hold legibly; a wider sheet is printed over several."""


@dataclass
class Marks:
    """The problems of one sheet by where they stand."""

    cells: dict[str, list[Problem]] = field(default_factory=dict)
    rows: dict[int, list[Problem]] = field(default_factory=dict)
    sheet: list[Problem] = field(default_factory=list)

    @classmethod
    def of(cls, problems: Iterable[Problem]) -> Marks:
        """Sort the problems of a sheet."""
        made = cls()
        for problem in problems:
            if problem.where.cell:
                made.cells.setdefault(problem.where.cell, []).append(problem)
            elif problem.where.line:
                made.rows.setdefault(problem.where.line, []).append(problem)
            else:
                made.sheet.append(problem)
        return made

    @property
    def secret(self) -> set[int]:
        """The rows of which nothing may stand in a copy."""
        return {
            row
            for row, problems in self.rows.items()
            if any(problem.code == "row-secret" for problem in problems)
        }

    def columns(self) -> dict[int, tuple[int, str]]:
        """Columns of which every cell was refused, with the row of the heading that says so."""
        from openpyxl.utils import column_index_from_string

        found = {}
        for cell, problems in self.cells.items():
            match = REFERENCE.match(cell)
            if match and any(
                problem.code in {"column-unknown", "column-unit"} for problem in problems
            ):
                found[column_index_from_string(match[1])] = (int(match[2]), REFUSED)
        return found


def worst(problems: Iterable[Problem]) -> str:
    """The effect that counts most."""
    return max((problem.effect for problem in problems), key=ORDER.index)


def told(problem: Problem) -> str:
    """A problem in one line: what was done, why, and what to do."""
    shown = problem.value or ("" if problem.where.cell else problem.where.field)
    value = f"（{shown}）" if shown else ""
    return f"{WORDS[problem.effect]}·{problem.title}{value}：{problem.says}{problem.fix}"


class Originals:
    """The senders' own files again, by the names under which they were read."""

    def __init__(self, paths: Iterable[Path]) -> None:
        """Find the files."""
        self.found = {found.name: found for found in find(paths)[0]}

    def read(self, names: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        """Yield name and bytes of the files asked for, each zip gone through once."""
        asked = set(names)
        for name, found in self.found.items():
            if name in asked:
                data, refused = load(found)
                if not refused:
                    yield name, data
            elif found.kind == ZIP_KIND and any(one.startswith(f"{name}/") for one in asked):
                data, refused = load(found)
                if not refused:
                    for member, held in Members(found, data).each():
                        if member.name in asked:
                            yield member.name, held


def opened(name: str, data: bytes, *, formulas: bool, large: bool) -> Mapping[str, Any]:
    """The sheets of a file: openpyxl's, or rows of a CSV or large file; empty where it cannot be.

    Args:
        name: the file.
        data: its bytes.
        formulas: whether to show formulas as text, for want of a result, instead of results.
        large: whether it is too large for a library that keeps the form of each cell.
    """
    from openpyxl import load_workbook

    if name.lower().endswith(".csv"):
        return {sheet.name: sheet.rows for sheet in read_csv(name, data)[0]}
    if large:
        return {sheet.name: sheet.rows for sheet in read_workbook(name, data)[0]}
    try:
        book = load_workbook(io.BytesIO(data), data_only=not formulas)
    except Exception:  # noqa: BLE001 - a copy is a service: what it cannot open was read all the same
        return {}
    return {sheet.title: sheet for sheet in book.worksheets}


class Copier:
    """Copies sheets into a workbook, cell by cell; a style is carried over once."""

    def __init__(self, book: Any) -> None:  # noqa: ANN401 - openpyxl has no types here
        """Copy into this book."""
        self.book = book
        self.styles: dict[tuple[int, bytes], Any] = {}

    def copy(
        self,
        source: Any,  # noqa: ANN401 - openpyxl has no types here
        title: str,
        marks: Marks,
        only: set[int] | None,
    ) -> None:
        """Copy a sheet under a title and mark it.

        Args:
            source: an openpyxl sheet, or the rows of a CSV file.
            title: the name of the copy.
            marks: the problems of the sheet.
            only: the rows to copy, the others left out and closed up; None copies all.
        """
        sheet = self.book.create_sheet(title)
        rows = source if isinstance(source, list) else None
        width = max((len(row) for row in rows), default=1) if rows else source.max_column
        withheld = marks.secret
        for row, cells in self._rows(source, rows):
            if only is not None and row not in only:
                sheet.row_dimensions[row].hidden = True
                continue
            for column, cell in enumerate(cells, 1):
                if row in withheld:
                    continue
                self._cell(sheet, row, column, cell)
        if rows is None:
            self._shape(source, sheet)
        sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", A3
        sheet.page_setup.fitToHeight = 0
        sheet.sheet_properties.pageSetUpPr.fitToPage = width <= FITTING
        self._mark(sheet, marks, width + 1)

    def _rows(self, source: Any, rows: Sequence[Any] | None) -> Iterator[tuple[int, Any]]:  # noqa: ANN401
        yield from enumerate(rows if rows is not None else source.iter_rows(), 1)

    def _cell(self, sheet: Any, row: int, column: int, cell: Any) -> None:  # noqa: ANN401
        form = hasattr(cell, "has_style")
        value = cell.value if form else (None if cell == "" else cell)
        styled = form and cell.has_style
        if value is None and not styled:
            return
        made = sheet.cell(row, column)
        put(made, value)
        if styled:
            made._style = copy(self._style(cell, made))  # noqa: SLF001 - the one way to share a style

    def _style(self, cell: Any, made: Any) -> Any:  # noqa: ANN401
        key = (id(cell.parent.parent), cell._style.tobytes())  # noqa: SLF001 - as above
        if key not in self.styles:
            made.font, made.fill = copy(cell.font), copy(cell.fill)
            made.border, made.alignment = copy(cell.border), copy(cell.alignment)
            made.number_format = cell.number_format
            self.styles[key] = made._style  # noqa: SLF001 - as above
        return self.styles[key]

    def _shape(self, source: Any, sheet: Any) -> None:  # noqa: ANN401
        for letter, size in source.column_dimensions.items():
            made = sheet.column_dimensions[letter]
            made.width, made.min, made.max = size.width, size.min, size.max
        for row, size in source.row_dimensions.items():
            if row <= HEADED and size.height:
                sheet.row_dimensions[row].height = size.height
        for area in source.merged_cells.ranges:
            sheet.merge_cells(str(area))
        sheet.freeze_panes = source.freeze_panes

    def _mark(self, sheet: Any, marks: Marks, beside: int) -> None:  # noqa: ANN401
        """Colour what was met, and say it in a note and in words beside the row."""
        from openpyxl.utils import get_column_letter

        said: dict[int, list[str]] = {}
        for problem in marks.sheet:
            said.setdefault(1, []).append(told(problem))
        self._areas(sheet, marks, beside)
        for row, problems in marks.rows.items():
            said.setdefault(row, []).extend(map(told, problems))
        notes = 0
        for place, problems in marks.cells.items():
            match = REFERENCE.match(place)
            if not match:
                continue
            row = int(match[2])
            # That a column in 万元 was converted is seen by colour and note, and told in the list.
            worded = [problem for problem in problems if problem.code != "cell-unit"]
            if worded:
                words = [f"{place} {told(problem)}" for problem in worded]
                said.setdefault(row, []).extend(words)
            cell = sheet[place]
            if not hasattr(cell, "column_letter"):  # inside a merged cell, where nothing can stand
                continue
            masked = next((item for item in problems if item.code == "cell-id-no"), None)
            if masked:
                put(cell, masked.value)
            fill(cell, worst(problems))
            if notes < COMMENTS_MOST:
                notes += 1
                cell.comment = _note(problems)
        letter = get_column_letter(beside)
        sheet.column_dimensions[letter].width = BESIDE_WIDTH
        _beside(sheet, beside, said, marks.secret)
        if notes >= COMMENTS_MOST:
            row = min(said, default=1)
            text = f"批注只加到第 {COMMENTS_MOST} 处，其余见本列文字和颜色。"
            put(sheet.cell(row, beside), f"{sheet.cell(row, beside).value}\n{text}")

    def _areas(self, sheet: Any, marks: Marks, beside: int) -> None:  # noqa: ANN401
        """Colour the cells of columns and rows that were refused whole."""
        columns = marks.columns()
        totals = {
            row
            for row, problems in marks.rows.items()
            if any(problem.code in ROW_MARKS for problem in problems)
        }
        for cells in sheet.iter_rows(max_col=beside - 1):
            for cell in cells:
                if cell.value is None or not hasattr(cell, "column_letter"):
                    continue
                top, effect = columns.get(cell.column, (0, ""))
                if effect and cell.row >= top:
                    fill(cell, effect)
                elif cell.row in totals:
                    fill(cell, NOTED)


def _beside(sheet: Any, column: int, said: Mapping[int, list[str]], secret: set[int]) -> None:  # noqa: ANN401
    from openpyxl.styles import Alignment, Font

    for row, lines in said.items():
        cell = sheet.cell(row, column)
        put(cell, "\n".join([WITHHELD, *lines] if row in secret else lines))
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        cell.font = Font(name="宋体", size=9, color="7F3F00")
        text = str(cell.value).splitlines()
        high = sum(max(1, -(-wcswidth(line) // (BESIDE_WIDTH - 4))) for line in text)
        made = sheet.row_dimensions[row]
        made.height = min(HIGHEST, max(made.height or 0, 4 + 12.5 * high))
    if 1 not in said:
        cell = sheet.cell(1, column)
        put(cell, BESIDE)
        cell.font = Font(name="黑体", size=10, bold=True)


def _note(problems: Sequence[Problem]) -> Any:  # noqa: ANN401 - openpyxl's comment
    from openpyxl.comments import Comment

    parts = []
    for problem in problems:
        parts.append(f"【{WORDS[problem.effect]}】{problem.title}")
        if problem.value:
            parts.append(f"原值：{problem.value}")
        parts.append(f"原因：{problem.says}")
        if problem.fix:
            parts.append(f"怎么改：{problem.fix}")
    note = Comment("\n".join(parts), "上计")
    note.width, note.height = 280, 40 + 22 * len(parts)
    return note


def fill(cell: Any, effect: str) -> None:  # noqa: ANN401 - an openpyxl cell
    """Colour a cell; refused figures are also struck through, for who sees no colour."""
    from openpyxl.styles import PatternFill

    cell.fill = PatternFill("solid", fgColor=FILLS[effect])
    if effect in {REFUSED, "fatal"}:
        font = copy(cell.font)
        font.strike = True
        cell.font = font


def put(cell: Any, value: Any) -> None:  # noqa: ANN401 - an openpyxl cell, and what stands in it
    """Write a value; a text stays a text, whatever it begins with."""
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    if isinstance(value, str):
        cell.value = ILLEGAL_CHARACTERS_RE.sub("", value)[:32_000]
        cell.data_type = "s"
    elif value is None or isinstance(value, (bool, int, float)) or hasattr(value, "isoformat"):
        cell.value = value
    else:
        put(cell, str(value))
