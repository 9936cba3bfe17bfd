"""The rows of one sheet: text to values, every cell accounted for as kept, changed or refused."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from shangji.errors import Problem, Where
from shangji.intake.cells import ERRORS, place, plain, text_of
from shangji.schema import parse

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from shangji.intake.cells import Cell
    from shangji.intake.headers import Heading
    from shangji.intake.sheet import Sheet
    from shangji.schema import Column, Table

TOTAL = re.compile(r"^(?:本页|本表|本部门|全县|全市|全区)?(?:合计|小计|总计|累计)[:]?$")
TOTAL_OF = re.compile(r"(?:合计|小计|总计)[:]?$")
NO_RESULT = "="
"""What stands for a formula that was saved without its result."""

STAMP = re.compile(r"(?:绝密|机密|秘密)级?[★☆]")


@dataclass(slots=True)
class Tally:
    """Cells that were read, and what became of them."""

    kept: int = 0
    changed: int = 0
    refused: int = 0

    def add(self, other: Tally) -> None:
        """Count another's cells too."""
        self.kept += other.kept
        self.changed += other.changed
        self.refused += other.refused

    def record(self) -> dict[str, int]:
        """The counts as `Collected.cells` holds them."""
        read = self.kept + self.changed + self.refused
        return {
            "read": read,
            "kept": self.kept,
            "changed": self.changed,
            "refused": self.refused,
        }


@dataclass(slots=True)
class Taken:
    """One row that was read: its values, or None if it is no data; its problems and its cells."""

    table: str
    row: dict[str, Any] | None
    problems: list[Problem]
    tally: Tally
    secret: bool = False
    project: str = ""


@dataclass
class Reading:
    """What reading rows needs besides the row: file, sheet, table, headings, secret marks."""

    file: str
    sheet: Sheet
    table: Table
    heading: Heading
    stamps: tuple[str, ...] = ()
    keys: tuple[int, ...] = field(init=False)
    valueless: dict[int, dict[int, str]] = field(init=False)
    held: Table = field(init=False)
    blank: dict[str, None] = field(init=False)

    def __post_init__(self) -> None:
        """Find key columns and valueless cells; narrow the table to the columns that are here."""
        here = {column.name for column in self.heading.columns.values()}
        columns = tuple(
            column for column in self.table.columns if {column.name, column.rounds} & here
        )
        self.held = replace(self.table, columns=columns)
        # Every stored column has its place in a row, but only those here are worth parsing.
        self.blank = dict.fromkeys(self.table.stored())
        self.valueless = {}
        for (row, at), error in self.sheet.valueless.items():
            self.valueless.setdefault(row, {})[at] = error or NO_RESULT
        own = {*self.table.key, self.table.project} - {""}
        self.keys = tuple(at for at, column in self.heading.columns.items() if column.name in own)

    def where(self, row: int, at: int, column: Column | None = None) -> Where:
        """The place of one cell."""
        return Where(self.file, self.sheet.name, place(row, at), column.zh if column else "")


def take(reading: Reading) -> Iterable[Taken]:
    """Yield every row below the headings that is not blank."""
    rows = reading.sheet.rows
    last = max(len(rows), *reading.valueless) if reading.valueless else len(rows)
    for number in range(reading.heading.row + 1, last + 1):
        cells = rows[number - 1] if number <= len(rows) else ()
        texts = _texts(reading, number, cells)
        if any(texts.values()):
            yield _row(reading, number, texts, cells)


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


def _row(reading: Reading, number: int, texts: dict[int, str], cells: Sequence[Cell]) -> Taken:
    name = reading.table.name
    filled = sum(1 for text in texts.values() if text)
    place_ = Where(reading.file, reading.sheet.name, line=number)
    stray = [at for at, text in texts.items() if text and at not in reading.heading.columns]
    if stamped(texts.values(), reading.stamps):
        return Taken(
            name,
            None,
            [_secret(place_)],
            Tally(refused=filled),
            secret=True,
            project=_project(reading, texts),
        )
    if len(stray) == filled:
        return Taken(name, None, [], Tally(refused=filled))
    if _is_total(reading, texts, cells):
        problem = Problem("row-total", place_, "这是合计行，没有当作一条数据。", "")
        return Taken(name, None, [problem], Tally(refused=filled))
    row, problems, tally = _values(reading, number, texts)
    tally.refused += len(stray)
    if row.get("is_secret") is True:
        return Taken(
            name,
            None,
            [_secret(place_)],
            Tally(refused=filled),
            secret=True,
            project=_project(reading, texts),
        )
    return Taken(name, row, problems, tally, project=str(row.get("project_code") or ""))


def _values(
    reading: Reading, number: int, texts: dict[int, str]
) -> tuple[dict[str, Any], list[Problem], Tally]:
    """Parse the known cells; a cell that cannot be taken as text is refused before that."""
    heading = reading.heading
    given: dict[str, str] = {}
    places: dict[str, int] = {}
    lost: list[str] = []
    problems: list[Problem] = []
    for at, column in heading.columns.items():
        text = texts.get(at, "")
        places[column.name] = at
        if not text:
            continue
        if text in ERRORS or at in reading.valueless.get(number, {}):
            problems.append(_formula(reading.where(number, at, column), text))
            lost.append(column.name)
        elif at in heading.unit_unknown:
            lost.append(column.name)  # said once, for the whole column
        else:
            given[column.name] = text

    nowhere = Where(reading.file, reading.sheet.name)

    def where(name: str) -> Where:
        if name not in given:
            return nowhere
        return reading.where(number, places[name], reading.table.column(name))

    parsed, found = parse(reading.held, given, where=where, wan=heading.wan)
    row: dict[str, Any] = {**reading.blank, **parsed}
    changed = sum(1 for problem in found if problem.effect == "changed")
    refused = len(found) - changed
    if lost:
        unread = {*lost, *str(row["row_unreadable"] or "").strip("|").split("|")}
        names = [column.name for column in reading.held.columns if column.name in unread]
        row["row_unreadable"] = f"|{'|'.join(names)}|"
    row["row_source"] = reading.file
    row["row_sheet"] = reading.sheet.name
    row["row_number"] = number
    tally = Tally(len(given) - len(found), changed, refused + len(lost))
    return row, problems + found, tally


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


def _secret(where: Where) -> Problem:
    """The problem names the row only: what is in it is repeated nowhere."""
    return Problem(
        "row-secret",
        where,
        "这一行标明涉密，没有收入，内容也没有留存。",
        "请删去后重报，涉密项目走线下涉密渠道；同一项目的明细也不收。",
    )


def stamped(texts: Iterable[str], stamps: tuple[str, ...]) -> bool:
    """Whether a text bears a mark of secrecy as documents bear it (机密★)."""
    for text in texts:
        if text:
            bare = plain(text)
            if STAMP.search(bare) or any(stamp in bare for stamp in stamps):
                return True
    return False


def _is_total(reading: Reading, texts: dict[int, str], cells: Sequence[Cell]) -> bool:
    """Whether the first text of a row says that it adds up others.

    A name that merely ends so ("教体局小计") counts only where the row has no key of its own.
    """
    for at, cell in enumerate(cells):
        if not isinstance(cell, str) or not texts.get(at):
            continue
        first = plain(texts[at])
        if TOTAL.match(first):
            return True
        keyed = any(texts.get(key) for key in reading.keys if key != at)
        return bool(TOTAL_OF.search(first)) and not keyed and bool(reading.keys)
    return False


def _project(reading: Reading, texts: dict[int, str]) -> str:
    """The project that a refused row belongs to, so that its other rows can be refused too."""
    for at, column in reading.heading.columns.items():
        if column.name == "project_code":
            return texts.get(at, "")
    return ""


def stem(name: str) -> str:
    """The file's name without folder and suffix."""
    return PurePosixPath(name).stem
