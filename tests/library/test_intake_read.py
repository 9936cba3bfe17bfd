"""What `intake.read` makes of files: tables, units, refused rows, covers, odd and broken files."""

from __future__ import annotations

import shutil
from collections import Counter
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
import xlsxwriter

from shangji import intake
from shangji import pack as packs

if TYPE_CHECKING:
    from pathlib import Path

    from shangji.errors import Problem
    from shangji.pack import Pack
    from shangji.snapshot import Collected

Rows = list[list[Any]]


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    """The national tables, codes and words, without the rules: intake reads no rule."""
    folder = tmp_path_factory.mktemp("pack") / "national"
    for part in ("tables", "codes", "words"):
        shutil.copytree(packs.shipped("national") / part, folder / part)
    shutil.copy(packs.shipped("national") / "pack.toml", folder)
    loaded, problems = packs.load([folder])
    assert loaded is not None, problems
    return loaded


def write(path: Path, sheets: dict[str, Rows]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    book = xlsxwriter.Workbook(str(path), {"strings_to_formulas": False})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for number, row in enumerate(rows):
            for column, value in enumerate(row):
                if isinstance(value, date):
                    sheet.write_datetime(number, column, value, day)
                elif value is not None:
                    sheet.write(number, column, value)
    book.close()
    return path


def read(pack: Pack, path: Path, sheets: dict[str, Rows]) -> tuple[Collected, list[Problem]]:
    return intake.read([write(path / "甲单位.xlsx", sheets)], pack, children=0)


def codes(problems: list[Problem]) -> Counter[str]:
    return Counter(problem.code for problem in problems)


def of(problems: list[Problem], code: str) -> list[Problem]:
    return [problem for problem in problems if problem.code == code]


def test_values_and_places(pack: Pack, tmp_path: Path) -> None:
    rows: Rows = [
        ["项目代码", "项目名称", "申报金额（元）", "开始日期", "补助对象个数", "预算年度"],
        ["P1", "修路", 1234.5, date(2027, 3, 1), "约三百", 2027],
    ]
    collected, problems = read(pack, tmp_path, {"项目": rows})
    row = collected.rows["project"][0]
    assert (row["amount_yuan"], row["start_date"]) == (Decimal("1234.50"), date(2027, 3, 1))
    assert (row["recipient_count"], row["row_unreadable"]) == (None, "|recipient_count|")
    assert (row["budget_year"], row["row_sheet"], row["row_number"]) == (2027, "项目", 2)
    assert row["row_source"] == "甲单位.xlsx"
    (number,) = of(problems, "cell-number")
    assert (number.where.file, number.where.sheet) == ("甲单位.xlsx", "项目")
    assert (number.where.cell, number.where.field) == ("E2", "补助对象个数")
    assert (number.value, bool(number.fix)) == ("约三百", True)
    assert collected.cells == {"read": 6, "kept": 5, "changed": 0, "refused": 1}


def test_codes_that_the_spreadsheet_spoilt(pack: Pack, tmp_path: Path) -> None:
    rows: Rows = [
        ["项目代码", "项目名称"],
        [1.23e20, "甲"],
        [330102198001010017, "乙"],
        [201, "丙"],
    ]
    collected, problems = read(pack, tmp_path, {"项目": rows})
    assert [row["project_code"] for row in collected.rows["project"]] == [None, None, "201"]
    spoilt = of(problems, "cell-scientific")
    assert [problem.value for problem in spoilt] == ["1.23E+20", "3.3010219800101E+17"]


@pytest.mark.parametrize(
    ("head", "note", "expected"),
    [
        ("申报金额（万元）", "", "120000.00"),
        ("申报金额(万元)", "", "120000.00"),
        ("申报金额（元）", "单位：万元", "12.00"),
        ("申报金额", "单位：万元", "120000.00"),
        ("申报金额", "单位: 元", "12.00"),
        ("*申报\n金额（必填）", "", "12.00"),
        ("申报金额", "", "12.00"),
        ("申报数", "", None),
        ("申报金额（千元）", "", None),
        ("申报数", "填报单位：教育局", None),
    ],
)
def test_unit_of_money(
    pack: Pack, tmp_path: Path, head: str, note: str, expected: str | None
) -> None:
    rows: Rows = [[note], ["项目代码", "项目名称", head], ["P1", "修路", 12], ["P2", "修桥", 12]]
    collected, problems = read(pack, tmp_path, {"项目": rows})
    values = [row["amount_yuan"] for row in collected.rows["project"]]
    assert values == [None if expected is None else Decimal(expected)] * 2
    assert len(of(problems, "column-unit")) == (expected is None)
    if expected is None:
        assert collected.rows["project"][0]["row_unreadable"] == "|amount_yuan|"
        assert collected.cells["refused"] == 2
    if expected == "120000.00":
        assert collected.sources[0].wan["project"] == ("amount_yuan",)
        assert collected.cells["changed"] == 2


def test_totals_blanks_and_unknown_columns(pack: Pack, tmp_path: Path) -> None:
    rows: Rows = [
        [
            "序",
            "单位名称",
            "项目代码",
            "项目名称",
            "申报金额（元）",
            "科室意见",
            "预算申报数（元）",
        ],
        [1, "教育局", "P1", "2027年项目合计（15个）", 5, "同意", 5],
        [],
        ["", "教育局小计", None, None, 5],
        ["", "合 计", None, None, 5],
    ]
    collected, problems = read(pack, tmp_path, {"项目": rows})
    assert [row["project_code"] for row in collected.rows["project"]] == ["P1"]
    assert [problem.where.line for problem in of(problems, "row-total")] == [4, 5]
    unknown = {problem.where.cell: problem.value for problem in of(problems, "column-unknown")}
    assert unknown == {"A1": "序", "F1": "科室意见", "G1": "预算申报数（元）"}
    assert collected.cells == {"read": 11, "kept": 4, "changed": 0, "refused": 7}


@pytest.mark.parametrize("mark", ["是", "机密★3年", "绝 密 ★"])
def test_secret_rows_go_with_all_that_is_theirs(pack: Pack, tmp_path: Path, mark: str) -> None:
    text = mark if "★" in mark else "某专项"
    project: Rows = [
        ["项目代码", "项目名称", "是否涉密"],
        ["S1", text, mark if mark == "是" else ""],
        ["P1", "修路", "否"],
    ]
    line: Rows = [["项目代码", "支出内容", "数量"], ["S1", "设备", "约三十台"], ["P1", "材料", 1]]
    collected, problems = read(pack, tmp_path, {"明细": line, "项目": project})
    assert [row["project_code"] for row in collected.rows["project"]] == ["P1"]
    assert [row["project_code"] for row in collected.rows["line"]] == ["P1"]
    assert len(of(problems, "row-secret")) == 2
    said = "".join(map(str, problems))
    assert "专项" not in said
    assert "三十" not in said
    assert "★" not in said
    cells = collected.cells
    assert cells["read"] == cells["kept"] + cells["changed"] + cells["refused"]
    assert cells["kept"] == 6


def test_a_sheet_or_cover_with_a_stamp_is_refused_whole(pack: Pack, tmp_path: Path) -> None:
    rows: Rows = [["机密★"], ["项目代码", "项目名称"], ["P1", "修路"]]
    collected, problems = read(pack, tmp_path, {"项目": rows})
    assert not collected.rows
    assert codes(problems) == {"row-secret": 1}
    cover: Rows = [["标题", "秘密★1年"]]
    collected, problems = read(pack, tmp_path, {"封面": cover, "项目": rows[1:]})
    assert not collected.rows
    assert codes(problems) == {"row-secret": 1}


def test_sheets_unknown_empty_headless(pack: Pack, tmp_path: Path) -> None:
    collected, problems = read(
        pack,
        tmp_path,
        {
            "项目": [["项目代码", "项目名称"], ["P1", "修路"]],
            "Sheet3": [["随手记", 1]],
            "绩效指标": [["项目代码", "一级指标", "二级指标", "三级指标", "指标值"]],
            "立项依据": [],
            "明细": [["一", "二"], ["P1", "材料"]],
        },
    )
    assert collected.rows["target"] == []
    assert "basis" not in collected.rows
    assert "target" in collected.sources[0].supplied
    empty = {problem.where.sheet for problem in of(problems, "sheet-empty")}
    assert empty == {"绩效指标", "立项依据"}
    unknown = {problem.where.sheet for problem in of(problems, "sheet-unknown")}
    assert unknown == {"Sheet3", "明细"}


def test_absent_columns_are_said_of_a_units_file_only(pack: Pack, tmp_path: Path) -> None:
    rows: Rows = [["项目代码", "项目名称"], ["P1", "修路"]]
    unit = write(tmp_path / "甲.xlsx", {"项目": rows})
    bureau = write(tmp_path / "财政数据" / "乙.xlsx", {"项目": rows})
    told = write(tmp_path / "丙.xlsx", {"封面": [["数据提供", "公开信息"]], "项目": rows})
    collected, problems = intake.read([tmp_path], pack, children=0)
    assert {unit.name} == {problem.where.file for problem in of(problems, "column-absent")}
    origins = {source.id: source.origin for source in collected.sources}
    assert origins == {
        unit.name: "unit",
        f"财政数据/{bureau.name}": "bureau",
        told.name: "external",
    }
    assert collected.sources[0].supplied["project"] == ("project_code", "project_name")


def test_cover_facts_and_contradiction(pack: Pack, tmp_path: Path) -> None:
    cover: Rows = [["项", "值"], ["预算年度", 2027], ["区划代码：", "990101"], ["心情", "好"],
                   ["数据截至日", date(2026, 9, 15)], ["标题", "样例县"]]  # fmt: skip
    write(tmp_path / "a.xlsx", {"封面": cover})
    write(tmp_path / "b.xlsx", {"封面": [["预算年度", "2026年"], ["区划代码", "九九"]]})
    collected, problems = intake.read([tmp_path], pack, children=0)
    assert collected.facts == {
        "budget_year": "2027", "region": "990101", "as_of": "2026-09-15", "title": "样例县",
    }  # fmt: skip
    (differs,) = of(problems, "facts-differ")
    assert (differs.where.file, differs.where.cell, differs.value) == ("b.xlsx", "B1", "2026")
    assert codes(problems) == {"facts-differ": 1, "cell-number": 1, "column-unknown": 1}


def test_two_sheets_of_one_table_supply_what_both_have(pack: Pack, tmp_path: Path) -> None:
    collected, _ = read(
        pack,
        tmp_path,
        {
            "明细": [["项目代码", "支出内容", "数量"], ["P1", "甲", 1]],
            "支出明细": [["项目代码", "支出内容", "单价（元）"], ["P1", "乙", 2]],
        },
    )
    assert len(collected.rows["line"]) == 2
    assert collected.sources[0].supplied["line"] == ("project_code", "expense_item")


def test_a_single_sheet_may_be_named_by_its_file(pack: Pack, tmp_path: Path) -> None:
    path = write(
        tmp_path / "项目申报表.xlsx", {"Sheet1": [["项目代码", "项目名称"], ["P1", "修路"]]}
    )
    collected, _ = intake.read([path], pack, children=0)
    assert len(collected.rows["project"]) == 1


def test_formulas_in_error_or_without_result(pack: Pack, tmp_path: Path) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "项目"
    for row in (["项目代码", "项目名称", "申报金额（元）"], ["P1", "#REF!", "=1+1"]):
        sheet.append(row)
    path = tmp_path / "甲.xlsx"
    book.save(path)
    collected, problems = intake.read([path], pack, children=0)
    wrong = of(problems, "cell-formula-error")
    assert [problem.where.cell for problem in wrong] == ["B2", "C2"]
    assert collected.rows["project"][0]["row_unreadable"] == "|project_name|amount_yuan|"
    assert collected.cells == {"read": 3, "kept": 1, "changed": 0, "refused": 2}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("mark", [",", "\t"])
def test_csv(pack: Pack, tmp_path: Path, encoding: str, mark: str) -> None:
    text = f'项目代码{mark}项目名称\r\nP1{mark}"修路\n二期"\r\n\r\n1.23E+20{mark}修桥\r\n'
    (tmp_path / "项目.csv").write_bytes(text.encode(encoding))
    collected, problems = intake.read([tmp_path], pack, children=0)
    rows = collected.rows["project"]
    assert [row["project_name"] for row in rows] == ["修路\n二期", "修桥"]
    assert [row["row_number"] for row in rows] == [2, 4]
    assert of(problems, "cell-scientific")[0].where.cell == "A4"


@pytest.mark.parametrize(
    "data", [b"\xff\xfe\x00\x01", b'a,b\n"open,1\n2,3', b"a,b\x00", "项目".encode("utf-16")]
)
def test_csv_that_cannot_be_read(pack: Pack, tmp_path: Path, data: bytes) -> None:
    (tmp_path / "项目.csv").write_bytes(data)
    collected, problems = intake.read([tmp_path], pack, children=0)
    assert codes(problems) == {"file-unreadable": 1}
    assert not collected.sources


def test_names_are_unique_and_other_kinds_are_named(pack: Pack, tmp_path: Path) -> None:
    rows: Rows = [["项目代码", "项目名称"], ["P1", "修路"]]
    first = write(tmp_path / "一" / "项目.xlsx", {"项目": rows})
    second = write(tmp_path / "二" / "项目.xlsx", {"项目": rows})
    for name in ("~$项目.xlsx", ".隐藏.xlsx", "README.md", "Thumbs.db"):
        (second.parent / name).write_bytes(b"x")
    for name in ("批复.pdf", "旧表.xls", "宏.xlsm"):
        (second.parent / name).write_bytes(b"x")
    collected, problems = intake.read(
        [first, second, second.parent, tmp_path / "没有"], pack, children=0
    )
    assert [source.id for source in collected.sources] == ["项目.xlsx", "项目.xlsx（2）"]
    kinds = {problem.where.file for problem in of(problems, "file-kind")}
    assert kinds == {"批复.pdf", "旧表.xls", "宏.xlsm"}
    assert codes(problems)["folder-missing"] == 1


def test_an_empty_folder(pack: Pack, tmp_path: Path) -> None:
    _, problems = intake.read([tmp_path], pack, children=0)
    assert codes(problems) == {"folder-empty": 1}
