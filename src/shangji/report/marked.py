"""数据问题.xlsx: what intake met, in the sender's own sheets, as a list, and in counts that tie."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, Any

from wcwidth import wcswidth

from shangji.errors import CHANGED, EFFECTS, NOTED, REFUSED
from shangji.report.marking import FILLS, Copier, Marks, Originals, opened, put

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from shangji.errors import Problem
    from shangji.snapshot import Collected, SheetCount

NAME = "数据问题.xlsx"
LIST, COUNTS = "问题清单", "数量核对"
LISTED_MOST = 20_000
SHEETS_MOST = 60
CELLS_MOST = 60_000
"""Cells copied in all: a copy is for eyes, and takes a minute for a million cells."""

LARGE = 100_000
"""Cells of a file from which its values are copied without their form."""

MARKS_MOST = 2_000
"""Marks on one sheet; beyond, what was only rewritten is told once for each column."""

ROWS_MOST = 5_000
"""Rows of a sheet that is copied whole; of a longer one only the rows with something to say."""

TITLE_MOST = 31
BAD_IN_TITLE = re.compile(r"[\[\]:*?/\\']")
URGENCY = ("fatal", REFUSED, NOTED, CHANGED)
CREATED = datetime(2000, 1, 1)  # noqa: DTZ001 - a fixed stamp, as in every file that we write
LIST_HEAD = (
    ("序号", 6), ("处理", 8), ("问题", 16), ("文件", 20), ("工作表", 12), ("位置", 13),
    ("栏目", 14), ("原值", 16), ("说明", 36), ("怎么改", 32),
)  # fmt: skip
COUNT_HEAD = (
    ("文件", 34), ("工作表", 18), ("有内容的格", 12), ("合并补入", 10), ("表头和标题", 12),
    ("没有读", 9), ("读入", 9), ("原样", 9), ("改写", 9), ("拒收", 9), ("核对", 8),
)  # fmt: skip
WRAPPED = frozenset({"问题", "文件", "工作表", "栏目", "说明", "怎么改", "原值"})
CENTRED = frozenset({"序号", "处理", "核对"})
NOTES = (
    "有内容的格＋合并补入＝表头和标题＋没有读＋读入；读入＝原样＋改写＋拒收。两式都成立，核对栏记“√”。",
    "合并补入：合并单元格在下面各行显示的文字，逐行补齐，算作改写。没有读的工作表，原因见问题清单。",
    "读不出的数按“不知道”处理，不按零，也不猜。",
)
LEGEND = (
    (REFUSED, "拒收：这一格没有收入，同时加删除线；请按“怎么改”改正后重报。"),
    (CHANGED, "改写：按写明的办法规范了写法或换算了单位，数不变；请核对。"),
    (NOTED, "提醒：已收入或不影响收入，但需要看一眼。"),
)


def write_marked(
    path: Path, paths: Iterable[Path], collected: Collected, problems: Sequence[Problem]
) -> None:
    """Write 数据问题.xlsx: the list, the counts, and a marked copy of each sheet with a problem.

    Args:
        path: where to write it.
        paths: the files and folders that were read; they are opened again, never changed.
        collected: what was read, for the counts and the placeholders.
        problems: what intake met.
    """
    from openpyxl import Workbook

    book = Workbook()
    book.properties.created = book.properties.modified = CREATED
    book.properties.creator = "上计·零基预算评审"
    listing, counts = book.active, book.create_sheet(COUNTS)
    if listing is None:  # pragma: no cover - a new workbook has a sheet
        return
    listing.title = LIST
    shown, left = _copies(Copier(book), paths, collected, problems)
    _list(listing, problems, shown, left)
    _count(counts, collected)
    book.save(path)


def _copies(
    copier: Copier, paths: Iterable[Path], collected: Collected, problems: Sequence[Problem]
) -> tuple[dict[tuple[str, str], str], int]:
    """Copy the sheets with problems; returns the title of each, and how many were left out."""
    by_sheet: dict[tuple[str, str], list[Problem]] = {}
    for problem in problems:
        by_sheet.setdefault((problem.where.file, problem.where.sheet), []).append(problem)
    counts = {(count.file, count.sheet): count for count in collected.counts}
    wanted = [key for key in by_sheet if key in counts and not counts[key].passed]
    wanted.sort(key=lambda key: min(URGENCY.index(item.effect) for item in by_sheet[key]))
    chosen: list[tuple[str, str]] = []
    cells = 0
    for key in wanted:
        size = min(counts[key].filled, _most(by_sheet[key]))
        if len(chosen) < SHEETS_MOST and cells + size <= CELLS_MOST:
            chosen.append(key)
            cells += size
    shown: dict[tuple[str, str], str] = {}
    titles = {LIST, COUNTS}
    alone = len({file for file, _ in chosen}) == 1
    for name, data in Originals(paths).read({file for file, _ in chosen}):
        mine = [key for key in chosen if key[0] == name]
        blank = any(item.code == "cell-formula-error" for key in mine for item in by_sheet[key])
        size = sum(count.filled for count in collected.counts if count.file == name)
        sheets = opened(name, data, formulas=blank, large=size > LARGE)
        for key in mine:
            if key[1] not in sheets:
                continue
            shown[key] = _title(key, titles, alone=alone)
            found, only = _thinned(by_sheet[key], counts[key])
            copier.copy(sheets[key[1]], shown[key], Marks.of(found), only)
    return shown, len(wanted) - len(shown)


def _most(problems: Sequence[Problem]) -> int:
    """The most cells that a copy of a long sheet takes: its rows with something to say."""
    rows = {problem.where.cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ") for problem in problems}
    return max(ROWS_MOST, 60 * len(rows))


def _thinned(
    problems: Sequence[Problem], count: SheetCount
) -> tuple[list[Problem], set[int] | None]:
    """What to mark, and the rows to copy of a sheet that is too long to be copied whole."""
    found = list(problems)
    if len(found) > MARKS_MOST:
        kept = [item for item in found if item.effect != CHANGED]
        first: dict[tuple[str, str], list[Problem]] = {}
        for item in found:
            if item.effect == CHANGED:
                first.setdefault((item.code, item.where.field), []).append(item)
        found = kept + [items[0] for items in first.values()]
    if count.filled <= ROWS_MOST * 4:
        return found, None
    rows = {item.where.line for item in found if item.where.line}
    rows |= {int(match[0]) for item in found if (match := re.search(r"\d+", item.where.cell))}
    return found, rows | set(range(1, 15))


def _title(key: tuple[str, str], taken: set[str], *, alone: bool) -> str:
    """A name for a copy that no other sheet has: the sheet's own where there is one file."""
    file, sheet = key
    stem = file.rsplit("/", 1)[-1].rsplit(".", 1)[0]
    wished = sheet if alone or stem == sheet else f"{stem}·{sheet}"
    wished = BAD_IN_TITLE.sub("_", wished) or "表"
    title = wished[:TITLE_MOST]
    ordinal = 2
    while title in taken:
        tail = f"({ordinal})"
        title = wished[: TITLE_MOST - len(tail)] + tail
        ordinal += 1
    taken.add(title)
    return title


def _list(
    sheet: Any,  # noqa: ANN401 - an openpyxl sheet
    problems: Sequence[Problem],
    shown: dict[tuple[str, str], str],
    left: int,
) -> None:
    from openpyxl.styles import PatternFill

    rows = _grouped(problems)
    notes = [f"共 {len(problems):,} 处。点“位置”到标好的原表；颜色之外另有文字和删除线。"]
    if left:
        notes.append(f"另有 {left} 张工作表因篇幅没有附标记的原表，问题都在下面。")
    if len(rows) > LISTED_MOST:
        notes.append(f"只列前 {LISTED_MOST:,} 条，共 {len(rows):,} 条。")
    top = _headed(sheet, "数据问题清单", notes, LIST_HEAD)
    for number, (problem, times, effect) in enumerate(rows[:LISTED_MOST], 1):
        where = problem.where
        at = where.cell or (f"第 {where.line} 行" if where.line else "")
        place = f"{at} 等 {times} 格" if times > 1 else at
        values = (
            number, EFFECTS[effect], problem.title, where.file, where.sheet, place,
            where.field, problem.value, problem.says, problem.fix,
        )  # fmt: skip
        row = top + number
        _line(sheet, row, values, LIST_HEAD)
        sheet.cell(row, 2).fill = PatternFill("solid", fgColor=FILLS[effect])
        title = shown.get((where.file, where.sheet))
        if title and at:
            _link(sheet.cell(row, 6), title, where.cell or f"A{where.line}")
    _printed(sheet, top, LIST_HEAD, len(rows))


def _grouped(problems: Sequence[Problem]) -> list[tuple[Problem, int, str]]:
    """Problems in the order of their weight; the same rewriting of a column is told once."""
    found: dict[tuple[str, ...], list[Problem]] = {}
    for number, problem in enumerate(problems):
        where = problem.where
        key: tuple[str, ...] = (str(number),)
        if problem.effect == CHANGED and where.cell:
            key = (where.file, where.sheet, problem.code, where.field)
        found.setdefault(key, []).append(problem)
    rows = [(items[0], len(items), items[0].effect) for items in found.values()]
    return sorted(rows, key=lambda row: URGENCY.index(row[2]))


def _count(sheet: Any, collected: Collected) -> None:  # noqa: ANN401 - an openpyxl sheet
    from openpyxl.styles import Font

    notes = [*NOTES, *(text for _, text in LEGEND)]
    top = _headed(sheet, "单元格数量核对", notes, COUNT_HEAD)
    rows = [(count.file, count.sheet, *_figures(count)) for count in collected.counts]
    sums = [sum(row[at] for row in rows) for at in range(2, len(COUNT_HEAD) - 1)]
    ties = all(count.ties for count in collected.counts)
    for number, row in enumerate(rows, 1):
        _line(sheet, top + number, row, COUNT_HEAD)
    last = top + len(rows) + 1
    _line(
        sheet, last, ("合计", f"{len(rows)} 张工作表", *sums, "√" if ties else "不符"), COUNT_HEAD
    )
    for cell in sheet[last]:
        cell.font = Font(name="宋体", size=10, bold=True)
    for at, item in enumerate(collected.placeholders, 2):
        text = (
            f"涉密占位：{item.file} {item.sheet} 第 {item.row} 行，单位 {item.unit}，"
            f"科目 {item.functional_class}，{item.amount} 元。线下评审，不参加审核。"
        )
        put(sheet.cell(last + at, 1), text)
    _printed(sheet, top, COUNT_HEAD, 0)


def _figures(count: SheetCount) -> tuple[Any, ...]:
    return (
        count.filled, count.merged, count.headings, count.passed, count.read, count.kept,
        count.changed, count.refused, "√" if count.ties else "不符",
    )  # fmt: skip


def _headed(
    sheet: Any,  # noqa: ANN401 - an openpyxl sheet
    title: str,
    notes: Sequence[str],
    head: Sequence[tuple[str, int]],
) -> int:
    """Write title, notes and headings; returns the row of the headings."""
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    put(sheet.cell(1, 1), title)
    sheet.cell(1, 1).font = Font(name="黑体", size=14, bold=True)
    sheet.row_dimensions[1].height = 24
    for at, text in enumerate(notes, 2):
        put(sheet.cell(at, 1), text)
        sheet.cell(at, 1).font = Font(name="宋体", size=9, color="595959")
        effect = next((effect for effect, words in LEGEND if words == text), "")
        for column in range(1, 5 if effect else 1):
            sheet.cell(at, column).fill = PatternFill("solid", fgColor=FILLS[effect])
    top = len(notes) + 2
    for column, (text, width) in enumerate(head, 1):
        cell = sheet.cell(top, column)
        put(cell, text)
        cell.font = Font(name="宋体", size=10, bold=True)
        cell.fill = PatternFill("solid", fgColor="DDE6F0")
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        cell.border = _border()
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.freeze_panes = sheet.cell(top + 1, 1)
    return top


def _line(
    sheet: Any,  # noqa: ANN401 - an openpyxl sheet
    row: int,
    values: Sequence[Any],
    head: Sequence[tuple[str, int]],
) -> None:
    from openpyxl.styles import Alignment, Font

    font, border = Font(name="宋体", size=10), _border()
    lines = 1
    for column, (value, (name, width)) in enumerate(zip(values, head, strict=True), 1):
        cell = sheet.cell(row, column)
        put(cell, value)
        cell.font, cell.border = font, border
        wrapped = name in WRAPPED
        across = "center" if name in CENTRED else None
        cell.alignment = Alignment(across, vertical="center", wrap_text=wrapped)
        if isinstance(value, int):
            cell.number_format = "#,##0"
        elif wrapped:
            wide = wcswidth(str(value))
            lines = max(lines, -(-wide // (width - 1)))
    sheet.row_dimensions[row].height = min(400, 3 + 13.5 * lines)


def _border() -> Any:  # noqa: ANN401 - openpyxl's border
    from openpyxl.styles import Border, Side

    side = Side(style="thin", color="BFBFBF")
    return Border(left=side, right=side, top=side, bottom=side)


def _link(cell: Any, title: str, place: str) -> None:  # noqa: ANN401 - an openpyxl cell
    """Lead from the list to the marked cell, inside this workbook only."""
    from openpyxl.styles import Font
    from openpyxl.worksheet.hyperlink import Hyperlink

    cell.hyperlink = Hyperlink(ref=cell.coordinate, location=f"'{title}'!{place}")
    cell.font = Font(name="宋体", size=10, color="0563C1", underline="single")


def _printed(sheet: Any, top: int, head: Sequence[tuple[str, int]], rows: int) -> None:  # noqa: ANN401
    from openpyxl.utils import get_column_letter

    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = f"{top}:{top}"
    sheet.oddFooter.center.text = "第 &P 页 共 &N 页"
    if rows:
        sheet.auto_filter.ref = f"A{top}:{get_column_letter(len(head))}{top + rows}"
