"""What a pack declares of its rows is a table: in the results, on a sheet, on the page, proven."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import duckdb
import openpyxl
import pytest

from browser import address, opened
from given import FACTS, TINY, collect, loaded
from shangji.checking.expressions import Typing
from shangji.checking.places import Places
from shangji.report.page import write
from shangji.review import review
from shangji.snapshot import freeze
from shangji.verify import verify

if TYPE_CHECKING:
    from pathlib import Path

PACK = """
name = "shown"
zh = "报告表（测试）"
version = "1"
language = 1
requires = []
"""
STANDARD = """
standard: spread.small
zh: 户均下限
kind: money
unit: 元
values:
  - region: "000000"
    binds: all
    effective_from: 2020-01-01
    basis: {kind: practice, note: 测试}
    checked: default
    status: active
    rows: [{value: 30000}]
"""
SECTION = """
section: fund_spread
zh: 专项资金户均
subject: fund
applies: fund.setup_year >= 2020
standards: {least: spread.small}
largest: 户均
note: 按上年对象个数。
columns:
  - {zh: 专项, value: fund.fund_name}
  - {zh: 通道, value: fund.lane}
  - {zh: 上年, value: fund.last_amount_yuan}
  - {zh: 按下限要, value: least.value * fund.last_recipient_count}
  - {zh: 户均, value: fund.last_amount_yuan, over: fund.last_recipient_count, unit: 元}
  - {zh: 有办法, value: "fund.touches_business"}
"""
TABLE = """
table: fund
zh: 专项资金
key: [fund_code]
supplied_by: bureau
columns:
  - {name: fund_code, zh: 代码, kind: text}
  - {name: fund_name, zh: 名称, kind: text}
  - {name: setup_year, zh: 设立年度, kind: year}
  - {name: expires_on, zh: 到期日, kind: date}
  - {name: lane, zh: 通道, kind: text, codes: lane}
  - {name: last_amount_yuan, zh: 上年, kind: money, at_most: 999999999.99}
  - {name: last_recipient_count, zh: 对象个数, kind: count, at_most: 99999}
  - {name: touches_business, zh: 涉企, kind: flag}
  - {name: setup_doc_no, zh: 设立文号, kind: text}
"""
FRAMEWORK = """
framework: fund_watch
zh: 专项资金设立评价
subject: fund
known_at_least: 60
nodes:
  - {node: setup, zh: 设立}
  - node: S1
    parent: setup
    zh: 有设立文件
    weight: 60
    steps:
      - {when: fund.setup_doc_no.missing, value: 0, says: 没有设立文号}
      - {value: 60, says: 有设立文号}
"""
FUNDS = [
    {"fund_code": "Z1", "fund_name": "产业", "setup_year": "2020",
     "lane": "operation", "last_amount_yuan": "1000000", "last_recipient_count": "30",
     "touches_business": "是"},
    {"fund_code": "Z2", "fund_name": "文旅", "setup_year": "2021",
     "last_amount_yuan": "900000", "last_recipient_count": "3"},
    {"fund_code": "Z3", "fund_name": "旧的", "setup_year": "2001"},
    {"fund_code": "Z4", "fund_name": "不详", "setup_year": "2022"},
]  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("shown")
    for name, text in (
        ("pack.toml", PACK),
        ("tables/fund.yaml", TABLE),
        ("standards/small.yaml", STANDARD),
        ("sections/spread.yaml", SECTION),
        ("frameworks/watch.yaml", FRAMEWORK),
    ):
        (made / "shown" / name).parent.mkdir(parents=True, exist_ok=True)
        (made / "shown" / name).write_text(text, "utf-8")
    pack = loaded(TINY, made / "shown")
    found = collect(pack, {"fund": FUNDS, "project": []}, origin="bureau")
    snapshot, _ = freeze(found, pack.tables, FACTS, made / "snapshot")
    review(snapshot, pack, out=made / "out", folders=(TINY, str(made / "shown")))
    return made


def test_the_cells_of_rows_that_apply_are_a_result_table(folder: Path) -> None:
    path = folder / "out" / "tables" / "shown.parquet"
    sql = f"SELECT key, place, value, below, value_kind FROM '{path}' WHERE place IN (4, 5)"
    with duckdb.connect() as connection:
        found = connection.execute(sql).fetchall()
    assert found == [
        ("Z1", 4, "900000.00", None, "money"),
        ("Z1", 5, "1000000.00", "30", "money"),
        ("Z2", 4, "90000.00", None, "money"),
        ("Z2", 5, "900000.00", "3", "money"),
        ("Z4", 4, None, None, "money"),
        ("Z4", 5, None, None, "money"),
    ]


def test_the_sheet_is_in_the_declared_order_with_codes_in_words(folder: Path) -> None:
    book = openpyxl.load_workbook(folder / "out" / "审核结果.xlsx")
    rows = list(book["专项资金户均"].iter_rows(min_row=3, values_only=True))
    assert rows[0] == ("专项", "通道", "上年（元）", "按下限要（元）", "户均（元）", "有办法")
    assert rows[1] == ("文旅", None, 900000, 90000, 300000, "不知道")
    assert rows[2] == ("产业", "运行", 1000000, 900000, 33333.33, "是")
    assert rows[3] == ("不详", None, *["不知道"] * 4)


def test_the_page_lists_it(folder: Path, chromium: Any) -> None:
    with opened(chromium) as (page, seen):
        page.goto(address(folder / "out" / write.PAGE, "#sections"))
        rows = page.locator("tbody tr").all_inner_texts()
        assert rows[0].split("\t")[:4] == ["文旅", "", "900,000", "90,000"]
        page.click(".contents >> text=专项资金户均")
        assert "按上年对象个数。" in page.inner_text("#main")
        assert not seen.faults


def test_verify_derives_every_cell_and_sees_one_that_was_changed(folder: Path) -> None:
    made = verify(folder / "out")
    assert made.ok, made.problems
    assert made.counts.not_derived == 0
    again = folder / "changed"
    shutil.copytree(folder / "out", again)
    path = again / "tables" / "shown.parquet"
    with duckdb.connect() as connection:
        connection.execute(
            f"COPY (SELECT * REPLACE (replace(value, '900000', '900001') AS value) FROM '{path}' "
            f"ORDER BY section, key, place) TO '{again / 'new'}' (FORMAT parquet)"
        )
    (again / "new").rename(path)
    told = [str(one) for one in verify(again).problems]
    assert any("报告表 · fund_spread · Z2 · value" in one for one in told), told


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("value: fund.last_amount_yuan}", "value: fund.no_such}", "rule-column"),
        ("over: fund.last_recipient_count", "over: fund.expires_on", "rule-type"),
        ("largest: 户均", "largest: 没有", "pack-reference"),
        ("spread.small}", "spread.none}", "pack-reference"),
        ("subject: fund", "subject: nothing", "pack-reference"),
    ],
)
def test_a_section_that_cannot_be_made_is_refused(
    folder: Path, tmp_path: Path, old: str, new: str, code: str
) -> None:
    from shangji.pack import load

    shutil.copytree(folder / "shown", tmp_path / "shown")
    path = tmp_path / "shown" / "sections" / "spread.yaml"
    path.write_text(path.read_text("utf-8").replace(old, new, 1), "utf-8")
    pack, problems = load((TINY, tmp_path / "shown"))
    if pack is not None:
        typing = Typing(pack, Places(pack))
        typing.sections()
        problems = typing.problems
    assert code in {one.code for one in problems}
