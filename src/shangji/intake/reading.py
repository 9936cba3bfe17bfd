"""One file to what it holds: its sheets, covers and rows, its cells counted, its problems said."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from shangji.errors import Problem, Where
from shangji.intake import about
from shangji.intake.archive import Members
from shangji.intake.cells import letters, plain, text_of
from shangji.intake.cover import Cover, is_cover, is_form_page, read_cover
from shangji.intake.delimited import read_csv
from shangji.intake.files import ZIP_KIND, Found, load, refused_kind
from shangji.intake.headers import SEARCHED, Names
from shangji.intake.joined import joined
from shangji.intake.layout import DEEPEST
from shangji.intake.learning import Learned, learn
from shangji.intake.marks import secret, stamped
from shangji.intake.rows import Reading, stem, take
from shangji.intake.workbook import read_workbook
from shangji.snapshot import SheetCount, Source

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from shangji.intake.account import Taken
    from shangji.intake.cells import Cell
    from shangji.intake.sheet import Sheet
    from shangji.pack import Pack, SheetMapping
    from shangji.schema import Table

STAMPS, ELSEWHERE = "secret_stamp", "heading_elsewhere"


@dataclass(frozen=True, slots=True)
class Setting:
    """What reading needs of a pack, small enough to be handed to another process."""

    tables: tuple[Table, ...]
    stamps: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()
    mappings: tuple[SheetMapping, ...] = ()
    year: str = ""

    @classmethod
    def of(cls, pack: Pack, mappings: Iterable[SheetMapping] = (), year: str = "") -> Setting:
        """The setting of a pack; a person's own mappings go before those of the pack."""

        def words(name: str) -> tuple[str, ...]:
            found = pack.words.get(name)
            return tuple(plain(word) for word in found.any) if found else ()

        known = (*mappings, *pack.mappings)
        return cls(tuple(pack.tables.values()), words(STAMPS), words(ELSEWHERE), known, year)


@dataclass(slots=True)
class FileRead:
    """What one file brought; `tables` holds the columns supplied, a tuple for each sheet."""

    name: str
    origin: str
    sha256: str = ""
    covers: list[Cover] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    taken: list[Taken] = field(default_factory=list)
    tables: dict[str, list[tuple[str, ...]]] = field(default_factory=dict)
    wan: dict[str, set[str]] = field(default_factory=dict)
    placed: dict[str, dict[str, dict[str, str]]] = field(default_factory=dict)
    sheets: list[SheetCount] = field(default_factory=list)

    def source(self, tables: Mapping[str, Table]) -> Source:
        """The file as a source: of two sheets of one table, what both have was supplied."""
        supplied = {}
        wan = {}
        for name, brought in self.tables.items():
            common = set(brought[0]).intersection(*brought)
            columns = tables[name].columns
            supplied[name] = tuple(
                column.name
                for column in columns
                if column.name in common or column.rounds in common
            )
            if self.wan.get(name):
                wan[name] = tuple(
                    column.name for column in columns if column.name in self.wan[name]
                )
        return Source(self.name, self.name, self.origin, self.sha256, supplied, wan, self.placed)


class FileReader:
    """Reads one file after another; holds nothing of what it read."""

    def __init__(self, setting: Setting) -> None:
        """Index the names that people give to tables and columns."""
        self.setting = setting
        self.names = Names(setting.tables, setting.mappings, setting.elsewhere)

    def read(self, found: Found) -> list[FileRead]:
        """What a file brought, or each file of a zip."""
        made = FileRead(found.name, found.origin)
        if stamped([found.name], self.setting.stamps):
            made.problems.append(secret(Where(found.name), "文件"))
            return [made]
        data, refused = load(found)
        if refused:
            made.problems.append(refused)
            return [made]
        if found.kind != ZIP_KIND:
            self._file(made, found.kind, data)
            return [made]
        members = Members(found, data)
        read = [made]
        for member, held in members.each():
            one = FileRead(member.name, member.origin)
            read.append(one)
            if stamped([member.name], self.setting.stamps):
                one.problems.append(secret(Where(member.name), "文件"))
            elif (trouble := refused_kind(member, held)) is not None:
                one.problems.append(trouble)
            else:
                self._file(one, member.kind, held)
        made.problems = members.problems
        return read

    def learn(self, found: Found) -> list[Learned]:
        """What each sheet of a file seems to be; nothing of a file or sheet with a mark."""
        data, refused = load(found)
        if refused or stamped([found.name], self.setting.stamps):
            return []
        packed = found.kind == ZIP_KIND
        members = list(Members(found, data).each()) if packed else [(found, data)]
        made = []
        for member, held in members:
            if refused_kind(member, held):
                continue
            if member.kind == ".csv":
                sheets = read_csv(member.name, held)[0]
            else:
                sheets = read_workbook(member.name, held)[0]
            for sheet in sheets:
                known = self.names.mapping(sheet, stem(member.name)) is not None
                if known or is_cover(sheet) or is_form_page(sheet) or sheet.hidden:
                    continue
                if not self._secret(sheet.rows[: SEARCHED + DEEPEST]):
                    made.append(learn(self.names, sheet, member.name, stem(member.name)))
        return [one for one in made if one]

    def _file(self, made: FileRead, kind: str, data: bytes) -> None:
        made.sha256 = hashlib.sha256(data).hexdigest()
        if kind == ".csv":
            sheets, trouble = read_csv(made.name, data)
            troubles = [trouble] if trouble else []
        else:
            sheets, troubles = read_workbook(made.name, data)
        made.problems += troubles
        if any(is_cover(sheet) and self._secret(sheet.rows) for sheet in sheets):
            made.problems.append(secret(Where(made.name), "文件"))
            return
        for sheet in sheets:
            if is_cover(sheet):
                cover, problems = read_cover(made.name, sheet)
                made.problems += problems
                made.origin = cover.origin or made.origin
                made.covers.append(cover)
        for ordinal, sheet in enumerate(sheets):
            filled = about.filled(sheet)
            if is_cover(sheet) or is_form_page(sheet):
                count = SheetCount(made.name, sheet.name, filled, headings=filled)
            else:
                count = self._sheet(made, sheet, ordinal, filled)
            made.sheets.append(count)

    def _sheet(self, made: FileRead, sheet: Sheet, ordinal: int, filled: int) -> SheetCount:
        passed = SheetCount(made.name, sheet.name, filled, passed=filled)
        where = Where(made.name, sheet.name)
        mapping = self.names.mapping(sheet, stem(made.name))
        table = (
            self.names.by_name.get(mapping.table)
            if mapping
            else self.names.table(sheet, stem(made.name))
        )
        if sheet.hidden:
            if filled:
                made.problems.append(about.hidden_sheet(where, table, filled))
            return passed
        if table is None:
            made.problems.append(
                secret(where, "工作表")
                if self._secret(sheet.rows)
                else about.unknown_sheet(where, filled)
            )
            return passed
        heading = self.names.mapped(table, sheet, mapping) if mapping else None
        years = {cover.facts.get("budget_year", "") for cover in made.covers}
        year = self.setting.year or (years.pop() if len(years) == 1 else "")
        heading = heading or self.names.heading(table, sheet, year)
        if heading is None:
            made.problems.append(about.no_heading(where, table, filled))
            return passed
        if self._secret(sheet.rows[: heading.row]):
            made.problems.append(secret(where, "工作表"))
            return passed
        return self._rows(made, Reading(
            made.name, sheet, table, heading, self.setting.stamps, ordinal
        ), filled)  # fmt: skip

    def _rows(self, made: FileRead, reading: Reading, filled: int) -> SheetCount:
        sheet, table, heading = reading.sheet, reading.table, reading.heading
        columns = tuple(column.name for column in heading.columns.values())
        made.tables.setdefault(table.name, []).append(columns)
        made.wan.setdefault(table.name, set()).update(heading.wan)
        made.placed.setdefault(table.name, {})[sheet.name] = {
            column.name: letters(position) for position, column in heading.columns.items()
        }
        taken = list(take(reading))
        made.problems += about.columns(made.origin, reading)
        made.problems += about.hidden_parts(reading)
        made.problems += about.merged_figures(reading)
        if not taken:
            made.problems.append(about.no_rows(Where(made.name, sheet.name), table))
        child = self.names.by_name.get(table.spread.into) if table.spread else None
        if table.spread and child:
            taken = joined(reading, taken, child)
            if heading.lines:
                brought = [column.name for column in heading.lines.values()]
                brought += [*table.key, *(table.spread.sum[:1])]
                made.tables.setdefault(child.name, []).append(tuple(brought))
                made.wan.setdefault(child.name, set())
        made.taken += taken
        # What became of the other cells is counted when all files are known.
        return SheetCount(made.name, sheet.name, filled, headings=about.filled(sheet, heading.row))

    def _secret(self, rows: Sequence[Sequence[Cell]]) -> bool:
        return stamped((text_of(cell) for row in rows for cell in row), self.setting.stamps)
