"""Twenty mistakes of a clerk in a form saved by LibreOffice: each comes back by sheet and cell.

Twenty-one projects are filed without a mistake, then again with one in each of twenty. What comes
back beyond the first filing must be those mistakes, each in its place, and nothing elsewhere.
"""

from __future__ import annotations

import io
import json
from contextlib import redirect_stdout
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from openpyxl.utils import get_column_letter

from given import loaded
from office_given import fill, through_office
from shangji.cli import shangji
from shangji.cli.chinese import run
from shangji.forms import Prefilled, fields, write_template
from shangji.forms.template import TOP
from shangji.pack import load
from shangji.remarks import told
from shangji.review import open_report

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from shangji.pack import Pack

PROJECT, LINE, TARGET, BASIS, PAPER = (
    "项目申报表",
    "支出明细表",
    "绩效目标申报表",
    "立项依据表",
    "附件目录",
)
COUNT = 21


@dataclass(frozen=True)
class Mistake:
    """What a clerk gets wrong in one project, and how it comes back: code or rule, at a column."""

    project: int
    sheet: str
    column: str
    typed: Any
    comes_back: str
    at: str = ""
    on: str = ""

    @property
    def told_on(self) -> tuple[str, str]:
        """Sheet and column where it is told: where it was made, unless another says so."""
        return (self.on or self.sheet, self.at or ("" if self.on else self.column))


MISTAKES = (
    Mistake(1, PROJECT, "amount_yuan", "96万", "cell-number"),
    Mistake(2, PROJECT, "end_date", "2027年13月31日", "cell-date"),
    Mistake(3, PAPER, "project_code", 9901012027100000000003, "cell-scientific"),
    Mistake(4, LINE, "is_procurement", "不清楚", "cell-flag"),
    Mistake(5, PROJECT, "county_share", 20, "cell-range"),
    Mistake(6, LINE, "unit_price_yuan", "两万", "cell-number"),
    Mistake(7, LINE, "quantity", "=1/0", "cell-formula-error"),
    Mistake(8, PROJECT, "budget_year", "二〇二七", "cell-year"),
    Mistake(9, TARGET, "value", "95%左右", "cell-number"),
    Mistake(11, PROJECT, "project_code", "P-10", "row-duplicate-key"),
    Mistake(12, PROJECT, "summary", None, "C-project.summary"),
    Mistake(13, PROJECT, "amount_yuan", 980000, "R-0003"),
    Mistake(14, LINE, "quantity", 480, "R-0004", at="amount_yuan"),
    Mistake(15, PROJECT, "project_category", "11 人员类", "R-0002", at="lane"),
    Mistake(16, PROJECT, "project_attribute", "续建", "V-project.project_attribute"),
    Mistake(17, BASIS, "project_code", "P-99", "R-0006", on=PROJECT),
    Mistake(18, TARGET, "value_text", "进一步提高", "R-0014"),
    Mistake(19, PROJECT, "annual_goal", "请填写本项目年度目标", "R-0013", at="summary"),
    Mistake(20, LINE, "persons", None, "C-line.persons"),
    Mistake(21, TARGET, "level1", "满意度指标", "R-0011", on=PROJECT),
)


def code_of(number: int) -> str:
    return f"P-{number}"


def rows_of(pack: Pack) -> dict[str, list[dict[str, str]]]:
    """The form's example as twenty-one projects that differ in code and name."""
    made: dict[str, list[dict[str, str]]] = {}
    for sheet in pack.forms["declaration"].sheets:
        rows = made.setdefault(sheet.name, [])
        for number in range(1, COUNT + 1):
            for given in sheet.example:
                row = {**given, "project_code": code_of(number)}
                if sheet.name == PROJECT:
                    row |= {"project_name": f"第{number}片区道路日常养护", "dept_rank": str(number)}
                if sheet.name == LINE and number == 20:
                    row |= {"economic_class": "30215", "persons": "4000", "days": "1",
                            "meeting_class": "三类会议", "quantity": "48"}  # fmt: skip
                rows.append(row)
    return made


def places(pack: Pack, path: Path) -> dict[tuple[str, str], int]:
    """The first row of a project on each sheet, by sheet and code."""
    book = openpyxl.load_workbook(path)
    found: dict[tuple[str, str], int] = {}
    for sheet in pack.forms["declaration"].sheets:
        for row in range(TOP + 1, book[sheet.name].max_row + 1):
            code = book[sheet.name].cell(row, 1).value
            found.setdefault((sheet.name, str(code)), row)
    return found


def columns(pack: Pack, sheet: str) -> dict[str, int]:
    form = pack.forms["declaration"]
    declared = next(item for item in form.sheets if item.name == sheet)
    return {item.column.name: at for at, item in enumerate(fields(form, declared, pack), start=1)}


def cell(pack: Pack, sheet: str, column: str, row: int) -> str:
    return f"{get_column_letter(columns(pack, sheet)[column])}{row}"


@dataclass
class Filing:
    """A filing saved by LibreOffice, its dry run and its review."""

    path: Path
    checked: Mapping[str, Any]
    reviewed: set[tuple[str, str, str]]
    rows: dict[tuple[str, str], int]


def filed(pack: Pack, folder: Path, mistakes: tuple[Mistake, ...]) -> Filing:
    form, path = pack.forms["declaration"], folder / "申报.xlsx"
    write_template(
        path, pack, form, Prefilled("2027", "990101", "2026-11-20", "样例县市政养护中心")
    )
    fill(path, pack, form, rows_of(pack))
    rows = places(pack, path)
    book: Any = openpyxl.load_workbook(path)
    for one in mistakes:
        row = rows[one.sheet, code_of(one.project)] + (one.project == 21)  # its second target
        book[one.sheet].cell(row, columns(pack, one.sheet)[one.column]).value = one.typed
    book.save(path)
    saved = through_office(path, folder / "saved")
    with redirect_stdout(io.StringIO()) as screen:
        code = run(shangji, ["check", str(saved), "--json"])
    checked = json.loads(screen.getvalue())
    assert code == (4 if mistakes else 0)
    out = folder / "审核结果"
    assert run(shangji, ["review", str(saved), "--out", str(out)]) == 0
    return Filing(saved, checked, reviewed(out), rows)


def reviewed(out: Path) -> set[tuple[str, str, str]]:
    """What a review says: code or rule, sheet, cell (the row where it names no cell)."""
    snapshot, results, _, folders = open_report(out)
    pack, _ = load(folders)
    assert pack is not None
    found = told(snapshot, results, pack, lambda rule: rule.status == "active").remarks
    intake = json.loads((out / "intake.json").read_text("utf-8"))["problems"]
    return {
        (one.rule_id, one.place.sheet, one.place.cell or str(one.place.row)) for one in found
    } | {(one["code"], one["sheet"], one["cell"] or str(one["line"])) for one in intake}


def said(checked: Mapping[str, Any]) -> set[tuple[str, str, str]]:
    """What a dry run says, likewise."""
    remarks = {
        (one["rule_id"], one["place"]["sheet"], one["place"]["cell"] or str(one["place"]["row"]))
        for one in checked["remarks"]
    }
    return remarks | {
        (one["code"], one["where"]["sheet"], one["where"]["cell"] or str(one["where"]["line"]))
        for one in checked["problems"]
    }


@pytest.fixture(scope="module")
def pack() -> Pack:
    return loaded("national")


@pytest.fixture(scope="module")
def both(pack: Pack, tmp_path_factory: pytest.TempPathFactory) -> tuple[Filing, Filing]:
    """The filing without a mistake, and with twenty."""
    made = [
        filed(pack, tmp_path_factory.mktemp(name), mistakes)
        for name, mistakes in (("clean", ()), ("twenty", MISTAKES))
    ]
    return made[0], made[1]


def expected(pack: Pack, filing: Filing, rules: frozenset[str]) -> set[tuple[str, str, str]]:
    """Where each mistake is to come back, of those that these codes and rules tell."""
    found = set()
    for one in MISTAKES:
        sheet, column = one.told_on
        row = filing.rows[sheet, code_of(one.project)]
        # A line about a whole row, or about rows of another sheet, names no cell.
        place = cell(pack, sheet, column, row) if column else str(row)
        if one.comes_back == "row-duplicate-key":
            place = f"第 {row} 行"
        if one.comes_back in rules:
            found.add((one.comes_back, sheet, place))
    return found


def test_twenty_mistakes_of_twenty_kinds_in_twenty_projects() -> None:
    assert len(MISTAKES) == len({one.project for one in MISTAKES}) == 20
    assert len({(one.sheet, one.column, str(one.typed)) for one in MISTAKES}) == 20
    assert len({one.comes_back for one in MISTAKES}) > 15


def test_the_filing_without_a_mistake_can_be_handed_in(both: tuple[Filing, Filing]) -> None:
    clean, _ = both
    # A hint asks and blocks nothing; the example has no quality or time target, and is told so.
    assert {one["severity"] for one in clean.checked["remarks"]} <= {"hint"}
    assert {one["code"] for one in clean.checked["problems"]} == {"sheet-empty"}


@pytest.mark.parametrize("way", ["check", "review"])
def test_every_mistake_comes_back_by_sheet_and_cell_and_nothing_else(
    pack: Pack, both: tuple[Filing, Filing], way: str
) -> None:
    clean, wrong = both
    if way == "check":
        new = said(wrong.checked) - said(clean.checked)
    else:
        new = wrong.reviewed - clean.reviewed
    wanted = expected(pack, wrong, frozenset(one.comes_back for one in MISTAKES))
    assert len(wanted) == 20
    assert wanted <= new, sorted(wanted - new)
    touched = {
        (sheet, row)
        for (sheet, code), first in wrong.rows.items()
        for row in (first, first + 1)
        if code in {code_of(one.project) for one in MISTAKES}
    }
    elsewhere = {one for one in new - wanted if (one[1], row_of(one[2])) not in touched}
    assert not elsewhere


def row_of(place: str) -> int:
    return int("".join(mark for mark in place if mark.isdigit()) or 0)
