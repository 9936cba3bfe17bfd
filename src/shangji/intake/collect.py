"""What many files brought, put together: facts, rows by table, the count of cells, problems."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import TYPE_CHECKING

from shangji.errors import Problem, Where
from shangji.intake.account import Taken, Tally
from shangji.snapshot import Collected

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shangji.intake.cover import Cover
    from shangji.intake.reading import FileRead
    from shangji.schema import Table


class Collector:
    """Takes in what files held, one after another, and hands it over together."""

    def __init__(self, tables: Mapping[str, Table]) -> None:
        """Collect rows of these tables."""
        self.tables = tables
        self.blank = {name: dict.fromkeys(table.stored()) for name, table in tables.items()}
        self.files: list[FileRead] = []
        self.facts: dict[str, tuple[str, Where]] = {}
        self.differing: list[Problem] = []

    def add(self, read: FileRead) -> None:
        """Take in one file."""
        self.files.append(read)
        for cover in read.covers:
            self._facts(cover)

    def collected(self) -> tuple[Collected, list[Problem]]:
        """Everything read, rows of secret projects left out, with all problems in file order."""
        made = Collected(facts={name: value for name, (value, _) in self.facts.items()})
        problems = [*self.differing]
        every = [taken for file in self.files for taken in file.taken]
        secret = {taken.project for taken in every if taken.secret and taken.project}
        told = {
            (taken.table, taken.project)
            for taken in every
            if taken.row is not None and not taken.spread
        }
        total = Tally()
        for file in self.files:
            problems += file.problems
            if file.tables:
                made.sources.append(file.source(self.tables))
            for name in file.tables:
                made.rows.setdefault(name, [])
            sheets = [Tally() for _ in file.sheets]
            for taken in file.taken:
                if taken.project in secret and not taken.secret:
                    taken = _refused(taken, file.name)  # noqa: PLW2901 - stands for it
                elif taken.spread and (taken.table, taken.project) in told:
                    taken = _aside(taken, file.name)  # noqa: PLW2901 - stands for it
                problems += taken.problems
                sheets[taken.sheet].add(taken.tally)
                if taken.placeholder:
                    made.placeholders.append(taken.placeholder)
                if taken.row is not None:
                    made.rows[taken.table].append({**self.blank[taken.table], **taken.row})
            for count, tally in zip(file.sheets, sheets, strict=True):
                total.add(tally)
                made.counts.append(replace(count, **asdict(tally)))
        made.cells = total.record()
        return made, problems

    def _facts(self, cover: Cover) -> None:
        """Keep what the first cover says; a later one that says otherwise is a problem."""
        for name, value in cover.facts.items():
            where = cover.places[name]
            first = self.facts.setdefault(name, (value, where))
            if first[0] != value and name not in {"title", "data_kind"}:
                self.differing.append(
                    Problem(
                        "facts-differ",
                        where,
                        f"与“{first[1].file}”封面写的“{first[0]}”不一致，以先读到的为准。",
                        "请核对哪一个对，改正后重报。",
                        value=value,
                    )
                )


def _refused(taken: Taken, file: str) -> Taken:
    """A row of a project that is secret elsewhere: refused with it, its problems unsaid."""
    gone = replace(taken, row=None, problems=[], tally=taken.tally.all_refused())
    if taken.row is None or taken.spread:
        return gone
    where = Where(file, str(taken.row["row_sheet"]), line=int(taken.row["row_number"]))
    says = "所属项目标明涉密，这一行没有收入，内容也没有留存。"
    fix = "请删去后重报，涉密项目走线下涉密渠道。"
    gone.problems = [Problem("row-secret", where, says, fix)]
    return gone


def _aside(taken: Taken, file: str) -> Taken:
    """A line made of a row of the project's sheet, where the project brings lines of its own."""
    row = taken.row or {}
    where = Where(file, str(row.get("row_sheet", "")), line=int(row.get("row_number") or 0))
    says = "明细表里已有这个项目的明细，本行的科目、资金来源不另作一条明细。"
    problem = Problem("rows-differ", where, says, "请核对两处是否一致，以明细表为准。")
    return replace(taken, row=None, problems=[problem], tally=taken.tally.all_refused())
