"""The small sample reviewed: planted faults are found, and what was not planted stays clean."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import duckdb
import pytest

from shangji.cli.reviewing import review_paths

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from shangji.cli.reviewing import Done

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
RULE = re.compile(r"^[RCV]-")

NOT_BROUGHT = {
    "carried",  # balances carried over
    "duplicate_pair",  # what a search for duplicates left undecided
    "evaluated_full_year",  # grades of last year's evaluation
    "full_year",  # execution of projects that had none
    "project",  # the plan of funds by year
}
"""Names of what the bureau would bring, of which the sample has nothing or a part."""

UNPLANTED = {
    # What follows from a figure in the wrong unit, beside the finding that says so.
    ("R-0003", "重大动物疫病强制免疫及无害化处理"),
    # True of these two as they stand: slow in 2025, and asking no less.
    ("R-0010", "县道X021线路面改造（二期）"),
    ("R-0010", "卫生监督协管和双随机抽检"),
    # Last full year's evaluation was poor or fair, or little was spent: this year's amount follows.
    ("R-0681", "农业产业化龙头企业贷款贴息"),
    ("R-0684", "农业产业化龙头企业贷款贴息"),
    ("R-0682", "城乡公交运营补贴"),
    ("R-0684", "卫生监督协管和双随机抽检"),
    # Bases without a paper or a quotation, as a quarter of them are.
    ("R-0108", "东坪乡石桥村大棚产业基地（衔接资金）"),
    ("R-0108", "智慧城管平台运维"),
    ("R-0108", "青石镇李家塘村山塘清淤整修"),
    # Village cadres without a roster; two of a pair alike at one place that nobody has decided.
    ("R-0110", "村级组织运转经费及村干部报酬"),
    ("R-0667", "青石镇李家塘村山塘清淤整修"),
    # No duty filled in.
    ("R-0122", "卫生监督协管和双随机抽检"),
    ("R-0122", "城乡公交运营补贴"),
    ("R-0122", "执法队员制式服装换发"),
    ("R-0122", "县道X021线路面改造（二期）"),
    ("R-0122", "柳林镇下湾村大棚产业基地(衔接资金)"),
    # A tenth of what is asked lies in the unit's own account.
    ("R-0159", ""),
    # Five in a hundred more persons than the register has; a subsidy of the department's own.
    ("R-0167", "计划生育奖励扶助和特别扶助"),
    ("R-0178", ""),
    ("R-0172", "老旧小区生活垃圾分类奖补"),
    # What passes the approved estimate passes the total investment too.
    ("R-0107", "县道X021线路面改造（二期）"),
    # A vehicle, quotations and a prior opinion that are said and not attached.
    ("R-0239", "公路治超站运行维护"),
    ("R-0246", "农村公路危桥改造（5座）"),
    ("R-0246", "农村小学“班班通”设备更新"),
    ("R-0246", "样例县东片高标准农田建设项目县级投入"),
    ("R-0246", "老城区公厕改造提升（8座）"),
    ("R-0248", "农村小学“班班通”设备更新"),
    # The planted festival pay stands under pay; a meeting of class four for 82.
    ("R-0259", "执法队员制式服装换发"),
    ("R-0265", "2027年全县交通运输工作会议及春运动员"),
    # Travel without persons or days; two projects of one unit with printing.
    ("R-0271", "基层农技推广服务与土壤墒情监测"),
    ("R-0271", "样例县第二初级中学教学楼(续建)"),
    ("R-0275", "中小学教师暑期全员培训"),
    ("R-0275", "中考高考组考经费"),
    # Works without a cost target.
    ("R-0282", "东坪乡石桥村大棚产业基地（衔接资金）"),
    ("R-0282", "柳林镇上湾村大棚产业基地(衔接资金)"),
    ("R-0282", "柳林镇下湾村大棚产业基地(衔接资金)"),
    ("R-0282", "青石镇李家塘村山塘清淤整修"),
    ("R-0282", "青石镇石门村供水管网改造(续建)"),
    # Slow by July 2026, and asking no less; judged fair or poor for 2025, and asking no less.
    ("R-0289", "农业产业化龙头企业贷款贴息"),
    ("R-0289", "中小学教师暑期全员培训"),
    ("R-0289", "卫生监督协管和双随机抽检"),
    ("R-0289", "县道X021线路面改造（二期）"),
    ("R-0289", "普惠性民办幼儿园奖补"),
    ("R-0289", "智慧城管平台运维"),
    ("R-0289", "病媒生物监测与消杀服务"),
    ("R-0289", "计划生育奖励扶助和特别扶助"),
    ("R-0290", "农业产业化龙头企业贷款贴息"),
    ("R-0290", "城乡公交运营补贴"),
    # Seven months of a year, which the rule takes for the whole of it; its known_limits say so.
    ("R-0022", ""),
}
"""Findings that nobody planted, each for a reason."""

Place = tuple[str, str, int]


class Finding(NamedTuple):
    """A finding of an active or trial rule, with the row that it is about."""

    rule: str
    severity: str
    project: str
    name: str
    place: Place | None


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Done:
    options = {
        "paths": [str(SAMPLES / "small")], "packs": (), "year": None, "as_of": None,
        "out": str(tmp_path_factory.mktemp("small") / "out"), "region": None,
        "engine": "duckdb", "threads": 2,
    }  # fmt: skip
    return review_paths(options)


@pytest.fixture(scope="module")
def findings(done: Done) -> list[Finding]:
    folder = done.report.folder
    with duckdb.connect() as connection:
        rows = connection.execute(
            "SELECT v.rule_id, v.severity, v.project_code, p.project_name, v.subject, v.key "
            "FROM read_parquet(?) AS v LEFT JOIN read_parquet(?) AS p USING (project_code) "
            "WHERE v.outcome = 'fail' ORDER BY ALL",
            [str(folder / "tables" / "verdict.parquet"), str(folder / "snapshot/project.parquet")],
        ).fetchall()
        found = []
        for rule, severity, project, name, subject, key in rows:
            table = folder / "snapshot" / f"{subject}.parquet"
            place = None
            if table.is_file():
                place = connection.execute(
                    "SELECT row_source, row_sheet, row_number FROM read_parquet(?) "
                    "WHERE row_key = ?",
                    [str(table), key],
                ).fetchone()
            found.append(Finding(rule, severity, project or "", name or "", place))
    return found


def planted() -> list[dict[str, str]]:
    with (SAMPLES / "small_planted.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def row_of(fault: Mapping[str, str]) -> Place:
    return fault["file"], fault["sheet"], int(re.sub(r"\D", "", fault["cell"]))


def is_found(fault: Mapping[str, str], done: Done, findings: Sequence[Finding]) -> bool:
    """By a rule on the fault's project (or row, where it has none), or by intake on its row."""
    if RULE.match(fault["expected"]):
        return any(
            finding.rule == fault["expected"]
            and (finding.project == fault["project_code"])
            and (bool(finding.project) or finding.place == row_of(fault))
            for finding in findings
        )
    return any(
        problem.code == fault["expected"]
        and problem.where.file == fault["file"]
        and problem.where.sheet == fault["sheet"]
        and re.sub(r"\D", "", problem.where.cell or str(problem.where.line))
        == re.sub(r"\D", "", fault["cell"])
        for problem in done.problems
    )


def test_planted_faults_are_found(done: Done, findings: list[Finding]) -> None:
    faults = planted()
    due = [fault for fault in faults if fault["expected"] != "missed"]
    lost = [fault["kind"] for fault in due if not is_found(fault, done, findings)]
    recall = (len(due) - len(lost)) / len(faults)
    assert not lost, f"recall {recall:.2f}: {len(due) - len(lost)} of {len(faults)}; lost {lost}"
    assert len(faults) >= 33


def test_missed_faults_are_few(done: Done) -> None:
    """Each planted fault names a rule of the pack, a problem of intake, or that it is missed."""
    expected = {fault["kind"]: fault["expected"] for fault in planted()}
    assert list(expected.values()).count("missed") <= 10
    rules = {name for name in expected.values() if RULE.match(name)}
    assert rules <= set(done.pack.rules)


def test_what_was_not_planted_is_clean(findings: list[Finding]) -> None:
    faults = planted()
    touched = {fault["project_code"] for fault in faults}
    grave = [
        finding
        for finding in findings
        if finding.severity in {"veto", "major"} and finding.project not in touched
    ]
    assert not grave
    listed = {(fault["expected"], fault["project_code"]) for fault in faults}
    extra = {
        (finding.rule, finding.name)
        for finding in findings
        if (finding.rule, finding.project) not in listed
    }
    assert extra <= UNPLANTED


def test_grades_are_spread(done: Done) -> None:
    """Enough is known to grade most of it, and no grade takes it all."""
    grades = {row["grade"]: row["projects"] for row in done.report.summary.grades}
    assert 8 <= grades["A"] <= 12
    assert 8 <= grades["B"] <= 12
    assert 6 <= grades["C"] <= 10
    assert 4 <= grades["D"] <= 8
    assert 3 <= grades["区间跨级，待补材料"] <= 6
    assert 6 <= grades["材料不足，暂不评级"] <= 10
    assert grades["刚性测算，不评级"] == 11
    assert grades["合计"] == 60


def test_unknowns_are_few(done: Done) -> None:
    """The units owe a handful; for the rest the sample has not the bureau's registers.

    Of those a rule asks once or twice a project, so that their number says how many rules there
    are, and not how good the filing is.
    """
    fields = done.report.summary.record()["unknown"]["fields"]
    unit = sum(one["places"] for one in fields if one["owed_by"] == "unit")
    assert unit <= 15
    bureau = {one["field"].partition(".")[0] for one in fields if one["owed_by"] == "bureau"}
    assert bureau <= NOT_BROUGHT
    for one in fields:
        assert one["places"] <= one["rules"] * one["projects"]


def test_every_gate_is_met(done: Done) -> None:
    gates = {row["outcome"]: row["projects"] for row in done.report.summary.gates}
    assert gates["rejected"] == 1
    assert 5 <= gates["correction"] <= 10
