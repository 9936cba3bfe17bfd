"""Mapping files: an unknown layout is learned, a person settles it, and it is read ever after."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from click.testing import CliRunner

from shangji import intake
from shangji.cli import shangji
from shangji.intake.learning import document
from shangji.pack.mapping import read_mapping

if TYPE_CHECKING:
    from pathlib import Path

    from shangji.errors import Problem
    from shangji.pack import Pack, SheetMapping
    from shangji.snapshot import Collected

Rows = list[list[Any]]
STRANGE: Rows = [
    ["某县本级项目一览"],
    ["项目编码", "项目名称", "单位", "本年安排", None, "科室意见"],
    [None, None, None, "申报金额", "财政拨款", None],
    ["P1", "修路", "教育局", 12, 10, "同意"],
    ["P2", "修桥", None, 3, 3, None],
    ["P3", "已删的", "教育局", 1, 1, "删"],
]
MAPPING = """
mapping: 某县台账
sheets:
  - names: [台账]
    table: project
    headings: "2-3"
    money: 万元
    units: {fiscal_yuan: 元}
    fill: [unit_name]
    skip: {科室意见: 删}
    columns:
      项目编码: project_code
      单位: unit_name
      本年安排/申报金额: amount_yuan
      财政拨款: fiscal_yuan
      科室意见: ""
"""


def book(path: Path, rows: Rows, name: str) -> Path:
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    sheet.title = name
    for row in rows:
        sheet.append(row)
    made.save(path / "台账.xlsx")
    return path / "台账.xlsx"


def mapped(pack: Pack, path: Path, text: str = MAPPING) -> list[SheetMapping]:
    (path / "映射.yaml").write_text(text, "utf-8")
    found, problems = read_mapping(path / "映射.yaml", pack.tables)
    assert not problems, problems
    return found


def read(
    pack: Pack, file: Path, mappings: list[SheetMapping] | None = None
) -> tuple[Collected, list[Problem]]:
    collected, problems = intake.read([file], pack, mappings=mappings or (), children=0)
    assert all(count.ties for count in collected.counts)
    return collected, problems


def test_a_strange_sheet_is_read_as_its_mapping_says(national: Pack, tmp_path: Path) -> None:
    file = book(tmp_path, STRANGE, "台账")
    collected, problems = read(national, file, mapped(national, tmp_path))
    one, two = collected.rows["project"]
    assert (one["amount_yuan"], one["fiscal_yuan"]) == (Decimal(120000), Decimal(10))
    assert (one["unit_name"], two["unit_name"]) == ("教育局", "教育局")
    codes = [problem.code for problem in problems if problem.code.startswith("row-")]
    assert codes == ["row-skipped"]
    assert any("不采用" in problem.says for problem in problems)
    twin, _ = read(national, file)
    assert not twin.rows  # without the mapping nobody knows the sheet, and nothing is guessed


def test_the_command_learns_shows_and_the_review_reuses(national: Pack, tmp_path: Path) -> None:
    file = book(tmp_path, STRANGE, "台账")
    out = tmp_path / "草稿.yaml"
    done = CliRunner().invoke(shangji, ["mapping", "learn", str(file), "-o", str(out)])
    assert done.exit_code == 0, done.output
    assert "工作表“台账” → 项目（project），表头在第 2–3 行" in done.output
    text = out.read_text("utf-8")
    assert '"项目编码": project_code' in text
    assert '"单位": ""' in text
    again = CliRunner().invoke(shangji, ["mapping", "learn", str(file), "-o", str(out)])
    assert again.exit_code != 0
    assert out.read_text("utf-8") == text
    shown = CliRunner().invoke(shangji, ["mapping", "show", str(out)])
    assert shown.exit_code == 0, shown.output
    settled = text.replace('"单位": ""', '"单位": unit_name').replace('money: ""', "money: 元")
    collected, _ = read(national, file, mapped(national, tmp_path, settled))
    assert collected.rows["project"][0]["unit_name"] == "教育局"
    assert collected.rows["project"][0]["amount_yuan"] == Decimal(12)


def test_a_draft_offers_and_does_not_decide(national: Pack, tmp_path: Path) -> None:
    rows: Rows = [["项目代码", "项目名称", "申报金额数"], ["P1", "修路", 1]]
    (one,), _ = intake.learn([book(tmp_path, rows, "台账")], national, children=0)
    assert one.columns["申报金额数"] == ""
    assert ("amount_yuan", "申报金额") in one.offers["申报金额数"]
    collected, _ = read(
        national,
        tmp_path / "台账.xlsx",
        mapped(national, tmp_path, document([one], national.tables)),
    )
    assert collected.rows["project"][0]["amount_yuan"] is None


def test_children_learn_what_one_process_learns(national: Pack, tmp_path: Path) -> None:
    file = book(tmp_path, STRANGE, "台账")
    alone = intake.learn([file], national, children=0)
    assert intake.learn([file], national) == alone


def test_what_is_known_needs_no_mapping(tmp_path: Path) -> None:
    file = book(tmp_path, [["项目代码", "项目名称"], ["P1", "修路"]], "项目")
    out = tmp_path / "草稿.yaml"
    done = CliRunner().invoke(shangji, ["mapping", "learn", str(file), "-o", str(out)])
    assert "不需要映射文件" in done.output
    assert not out.exists()


def test_a_marked_sheet_is_not_learned_from(national: Pack, tmp_path: Path) -> None:
    file = book(tmp_path, [["机密★"], *STRANGE[1:]], "台账")
    assert intake.learn([file], national, children=0) == ([], [])


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ("table: project", "pack-reference"),
        ("单位: unit_name", "pack-reference"),
        ('headings: "2-3"', "pack-value"),
        ("money: 万元", "pack-value"),
        ("fill: [unit_name]", "pack-reference"),
        ("{fiscal_yuan: 元}", "pack-value"),
        ("names: [台账]", "pack-key-unknown"),
    ],
)
def test_a_mapping_that_cannot_be_used_says_where(
    national: Pack, tmp_path: Path, wrong: str, code: str
) -> None:
    spoilt = {
        "table: project": "table: projekt",
        "单位: unit_name": "单位: unit_nome",
        'headings: "2-3"': 'headings: "3-2"',
        "money: 万元": "money: 亿元",
        "fill: [unit_name]": "fill: [unit_nome]",
        "{fiscal_yuan: 元}": "{project_code: 元}",
        "names: [台账]": "name: [台账]",
    }[wrong]
    (tmp_path / "映射.yaml").write_text(MAPPING.replace(wrong, spoilt), "utf-8")
    found, problems = read_mapping(tmp_path / "映射.yaml", national.tables)
    assert not found
    assert code in {problem.code for problem in problems}
    assert all(problem.where.line for problem in problems)


def test_a_mapping_file_that_is_not_there(national: Pack, tmp_path: Path) -> None:
    _, (problem,) = read_mapping(tmp_path / "没有.yaml", national.tables)
    assert problem.code == "mapping-file"


@pytest.mark.parametrize("names", [True, False])
def test_the_project_export_is_read_as_it_is(
    national: Pack, tmp_path: Path, *, names: bool
) -> None:
    """Headings are element names, or element codes; the unit of money stands in a note."""
    told = {
        "项目主键": ("PRO_ID", "A1"),
        "项目代码": ("PRO_CODE", "33010101270000012345"),
        "项目名称": ("PRO_NAME", "修路"),
        "单位代码": ("AGENCY_CODE", "101001"),
        "项目总额": ("PRO_TOTAL_AMT", 1234.5),
        "是否基建项目": ("IS_CAPTIAL_CONS_PRO", 1),
        "是否紧急项目": ("IS_URGENT", 2),
        "起始时间(年)": ("PRO_START_YEAR", 2027),
        "是否删除": ("IS_DELETED", 2),
    }
    heads = [name if names else code for name, (code, _) in told.items()]
    values = [value for _, value in told.values()]
    gone = [*values[:-1], 1]
    rows: Rows = [["单位：元"], heads, values, gone]
    collected, problems = read(national, book(tmp_path, rows, "PM_PROJECT_INFO"))
    (row,) = collected.rows["project"]
    assert row["project_code"] == "33010101270000012345"
    assert row["total_investment_yuan"] == Decimal("1234.50")
    assert (row["is_capital_construction"], row["is_urgent"]) == (True, False)
    assert (row["amount_yuan"], row["start_date"]) == (None, None)
    assert [problem.where.line for problem in problems if problem.code == "row-skipped"] == [4]
    collected, problems = read(national, book(tmp_path, rows[1:], "PM_PROJECT_INFO"))
    assert collected.rows["project"][0]["total_investment_yuan"] is None
    assert "column-unit" in {problem.code for problem in problems}
