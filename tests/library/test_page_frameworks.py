"""审核报告.html shows a framework and a measure over any subject, without a line of Python."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from browser import address, opened
from given import FACTS, collect, loaded
from shangji.report.page import write
from shangji.review import review
from shangji.snapshot import freeze

if TYPE_CHECKING:
    from pathlib import Path

PACK = """
name = "watch"
zh = "专项资金评价（测试）"
version = "1"
language = 1
requires = ["national"]
"""
FRAMEWORK = """
framework: fund_watch
zh: 专项资金设立评价
subject: special_fund
applies: special_fund.setup_year >= 2000
known_at_least: 60
nodes:
  - {node: setup, zh: 设立}
  - node: S1
    parent: setup
    zh: 有设立文件
    weight: 60
    steps:
      - {when: special_fund.setup_doc_no.missing, value: 0, says: 没有设立文号}
      - {value: 60, says: 有设立文号}
  - node: S2
    parent: setup
    zh: 有管理办法
    weight: 40
    steps:
      - {when: special_fund.measures_doc_no <> '', value: 40, says: 有管理办法}
      - {value: 0, says: 没有管理办法}
"""
MEASURE = """
measure: fund_per_recipient
zh: 户均补助
aka: []
subject: special_fund
numerator: special_fund.last_amount_yuan
denominator: special_fund.last_recipient_count
unit: 元
says: 上年安排金额÷上年补助对象个数。
"""


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("watch")
    overlay = folder / "watch"
    for name, text in (
        ("pack.toml", PACK),
        ("frameworks/fund.yaml", FRAMEWORK),
        ("measures/per.yaml", MEASURE),
    ):
        (overlay / name).parent.mkdir(parents=True, exist_ok=True)
        (overlay / name).write_text(text, "utf-8")
    pack = loaded("national", overlay)
    rows = {
        "project": [{"project_code": "P1", "lane": "operation", "amount_yuan": "100"}],
        "special_fund": [
            {
                "special_fund_code": "Z1",
                "special_fund_name": "农业产业化专项资金",
                "setup_year": "2020",
                "setup_doc_no": "样农〔2020〕1号",
                "measures_doc_no": "样农〔2021〕3号",
                "last_amount_yuan": "1000000",
                "last_recipient_count": "30",
            },
            {
                "special_fund_code": "Z2",
                "special_fund_name": "文旅发展专项资金",
                "setup_year": "2020",
            },
        ],
    }
    found = collect(pack, rows, origin="bureau")
    snapshot, _ = freeze(found, pack.tables, FACTS, folder / "snapshot")
    review(snapshot, pack, out=folder / "out", folders=("national", str(overlay)))
    return folder / "out"


def test_a_framework_over_funds_has_its_tab_rows_and_derivation(
    report: Path, chromium: Any
) -> None:
    with opened(chromium) as (page, seen):
        page.goto(address(report / write.PAGE))
        page.click("#tabs >> text=专项资金设立评价")
        rows = page.locator("tbody tr").all_inner_texts()
        assert [row.split("\t") for row in rows] == [
            ["农业产业化专项资金", "100 / 100", "100%"],
            ["文旅发展专项资金", "0 / 60", "60%"],
        ]
        page.click("text=文旅发展专项资金")
        lines = page.locator(".scoreline").all_inner_texts()
        assert any("没有设立文号" in line and "0 / 60" in line for line in lines)
        assert any("有管理办法" in line and "不知道" in line for line in lines)
        assert page.locator(".scorebar .owed").count() > 0
        assert not seen.faults


def test_a_measure_over_funds_is_shown_with_both_its_numbers(report: Path, chromium: Any) -> None:
    with opened(chromium) as (page, _):
        page.goto(address(report / write.PAGE, "#measures"))
        text = page.inner_text("#main")
        for word in ("户均补助", "农业产业化专项资金", "33,333.33", "1,000,000"):
            assert word in text
