"""Whatever stands in a file: no exception, and every cell is kept, changed or refused."""

from __future__ import annotations

import io
import shutil
import zipfile
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shangji import intake
from shangji import pack as packs
from shangji.intake.cells import text_of
from shangji.pack.mapping import read_mapping

if TYPE_CHECKING:
    from pathlib import Path

    from shangji.pack import Pack
    from shangji.snapshot import Collected

HEADS = [
    "项目代码", "项目名称", "申报金额（万元）", "财政拨款", "开始日期", "预算年度", "是否涉密",
    "评审分类", "受益人数", "不认识的列", "本级分担比例",
]  # fmt: skip
WORDS = [
    "￥5", "#N/A",
    "P1", "合计", "小计", "-", "无", "是", "否", "机密★", "1.23E+20", "#REF!", "12万元", "１２３",
    "2027.3.1", "2027年", "标准公式", "=1+1", " ", "\u200b", "-5", "1,234.50", "0.1234567",
    "9" * 30,
]  # fmt: skip
TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=12)
CELL = st.one_of(
    st.none(),
    st.sampled_from(WORDS),
    TEXT,
    st.integers(-(10**18), 10**18),
    st.floats(allow_nan=False, allow_infinity=False),
    st.booleans(),
    st.dates(date(1901, 1, 1), date(2199, 12, 31)),
)
ROWS = st.lists(st.lists(CELL, min_size=1, max_size=len(HEADS)), max_size=6)
MANY = settings(
    max_examples=120,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    folder = tmp_path_factory.mktemp("pack") / "national"
    for part in ("tables", "codes", "words"):
        shutil.copytree(packs.shipped("national") / part, folder / part)
    shutil.copy(packs.shipped("national") / "pack.toml", folder)
    loaded, problems = packs.load([folder])
    assert loaded is not None, problems
    return loaded


def workbook(rows: list[list[Any]]) -> bytes:
    made = io.BytesIO()
    book = xlsxwriter.Workbook(made, {"in_memory": True})
    book.set_properties({"created": datetime(2026, 9, 15, tzinfo=UTC)})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    sheet = book.add_worksheet("项目")
    for number, row in enumerate([HEADS, *rows]):
        for column, value in enumerate(row):
            if isinstance(value, str):
                sheet.write_string(number, column, value)
            elif isinstance(value, bool):
                sheet.write_boolean(number, column, value)
            elif isinstance(value, date):
                sheet.write_datetime(number, column, value, day)
            elif value is not None:
                sheet.write_number(number, column, value)
    book.close()
    return made.getvalue()


def balanced(collected: Collected) -> bool:
    cells = collected.cells
    if not all(count.ties for count in collected.counts):
        return False
    return cells["read"] == cells["kept"] + cells["changed"] + cells["refused"]


@MANY
@given(rows=ROWS)
def test_random_cells(pack: Pack, tmp_path: Path, rows: list[list[Any]]) -> None:
    path = tmp_path / "甲.xlsx"
    path.write_bytes(workbook(rows))
    collected, problems = intake.read([path], pack, children=0)
    written = sum(1 for row in rows for cell in row if text_of(cell))
    assert collected.cells["read"] == written
    assert balanced(collected)
    names = {column.name for column in pack.tables["project"].columns if not column.rounds}
    valued = sum(
        1
        for row in collected.rows["project"]
        for name, value in row.items()
        if name in names and value is not None
    )
    left_empty = sum("按未填处理" in problem.says for problem in problems)
    assert valued == collected.cells["kept"] + collected.cells["changed"] - left_empty


@MANY
@given(data=st.data())
def test_flipped_bytes(pack: Pack, tmp_path: Path, data: st.DataObject) -> None:
    raw = bytearray(workbook([["P1", "修路", 12.5, 3, "2027-01-01", 2027, "否", "工程"]]))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(raw) - 1))
        raw[at] ^= data.draw(st.integers(1, 255))
    path = tmp_path / "甲.xlsx"
    path.write_bytes(bytes(raw))
    collected, problems = intake.read([path], pack, children=0)
    assert balanced(collected)
    assert collected.cells["read"] == 8 or problems


@MANY
@given(data=st.data())
def test_spoilt_parts(pack: Pack, tmp_path: Path, data: st.DataObject) -> None:
    """The parts are spoilt before they are packed, so that check sums do not catch it."""
    good = workbook([["P1", "修路", 12.5, 3, "2027-01-01", 2027, "否", "工程"]])
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(good)) as old, zipfile.ZipFile(made, "w") as new:
        names = old.namelist()
        spoilt = data.draw(st.sampled_from([name for name in names if "theme" not in name]))
        for name in names:
            content = bytearray(old.read(name))
            if name == spoilt:
                at = data.draw(st.integers(0, len(content) - 1))
                piece = data.draw(
                    st.one_of(
                        st.binary(max_size=4),
                        st.sampled_from([b"9999999", b"<c>", b"</v>", b'r="', b"&#0;", b"XFD"]),
                    )
                )
                content[at : at + data.draw(st.integers(0, 3))] = piece
            new.writestr(name, bytes(content))
    path = tmp_path / "甲.xlsx"
    path.write_bytes(made.getvalue())
    collected, _ = intake.read([path], pack, children=0)
    assert balanced(collected)


@MANY
@given(data=st.one_of(st.binary(max_size=300), st.text(max_size=200).map(str.encode)))
def test_any_bytes_as_csv(pack: Pack, tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "项目.csv"
    path.write_bytes("项目代码,项目名称,申报金额（元）\n".encode() + data)
    collected, problems = intake.read([path], pack, children=0)
    assert balanced(collected)
    assert "project" in collected.rows or problems


MERGE = st.tuples(st.integers(0, 6), st.integers(0, 9), st.integers(0, 3), st.integers(0, 3))
GROUPS = st.sampled_from(
    ["资金来源", "上年执行", "2026年", "基本情况", "申报金额（万元）", "单位：元"]
)


@MANY
@given(
    above=st.lists(st.lists(st.one_of(st.none(), GROUPS), max_size=11), max_size=3),
    rows=ROWS,
    merges=st.lists(MERGE, max_size=5),
    hidden=st.sets(st.integers(1, 8)),
)
def test_no_cell_of_any_layout_is_lost(
    pack: Pack,
    tmp_path: Path,
    above: list[list[Any]],
    rows: list[list[Any]],
    merges: list[tuple[int, int, int, int]],
    hidden: set[int],
) -> None:
    """Rows over the headings, merged and hidden parts: all cells are in the account, none twice."""
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "项目"
    for row in [*above, [*HEADS, "资金来源", "部门经济分类"], *rows]:
        sheet.append([_plain(cell) for cell in row] or [None])
        for cell in sheet[sheet.max_row]:
            if isinstance(cell.value, str):
                cell.data_type = "s"
    taken: set[tuple[int, int]] = set()
    for top, left, down, right in merges:
        area = {(r, c) for r in range(top, top + down + 1) for c in range(left, left + right + 1)}
        if len(area) > 1 and not area & taken:
            taken |= area
            sheet.merge_cells(
                start_row=top + 1, start_column=left + 1, end_row=top + down + 1,
                end_column=left + right + 1,
            )  # fmt: skip
    for number in hidden:
        sheet.row_dimensions[number].hidden = True
    held = sum(
        1 for line in sheet.iter_rows(values_only=True) for cell in line if text_of(_plain(cell))
    )
    book.save(tmp_path / "甲.xlsx")
    collected, _ = intake.read([tmp_path / "甲.xlsx"], pack, children=0)
    assert balanced(collected)
    (count,) = collected.counts
    assert count.filled == held
    assert sum(one.read for one in collected.counts) == collected.cells["read"]


def _plain(cell: Any) -> Any:
    """A cell that openpyxl takes: no marks that no XML can hold."""
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    return ILLEGAL_CHARACTERS_RE.sub("", cell) if isinstance(cell, str) else cell


@MANY
@given(data=st.data())
def test_flipped_bytes_of_a_zip(pack: Pack, tmp_path: Path, data: st.DataObject) -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as new:
        new.writestr("甲/项目.csv", "项目代码,项目名称\nP1,修路\n")
        new.writestr("乙.xlsx", workbook([["P1", "修路"]]))
    raw = bytearray(made.getvalue())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(raw) - 1))
        raw[at] ^= data.draw(st.integers(1, 255))
    (tmp_path / "报送.zip").write_bytes(bytes(raw))
    collected, problems = intake.read([tmp_path / "报送.zip"], pack, children=0)
    assert balanced(collected)
    assert len(collected.sources) == 2 or problems


@MANY
@given(data=st.data())
def test_any_mapping_file_is_read_or_refused(
    pack: Pack, tmp_path: Path, data: st.DataObject
) -> None:
    good = (
        "mapping: 甲\nsheets:\n  - names: [台账]\n    table: project\n    headings: '1'\n"
        "    columns: {代码: project_code, 名称: project_name}\n"
    )
    at = data.draw(st.integers(0, len(good) - 1))
    piece = data.draw(st.one_of(st.text(max_size=4), st.sampled_from(["[", "{", "\n", ": ", "&a"])))
    spoilt = good[:at] + piece + good[at + data.draw(st.integers(0, 3)) :]
    (tmp_path / "映射.yaml").write_text(spoilt, "utf-8", errors="replace")
    found, problems = read_mapping(tmp_path / "映射.yaml", pack.tables)
    assert bool(found) != bool(problems)
    (tmp_path / "台账.csv").write_text("代码,名称\nP1,修路\n", "utf-8")
    collected, _ = intake.read([tmp_path / "台账.csv"], pack, mappings=found, children=0)
    assert balanced(collected)
