"""Files to collected rows: which sheet is which table, what was left, whose file it is."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from shangji.errors import Problem, Where
from shangji.intake.cells import letters, place, plain, text_of
from shangji.intake.cover import is_cover, is_form_page, read_cover
from shangji.intake.delimited import read_csv
from shangji.intake.files import load
from shangji.intake.headers import SEARCHED, Names
from shangji.intake.rows import Reading, Taken, Tally, stamped, stem, take
from shangji.intake.workbook import read_workbook
from shangji.snapshot import Collected, Source

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shangji.intake.cells import Cell
    from shangji.intake.cover import Cover
    from shangji.intake.files import Found
    from shangji.intake.headers import Heading
    from shangji.intake.sheet import Sheet
    from shangji.pack import Pack
    from shangji.schema import Table

STAMPS = "secret_stamp"
SHOWN = 40


@dataclass
class _File:
    """What one file has brought so far."""

    found: Found
    sha256: str
    origin: str
    taken: list[Taken] = field(default_factory=list)
    supplied: dict[str, list[tuple[str, ...]]] = field(default_factory=dict)
    wan: dict[str, set[str]] = field(default_factory=dict)
    placed: dict[str, dict[str, dict[str, str]]] = field(default_factory=dict)
    tables: dict[str, Table] = field(default_factory=dict)

    def source(self) -> Source:
        """The file as a source: of two sheets of one table, what both have was supplied."""
        supplied = {}
        wan = {}
        for name, table in self.tables.items():
            common = set(self.supplied[name][0]).intersection(*self.supplied[name])
            order = [column.name for column in table.columns]
            supplied[name] = tuple(
                column.name
                for column in table.columns
                if column.name in common or column.rounds in common
            )
            if self.wan[name]:
                wan[name] = tuple(column for column in order if column in self.wan[name])
        name = self.found.name
        return Source(name, name, self.origin, self.sha256, supplied, wan, self.placed)


class Collector:
    """Takes in files one after another and hands over what they held."""

    def __init__(self, pack: Pack) -> None:
        """Index the pack's tables by the names that people give them."""
        self.names = Names(pack.tables.values())
        stamps = pack.words.get(STAMPS)
        self.stamps = tuple(plain(word) for word in stamps.any) if stamps else ()
        self.files: list[_File] = []
        self.facts: dict[str, tuple[str, Where]] = {}
        self.problems: list[Problem] = []

    def add(self, found: Found) -> None:
        """Read one file."""
        data, refused = load(found)
        if refused:
            self.problems.append(refused)
            return
        if found.kind == ".csv":
            sheets, trouble = read_csv(found.name, data)
            troubles = [trouble] if trouble else []
        else:
            sheets, troubles = read_workbook(found.name, data)
        self.problems += troubles
        if not sheets:
            return
        file = _File(found, hashlib.sha256(data).hexdigest(), found.origin)
        self.files.append(file)
        if any(is_cover(sheet) and self._secret(sheet.rows) for sheet in sheets):
            self.problems.append(_secret(Where(found.name), "文件"))
            return
        for sheet in sheets:
            if is_cover(sheet):
                cover, problems = read_cover(found.name, sheet)
                self.problems += problems
                file.origin = cover.origin or file.origin
                self._facts(cover)
        for sheet in sheets:
            if not is_cover(sheet) and not is_form_page(sheet):
                self._sheet(file, sheet)

    def collected(self) -> tuple[Collected, list[Problem]]:
        """Everything read, rows of secret projects left out, with all problems in file order."""
        secret = {
            taken.project
            for file in self.files
            for taken in file.taken
            if taken.secret and taken.project
        }
        made = Collected(facts={name: value for name, (value, _) in self.facts.items()})
        problems = list(self.problems)
        total = Tally()
        for file in self.files:
            if file.tables:
                made.sources.append(file.source())
            for name in file.tables:
                made.rows.setdefault(name, [])
            for taken in file.taken:
                if taken.project in secret and not taken.secret:
                    taken = _refused(taken, file.found.name)  # noqa: PLW2901 - stands for it
                problems += taken.problems
                total.add(taken.tally)
                if taken.row is not None:
                    made.rows[taken.table].append(taken.row)
        made.cells = total.record()
        return made, problems

    def _facts(self, cover: Cover) -> None:
        """Keep what the first cover says; a later one that says otherwise is a problem."""
        for name, value in cover.facts.items():
            where = cover.places[name]
            first = self.facts.setdefault(name, (value, where))
            if first[0] != value and name not in {"title", "data_kind"}:
                self.problems.append(
                    Problem(
                        "facts-differ",
                        where,
                        f"与“{first[1].file}”封面写的“{first[0]}”不一致，以先读到的为准。",
                        "请核对哪一个对，改正后重报。",
                        value=value,
                    )
                )

    def _sheet(self, file: _File, sheet: Sheet) -> None:
        name = file.found.name
        place_ = Where(name, sheet.name)
        cells = sum(1 for row in sheet.rows for cell in row if text_of(cell))
        table = self.names.table(sheet, stem(name))
        if table is None:
            if cells:
                says = f"名称对不上任何一张申报表，其中 {cells} 个单元格没有读。"
                fix = "如果是申报数据，请把工作表改成表样上的名称。"
            else:
                says, fix = "名称对不上任何一张申报表，里面是空的。", ""
            self.problems.append(Problem("sheet-unknown", place_, says, fix))
            return
        heading = self.names.heading(table, sheet.rows)
        if heading is None:
            self.problems.append(_no_heading(place_, table, cells))
            return
        if self._secret(sheet.rows[: heading.row]):
            self.problems.append(_secret(place_, "工作表"))
            return
        file.tables[table.name] = table
        columns = tuple(column.name for column in heading.columns.values())
        file.supplied.setdefault(table.name, []).append(columns)
        file.wan.setdefault(table.name, set()).update(heading.wan)
        file.placed.setdefault(table.name, {})[sheet.name] = {
            column.name: letters(position) for position, column in heading.columns.items()
        }
        before = len(file.taken)
        file.taken += take(Reading(name, sheet, table, heading, self.stamps))
        self._about_columns(file, sheet, table, heading)
        if len(file.taken) == before:
            says = f"“{table.zh}”有表头，没有数据行；按“没有内容”处理。"
            fix = "确实没有内容的不用改；漏填的请补上后重报。"
            self.problems.append(Problem("sheet-empty", place_, says, fix))

    def _secret(self, rows: Sequence[Sequence[Cell]]) -> bool:
        return stamped((text_of(cell) for row in rows for cell in row), self.stamps)

    def _about_columns(self, file: _File, sheet: Sheet, table: Table, heading: Heading) -> None:
        """Say which columns were not known, doubled, of unknown unit, or absent."""
        name = file.found.name

        def at(position: int, zh: str = "") -> Where:
            return Where(name, sheet.name, place(heading.row, position), zh)

        for position, text in heading.unknown.items():
            self.problems.append(
                Problem(
                    "column-unknown",
                    at(position),
                    f"“{table.zh}”没有这一列，整列没有读。",
                    "如果是需要的内容，请改成表样上的列名。",
                    value=text[:SHOWN],
                )
            )
        for position, (text, first) in heading.doubled.items():
            self.problems.append(
                Problem(
                    "column-unknown",
                    at(position),
                    f"与 {letters(first)} 列是同一项，只读了 {letters(first)} 列。",
                    "请只保留一列，或改成表样上的列名。",
                    value=text[:SHOWN],
                )
            )
        for position, told in heading.unit_unknown.items():
            says = (
                f"金额单位“{told}”不在元、万元之内，整列按读不出处理。"
                if told
                else "没有写明金额单位是元还是万元，整列按读不出处理。"
            )
            self.problems.append(
                Problem(
                    "column-unit",
                    at(position, heading.columns[position].zh),
                    says,
                    "请在列名后写上（元）或（万元）后重报。",
                )
            )
        if file.origin != "unit":
            return
        held = {column.name for column in heading.columns.values()}
        for column in table.columns:
            if column.name in held or column.supplied_by != "unit":
                continue
            if column.required_when == "always":
                self.problems.append(
                    Problem(
                        "column-absent",
                        Where(name, sheet.name, field=column.zh),
                        f"“{table.zh}”缺少必填的这一列，按单位没有填处理。",
                        "请补上这一列后重报。",
                    )
                )


def _no_heading(place_: Where, table: Table, cells: int) -> Problem:
    if not cells:
        return Problem(
            "sheet-empty",
            place_,
            f"“{table.zh}”是空表，连表头也没有。",
            "确实没有内容的请保留表头；漏填的请补上后重报。",
        )
    return Problem(
        "sheet-unknown",
        place_,
        f"前 {SEARCHED} 行里找不到“{table.zh}”的表头，其中 {cells} 个单元格没有读。",
        "请用表样上的列名作表头。",
    )


def _secret(where: Where, what: str) -> Problem:
    return Problem(
        "row-secret",
        where,
        f"{what}标有密级，整个{what}没有收入，内容也没有留存。",
        "请走线下涉密渠道；误标的请去掉密级标志后重报。",
    )


def _refused(taken: Taken, file: str) -> Taken:
    """A row of a project that is secret elsewhere: refused with it, its problems unsaid."""
    tally = Tally(refused=taken.tally.kept + taken.tally.changed + taken.tally.refused)
    if taken.row is None:
        return Taken(taken.table, None, [], tally)
    where = Where(file, str(taken.row["row_sheet"]), line=int(taken.row["row_number"]))
    says = "所属项目标明涉密，这一行没有收入，内容也没有留存。"
    problem = Problem("row-secret", where, says, "请删去后重报，涉密项目走线下涉密渠道。")
    return Taken(taken.table, None, [problem], tally)
