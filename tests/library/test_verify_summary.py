"""What people read first, the paths to pass and quotes: derived again, forgeries refused."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from shangji.verify import seals, verify
from shangji.verify.model import differing
from shangji.verify.quotes import unfounded
from shangji.verify.rulebook import book
from shangji.verify.summary import Summing
from verify_given import named, reseal, restate, reviewed, rewrite

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture(scope="module")
def honest(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return reviewed(tmp_path_factory.mktemp("核验") / "审核结果")


@pytest.fixture
def report(honest: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(honest, tmp_path / "报告"))


def grade_moved(summary: dict[str, Any]) -> None:
    """One project from D to A, and every total still ties."""
    best, worst = (next(r for r in summary["grades"] if r["grade"] == g) for g in "AD")
    best["projects"], worst["projects"] = best["projects"] + 1, worst["projects"] - 1


SUMMARIES: dict[str, tuple[Callable[[dict[str, Any]], object], str]] = {
    "a project moved to another grade": (grade_moved, "grades[1].projects"),
    "the sentence": (lambda s: s.update(sentence=s["sentence"].replace("60", "61")), "sentence"),
    "a veto hidden": (lambda s: s["findings"].update(veto=0), "findings.veto"),
    "the cause of a cut": (
        lambda s: s["causes"][0].update(cause_id="R-0002"),
        "causes[1].cause_id",
    ),
    "a cut doubled": (lambda s: s["causes"][0].update(cut_yuan="68400.00"), "causes[1].cut_yuan"),
    "a gate opened": (lambda s: s["gates"][0].update(zh="通过"), "gates[1].zh"),
    "a department left out": (lambda s: s["departments"].pop(), "departments"),
    "money as a number": (lambda s: s["grades"][0].update(cut_yuan=0), "grades[1].cut_yuan"),
    "a department's worst": (
        lambda s: s["departments"][0].update(worst=None),
        "departments[1].worst",
    ),
    "what a leader must decide": (lambda s: s["decisions"].pop(0), "decisions"),
    "what is looked at first": (lambda s: s["first"][0].update(title="无"), "first[1].title"),
    "who owes": (
        lambda s: s["unknown"]["fields"][0].update(owed_by="nobody"),
        "unknown.fields[1].owed_by",
    ),
    "documents received": (lambda s: s["trust"].update(received=47), "trust.received"),
    "a part left out": (lambda s: s.pop("gates"), "gates"),
}


def test_a_forged_summary_is_refused(report: Path) -> None:
    """The tables are true, every digest fits: only the figures that people read were changed."""
    restate(report, lambda result: grade_moved(result["summary"]))
    found = verify(report)
    assert not any("摘要" in one.field for one in found.problems)
    assert named(found, table="摘要", field="grades[1].projects", derived="12")
    assert {one.table for one in found.problems} == {"摘要"}


@pytest.fixture(scope="module")
def summing(honest: Path) -> Summing:
    opened = seals.opened(honest)
    return Summing(opened, book([honest / "pack" / name for name in opened.order]))


@pytest.mark.parametrize("name", SUMMARIES)
def test_every_part_of_a_summary_is_derived(name: str, summing: Summing) -> None:
    forge, place = SUMMARIES[name]
    told = json.loads(json.dumps(summing.report.result["summary"]))
    derived = {part: make() for part, make in summing.parts.items()}
    assert list(differing(told, derived, "")) == []
    forge(told)
    assert f".{place}" in {at for at, _, _ in differing(told, derived, "")}


def test_what_the_checker_does_not_know_is_listed(report: Path) -> None:
    shutil.copyfile(report / "tables" / "gate.parquet", report / "tables" / "more.parquet")

    def grow(result: dict[str, Any]) -> None:
        result["summary"].update(mood="好")
        result["tables"].update(more=result["tables"]["gate"])

    restate(report, grow)
    found = verify(report)
    assert found.ok
    assert found.counts.reasons["摘要 mood"] == "核验程序还不认识这一项"
    assert "只核对了摘要" in found.counts.reasons["结果表 more"]
    assert found.counts.not_derived == 61
    assert any("没有安排计划" in line for line in found.counts.outside)


def test_a_forged_path_is_refused(report: Path) -> None:
    """Figures that do not pass, a cost, what stood there, a promise, and a step's number."""
    rewrite(
        report / "tables" / "path.parquet",
        "UPDATE t SET set_to = CASE WHEN action = 'set' AND reader = 'unit' THEN '60000.00' "
        "ELSE set_to END, cost_yuan = CASE WHEN action = 'set' THEN 1 END, "
        "given = CASE WHEN action = 'set' AND reader = 'bureau' THEN '61200.01' ELSE given END, "
        "verified = verified OR action = 'supply', "
        "step_no = step_no + CASE WHEN action = 'follow' THEN 1 ELSE 0 END",
    )
    reseal(report)
    found = verify(report)
    for field, derived in {
        "cost_yuan": "34200.00",
        "given": "61200.00",
        "verified": "false",
    }.items():
        assert named(found, table="通过路径", field=field, derived=derived), field
    assert named(found, table="通过路径", field="步骤")
    passes = [one for one in named(found, field="verified") if one.key == "99010127T000001932027"]
    assert passes  # 60 000 is above the standard still


def test_a_step_left_out_is_missed_at_the_end_of_the_path(report: Path) -> None:
    """The forger drops it from the path and from the count of its end, and seals again."""
    code = "99010127T000001932027"
    tables = report / "tables"
    rewrite(tables / "path.parquet", f"DELETE FROM t WHERE project_code = '{code}'")
    rewrite(
        tables / "path_end.parquet",
        "UPDATE t SET gate_after = 'passed', steps = CASE WHEN project_code = "
        f"'{code}' THEN 0 ELSE steps END",
    )
    reseal(report)
    found = verify(report)
    assert named(found, table="通过路径终点", key=code, field="steps", reported="0")
    assert named(found, table="通过路径终点", field="gate_after", derived="rejected")


def test_a_quote_must_stand_on_its_page() -> None:
    page = {"document_sha256": "d", "page": 1, "page_text": "会议费每人每天四百元。"}
    mine = {"row_key": "e", "document_sha256": "d", "page": 1, "start_char": 3, "end_char": 8}
    assert list(unfounded([{**mine, "quote": "每人每天四"}], [page])) == []
    for wrong in (
        {"quote": "每人每天五"},
        {"quote": "每人每天"},
        {"quote": "每人每天四", "page": 2},
    ):
        assert len(list(unfounded([{**mine, **wrong}], [page]))) == 1
