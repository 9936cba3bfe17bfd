"""Each check of the pack checker has a twin: the tiny pack with one fault, refused at its place."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from shangji import checking
from shangji.errors import Problem
from shangji.pack import Pack, load

TINY = Path(__file__).resolve().parent.parent / "contract" / "pack"
Break = Callable[..., list[Problem]]
NEVER_PUSHED = "applies: project.lane IN ('works', 'operation')\n"


def opened(folder: Path) -> Pack:
    pack, problems = load([folder])
    assert pack is not None, problems
    return pack


@pytest.fixture
def broken(tmp_path: Path) -> Break:
    """Replace one text in a copy of the tiny pack and return what the checker says."""

    def change(file: str, old: str, new: str) -> list[Problem]:
        folder = tmp_path / "tiny"
        if not folder.exists():
            shutil.copytree(TINY, folder)
        path = folder / file
        text = path.read_text("utf-8")
        assert text.count(old) >= 1, old
        path.write_text(text.replace(old, new, 1), "utf-8")
        pack, problems = load([folder])
        return problems if pack is None else checking.check(pack)

    return change


def test_the_tiny_pack_passes() -> None:
    pack = opened(TINY)
    assert checking.check(pack) == []
    assert checking.test(pack) == []


R1, R2, R3 = (f"rules/R-000{number}.yaml" for number in (1, 2, 3))
FAILS1 = "fails: line.amount_yuan > cap.value * line.persons * line.days * line.times.or_one"
TWINS = {
    "an unknown column": (R1, FAILS1, "fails: line.amont_yuan > 1", "rule-column", "fails"),
    "no predicate": (R1, FAILS1, "fails: line.amount_yuan", "rule-type", "fails"),
    "a division": (R1, FAILS1, "fails: line.amount_yuan / 2 > 1", "rule-syntax", "fails"),
    "text beside number": (R1, FAILS1, "fails: line.item > 1", "rule-type", "fails"),
    "a product too wide": (
        R1,
        FAILS1,
        "fails: line.amount_yuan * line.amount_yuan * line.amount_yuan > 1",
        "rule-width",
        "fails",
    ),
    "a shown value of nothing": (
        R1,
        "allowed: cap.value * line.persons",
        "allowed: cap.val * line.persons",
        "rule-column",
        "shows.allowed",
    ),
    "a message of what is not shown": (
        R1,
        "{allowed} 元。",
        "{limit} 元。",
        "pack-value",
        "message",
    ),
    "a remedy of no column": (
        R1,
        "{set: line.amount_yuan",
        "{set: line.amount_yuan + 1",
        "rule-column",
        "remedy",
    ),
    "a standard without its key": (
        R1,
        "by: {tier: line.tier}",
        "by: {rank: line.tier}",
        "pack-reference",
        "standards.cap",
    ),
    "a band that is not declared": (
        R1,
        "by: {tier: line.tier}",
        "by: {tier: line.tier}, band: line.persons",
        "pack-reference",
        "standards.cap",
    ),
    "no lane": (
        R1,
        NEVER_PUSHED,
        "applies: line.persons > 0 AND project.lane = 'works'\n",
        "rule-lane",
        "applies",
    ),
    "lane beside OR": (
        R1,
        NEVER_PUSHED,
        "applies: project.lane = 'works' OR line.persons > 0\n",
        "rule-lane",
        "applies",
    ),
    "missing under NOT in fails": (
        R1,
        FAILS1,
        f"{FAILS1} AND NOT line.item.missing",
        "rule-guard",
        "fails",
    ),
    "missing under NOT through a fact": (
        R2,
        "fails: ",
        "fails: project.all_named AND ",
        "rule-guard",
        "fails",
    ),
    "missing compared": (
        R1,
        FAILS1,
        f"{FAILS1} OR line.item.missing = FALSE",
        "rule-guard",
        "fails",
    ),
    "missing under NOT without a guard": (
        R1,
        NEVER_PUSHED,
        NEVER_PUSHED.strip() + " AND NOT line.item.missing\n",
        "rule-guard",
        "applies",
    ),
    "a guard that is not there": (
        R1,
        "remedy:",
        "guarded_by: [R-0099]\nremedy:",
        "pack-reference",
        "guarded_by",
    ),
    "practice as more than a hint": (
        R3,
        "severity: hint",
        "severity: minor",
        "rule-basis",
        "severity",
    ),
    "no failing case": (R1, "expect: fail", "expect: pass", "rule-cases", "cases"),
    "no unknown case": (R3, "expect: unknown", "expect: pass", "rule-cases", "cases"),
    "no case with both sides equal": (
        R3,
        "executed_yuan: 80,",
        "executed_yuan: 81,",
        "rule-cases",
        "cases",
    ),
    "no case just beyond": (
        R1,
        "amount_yuan: 8000.01}",
        "amount_yuan: 9000}",
        "rule-cases",
        "cases",
    ),
    "a case of an unknown column": (
        R1,
        "given: {line: [{project_code: P1, line_no: 1,",
        "given: {line: [{project: P1,",
        "pack-reference",
        "cases[1]",
    ),
    "a date that is none": (
        R1,
        "remedy:",
        "effective: {from: 2027-13-01}\nremedy:",
        "pack-value",
        "effective.from",
    ),
    "a file of another name": (R1, "id: R-0001", "id: R-0007", "pack-value", "id"),
    "a required column that asks of nothing": (
        "tables/line.yaml",
        "name: item, zh: 支出内容, kind: text",
        "name: item, zh: 支出内容, kind: text, required_when: line.persns > 0",
        "rule-column",
        "item.required_when",
    ),
    "a fact over no predicate": (
        "facts/project.yaml",
        "where: line.amount_yuan > 100000",
        "where: line.amount_yuan",
        "rule-type",
        "where",
    ),
    "a fact with a column's name": (
        "facts/project.yaml",
        "name: line_count",
        "name: amount_yuan",
        "pack-duplicate",
        "name",
    ),
    "months between no dates": (
        "facts/project.yaml",
        "project.end_date]",
        "project.lane]",
        "rule-type",
        "months",
    ),
    "a lookup by no column": (
        "facts/project.yaml",
        "on: {project_code: ",
        "on: {projekt: ",
        "pack-reference",
        "on",
    ),
    "a lookup of another type": (
        "facts/project.yaml",
        "on: {project_code: project.project_code}",
        "on: {project_code: project.amount_yuan}",
        "rule-type",
        "on",
    ),
    "a measure of nothing": (
        "measures/execution_rate.yaml",
        "last_year.executed_yuan",
        "last_year.execute",
        "rule-column",
        "numerator",
    ),
    "a step that is no predicate": (
        "frameworks/card.yaml",
        "when: project.amount_yuan > 1000",
        "when: project.amount_yuan",
        "rule-type",
        "nodes[2].steps[1].when",
    ),
    "a step above the weight": (
        "frameworks/card.yaml",
        "value: 60",
        "value: 61",
        "pack-value",
        "nodes[2]",
    ),
    "no last step": (
        "frameworks/card.yaml",
        "{value: 10, says: 小}",
        "{when: project.amount_yuan > 1, value: 10}",
        "pack-value",
        "nodes[2]",
    ),
    "a child before its parent": (
        "frameworks/card.yaml",
        "parent: necessity",
        "parent: importance",
        "pack-reference",
        "nodes[2]",
    ),
    "an axis of nothing": (
        "frameworks/card.yaml",
        "x: necessity",
        "x: need",
        "pack-reference",
        "grades",
    ),
    "points for no rule": (
        "frameworks/card.yaml",
        "R-0002: 10",
        "R-0022: 10",
        "pack-reference",
        "nodes[3]",
    ),
    "two figures of one day": (
        "standards/meeting.yaml",
        "{tier: 三类, value: 400}",
        "{tier: 三类, value: 400}, {tier: 三类, value: 401}",
        "pack-duplicate",
        "rows",
    ),
    "a figure too fine": (
        "standards/meeting.yaml",
        "value: 400",
        "value: 400.001",
        "pack-value",
        "rows",
    ),
}


@pytest.mark.parametrize("twin", TWINS, ids=str)
def test_a_fault_is_refused_at_its_place(broken: Break, twin: str) -> None:
    file, old, new, code, key = TWINS[twin]
    found = [problem for problem in broken(file, old, new) if problem.code == code]
    assert found, code
    places = {(problem.where.file, problem.where.field) for problem in found}
    assert (f"tiny/{file}", key) in places
    assert all(problem.where.line for problem in found)
    assert all(problem.says and problem.fix for problem in found)


def test_the_line_is_the_one_to_mend(broken: Break) -> None:
    problem = broken(R1, FAILS1, "fails: line.amont_yuan > 1")[0]
    lines = (TINY / R1).read_text("utf-8").splitlines()
    assert lines[problem.where.line - 1] == FAILS1
