"""A county's own small pack: funds evaluated by table, rule, measure and framework, no code."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner

from given import loaded, upon
from shangji import checking
from shangji.cli import shangji
from shangji.verify import verify

SAMPLE = Path(__file__).resolve().parents[2] / "samples" / "risk_pool"


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("pool") / "out"
    made = CliRunner().invoke(
        shangji,
        ["review", str(SAMPLE / "资金池.xlsx"), "--pack", "national",
         "--pack", str(SAMPLE / "pack"), "--out", str(out)],
    )  # fmt: skip
    assert made.exit_code == 0, made.output
    assert "资金池评价  风险补偿资金池 2：中 1 · 差 1" in made.output
    assert "申报（万元）" not in made.output
    return out


def test_the_pack_passes_its_own_checks() -> None:
    pack = upon(loaded("national"), loaded("national", SAMPLE / "pack"))
    assert {rule.id for rule in pack.rules.values() if rule.cases} >= {"P-0001"}
    own = {one for one in checking.check(pack) if "risk_pool" in str(one.where)}
    assert own == set()


def test_explain_tells_a_fund_by_code_or_name(report: Path) -> None:
    for name in ("P1", "科技贷"):
        made = CliRunner().invoke(shangji, ["explain", name, "--report", str(report)])
        assert made.exit_code == 0, made.output
        assert "风险补偿资金池 P1 科技贷" in made.output
        assert "等级  差（已知权重 80%，第 2 名）" in made.output
        assert "P-0001 代偿超过资金池规模一成" in made.output
    made = CliRunner().invoke(shangji, ["explain", "没有", "--report", str(report)])
    assert made.exit_code != 0


def test_the_workbook_has_a_sheet_for_it(report: Path) -> None:
    book = openpyxl.load_workbook(report / "审核结果.xlsx")
    assert {"资金池评价", "测算指标"} <= set(book.sheetnames)
    rows = [[cell.value for cell in row] for row in book["资金池评价"].iter_rows(min_row=4)]
    assert [row[1] for row in rows[:2]] == ["P2", "P1"]
    assert rows[1][3] == "差"
    values = [[cell.value for cell in row] for row in book["测算指标"].iter_rows(min_row=4)]
    assert ["P1", "科技贷", "6"] in [row[2:5] for row in values]


def test_verify_derives_it_again(report: Path) -> None:
    made = verify(report)
    assert made.ok, made.problems
    assert made.counts.not_derived == 0


def test_bands_that_do_not_fall_are_refused(tmp_path: Path) -> None:
    import shutil

    pack = tmp_path / "pack"
    shutil.copytree(SAMPLE / "pack", pack)
    path = pack / "frameworks" / "pool.yaml"
    path.write_text(path.read_text("utf-8").replace("良: 80", "良: 95"), "utf-8")
    found = checking.check(upon(loaded("national"), loaded("national", pack)))
    assert any(one.code == "pack-value" and "bands" in one.says for one in found)
