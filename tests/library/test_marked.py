"""数据问题.xlsx: the sender's own sheets with what was met in them, never live, never secret."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING, Any

import openpyxl

from shangji import intake
from shangji.report import marked, marking
from shangji.report.marked import COUNTS, LIST, write_marked

if TYPE_CHECKING:
    from pathlib import Path

    import pytest
    from openpyxl.worksheet.worksheet import Worksheet

    from shangji.pack import Pack

HEADS = ["项目代码", "项目名称", "申报金额（万元）", "受益人数", "不认识的列", "是否涉密"]
ROWS: list[list[Any]] = [
    HEADS,
    ["P1", "=1+1 修路", 12.5, "约三百", "字", "否"],
    ["P2", "绝密工程", 1, 2, "内情", "是"],
    ["P3", "修桥", 3, 4, None, "否"],
    [None, "合计", 16.5, None, None, None],
]


def source(path: Path, rows: list[list[Any]] = ROWS, name: str = "甲单位.xlsx") -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "项目"
    for row in rows:
        sheet.append(row)
        for cell in sheet[sheet.max_row]:
            if isinstance(cell.value, str):
                cell.data_type = "s"
    sheet["A1"].font = openpyxl.styles.Font(bold=True, name="楷体")
    sheet.column_dimensions["B"].width = 33
    book.save(path / name)
    return path / name


def written(pack: Pack, path: Path, *files: Path) -> openpyxl.Workbook:
    collected, problems = intake.read(files, pack, children=0)
    write_marked(path / "数据问题.xlsx", files, collected, problems)
    return openpyxl.load_workbook(path / "数据问题.xlsx")


def colour(sheet: Worksheet, place: str) -> str:
    return str(sheet[place].fill.fgColor.rgb)[-6:]


def said(sheet: Worksheet, row: int) -> str:
    return str(sheet.cell(row, len(HEADS) + 1).value or "")


def test_every_cell_that_was_not_kept_is_marked_where_it_stands(
    national: Pack, tmp_path: Path
) -> None:
    before = source(tmp_path).read_bytes()
    book = written(national, tmp_path, tmp_path / "甲单位.xlsx")
    assert (tmp_path / "甲单位.xlsx").read_bytes() == before
    sheet = book["项目"]
    assert sheet["A1"].font.name == "楷体"
    assert sheet.column_dimensions["B"].width == 33
    refused, changed, noted = (marking.FILLS[key] for key in ("refused", "changed", "noted"))
    assert (colour(sheet, "D2"), colour(sheet, "C2"), colour(sheet, "C5")) == (
        refused, changed, noted,
    )  # fmt: skip
    assert (colour(sheet, "E1"), colour(sheet, "E2")) == (noted, refused)
    assert colour(sheet, "B2") not in {refused, changed, noted}
    assert sheet["D2"].font.strike
    note = str(sheet["D2"].comment.text)
    assert "原值：约三百" in note
    assert "怎么改：" in note
    assert "D2 拒收·不是数字（约三百）" in said(sheet, 2)
    assert "提醒·合计行" in said(sheet, 5)


def test_a_formula_in_a_text_stays_a_text(national: Pack, tmp_path: Path) -> None:
    source(tmp_path)
    book = written(national, tmp_path, tmp_path / "甲单位.xlsx")
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            assert all(cell.data_type != "f" for cell in row)
    assert book["项目"]["B2"].value == "=1+1 修路"
    twin = openpyxl.Workbook()
    cell = twin.active["A1"]  # type: ignore[index] # a new workbook has a sheet
    cell.value = "=1+1 修路"
    assert cell.data_type == "f"  # what openpyxl makes of it unless told otherwise


def test_nothing_of_a_secret_row_stands_in_the_copy(national: Pack, tmp_path: Path) -> None:
    source(tmp_path)
    book = written(national, tmp_path, tmp_path / "甲单位.xlsx")
    sheet = book["项目"]
    assert [sheet.cell(3, column).value for column in range(1, 7)] == [None] * 6
    assert marking.WITHHELD in said(sheet, 3)
    with zipfile.ZipFile(tmp_path / "数据问题.xlsx") as held:
        parts = b"".join(held.read(name) for name in held.namelist())
    assert "绝密工程".encode() not in parts
    assert "内情".encode() not in parts


def test_the_list_leads_to_the_cells_and_the_counts_tie(national: Pack, tmp_path: Path) -> None:
    source(tmp_path)
    book = written(national, tmp_path, tmp_path / "甲单位.xlsx")
    listing = book[LIST]
    links = {
        str(cell.value): cell.hyperlink.location
        for (cell,) in listing.iter_rows(min_col=6, max_col=6)
        if cell.hyperlink
    }
    assert links["D2"] == "'项目'!D2"
    assert links["第 3 行"] == "'项目'!A3"
    assert links["C2 等 2 格"] == "'项目'!C2"
    counts = book[COUNTS]
    top = next(row for row in range(1, 20) if counts.cell(row, 1).value == "文件")
    heads = [str(cell.value) for cell in counts[top]]
    below: list[list[Any]] = [[cell.value for cell in counts[top + more]] for more in (1, 2)]
    row, total = (dict(zip(heads, values, strict=True)) for values in below)
    assert row["有内容的格"] == 25
    assert row["读入"] == row["原样"] + row["改写"] + row["拒收"] == 19
    assert row["有内容的格"] + row["合并补入"] == row["表头和标题"] + row["没有读"] + row["读入"]
    assert {key: total[key] for key in heads[2:]} == {key: row[key] for key in heads[2:]}
    assert total["核对"] == "√"


def test_csv_and_zip_have_their_sheets_too(national: Pack, tmp_path: Path) -> None:
    (tmp_path / "项目.csv").write_text("项目代码,项目名称,受益人数\nP1,修路,约三百\n", "utf-8")
    inner = source(tmp_path, name="乙单位.xlsx")
    with zipfile.ZipFile(tmp_path / "报送.zip", "w") as made:
        made.write(inner, "乙单位.xlsx")
    book = written(national, tmp_path, tmp_path / "项目.csv", tmp_path / "报送.zip")
    assert colour(book["项目"], "C2") == marking.FILLS["refused"]
    assert colour(book["乙单位·项目"], "D2") == marking.FILLS["refused"]


def test_what_is_too_much_is_left_out_and_said(
    national: Pack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source(tmp_path)
    monkeypatch.setattr(marked, "SHEETS_MOST", 0)
    book = written(national, tmp_path, tmp_path / "甲单位.xlsx")
    assert book.sheetnames == [LIST, COUNTS]
    assert any("另有 1 张工作表" in str(row[0].value) for row in book[LIST].iter_rows())
    assert not any(cell.hyperlink for (cell,) in book[LIST].iter_rows(min_col=6, max_col=6))


def test_of_a_long_sheet_the_rows_with_something_to_say_are_copied(
    national: Pack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(marked, "ROWS_MOST", 10)
    more = [["Q" + str(number), "好", None, 5] for number in range(40)]
    source(tmp_path, [*ROWS, *more, ["Z", "末", None, "不明"]])
    sheet = written(national, tmp_path, tmp_path / "甲单位.xlsx")["项目"]
    assert sheet["D46"].value == "不明"
    assert sheet["A30"].value is None
    assert sheet.row_dimensions[30].hidden


def test_a_number_of_a_person_is_masked_in_the_copy(national: Pack, tmp_path: Path) -> None:
    table = next(
        table
        for table in national.tables.values()
        if any(column.kind == "id_no" for column in table.columns)
    )
    column = next(column for column in table.columns if column.kind == "id_no")
    other = next(item for item in table.columns if item.kind == "text" and item is not column)
    number = "360426199101010071"
    file = tmp_path / f"{table.zh}.csv"
    file.write_text(f"{other.zh},{column.zh}\nA1,{number}\n", "utf-8")
    written(national, tmp_path, file)
    with zipfile.ZipFile(tmp_path / "数据问题.xlsx") as held:
        parts = b"".join(held.read(name) for name in held.namelist())
    assert number.encode() not in parts
    assert number[:6].encode() in parts


def test_of_a_large_file_the_values_are_copied_without_their_form(
    national: Pack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(marked, "LARGE", 10)
    source(tmp_path)
    sheet = written(national, tmp_path, tmp_path / "甲单位.xlsx")["项目"]
    assert (sheet["B2"].value, sheet["C2"].value, sheet["D2"].value) == (
        "=1+1 修路", 12.5, "约三百",
    )  # fmt: skip
    assert colour(sheet, "D2") == marking.FILLS["refused"]
    assert sheet["A1"].font.name != "楷体"
    assert sheet["B3"].value is None  # the secret row
