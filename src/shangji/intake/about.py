"""What is said of a whole sheet or column: not known, not read, hidden, doubled, of no unit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shangji.errors import Problem, Where
from shangji.intake.cells import letters, place, text_of
from shangji.intake.headers import SEARCHED

if TYPE_CHECKING:
    from shangji.intake.rows import Reading
    from shangji.intake.sheet import Sheet
    from shangji.schema import Table

SHOWN = 40
EMPTY = frozenset({"", None})
LISTED = 8
"""Row numbers that a problem lists before it only counts."""


def filled(sheet: Sheet, until: int | None = None) -> int:
    """The cells of a sheet that hold something, those of its first `until` rows if told."""
    count = sum(
        1
        for row in sheet.rows[:until]
        for cell in row
        if cell not in EMPTY and (not isinstance(cell, str) or text_of(cell))
    )
    for row, at in sheet.valueless:
        if until is None or row <= until:
            cells = sheet.rows[row - 1] if row <= len(sheet.rows) else ()
            count += not (at < len(cells) and text_of(cells[at]))
    return count


def unknown_sheet(where: Where, cells: int) -> Problem:
    """The problem of a sheet whose name is that of no table."""
    if not cells:
        return Problem("sheet-unknown", where, "名称对不上任何一张申报表，里面是空的。", "")
    says = f"名称对不上任何一张申报表，其中 {cells} 个单元格没有读。"
    fix = "如果是申报数据，请把工作表改成表样上的名称，或用 shangji mapping learn 生成映射文件。"
    return Problem("sheet-unknown", where, says, fix)


def hidden_sheet(where: Where, table: Table | None, cells: int) -> Problem:
    """The problem of a sheet that its file does not show: it is not read, whatever it holds."""
    what = f"是“{table.zh}”，" if table else ""
    says = f"这张工作表是隐藏的，{what}其中 {cells} 个单元格没有读。"
    fix = "需要收入的请取消隐藏后重报；不需要的请删去。" if table else ""
    return Problem("sheet-hidden", where, says, fix)


def no_heading(where: Where, table: Table, cells: int) -> Problem:
    """The problem of a sheet in which no heading row was found."""
    if not cells:
        return Problem(
            "sheet-empty",
            where,
            f"“{table.zh}”是空表，连表头也没有。",
            "确实没有内容的请保留表头；漏填的请补上后重报。",
        )
    return Problem(
        "sheet-unknown",
        where,
        f"前 {SEARCHED} 行里找不到“{table.zh}”的表头，其中 {cells} 个单元格没有读。",
        "请用表样上的列名作表头，或用 shangji mapping learn 生成映射文件。",
    )


def no_rows(where: Where, table: Table) -> Problem:
    """The problem of a sheet with headings only."""
    return Problem(
        "sheet-empty",
        where,
        f"“{table.zh}”有表头，没有数据行；按“没有内容”处理。",
        "确实没有内容的不用改；漏填的请补上后重报。",
    )


def hidden_parts(reading: Reading) -> list[Problem]:
    """Say which hidden rows and columns were read: a filter hides rows that are meant."""
    sheet, heading = reading.sheet, reading.heading
    problems = []
    rows = sorted(
        number
        for number in sheet.hidden_rows
        if heading.row < number <= len(sheet.rows) and any(map(text_of, sheet.rows[number - 1]))
    )
    if rows:
        listed = "、".join(map(str, rows[:LISTED])) + ("等" if len(rows) > LISTED else "")
        problems.append(
            Problem(
                "row-hidden",
                Where(reading.file, sheet.name, line=rows[0]),
                f"第 {listed} 行是隐藏的，共 {len(rows)} 行，已一并读入。",
                "不该收入的请删去后重报，不要只隐藏。",
            )
        )
    for at in sorted(sheet.hidden_columns.intersection(heading.columns)):
        column = heading.columns[at]
        if column.hidden:  # we sent it out so
            continue
        problems.append(
            Problem(
                "column-hidden",
                Where(reading.file, sheet.name, place(heading.row, at), column.zh),
                f"{letters(at)} 列是隐藏的，已一并读入。",
                "不该收入的请删去这一列后重报，不要只隐藏。",
            )
        )
    return problems


def merged_figures(reading: Reading) -> list[Problem]:
    """Say of a figure that stands merged over several rows that it was taken for the first."""
    problems = []
    for top, left, bottom, right in reading.sheet.merged:
        column = reading.heading.columns.get(left)
        if column is None or not column.numeric or column.kind == "year":
            continue
        if bottom == top or right > left or top < reading.heading.row:
            continue
        row = reading.sheet.rows[top] if top < len(reading.sheet.rows) else ()
        text = text_of(row[left]) if left < len(row) else ""
        if text:
            problems.append(
                Problem(
                    "cell-doubtful",
                    reading.where(top + 1, left, column),
                    f"这个数合并在第 {top + 1} 至 {bottom + 1} 行上，"
                    f"只算在第 {top + 1} 行，其余行按未填。",
                    "请取消合并，每行各填各的数。",
                    value=text,
                )
            )
    return problems


def columns(origin: str, reading: Reading) -> list[Problem]:
    """Say which columns were not known, doubled, of unknown unit, passed over or absent."""
    table, heading = reading.table, reading.heading
    problems = []

    def say(code: str, at: int, says: str, fix: str, value: str = "", zh: str = "") -> None:
        where = Where(reading.file, reading.sheet.name, place(heading.row, at), zh)
        problems.append(Problem(code, where, says, fix, value=value[:SHOWN]))

    for at, text in heading.unknown.items():
        fix = "如果是需要的内容，请改成表样上的列名，或用映射文件指明。"
        say("column-unknown", at, f"“{table.zh}”没有这一列，整列没有读。", fix, text)
    for at, text in heading.above.items():
        says = "上层表头说的是别的年度或阶段，或同名的列有几处，不能认定，整列没有读。"
        say("column-unknown", at, says, "如果就是本年申报的内容，请用映射文件指明。", text)
    for at, text in heading.unused.items():
        say("column-unknown", at, "映射文件写明不采用这一列，整列没有读。", "", text)
    for at, (text, first) in heading.doubled.items():
        says = f"与 {letters(first)} 列是同一项，只读了 {letters(first)} 列。"
        say("column-unknown", at, says, "请只保留一列，或改成表样上的列名。", text)
    for at, told in heading.unit_unknown.items():
        says = (
            f"金额单位“{told}”不在元、万元之内，整列按读不出处理。"
            if told
            else "没有写明金额单位是元还是万元，整列按读不出处理。"
        )
        fix = "请在列名后写上（元）或（万元）后重报。"
        say("column-unit", at, says, fix, zh=heading.columns[at].zh)
    return problems + (_absent(reading) if origin == "unit" else [])


def _absent(reading: Reading) -> list[Problem]:
    table = reading.table
    held = {column.name for column in reading.heading.columns.values()}
    return [
        Problem(
            "column-absent",
            Where(reading.file, reading.sheet.name, field=column.zh),
            f"“{table.zh}”缺少必填的这一列，按单位没有填处理。",
            "请补上这一列后重报。",
        )
        for column in table.columns
        if column.name not in held
        and column.supplied_by == "unit"
        and column.required_when == "always"
    ]
