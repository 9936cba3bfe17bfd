"""The independent checker: it agrees with an honest review and refuses every forged one."""

from __future__ import annotations

import ast
import json
import random
import shutil
import sys
import time
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from given import FACTS, TINY, collect
from shangji.cli.chinese import run
from shangji.cli.verify_command import verify as command
from shangji.compile import verdicts
from shangji.pack import load, shipped
from shangji.review import review
from shangji.schema import parse
from shangji.snapshot import freeze
from shangji.verify import Unreadable, language, portable, seals, verify
from shangji.verify.model import NotDerived
from shangji.verify.rulebook import book
from verify_given import named, reseal, reviewed, rewrite

if TYPE_CHECKING:
    from collections.abc import Callable

    from shangji.pack import Pack

ROOT = Path(__file__).resolve().parents[2]
OWN = ROOT / "src" / "shangji" / "verify"


@pytest.fixture(scope="module")
def honest(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return reviewed(tmp_path_factory.mktemp("核验") / "审核结果")


@pytest.fixture
def report(honest: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(honest, tmp_path / "报告"))


def test_the_small_sample_verifies(honest: Path) -> None:
    started = time.process_time()
    found = verify(honest)
    assert time.process_time() - started < 10
    assert found.problems == ()
    assert found.counts.share >= 95
    assert found.counts.full > 10_000
    assert found.counts.by_sql > 100
    assert found.counts.reasons == {}


def test_it_imports_nothing_of_ours() -> None:
    allowed = {*sys.stdlib_module_names, "duckdb", "yaml"}
    for path in OWN.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                assert node.level == 0
                names = [node.module or ""]
            for name in names:
                own = name == "shangji.verify" or name.startswith("shangji.verify.")
                assert own or name.partition(".")[0] in allowed, f"{path.name}: {name}"
    said = "".join(path.read_text("utf-8") for path in OWN.glob("*.py"))
    assert said.count("read_parquet") == 1
    assert "SELECT * FROM read_parquet(?)" in said


FORGED = {
    "outcome": (
        "tables/verdict.parquet",
        "UPDATE t SET outcome = 'unknown' WHERE rule_id = 'R-0001'",
        {"table": "疑点与不知道", "rule": "R-0001", "field": "outcome"},
    ),
    "measured": (
        "tables/verdict.parquet",
        "UPDATE t SET measured = '27000.01' WHERE rule_id = 'R-0001'",
        {"table": "疑点与不知道", "rule": "R-0001", "field": "measured"},
    ),
    "verdict left out": (
        "tables/verdict.parquet",
        "DELETE FROM t WHERE rule_id = 'R-0009'",
        {"table": "疑点与不知道", "rule": "R-0009", "reported": "没有这一行"},
    ),
    "verdict invented": (
        "tables/verdict.parquet",
        "INSERT INTO t SELECT * REPLACE (key || 'x' AS key) FROM t WHERE rule_id = 'R-0009'",
        {"table": "疑点与不知道", "rule": "R-0009", "derived": "没有这一行"},
    ),
    "coverage": (
        "tables/coverage.parquet",
        "UPDATE t SET fail = 0 WHERE rule_id = 'R-0001'",
        {"table": "规则覆盖", "rule": "R-0001", "field": "fail"},
    ),
    "gate": (
        "tables/gate.parquet",
        "UPDATE t SET outcome = 'passed' WHERE outcome = 'rejected'",
        {"table": "入库结论", "field": "outcome", "derived": "rejected"},
    ),
    "score": (
        "tables/score.parquet",
        "UPDATE t SET low = low + 0.01 WHERE node = 'N1'",
        {"table": "得分", "rule": "N1", "field": "low"},
    ),
    "grade": (
        "tables/grade.parquet",
        "UPDATE t SET low_grade = 'A' WHERE low_grade = 'D'",
        {"table": "等级", "field": "low_grade", "derived": "D"},
    ),
    "reduction": (
        "tables/reduction.parquet",
        "UPDATE t SET approved_yuan = asked_yuan",
        {"table": "审减", "rule": "R-0001", "field": "approved_yuan"},
    ),
    "remedy": (
        "tables/remedy.parquet",
        "UPDATE t SET set_to = '26999.99'",
        {"table": "改正", "rule": "R-0001", "field": "set_to", "derived": "27000.00"},
    ),
    "row of a join dropped": (
        "snapshot/lineage.parquet",
        "DELETE FROM t WHERE project_code IN (SELECT min(project_code) FROM t)",
        {"table": "规则覆盖", "rule": "R-0005", "field": "not_applicable"},
    ),
    "history dropped": (
        "snapshot/history.parquet",
        "DELETE FROM t",
        {"table": "疑点与不知道", "rule": "R-0010"},
    ),
    "line dropped": (
        "snapshot/line.parquet",
        "DELETE FROM t WHERE row_key = '99010127T000001932027|1'",
        {"table": "疑点与不知道", "rule": "R-0001", "derived": "没有这一行"},
    ),
    "amount": (
        "snapshot/line.parquet",
        "UPDATE t SET amount_yuan = amount_yuan - 0.01 WHERE row_key = '99010127T000001932027|1'",
        {"table": "疑点与不知道", "rule": "R-0001", "field": "measured"},
    ),
}


@pytest.mark.parametrize("name", FORGED)
def test_a_consistent_forgery_is_refused(name: str, report: Path) -> None:
    file, change, wanted = FORGED[name]
    rewrite(report / file, change)
    assert any("摘要" in one.field for one in seals.opened(report).problems)
    reseal(report)
    found = verify(report)
    assert not any("摘要" in one.field for one in found.problems)
    assert named(found, **wanted), [str(one) for one in found.problems[:5]]


def test_resealing_alone_changes_nothing(report: Path) -> None:
    reseal(report)
    assert verify(report).ok


def test_an_engine_that_lets_null_pass_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    true: Callable[..., str] = verdicts.outcome

    def wrong(*given: Any) -> str:
        unknown, passed = f"ELSE {verdicts.UNKNOWN} END", f"ELSE {verdicts.PASSED} END"
        return true(*given).replace(unknown, passed)

    monkeypatch.setattr(verdicts, "outcome", wrong)
    found = verify(reviewed(tmp_path / "out"))
    assert named(found, table="规则覆盖", field="unknown", reported="0")
    assert named(found, table="疑点与不知道", reported="没有这一行")


def test_an_engine_that_rounds_a_measure_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    true: Callable[..., str] = verdicts.shown

    def wrong(*given: Any) -> str:
        return f"REPLACE({true(*given)}, '.00', '.0')"

    monkeypatch.setattr(verdicts, "shown", wrong)
    assert named(verify(reviewed(tmp_path / "out")), field="measured", rule="R-0001")


@pytest.mark.parametrize("seed", range(4))
def test_deductions_scales_and_judges_agree(seed: int, tiny: Pack, tmp_path: Path) -> None:
    """The tiny pack has every kind of leaf; a third of the cells are withheld or unreadable."""
    rng = random.Random(seed)

    def cell(*given: str) -> str:
        return rng.choice([*given, *given, "", "约三百"])

    rows: dict[str, list[dict[str, str]]] = {"project": [], "line": [], "history": []}
    rows["judgement"] = []
    for number in range(40):
        code = f"P{number:02}"
        asked = cell("100", "1000.01", "1500", "80")
        project = {"project_code": code, "project_name": cell("名"), "amount_yuan": asked}
        more = {"region": cell("990101", "990200"), "lane": cell("works", "operation", "rigid")}
        dates = {"start_date": cell("2026-01-31"), "end_date": cell("2027-02-28", "2026-03-01")}
        credit = cell("91350100M000100Y43", "91350100M000100Y44", "9135")
        rows["project"].append({**project, **more, **dates, "credit_code": credit})
        rows["line"] += [
            {
                "project_code": code,
                "line_no": str(at),
                "tier": cell("一类", "三类", "四类"),
                "persons": cell("1", "3"),
                "days": cell("0.5", "2"),
                "times": cell("2"),
                "amount_yuan": cell("50", "600.55", "4000"),
            }
            for at in range(rng.randint(0, 3))
        ]
        history = {"project_code": code, "year": cell("2026", "2025")}
        used = {"executed_yuan": cell("55.55", "70", "92"), "adjusted_yuan": cell("100", "0")}
        rows["history"].append({**history, **used})
        judged = {"framework": "card", "node": "I2", "judge_kind": "expert", "subject_key": code}
        rows["judgement"] += [
            {**judged, "judge": str(at), "value": cell("33.33", "41.5", "20")}
            for at in range(rng.randint(0, 3))
        ]
    kept = {name: table for name, table in rows.items() if name == "project" or rng.random() < 0.8}
    frozen, _ = freeze(collect(tiny, kept), tiny.tables, FACTS, tmp_path / "snapshot")
    review(frozen, tiny, out=tmp_path / "out", folders=(TINY,))
    found = verify(tmp_path / "out")
    assert [str(one) for one in found.problems] == []
    assert found.counts.reasons == {}


def test_a_changed_rule_is_found_by_the_digest_of_the_pack(report: Path) -> None:
    path = report / "pack" / "national" / "rules" / "standard" / "R-0001.yaml"
    path.write_text(path.read_text("utf-8").replace("line.days", "line.days * 2"), "utf-8")
    found = verify(report)
    assert named(found, table="规则包", field="摘要")
    assert named(found, rule="R-0001")


@pytest.mark.parametrize(
    "file", ["result.json", "snapshot/manifest.json", "tables/verdict.parquet", "pack/order.json"]
)
def test_a_cut_file_is_named(file: str, report: Path) -> None:
    path = report / file
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(Unreadable, match=Path(file).name):
        verify(report)


def test_what_sqlite_cannot_say_is_listed_and_not_counted(report: Path) -> None:
    """The pack changes, so digests differ; what matters is what is said to be derived."""
    path = report / "pack" / "national" / "relations" / "project_history.yaml"
    said = path.read_text("utf-8")
    path.write_text(
        said.replace("h.late_transfer_yuan AS", "h.late_transfer_yuan * h.original_yuan AS"),
        "utf-8",
    )
    found = verify(report)
    assert "R-0010" in found.counts.reasons
    assert "project_history" in found.counts.reasons["R-0010"]
    assert found.counts.not_derived > 0
    assert found.counts.share < 100


def test_decimals_stay_exact_on_sqlite() -> None:
    scales = {"score": {2}, "share": {4}, "persons": {0}}
    assert portable.portable("SELECT 1 WHERE e.score >= 90", {"score": {2}}).endswith("9000")
    assert portable.portable("SELECT 1 WHERE l.share < 0.5", scales).endswith("5000")
    doubled = "SELECT 1 WHERE e.score * 2 > f.score * e.persons"
    assert portable.portable(doubled, {**scales, "f": set()}) == doubled
    answers = "SELECT CASE WHEN e.persons > 1 THEN e.score * 100 ELSE e.score * 0 END AS s"
    assert portable.portable(answers, scales) == answers
    for sql in (
        "WHERE e.score * l.share > 1",
        "WHERE e.score * 2 > 1",
        "WHERE e.score = l.share",
        "WHERE e.score > 0.001",
    ):
        with pytest.raises(NotDerived):
            portable.portable(f"SELECT 1 {sql}", scales)
    with pytest.raises(NotDerived):
        portable.portable("DROP TABLE line", scales)


@pytest.mark.parametrize("name", ["attached_document", "attachment_read"])
def test_flags_that_a_relation_makes_are_made_again(name: str) -> None:
    """`CAST(… AS BOOLEAN)` changes nothing in SQLite; any other cast is left out."""
    pack, _ = load(["national"])
    assert pack
    relation = pack.relations[name]
    tables = book([shipped("national")]).tables
    for case in relation.cases:
        given = {}
        for table, rows in case.given.items():
            blank = dict.fromkeys(tables[table].columns)
            given[table] = [blank | parse(pack.tables[table], row)[0] for row in rows]
        found = portable.Relations(tables, given, {"budget_year": 2027}).rows(name)
        shown = [{key: str(cell) for key, cell in row.items() if cell is not None} for row in found]
        wanted = [
            {key: cell.title() if cell in {"true", "false"} else cell for key, cell in row.items()}
            for row in case.rows
        ]
        assert sorted(shown, key=str) == sorted(wanted, key=str)
    with pytest.raises(NotDerived):
        portable.portable("SELECT CAST(x.year AS VARCHAR) AS y FROM x", {})


def test_kleene_and_types() -> None:
    values = {"t.a": None, "t.b": Decimal(2), "t.c": "x", "t.d": date(2027, 1, 1)}

    def answer(text: str) -> Any:
        codes = {"some": (frozenset({"y"}), False), "all": (frozenset({"y"}), True)}
        tree = language.parsed(text)
        return language.answering(
            tree, lambda path: lambda at: at[".".join(path)], codes.__getitem__
        )(values)

    for text, wanted in {
        "t.a > 1 AND t.b > 2": False,
        "t.a > 1 AND t.b = 2": None,
        "t.a > 1 OR t.b = 2.00": True,
        "NOT t.a = 1": None,
        "t.a BETWEEN 1 AND 2": None,
        "t.b BETWEEN 3 AND t.a": False,
        "t.c IN ('x', 'y')": True,
        "t.a IN (1, 2)": None,
        "t.c IN CODES some": None,
        "t.c IN CODES all": False,
        "t.d >= DATE '2027-01-01'": True,
        "t.b * t.b - 1 = 3": True,
        "t.b × t.a = 3": None,
    }.items():
        assert answer(text) is wanted, text
    for text in ("t.c = 1", "t.d > 'x'", "t.b >", "t.b LIKE 'x'", "1e3 > t.b"):
        with pytest.raises(NotDerived):
            answer(text)
    assert answer("t.d") + timedelta(days=1) == date(2027, 1, 2)


def test_the_command_speaks_chinese(report: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(command, [str(report)]) == 0
    page = capsys.readouterr().out
    assert "核验通过" in page
    assert "经 SQL 重算" in page
    rewrite(report / "tables" / "gate.parquet", "UPDATE t SET outcome = 'passed'")
    reseal(report)
    with pytest.raises(SystemExit) as ended:
        run(command, [str(report), "--json"])
    assert ended.value.code == 3
    assert json.loads(capsys.readouterr().out)["ok"] is False
    (report / "result.json").write_text("{", "utf-8")
    assert run(command, [str(report)]) == 3
    assert "result.json" in capsys.readouterr().err
