"""Workbooks as bureaus have them: headings over rows, merged cells, hidden parts, totals."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

import openpyxl
import pytest

from shangji import intake

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from openpyxl.worksheet.worksheet import Worksheet

    from shangji.errors import Problem
    from shangji.pack import Pack
    from shangji.snapshot import Collected

Rows = list[list[Any]]
Edit = "Callable[[Worksheet], None]"


@pytest.fixture(scope="module")
def pack(national: Pack) -> Pack:
    return national


def read(
    pack: Pack,
    path: Path,
    rows: Rows,
    *merges: str,
    name: str = "项目",
    edit: Callable[[Worksheet], None] | None = None,
) -> tuple[Collected, list[Problem]]:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = name
    for row in rows:
        sheet.append(row)
    for area in merges:
        sheet.merge_cells(area)
    if edit:
        edit(sheet)
    book.save(path / "甲.xlsx")
    collected, problems = intake.read([path / "甲.xlsx"], pack, children=0)
    assert all(count.ties for count in collected.counts)
    cells = collected.cells
    assert cells["read"] == cells["kept"] + cells["changed"] + cells["refused"]
    return collected, problems


def of(problems: list[Problem], code: str) -> list[Problem]:
    return [problem for problem in problems if problem.code == code]


TWO_ROWS: Rows = [
    ["某县2027年项目申报表"],
    ["填报单位：教育局", None, None, None, None, "单位：万元"],
    ["项目代码", "项目名称", "申报金额", None, None, "备注一"],
    [None, None, "合计", "财政拨款", "自有资金", None],
    [1, 2, 3, 4, 5, 6],
    ["P1", "修路", 12, 10, 2, None],
]
MERGES = ("A1:F1", "A3:A4", "B3:B4", "C3:E3", "F3:F4")


@pytest.mark.parametrize("merges", [MERGES, ()])
def test_headings_of_two_rows(pack: Pack, tmp_path: Path, merges: tuple[str, ...]) -> None:
    collected, problems = read(pack, tmp_path, TWO_ROWS, *merges)
    (row,) = collected.rows["project"]
    amounts = (row["amount_yuan"], row["fiscal_yuan"], row["own_fund_yuan"])
    assert amounts == (Decimal("120000.00"), Decimal("100000.00"), Decimal("20000.00"))
    assert row["row_number"] == 6
    assert not of(problems, "column-unit")


def test_the_unit_of_a_group_is_that_of_its_columns(pack: Pack, tmp_path: Path) -> None:
    rows: Rows = [
        ["项目代码", "项目名称", "申报金额（万元）", None],
        [None, None, "合计", "财政拨款"],
        ["P1", "修路", 12, 10],
    ]
    collected, _ = read(pack, tmp_path, rows, "A1:A2", "B1:B2", "C1:D1")
    (row,) = collected.rows["project"]
    assert (row["amount_yuan"], row["fiscal_yuan"]) == (Decimal(120000), Decimal(100000))


@pytest.mark.parametrize("group", ["上年执行数（元）", "2025年预算（元）"])
def test_a_group_of_another_year_is_not_this_years_money(
    pack: Pack, tmp_path: Path, group: str
) -> None:
    rows: Rows = [
        ["项目代码", "项目名称", group, None],
        [None, None, "财政拨款", "自有资金"],
        ["P1", "修路", 12, 10],
    ]
    collected, problems = read(pack, tmp_path, rows, "A1:A2", "B1:B2", "C1:D1")
    assert collected.rows["project"][0]["fiscal_yuan"] is None
    assert len(of(problems, "column-unknown")) == 2
    twin: Rows = [[cell if cell != group else "资金来源（元）" for cell in row] for row in rows]
    collected, _ = read(pack, tmp_path, twin, "A1:A2", "B1:B2", "C1:D1")
    assert collected.rows["project"][0]["fiscal_yuan"] == Decimal(12)


def test_a_group_of_the_budget_year_is_this_years_money(pack: Pack, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "项目申报表"
    for row in (
        ["项目代码", "项目名称", "2026年申报数（元）", None, "2027年申报数（元）", None],
        [None, None, "申报金额", "财政拨款", "申报金额", "财政拨款"],
        ["P1", "修路", 7, 6, 12, 10],
    ):
        sheet.append(row)
    for area in ("A1:A2", "B1:B2", "C1:D1", "E1:F1"):
        sheet.merge_cells(area)
    book.save(tmp_path / "甲.xlsx")
    for year, amount in (("2027", Decimal(12)), ("2026", Decimal(7)), ("", None)):
        collected, problems = intake.read([tmp_path / "甲.xlsx"], pack, year=year, children=0)
        assert collected.rows["project"][0]["amount_yuan"] == amount
        assert len(of(problems, "column-unknown")) == (2 if year else 4)
    cover = book.create_sheet("封面")
    cover.append(["预算年度", 2027])
    book.save(tmp_path / "甲.xlsx")
    collected, _ = intake.read([tmp_path / "甲.xlsx"], pack, children=0)
    assert collected.rows["project"][0]["amount_yuan"] == Decimal(12)


def test_one_heading_under_two_groups_is_neither(pack: Pack, tmp_path: Path) -> None:
    rows: Rows = [
        ["项目代码", "项目名称", "甲口径（元）", None, "乙口径（元）", None],
        [None, None, "财政拨款", "自有资金", "财政拨款", "上年结转"],
        ["P1", "修路", 1, 2, 3, 4],
    ]
    collected, _ = read(pack, tmp_path, rows, "A1:A2", "B1:B2", "C1:D1", "E1:F1")
    (row,) = collected.rows["project"]
    assert row["fiscal_yuan"] is None
    assert row["own_fund_yuan"] == Decimal(2)


def test_merged_names_count_for_every_row_and_merged_figures_for_one(
    pack: Pack, tmp_path: Path
) -> None:
    rows: Rows = [
        ["单位名称", "项目代码", "项目名称", "申报金额（元）"],
        ["教育局", "P1", "修路", 5],
        [None, "P2", "修桥", None],
        [None, "P3", "修渠", 7],
    ]
    collected, problems = read(pack, tmp_path, rows, "A2:A4", "D2:D3")
    found = collected.rows["project"]
    assert [row["unit_name"] for row in found] == ["教育局"] * 3
    assert [row["amount_yuan"] for row in found] == [Decimal(5), None, Decimal(7)]
    assert [item.where.cell for item in of(problems, "cell-merged")] == ["A3", "A4"]
    assert [item.where.cell for item in of(problems, "cell-doubtful")] == ["D2"]
    (count,) = collected.counts
    assert (count.filled, count.merged, count.headings, count.changed) == (13, 2, 4, 2)
    twin, _ = read(pack, tmp_path, rows, "D2:D3")
    assert [row["unit_name"] for row in twin.rows["project"]] == ["教育局", None, None]


def test_hidden_rows_and_columns_are_read_and_said(pack: Pack, tmp_path: Path) -> None:
    def hide(sheet: Worksheet) -> None:
        sheet.row_dimensions[3].hidden = True
        sheet.column_dimensions["C"].hidden = True

    rows: Rows = [["项目代码", "项目名称", "单位名称"], ["P1", "修路", "甲"], ["P2", "修桥", "甲"]]
    collected, problems = read(pack, tmp_path, rows, edit=hide)
    assert len(collected.rows["project"]) == 2
    assert [item.where.line for item in of(problems, "row-hidden")] == [3]
    assert [item.where.field for item in of(problems, "column-hidden")] == ["单位名称"]


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_a_hidden_sheet_is_not_read_and_said(
    pack: Pack, tmp_path: Path, state: Literal["hidden", "veryHidden"]
) -> None:
    def hide(sheet: Worksheet) -> None:
        assert sheet.parent is not None
        sheet.parent.create_sheet("封面")
        sheet.sheet_state = state

    rows: Rows = [["项目代码", "项目名称"], ["P1", "修路"]]
    collected, problems = read(pack, tmp_path, rows, edit=hide)
    assert not collected.rows
    (problem,) = of(problems, "sheet-hidden")
    assert "4 个单元格" in problem.says
    assert collected.counts[0].passed == 4


def test_totals_and_their_parts_are_no_rows(pack: Pack, tmp_path: Path) -> None:
    rows: Rows = [
        ["项目代码", "项目名称", "申报金额（元）"],
        ["P1", "修路", 5],
        [None, "其中：财政拨款", 4],
        [None, "一、小计", 5],
        [None, "合计（1个）", 5],
        ["P2", "其中一段路的维修", 6],
    ]
    collected, problems = read(pack, tmp_path, rows)
    assert [row["project_code"] for row in collected.rows["project"]] == ["P1", "P2"]
    assert [item.where.line for item in of(problems, "row-total")] == [3, 4, 5]
    assert "其中" in of(problems, "row-total")[0].says


def test_dates_that_lost_their_form(pack: Pack, tmp_path: Path) -> None:
    rows: Rows = [
        ["项目代码", "项目名称", "开始日期"],
        ["P1", "修路", 46447],
        ["P2", "修桥", "2027.3.1"],
        ["P3", "修渠", 3],
        ["P4", "修库", "46447"],
    ]
    collected, problems = read(pack, tmp_path, rows)
    days = [row["start_date"] for row in collected.rows["project"]]
    assert days == [date(2027, 3, 1), date(2027, 3, 1), None, None]
    assert [item.where.cell for item in of(problems, "cell-date")] == ["C4", "C5"]
    assert "日序号" in of(problems, "cell-cleaned")[0].says

    def later(sheet: Worksheet) -> None:
        assert sheet.parent is not None
        from openpyxl.utils.datetime import CALENDAR_MAC_1904

        sheet.parent.epoch = CALENDAR_MAC_1904

    collected, _ = read(pack, tmp_path, rows[:2], edit=later)
    assert collected.rows["project"][0]["start_date"] == date(2031, 3, 2)


FUNDS: Rows = [
    ["项目代码", "项目名称", "部门经济分类", "资金来源", "申报金额（元）", "项目总投资（元）"],
    ["P1", "修路", "30213", "本级财力", 5, 100],
    ["P1", "修路", "31005", "本级财力", 7.5, 100],
    ["P2", "修桥", "31005", "本级财力", 1, 9],
]


def test_a_project_over_several_rows_is_one_with_a_line_each(pack: Pack, tmp_path: Path) -> None:
    collected, problems = read(pack, tmp_path, FUNDS)
    one, two = collected.rows["project"]
    assert (one["amount_yuan"], one["total_investment_yuan"]) == (Decimal("12.5"), Decimal(100))
    assert two["amount_yuan"] == Decimal(1)
    lines = [
        (line["project_code"], line["economic_class"], line["amount_yuan"])
        for line in collected.rows["line"]
    ]
    assert lines == [
        ("P1", "30213", Decimal(5)),
        ("P1", "31005", Decimal("7.5")),
        ("P2", "31005", Decimal(1)),
    ]
    (said,) = of(problems, "rows-joined")
    assert "第 2、3 行" in said.says
    assert "12.50 元" in said.says
    assert "economic_class" in collected.sources[0].supplied["line"]
    assert collected.cells == {"read": 18, "kept": 16, "changed": 2, "refused": 0}


def test_rows_of_a_project_that_disagree_are_not_chosen_from(pack: Pack, tmp_path: Path) -> None:
    rows = [list(row) for row in FUNDS]
    rows[2][5] = 120
    rows[2][4] = None
    collected, problems = read(pack, tmp_path, rows)
    one = collected.rows["project"][0]
    assert (one["amount_yuan"], one["total_investment_yuan"]) == (None, None)
    assert one["row_unreadable"] == "|amount_yuan|total_investment_yuan|"
    cells = sorted(item.where.cell for item in of(problems, "rows-differ"))
    assert cells == ["E2", "F2", "F3"]


def test_a_row_twice_over_is_not_added_up(pack: Pack, tmp_path: Path) -> None:
    """The twin: rows that nothing tells apart are a doubled row, not two parts."""
    rows = [list(row) for row in FUNDS]
    rows[2][2] = "30213"
    collected, problems = read(pack, tmp_path, rows)
    assert [row["amount_yuan"] for row in collected.rows["project"]] == [
        Decimal(5), Decimal("7.5"), Decimal(1),
    ]  # fmt: skip
    assert not of(problems, "rows-joined")


def test_a_real_sheet_of_lines_goes_before_lines_that_were_made(pack: Pack, tmp_path: Path) -> None:
    def add(sheet: Worksheet) -> None:
        assert sheet.parent is not None
        lines = sheet.parent.create_sheet("明细")
        lines.append(["项目代码", "支出内容", "金额（元）"])
        lines.append(["P1", "全部", 12.5])

    collected, problems = read(pack, tmp_path, FUNDS, edit=add)
    lines = [(line["project_code"], line["expense_item"]) for line in collected.rows["line"]]
    assert lines == [("P2", None), ("P1", "全部")]
    assert [item.where.line for item in of(problems, "rows-differ")] == [2, 3]


@pytest.mark.parametrize("more", [None, "绝密工程"])
def test_a_secret_row_is_a_placeholder_only_if_it_says_no_more(
    pack: Pack, tmp_path: Path, more: str | None
) -> None:
    rows: Rows = [
        ["项目代码", "项目名称", "单位代码", "支出功能分类科目代码", "申报金额（元）", "是否涉密"],
        [None, more, "101", "2040101", 5, "是"],
        ["P1", "修路", "101", "2040101", 6, "否"],
    ]
    collected, problems = read(pack, tmp_path, rows)
    assert len(collected.rows["project"]) == 1
    kept = [(item.unit, item.functional_class, item.amount) for item in collected.placeholders]
    assert kept == ([] if more else [("101", "2040101", "5.00")])
    assert len(of(problems, "row-secret")) == 1
    assert "绝密工程" not in str(problems)
    assert "绝密工程" not in str(collected)


def test_a_mark_in_an_unread_sheet_is_said_and_a_marked_name_is_refused(
    pack: Pack, tmp_path: Path
) -> None:
    _, problems = read(pack, tmp_path, [["机密★3年"], ["内容"]], name="附件二")
    assert [item.code for item in problems] == ["row-secret"]
    (tmp_path / "甲.xlsx").rename(tmp_path / "机密★附件.xlsx")
    collected, problems = intake.read([tmp_path / "机密★附件.xlsx"], pack, children=0)
    assert [item.code for item in problems] == ["row-secret"]
    assert not collected.counts
