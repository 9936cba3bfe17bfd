"""A workbook of ceilings: written as it stands, read back without changing anything."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from shangji.errors import FATAL, REFUSED, Problem, Refused, Where
from shangji_web import snapshot
from shangji_web.filings.papers import plain_name
from shangji_web.filings.workbooks import read_workbook
from shangji_web.seasons import ceilings
from shangji_web.seasons.ceilings import KINDS, ROUND, TABLE, Entry

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from shangji_web.seasons.models import Season

COLUMNS = ("department_code", "unit_code", "budget_year", "fund_source", "kind", "round")
AMOUNT = "amount_yuan"
NEW, CHANGED, SAME = "新增", "有改动", "没有变化"
WIDTH = 22
"""A workbook is read in a process of its own, with limits."""


@dataclass(frozen=True)
class Line:
    """A row of the workbook beside what stands now."""

    entry: Entry
    department: str
    unit: str
    source: str
    was_yuan: Decimal | None

    @property
    def state(self) -> str:
        """What taking it over would do."""
        if self.was_yuan is None:
            return NEW
        return SAME if self.was_yuan == self.entry.amount_yuan else CHANGED

    @property
    def kind_zh(self) -> str:
        """What it is of."""
        return KINDS[self.entry.kind]


@dataclass(frozen=True)
class DryRun:
    """A workbook as it was read."""

    name: str
    lines: Sequence[Line]
    problems: Sequence[Problem]

    @property
    def changes(self) -> int:
        """How many ceilings it would change."""
        return sum(1 for one in self.lines if one.state != SAME)

    @property
    def ready(self) -> bool:
        """Whether it may be taken over: something changes, and nothing was refused."""
        return bool(self.changes) and not any(one.effect == REFUSED for one in self.problems)


def written(season: Season) -> bytes:
    """The workbook: its headings are the table's, its rows what stands now, codes as text."""
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font

    pack = snapshot.pack()
    table = pack.tables[TABLE]
    book = Workbook()
    sheet: Any = book.active
    sheet.title = table.sheets[0]
    heads = [table.column(name).zh for name in COLUMNS]
    sheet.append([*heads, f"{table.column(AMOUNT).zh}（元）"])
    for one in ceilings.entries(season).values():
        place = [one.department_code, one.unit_code, str(season.year)]
        kind = pack.codes["ceiling_kind"].codes[one.kind]
        source = pack.codes["fund_source"].codes.get(one.fund_source, one.fund_source)
        words = [source, kind, pack.codes["round"].codes[ROUND]]
        sheet.append([*place, *words, one.amount_yuan])
    for cell in sheet[1]:
        cell.font, cell.alignment = Font(bold=True), Alignment(horizontal="center")
        sheet.column_dimensions[cell.column_letter].width = WIDTH
    for row in sheet.iter_rows(min_row=2):
        for cell in row[:-1]:
            cell.number_format = "@"
        row[-1].number_format = "#,##0.00"
    sheet.freeze_panes = "A2"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def dry_run(season: Season, name: str, data: bytes) -> DryRun:
    """Read a workbook in a child process and say what would become of the ceilings.

    Raises:
        Refused: it is no workbook, is too large, cannot be read, or holds no ceiling.
    """
    name = plain_name(name)
    collected, problems = read_workbook(name, data)
    stopping = [one for one in problems if one.effect == FATAL]
    if stopping:
        raise Refused(stopping)
    rows = collected.rows.get(TABLE, [])
    if not rows:
        says = "没有读到一行控制数。"
        fix = "请用本页下载的表样，工作表名和列名不要改。"
        raise Refused([Problem("folder-empty", Where(name), says, fix), *problems])
    lines, found = _lines(season, name, rows)
    return DryRun(name, lines, [*problems, *found])


def _lines(
    season: Season, name: str, rows: Sequence[dict[str, Any]]
) -> tuple[list[Line], list[Problem]]:
    now = ceilings.entries(season)
    departments, units = ceilings.names_of(season)
    lines: dict[ceilings.Key, Line] = {}
    problems: list[Problem] = []
    for row in rows:
        where = Where(name, row["row_sheet"], line=row["row_number"])
        entry = Entry(
            row["department_code"] or "",
            row["unit_code"] or "",
            row["fund_source"] or "",
            row["kind"] or "",
            row[AMOUNT],
        )
        wrong = _row_wrong(season, row, entry, lines.keys())
        if wrong:
            problems += [
                Problem(one.code, where, one.says, one.fix, value=one.value) for one in wrong
            ]
            continue
        was = now.get(entry.key)
        lines[entry.key] = Line(
            entry,
            departments[entry.department_code],
            units.get(entry.unit_code, ""),
            ceilings.source_words(entry.fund_source),
            was.amount_yuan if was else None,
        )
    return list(lines.values()), problems


def _row_wrong(
    season: Season,
    row: dict[str, Any],
    entry: Entry,
    before: Any,  # noqa: ANN401 - a view of keys
) -> list[Problem]:
    fix = "请核对后再传。"
    if row["budget_year"] != season.year or row["round"] != ROUND:
        says = f"这里只收 {season.year} 年一下环节的控制数。"
        return [Problem("ceiling-wrong", Where(), says, fix)]
    if entry.amount_yuan is None:
        return [Problem("ceiling-wrong", Where(), "没有控制数，或控制数读不出。", fix)]
    if entry.key in before:
        return [Problem("ceiling-wrong", Where(), "同一部门、单位、来源、口径出现两行。", fix)]
    return ceilings.wrong(season, [entry])
