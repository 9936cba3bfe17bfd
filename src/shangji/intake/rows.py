"""The rows of one sheet: text to values, every cell accounted for as kept, changed or refused."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from shangji.errors import CHANGED, Problem, Where
from shangji.intake.account import Taken, Tally
from shangji.intake.cells import ERRORS, place, plain, text_of
from shangji.intake.marks import PLACEHOLDER, secret_row, stamped, total
from shangji.schema import parse
from shangji.snapshot import Placeholder

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from shangji.intake.cells import Cell
    from shangji.intake.headers import Heading
    from shangji.intake.sheet import Sheet
    from shangji.schema import Column, Table

NO_RESULT = "="
"""What stands for a formula that was saved without its result."""

SERIALS = range(25_569, 109_575)
"""Serial numbers of the days from 1970 to 2199, as spreadsheets count from 1900."""

FIRST_DAY = date(1899, 12, 30)
LATER_BY = 1462
"""Days by which the calendar that counts from 1904 lags behind."""

TOTALS = {
    "total": "这是合计行，没有当作一条数据。",
    "part": "这是“其中”行，是上一行的一部分，没有当作一条数据。",
}


@dataclass
class Reading:
    """What reading rows needs besides the row: file, sheet, table, headings, secret marks."""

    file: str
    sheet: Sheet
    table: Table
    heading: Heading
    stamps: tuple[str, ...] = ()
    ordinal: int = 0
    keys: tuple[int, ...] = field(init=False)
    valueless: dict[int, dict[int, str]] = field(init=False)
    shown: dict[int, dict[int, str]] = field(init=False)
    held: Table = field(init=False)
    dates: tuple[int, ...] = field(init=False)

    def __post_init__(self) -> None:
        """Find keys, valueless and merged cells; narrow the table to the columns that are here."""
        here = {column.name for column in self.heading.columns.values()}
        columns = tuple(
            column for column in self.table.columns if {column.name, column.rounds} & here
        )
        self.held = replace(self.table, columns=columns)
        self.valueless = {}
        for (row, at), error in self.sheet.valueless.items():
            self.valueless.setdefault(row, {})[at] = error or NO_RESULT
        own = {*self.table.key, self.table.project} - {""}
        self.keys = tuple(at for at, column in self.heading.columns.items() if column.name in own)
        known = self.heading.columns.items()
        self.dates = tuple(at for at, column in known if column.kind == "date")
        self.shown = {}
        for area in self.sheet.merged:
            self._merged(*area)

    def _merged(self, top: int, left: int, bottom: int, right: int) -> None:
        """What a merged cell shows in the rows below its first: words count there, figures do not.

        A figure over several rows is one figure: taken for each row it would be counted twice.
        """
        column = self.heading.columns.get(left) or self.heading.lines.get(left)
        if column is None or bottom == top or right > left or top < self.heading.row:
            return
        row = self.sheet.rows[top] if top < len(self.sheet.rows) else ()
        text = text_of(row[left]) if left < len(row) else ""
        if not text or (column.numeric and column.kind != "year"):
            return
        for number in range(top + 2, min(bottom + 1, len(self.sheet.rows)) + 1):
            self.shown.setdefault(number, {})[left] = text

    def where(self, row: int, at: int, column: Column | None = None) -> Where:
        """The place of one cell."""
        return Where(self.file, self.sheet.name, place(row, at), column.zh if column else "")


def take(reading: Reading) -> Iterable[Taken]:
    """Yield every row below the headings that is not blank."""
    rows = reading.sheet.rows
    last = max(len(rows), *reading.valueless) if reading.valueless else len(rows)
    above: dict[int, str] = {}
    for number in range(reading.heading.row + 1, last + 1):
        cells = rows[number - 1] if number <= len(rows) else ()
        texts = _texts(reading, number, cells)
        if not any(texts.values()):
            continue
        shown = {
            at: text for at, text in reading.shown.get(number, {}).items() if not texts.get(at)
        }
        for at in reading.heading.fill:
            if texts.get(at):
                above[at] = texts[at]
            elif at in above:
                shown.setdefault(at, above[at])
        yield _row(reading, number, texts, cells, shown)


def _texts(reading: Reading, number: int, cells: Sequence[Cell]) -> dict[int, str]:
    """The cells of a row as text by position; a formula without a value says that it is one."""
    columns = reading.heading.columns
    texts = {
        at: text_of(cell, numeric=at in columns and columns[at].numeric)
        for at, cell in enumerate(cells)
    }
    for at, error in reading.valueless.get(number, {}).items():
        if not texts.get(at):
            texts[at] = error
    return texts


def _row(
    reading: Reading,
    number: int,
    texts: dict[int, str],
    cells: Sequence[Cell],
    shown: dict[int, str],
) -> Taken:
    name, heading = reading.table.name, reading.heading
    filled = sum(1 for text in texts.values() if text)
    place_ = Where(reading.file, reading.sheet.name, line=number)
    taken = Taken(name, None, [], Tally(refused=filled), sheet=reading.ordinal)
    stray = sum(1 for at, text in texts.items() if text and at not in heading.columns)
    lines = sum(1 for at in heading.lines if texts.get(at))
    if stamped(texts.values(), reading.stamps):
        taken.problems = [secret_row(place_)]
        taken.secret, taken.project = True, _project(reading, {**shown, **texts})
        return taken
    if stray - lines == filled:
        return taken
    if any(texts.get(at) == value for at, value in heading.skip.items()):
        says = "映射文件写明这样的行不收，例如已在系统里删除的。"
        taken.problems = [Problem("row-skipped", place_, says, "")]
        return taken
    kind = _is_total(reading, texts, cells)
    if kind:
        taken.problems = [Problem("row-total", place_, TOTALS[kind], "")]
        return taken
    if shown:
        texts = {**texts, **shown}
    row, problems, tally, changed = _values(reading, number, texts, cells, shown)
    tally.refused += stray - lines
    if row.get("is_secret") is True:
        taken.secret, taken.project = True, _project(reading, texts)
        taken.placeholder = _placeholder(reading, number, row, texts)
        taken.problems = [secret_row(place_, kept=taken.placeholder is not None)]
        taken.tally = Tally(refused=filled + len(shown), merged=len(shown))
        return taken
    project = str(row.get("project_code") or "")
    taken.row, taken.problems, taken.tally = row, problems, tally
    taken.project, taken.changed = project, changed
    return taken


def _values(
    reading: Reading,
    number: int,
    texts: dict[int, str],
    cells: Sequence[Cell],
    shown: dict[int, str],
) -> tuple[dict[str, Any], list[Problem], Tally, frozenset[str]]:
    """Parse the known cells; a cell that cannot be taken as text is refused before that."""
    heading = reading.heading
    places = {column.name: at for at, column in heading.columns.items()}
    given, lost, problems = _given(reading, number, texts)
    changed = _rewritten(reading, number, cells, given, problems)
    for at, text in shown.items():
        known = heading.columns.get(at)
        if known is not None and known.name in given:
            changed.add(known.name)
            problems.append(_showing(reading.where(number, at, known), text))

    nowhere = Where(reading.file, reading.sheet.name)

    def where(name: str) -> Where:
        if name not in given:
            return nowhere
        return reading.where(number, places[name], reading.table.column(name))

    parsed, found = parse(reading.held, given, where=where, wan=heading.wan)
    # What is not known is left out: a sheet of a million rows would not fit otherwise.
    row: dict[str, Any] = {name: value for name, value in parsed.items() if value is not None}
    unread = {*lost, *str(row.get("row_unreadable") or "").strip("|").split("|")} - {""}
    if lost:
        names = [column.name for column in reading.held.columns if column.name in unread]
        row["row_unreadable"] = f"|{'|'.join(names)}|"
    row["row_source"] = reading.file
    row["row_sheet"] = reading.sheet.name
    row["row_number"] = number
    if found:
        named = {column.zh: column.name for column in reading.held.columns}
        changed |= {named[item.where.field] for item in found if item.effect == CHANGED}
        changed -= unread
    merged = sum(1 for at in shown if at in heading.columns)
    tally = Tally(len(given) + len(lost) - len(unread) - len(changed), len(changed), len(unread))
    tally.merged = merged
    return row, problems + found, tally, frozenset(changed)


def _given(
    reading: Reading, number: int, texts: dict[int, str]
) -> tuple[dict[str, str], list[str], list[Problem]]:
    """The texts to parse by column, the columns lost before that, and what is said of these."""
    heading = reading.heading
    given: dict[str, str] = {}
    lost: list[str] = []
    problems: list[Problem] = []
    for at, column in heading.columns.items():
        text = texts.get(at, "")
        if not text:
            continue
        if text in ERRORS or at in reading.valueless.get(number, {}):
            problems.append(_formula(reading.where(number, at, column), text))
            lost.append(column.name)
        elif at in heading.unit_unknown:
            lost.append(column.name)  # said once, for the whole column
        else:
            given[column.name] = text
    return given, lost, problems


def _rewritten(
    reading: Reading,
    number: int,
    cells: Sequence[Cell],
    given: dict[str, str],
    problems: list[Problem],
) -> set[str]:
    """Dates whose cell lost its form and holds the bare number of the day: the day is written."""
    changed = set()
    for at in reading.dates:
        cell = cells[at] if at < len(cells) else None
        if isinstance(cell, bool) or not isinstance(cell, int | float):
            continue
        serial = cell + (LATER_BY if reading.sheet.date1904 else 0)
        if not math.isfinite(serial) or serial != int(serial) or int(serial) not in SERIALS:
            continue
        column = reading.heading.columns[at]
        if column.name not in given:
            continue
        day = FIRST_DAY + timedelta(days=int(serial))
        says = f"单元格丢了日期格式，只剩表格软件的日序号，读作 {day}。"
        where = reading.where(number, at, column)
        problems.append(Problem("cell-cleaned", where, says, "", value=given[column.name]))
        given[column.name] = day.isoformat()
        changed.add(column.name)
    return changed


def _showing(where: Where, text: str) -> Problem:
    says = "与上面合并成一个单元格，或按映射文件从上一行顺延，读作同一内容。"
    return Problem("cell-merged", where, says, "", value=text[:40])


def _formula(where: Where, text: str) -> Problem:
    if text == NO_RESULT:
        return Problem(
            "cell-formula-error",
            where,
            "这里是公式，但文件里没有保存计算结果。",
            "请用表格软件打开并保存一次，或改填数值后重报。",
        )
    return Problem(
        "cell-formula-error",
        where,
        "公式没有算出结果。",
        "请改正公式或改填数值后重报。",
        value=text,
    )


def _is_total(reading: Reading, texts: dict[int, str], cells: Sequence[Cell]) -> str:
    """Whether the first text of a row says that it adds up others, or is a part of one."""
    for at, cell in enumerate(cells):
        if not isinstance(cell, str) or not texts.get(at):
            continue
        keyed = any(texts.get(key) for key in reading.keys if key != at)
        return total(plain(texts[at]), keyed=keyed, has_keys=bool(reading.keys))
    return ""


def _placeholder(
    reading: Reading, number: int, row: dict[str, Any], texts: dict[int, str]
) -> Placeholder | None:
    """A secret row that fills unit, class and amount and nothing else, as the sender gave it."""
    columns = reading.heading.columns
    filled = {columns[at].name if at in columns else "" for at, text in texts.items() if text}
    unit = row.get("unit_code") or row.get("unit_name")
    told = (unit, row.get("functional_class"), row.get("amount_yuan"))
    if not filled <= PLACEHOLDER or None in told:
        return None
    return Placeholder(reading.file, reading.sheet.name, number, *map(str, told))


def _project(reading: Reading, texts: dict[int, str]) -> str:
    """The project that a refused row belongs to, so that its other rows can be refused too."""
    for at, column in reading.heading.columns.items():
        if column.name == "project_code":
            return texts.get(at, "")
    return ""


def stem(name: str) -> str:
    """The file's name without folder and suffix."""
    return PurePosixPath(name).stem
