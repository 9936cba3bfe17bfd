"""The contract of a run: one snapshot, one pack, one result, whatever the threads and the order."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from given import FACTS, TINY, run_plan
from shangji.engines import engine
from shangji.errors import Refused
from shangji.results import RESULTS
from shangji.review import open_report, review

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from shangji.pack import Pack

ROWS = {
    "project": [
        {
            "project_code": "P1",
            "project_name": "业务会",
            "lane": "运行",
            "amount_yuan": "9000",
            "region": "990101",
        },
        {"project_code": "P2", "project_name": "XX项目", "lane": "工程", "amount_yuan": "500"},
        {"project_code": "P3", "project_name": "工资", "lane": "刚性测算", "amount_yuan": "70000"},
        {"project_code": "P4", "project_name": "清淤", "lane": "works", "amount_yuan": "约十万"},
    ],
    "line": [
        {
            "project_code": "P1",
            "line_no": "1",
            "tier": "三类",
            "persons": "10",
            "days": "2",
            "amount_yuan": "9000",
        },
        {
            "project_code": "P2",
            "line_no": "1",
            "tier": "一类",
            "persons": "1",
            "days": "1",
            "amount_yuan": "500",
        },
        {"project_code": "P9", "line_no": "1", "tier": "三类", "amount_yuan": "3"},
    ],
    "history": [
        {"project_code": "P1", "year": "2025", "executed_yuan": "60", "adjusted_yuan": "100"},
    ],
}


def table(runner: Any, name: str) -> list[dict[str, Any]]:
    columns = list(RESULTS[name].types)
    shown = ", ".join(f'"{column}"' for column in columns)
    return [
        dict(zip(columns, row, strict=True)) for row in runner.query(f"SELECT {shown} FROM {name}")
    ]


def test_findings_name_row_rule_and_figures(
    tiny: Pack, frozen: Callable[..., Any], tmp_path: Path
) -> None:
    runner = run_plan(tiny, frozen(tiny, ROWS), tmp_path / "out")
    found = {(row["rule_id"], row["key"]): row for row in table(runner, "verdict")}
    over = found["R-0001", "P1|1"]
    assert (over["outcome"], over["severity"], over["measured"], over["allowed"]) == (
        "fail",
        "major",
        "9000.00",
        "8000.00",
    )
    assert f"{over['at_stake_yuan']:f}" == "1000.00"
    assert over["standards"] == '["meeting.person_day[三类]@990101@2024-01-01"]'
    unknown = found["R-0002", "P4"]
    assert (unknown["outcome"], unknown["owed_by"]) == ("unknown", "unit")
    assert unknown["missing"] == '["project.amount_yuan"]'


def test_a_line_of_no_project_is_judged_and_kept(
    tiny: Pack, frozen: Callable[..., Any], tmp_path: Path
) -> None:
    runner = run_plan(tiny, frozen(tiny, ROWS), tmp_path / "out")
    found = {row["key"]: row for row in table(runner, "verdict") if row["rule_id"] == "R-0001"}
    assert found["P9|1"]["outcome"] == "unknown"
    assert found["P9|1"]["project_code"] == "P9"


def test_counts_of_a_rule_tie_with_the_rows(
    tiny: Pack, frozen: Callable[..., Any], tmp_path: Path
) -> None:
    runner = run_plan(tiny, frozen(tiny, ROWS), tmp_path / "out")
    for row in table(runner, "coverage"):
        assert row["rows"] == row["not_applicable"] + row["applied"]
        assert row["applied"] >= row["fail"] + row["unknown"]
    counted = {row["rule_id"]: row for row in table(runner, "coverage")}
    assert counted["R-0002"]["rows"] == 4
    assert counted["R-0002"]["not_applicable"] == 1


def test_a_standard_that_does_not_bind_is_only_a_hint(
    tiny: Pack, frozen: Callable[..., Any], tmp_path: Path
) -> None:
    rows = {**ROWS, "line": [{**ROWS["line"][0], "tier": "一类", "amount_yuan": "90000"}]}
    runner = run_plan(tiny, frozen(tiny, rows), tmp_path / "out")
    (over,) = [row for row in table(runner, "verdict") if row["rule_id"] == "R-0001"]
    assert (over["outcome"], over["severity"]) == ("fail", "hint")
    assert [row for row in table(runner, "reduction") if row["step"] == "line"] == []


def test_the_rigid_lane_is_never_graded(
    tiny: Pack, frozen: Callable[..., Any], tmp_path: Path
) -> None:
    runner = run_plan(tiny, frozen(tiny, ROWS), tmp_path / "out")
    assert {row["key"] for row in table(runner, "grade")} == {"P1", "P2", "P4"}


def test_what_the_bureau_owes_leaves_full_marks_and_the_grade(
    tiny: Pack, frozen: Callable[..., Any], tmp_path: Path
) -> None:
    runner = run_plan(tiny, frozen(tiny, ROWS), tmp_path / "out")
    scores = {(row["key"], row["node"]): row for row in table(runner, "score")}
    assert scores["P2", "I1"]["full"] == 0  # no history of P2: the bureau's
    assert scores["P1", "I1"]["full"] == 50
    # 0.6 on the line from (0.5, 0) to (0.9, 50)
    assert f"{scores['P1', 'I1']['low']:f}" == "12.50"
    assert {row["low_grade"] for row in table(runner, "grade")} == {""}


def test_what_the_unit_owes_opens_the_interval(
    tiny: Pack, frozen: Callable[..., Any], tmp_path: Path
) -> None:
    runner = run_plan(tiny, frozen(tiny, ROWS), tmp_path / "out")
    scores = {(row["key"], row["node"]): row for row in table(runner, "score")}
    low, high = scores["P4", "N1"]["low"], scores["P4", "N1"]["high"]
    assert (f"{low:f}", f"{high:f}") == ("10.00", "60.00")


def test_the_result_does_not_depend_on_threads_or_order(
    tiny: Pack, frozen: Callable[..., Any], tmp_path: Path
) -> None:
    reports = []
    for threads, shuffle in ((1, 0), (2, 7), (2, 11)):
        snapshot = frozen(tiny, ROWS, shuffle=shuffle)
        out = tmp_path / f"report-{threads}-{shuffle}"
        review(
            snapshot,
            tiny,
            out=out,
            engine=engine("duckdb", threads=threads),
            folders=(TINY,),
        )
        reports.append((out / "result.json").read_bytes())
    assert reports[0] == reports[1] == reports[2]


def test_the_old_report_stays_when_a_run_is_refused(
    tiny: Pack, frozen: Callable[..., Any], tmp_path: Path
) -> None:
    out = tmp_path / "报告"
    review(frozen(tiny, ROWS), tiny, out=out, folders=(TINY,))
    before = (out / "result.json").read_bytes()
    doubled = frozen(tiny, ROWS)
    broken = replace(
        tiny,
        lookups=(
            replace(tiny.lookups[0], source="line", on={"project_code": "project.project_code"}),
        ),
    )
    broken = replace(
        broken,
        rules={
            "R-0003": replace(
                tiny.rules["R-0003"], fails="last_year.amount_yuan > 1", measured="", allowed=""
            )
        },
        measures={},
        frameworks={},
    )
    rows = {**ROWS, "line": [ROWS["line"][0], {**ROWS["line"][0], "line_no": "2"}]}
    doubled = frozen(tiny, rows)
    with pytest.raises(Refused) as refused:
        review(doubled, broken, out=out, folders=(TINY,))
    assert refused.value.problems[0].code == "fact-fanout"
    assert (out / "result.json").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_a_changed_result_is_not_opened(
    tiny: Pack, frozen: Callable[..., Any], tmp_path: Path
) -> None:
    out = tmp_path / "报告"
    review(frozen(tiny, ROWS), tiny, out=out, folders=(TINY,))
    assert open_report(out)[2]["facts"]["region"] == FACTS.region
    path = out / "result.json"
    path.write_text(
        path.read_text("utf-8").replace('"region": "990101"', '"region": "990102"'), "utf-8"
    )
    with pytest.raises(Refused) as refused:
        open_report(out)
    assert refused.value.problems[0].code == "report-damaged"


@pytest.mark.spark
def test_spark_gives_the_identical_digests(
    tiny: Pack, frozen: Callable[..., Any], tmp_path: Path
) -> None:
    spark = pytest.importorskip("shangji.engines.spark_engine")
    if problem := spark.missing():
        pytest.skip(problem.says)
    from shangji.compile import plan

    snapshot = frozen(tiny, ROWS)
    made = plan(tiny, snapshot.tables, snapshot.facts, regions=snapshot.regions)
    one = engine("duckdb").run(made, snapshot, tmp_path / "duckdb")
    two = engine("local[2]").run(made, snapshot, tmp_path / "spark")
    assert one.digests == two.digests
    assert one.rows["verdict"] > 2


def test_a_sum_too_large_for_any_type_is_words(
    tiny: Pack, frozen: Callable[..., Any], tmp_path: Path
) -> None:
    line = {"project_code": "P1", "amount_yuan": "999999999999.99", "tier": "三类"}
    rows = {**ROWS, "line": [{**line, "line_no": str(at % 9999)} for at in range(10_100)]}
    with pytest.raises(Refused) as refused:
        review(frozen(tiny, rows), tiny, out=tmp_path / "out", folders=(TINY,))
    (problem,) = refused.value.problems
    assert problem.code == "engine-overflow"
    assert "单位" in problem.fix


def test_two_figures_of_a_standard_for_one_key_are_refused_in_words(tiny: Pack) -> None:
    from shangji.compile import plan

    code = "meeting.person_day"
    standard = tiny.standards[code]
    twice = replace(standard, rows=(*standard.rows, standard.rows[-1]))
    assert plan(tiny, ["project", "line"], FACTS).steps
    with pytest.raises(Refused) as refused:
        plan(replace(tiny, standards={code: twice}), ["project", "line"], FACTS)
    (problem,) = refused.value.problems
    assert (problem.code, problem.value) == ("pack-duplicate", code)
