"""Decided amounts read back from a returned summary table, frozen version by version, compared."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from shangji.domain import yuan
from shangji.errors import Problem, Refused, Where
from shangji.intake.workbook import read_workbook
from shangji.papers.entries import gather
from shangji.papers.summary_table import (
    DECIDED,
    HELD,
    ID_HEAD,
    MEETING,
    MEETING_HEADS,
    MINUTES,
    REASON,
    SEAL,
    SHEET,
    Version,
    identity,
)
from shangji.snapshot import Collected, Snapshot, Source, freeze

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from shangji.intake.sheet import Sheet
    from shangji.pack import Pack
    from shangji.papers.entries import Entry
    from shangji.results import Results

TABLE = "decision_meeting"
WAN = Decimal(10000)
CENT = Decimal("0.01")
HEADS_WITHIN = 12
"""Rows from the top within which the headings must stand."""
AGAIN = "请用原来导出的汇总表填写，不要改动隐藏的编号列。"
KINDS = {
    "联审": "joint_review",
    "党组": "bureau_party",
    "常务": "executive",
    "常委": "standing",
    "人大": "peoples_congress",
    "人代": "peoples_congress",
}
"""A word in the name of a meeting → what kind of meeting it is."""


@dataclass(frozen=True)
class Taken:
    """What was read back: a row of the table `decision_meeting` for each decided project."""

    version: str
    rows: list[dict[str, Any]]
    undecided: int


def take(
    path: Path, snapshot: Snapshot, results: Results, result: Mapping[str, Any], pack: Pack
) -> tuple[Taken | None, list[Problem]]:
    """Read a returned summary table against the report that it was made of.

    Returns:
        The decisions and no problem, or None and every problem met; nothing is guessed.
    """
    sheets, problems = read_workbook(path.name, path.read_bytes())
    if problems and not sheets:
        return None, problems
    by_name = {sheet.name: sheet for sheet in sheets}
    seal = {str(row[0]): str(row[1]) for row in by_name[SEAL].rows} if SEAL in by_name else {}
    if SHEET not in by_name or "版本" not in seal:
        says = "这不是由上计导出的项目审核汇总表，或隐藏的“上计”页被删掉了。"
        return None, [Problem("paper-foreign", Where(path.name), says, AGAIN)]
    if seal.get("审核结果摘要") != result["digest"]:
        says = "这份汇总表不是由这次审核结果导出的。"
        fix = "请用 --report 指明导出它的那份审核结果，或重新导出后再填。"
        return None, [Problem("paper-foreign", Where(path.name), says, fix)]
    version = Version(seal["版本"], str(result["digest"]), snapshot.facts.budget_year, "", "")
    book = gather(snapshot, results, pack)
    reading = _Reading(path.name, by_name[SHEET], version, book.entries)
    rows = list(reading.rows())
    if reading.problems:
        return None, reading.problems
    return Taken(version.name, rows, len(book.entries) - len(rows)), []


class _Reading:
    """Reads one returned sheet, collecting what is wrong with it."""

    def __init__(self, file: str, sheet: Sheet, version: Version, entries: Sequence[Entry]) -> None:
        self.file, self.sheet, self.version = file, sheet, version
        self.known = {identity(version, entry): entry for entry in entries}
        self.codes = {entry.code: entry for entry in entries}
        self.problems: list[Problem] = []
        self.defaults: dict[str, str] = {}

    def trouble(self, code: str, says: str, fix: str, cell: str = "", value: str = "") -> None:
        """Note a problem."""
        self.problems.append(Problem(code, Where(self.file, SHEET, cell), says, fix, value=value))

    def rows(self) -> Iterator[dict[str, Any]]:
        """The rows of decided projects; projects without a decided amount are left out."""
        top, at = self._heads()
        if not at:
            return
        seen: dict[str, int] = {}
        for number, row in enumerate(self.sheet.rows[top + 1 :], start=top + 2):
            told = _text(row[at[ID_HEAD]]) if at[ID_HEAD] < len(row) else ""
            if not told:
                if self._lost(row, at):
                    says = "这一行填了决定数，隐藏的编号却没有了。"
                    self.trouble("paper-id-changed", says, AGAIN, f"第 {number} 行")
                continue
            entry = self.known.get(told)
            if entry is None:
                code = told.partition("#")[0]
                stands = "编号与内容对不上" if code in self.codes else "审核结果里没有这个项目"
                says = f"隐藏的编号被改动了：{stands}。"
                self.trouble("paper-id-changed", says, AGAIN, f"第 {number} 行", told)
                continue
            if told in seen:
                says = f"与第 {seen[told]} 行是同一个项目。"
                self.trouble("paper-twice", says, "请只留一行。", f"第 {number} 行", entry.name)
                continue
            seen[told] = number
            made = self._row(row, at, entry, number)
            if made is not None:
                yield made
        for told, entry in self.known.items():
            if told not in seen and not any(
                problem.value.partition("#")[0] == entry.code for problem in self.problems
            ):
                says = "汇总表里少了这个项目。"
                fix = "不安排的项目请保留该行，决定数填 0。"
                self.trouble("paper-missing", says, fix, value=f"{entry.code} {entry.name}")

    def _heads(self) -> tuple[int, dict[str, int]]:
        """Where the headings stand, and what stands above them for every row."""
        wanted = (ID_HEAD, DECIDED, MEETING, HELD, MINUTES, REASON)
        for top, row in enumerate(self.sheet.rows[:HEADS_WITHIN]):
            names = [_text(cell).partition("\n")[0].strip() for cell in row]
            if DECIDED in names and MINUTES in names:
                lacking = [name for name in wanted if name not in names]
                for name in lacking:
                    self.trouble("paper-head", f"缺少“{name}”这一列。", AGAIN)
                return top, {} if lacking else {name: names.index(name) for name in wanted}
            for at, cell in enumerate(row[:-1]):
                label = _text(cell).rstrip("：: ")
                if label in MEETING_HEADS:
                    self.defaults[MEETING_HEADS[label]] = _text(row[at + 1])
        self.trouble("paper-head", f"没有找到“{DECIDED}”“{MINUTES}”所在的表头。", AGAIN)
        return 0, {}

    @staticmethod
    def _lost(row: Sequence[Any], at: Mapping[str, int]) -> bool:
        """Whether a row without an id is a project's row all the same: sums have a formula."""
        place = at[MINUTES]
        own = place < len(row) and bool(_text(row[place]))
        number = row[0] if row else ""
        numbered = isinstance(number, (int, float)) and not isinstance(number, bool)
        return (own or numbered) and bool(_text(row[at[DECIDED]]))

    def _row(
        self, row: Sequence[Any], at: Mapping[str, int], entry: Entry, number: int
    ) -> dict[str, Any] | None:
        def cell(name: str) -> str:
            own = _text(row[at[name]]) if at[name] < len(row) else ""
            return own or self.defaults.get(name, "")

        told = _text(row[at[DECIDED]]) if at[DECIDED] < len(row) else ""
        if not told:
            return None
        where = f"第 {number} 行"
        amount = self._amount(told, entry, where)
        held = _day(cell(HELD))
        lacking = [name for name in (MEETING, MINUTES) if not cell(name)]
        if held is None:
            lacking.append(HELD)
        for name in lacking:
            says = f"填了决定数，没有{'写明' if not cell(name) else '看懂'}{name}。"
            fix = "请在该行，或在表头上方的格子里写明（日期写成 2026-12-10 的样子）。"
            self.trouble("paper-meeting", says, fix, where, cell(name) or entry.name)
        if amount is None or lacking:
            return None
        meeting, minutes = cell(MEETING), cell(MINUTES)
        kind = next((code for word, code in KINDS.items() if word in meeting), None)
        return {
            "meeting_no": f"{self.version.name}·{meeting}·{held}",
            "item_no": number,
            "version": self.version.name,
            "meeting_name": meeting,
            "kind": kind,
            "held_on": held,
            "minutes_no": minutes,
            "project_code": entry.code,
            "asked_yuan": entry.asked,
            "suggested_yuan": entry.suggested,
            "decided_yuan": amount,
            "reason": cell(REASON) or None,
            "decided_by": self.defaults.get("经办人") or None,
            "row_source": self.file,
            "row_sheet": SHEET,
            "row_number": number,
            "row_unreadable": None,
        }

    def _amount(self, told: str, entry: Entry, where: str) -> Decimal | None:
        try:
            exact = Decimal(told.replace(",", "")) * WAN
        except InvalidOperation:
            says = "决定数不是数字。"
            self.trouble("paper-amount", says, "请填阿拉伯数字，单位万元。", where, told)
            return None
        amount = exact.quantize(CENT)
        if abs(exact - amount) > CENT / 1000:
            says = "决定数不足一分的部分说不清。"
            self.trouble("paper-amount", says, "请按万元填，最多六位小数。", where, told)
            return None
        if amount < 0 or (entry.asked is not None and amount > entry.asked):
            says = f"决定数 {told} 万元不在零与申报数之间：{entry.name}。"
            self.trouble("paper-over", says, "请核对；确需超过申报数的走追加程序。", where, told)
            return None
        return amount


def _text(cell: Any) -> str:  # noqa: ANN401 - any cell value
    """A cell as text: whole numbers without a point, the shortest form of others."""
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, (datetime, date)):
        return cell.isoformat()[:10]
    return str(cell).strip() if cell is not None else ""


def _day(text: str) -> date | None:
    told = text.strip().replace("年", "-").replace("月", "-").replace("日", "")
    parts = told.replace("/", "-").replace(".", "-").split("-")
    try:
        year, month, day = map(int, parts)
        return date(year, month, day)
    except ValueError:
        return None


def keep(taken: Taken, file: Path, snapshot: Snapshot, pack: Pack, out: Path) -> Snapshot:
    """Freeze the decisions of a version; a version that was frozen is never written again.

    Raises:
        Refused: the version stands there already.
    """
    folder = out / taken.version
    if folder.exists():
        says = f"“{taken.version}”已经冻结，不再改写。"
        fix = "更正请另导出一个版本（shangji papers --version），再读回。"
        raise Refused([Problem("paper-frozen", Where(str(folder)), says, fix)])
    columns = tuple(column.name for column in pack.tables[TABLE].columns)
    sha = hashlib.sha256(file.read_bytes()).hexdigest()
    source = Source(file.name, file.name, "bureau", sha, {TABLE: columns})
    made, refused = freeze(
        Collected({TABLE: taken.rows}, [source]), pack.tables, snapshot.facts, folder
    )
    if refused:
        raise Refused(refused)
    return made


def decisions(folder: Path) -> dict[str, list[dict[str, Any]]]:
    """The frozen decisions of a folder: rows of `decision_meeting` by version, in name order."""
    import duckdb

    from shangji.papers.entries import dicts

    found: dict[str, list[dict[str, Any]]] = {}
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if (path / "manifest.json").is_file():
            snapshot = Snapshot.open(path)
            damaged = snapshot.check()
            if damaged:
                raise Refused(damaged)
            with duckdb.connect() as connection:
                sql = "SELECT * FROM read_parquet(?) ORDER BY project_code"
                rows = dicts(connection.execute(sql, [str(snapshot.path(TABLE))]))
            found[path.name] = rows
    return found


def changes(
    old: Sequence[Mapping[str, Any]], new: Sequence[Mapping[str, Any]]
) -> list[tuple[str, Decimal | None, Decimal | None]]:
    """Projects whose decided amount differs between two versions: code, before, after."""
    before = {row["project_code"]: row["decided_yuan"] for row in old}
    after = {row["project_code"]: row["decided_yuan"] for row in new}
    return [
        (code, before.get(code), after.get(code))
        for code in sorted(before.keys() | after.keys())
        if before.get(code) != after.get(code)
    ]


def decided_lines(folder: Path, snapshot: Snapshot, name: str) -> Iterator[str]:
    """Yield what each frozen version decided on a project, beside what was suggested to it."""
    found = decisions(folder)
    if not found:
        return
    import duckdb

    sql = (
        "SELECT project_code FROM read_parquet(?) "
        "WHERE project_code = ? OR row_key = ? OR project_name = ? ORDER BY row_key LIMIT 1"
    )
    path = str(snapshot.path("project"))
    with duckdb.connect() as connection:
        code = connection.execute(sql, [path, name, name, name]).fetchone()
    rows = [
        row
        for version in found.values()
        for row in version
        if code and row["project_code"] == code[0]
    ]
    if rows:
        yield "会议决定"
    for row in rows:
        reason = f"，{row['reason']}" if row["reason"] else ""
        yield (
            f"  {row['version']}：建议 {yuan(row['suggested_yuan'])} 元 → 决定 "
            f"{yuan(row['decided_yuan'])} 元（{row['held_on']} {row['meeting_name']}，"
            f"{row['minutes_no']}{reason}）"
        )
