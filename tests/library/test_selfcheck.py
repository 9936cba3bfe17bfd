"""A unit's dry run: what it tells, what it never tells, and that nothing is kept."""

from __future__ import annotations

import json
import tempfile
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from openpyxl import load_workbook

from given import loaded
from office_given import fill
from shangji.cli import shangji
from shangji.cli.chinese import run
from shangji.compile import Plan, Step
from shangji.compile.steps import Part
from shangji.engines import engine
from shangji.forms import Prefilled, write_template
from shangji.intake import read
from shangji.selfcheck import Checker, may_try
from shangji.snapshot import RunFacts, freeze

if TYPE_CHECKING:
    from shangji.pack import Pack

SMALL = Path(__file__).resolve().parents[2] / "samples" / "small"
CITY = Prefilled("2027", "990101", "2026-11-20", "样例县市政养护中心")


@pytest.fixture(scope="module")
def pack() -> Pack:
    return loaded("national")


def filed(path: Path, pack: Pack, **changes: dict[str, Any]) -> Path:
    """The form's own example as a filing, with cells of its first rows changed, by sheet."""
    form = pack.forms["declaration"]
    write_template(path, pack, form, CITY)
    rows = {}
    for sheet in form.sheets:
        first, *rest = [dict(row) for row in sheet.example] or [{}]
        first.update(changes.get(sheet.name, {}))
        rows[sheet.name] = [{k: v for k, v in row.items() if v} for row in (first, *rest) if row]
    fill(path, pack, form, rows)
    return path


def checked(
    path: Path, capsys: pytest.CaptureFixture[str], *more: str
) -> tuple[int, dict[str, Any]]:
    code = run(shangji, ["check", str(path), "--json", *more])
    return code, json.loads(capsys.readouterr().out)


def test_the_example_of_the_form_can_be_handed_in(
    pack: Pack, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = filed(tmp_path / "申报.xlsx", pack)
    assert run(shangji, ["check", str(path)]) == 0
    screen = capsys.readouterr().out
    assert "可以报" in screen
    assert "没有留存任何数据" in screen
    assert "疑点" not in screen


def test_what_blocks_and_what_needs_a_word_are_told_by_cell(
    pack: Pack, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    changes = {
        "项目申报表": {"summary": "", "amount_yuan": "970000"},
        "绩效目标申报表": {"value_text": "逐步提高"},
    }
    path = filed(tmp_path / "申报.xlsx", pack, **changes)
    code, told = checked(path, capsys)
    assert code == 4
    found = {item["rule_id"]: item for item in told["remarks"]}
    assert found["C-project.summary"]["kind"] == found["R-0003"]["kind"] == "入库前必须改"
    assert found["C-project.summary"]["place"]["cell"] == "AH5"
    assert found["R-0003"]["place"]["cell"] == "Z5"
    assert found["R-0014"]["kind"] == "需说明事项"
    assert found["R-0014"]["place"]["sheet"] == "绩效目标申报表"
    assert all(item["why"] and item["fix"] and item["says"] for item in told["remarks"])


def test_a_unit_is_not_told_what_would_teach_it_to_rename(
    pack: Pack, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    changes = {"项目申报表": {"end_date": "2026-01-31", "start_date": "2026-01-01"}}
    path = filed(tmp_path / "申报.xlsx", pack, **changes)
    told = {item["rule_id"] for item in checked(path, capsys)[1]["remarks"]}
    assert "R-0008" not in told  # of necessity
    out = tmp_path / "审核结果"
    assert run(shangji, ["review", str(path), "--out", str(out)]) == 0
    import duckdb

    found = {
        row[0]
        for row in duckdb.connect()
        .execute(
            "SELECT rule_id FROM read_parquet(?) WHERE outcome = 'fail'",
            [str(out / "tables" / "verdict.parquet")],
        )
        .fetchall()
    }
    assert "R-0008" in found
    rules = [rule for rule in pack.rules.values() if may_try(rule)]
    assert {rule.visible_to for rule in rules} == {"unit"}
    assert len(rules) < sum(rule.visible_to == "unit" for rule in pack.rules.values())


def test_nothing_is_left_behind(
    pack: Pack,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = filed(tmp_path / "申报.xlsx", pack)
    scratch, here = tmp_path / "scratch", tmp_path / "here"
    scratch.mkdir()
    here.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    monkeypatch.chdir(here)
    before = path.read_bytes()
    assert checked(path, capsys)[0] == 0
    assert not list(scratch.rglob("*"))
    assert not list(here.rglob("*"))
    assert path.read_bytes() == before


def test_the_bureau_s_data_answer_but_other_units_are_never_shown(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    own = SMALL / "申报" / "样例县教育体育局.xlsx"
    alone = checked(own, capsys)[1]
    beside = checked(own, capsys, "--with", str(SMALL))[1]
    report = tmp_path / "审核结果"
    assert run(shangji, ["review", str(SMALL), "--out", str(report)]) == 0
    capsys.readouterr()
    frozen = checked(own, capsys, "--with", str(report))[1]
    assert len(beside["owed"]) < len(alone["owed"])
    assert frozen["remarks"] == beside["remarks"]
    assert {item["place"]["file"] for item in beside["remarks"]} == {own.name}


def test_refused_cells_keep_a_filing_from_being_handed_in(
    pack: Pack, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = filed(tmp_path / "申报.xlsx", pack, 项目申报表={"end_date": "年底前"})
    code, told = checked(path, capsys)
    assert code == 4
    assert [(item["code"], item["where"]["cell"]) for item in told["problems"]
            if item["effect"] == "refused"] == [("cell-date", "M5")]  # fmt: skip


def test_remarks_are_marked_in_the_unit_s_own_sheets(
    pack: Pack, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    changes = {"项目申报表": {"summary": ""}, "绩效目标申报表": {"value_text": "逐步提高"}}
    path, marked = filed(tmp_path / "申报.xlsx", pack, **changes), tmp_path / "标注.xlsx"
    before = path.read_bytes()
    assert run(shangji, ["check", str(path), "--marked", str(marked)]) == 4
    assert str(marked) in capsys.readouterr().out
    assert path.read_bytes() == before
    book = load_workbook(marked)
    text = "\n".join(
        str(value) for row in book.worksheets[0].iter_rows(values_only=True) for value in row
    )
    assert "入库前必须改" in text
    assert "AH5" in text
    assert book["项目申报表"]["AH5"].comment is not None


def test_a_file_without_projects_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "别的.csv"
    path.write_text("甲,乙\n1,2\n", "utf-8")
    assert run(shangji, ["check", str(path)]) == 3


def test_a_plan_carried_out_as_it_stands_finds_the_same_and_is_made_once(
    pack: Pack, tmp_path: Path
) -> None:
    draft, _ = read([filed(tmp_path / "申报.xlsx", pack)], pack, children=0)
    facts = RunFacts(2027, date(2026, 11, 20), "990101")
    checker = Checker(pack)
    snapshot, _ = freeze(draft, checker.known.tables, facts, tmp_path / "snapshot")
    plan = checker._plan(snapshot)
    found = [
        engine("duckdb", threads=1, plain=plain).run(plan, snapshot, tmp_path / str(plain)).digests
        for plain in (True, False)
    ]
    assert found[0] == found[1]
    assert checker._plan(snapshot) is plan


def test_a_plan_for_two_results_keeps_what_they_read_and_every_check() -> None:
    steps = (
        Step("own_line", "SELECT 1 AS a", kind="view"),
        Step("line:a", "SELECT a FROM own_line HAVING COUNT(*) > 1", kind="check"),
        Step("counted_line", "SELECT COUNT(*) AS f0 FROM own_line"),
        Step("cut_line", "SELECT a FROM own_line"),
        Step("verdict", "", kind="result", parts=(Part("counted_line", ("f0",), "SELECT 1"),)),
        Step("reduction", "SELECT a FROM cut_line", kind="result"),
    )
    kept = Plan({}, {}, steps).for_results("verdict").steps
    assert [step.name for step in kept] == ["own_line", "line:a", "counted_line", "verdict"]


def test_what_is_thrown_away_again_holds_the_same_rows(pack: Pack, tmp_path: Path) -> None:
    found, _ = read([filed(tmp_path / "申报.xlsx", pack)], pack, children=0)
    facts = RunFacts(2027, date(2026, 11, 20), "990101")
    sealed, _ = freeze(found, pack.tables, facts, tmp_path / "kept")
    quick, _ = freeze(found, pack.tables, facts, tmp_path / "thrown", kept=False)
    assert (quick.tables, quick.regions) == (sealed.tables, sealed.regions)
    assert [quick.rows(name) for name in quick.tables] == list(map(sealed.rows, sealed.tables))
    assert not sealed.check()
    assert quick.check()  # no digest, so it can never pass for one that was kept
