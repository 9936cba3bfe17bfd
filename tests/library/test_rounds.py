"""Two rounds of a filing: what was mended by a fact, what by words alone, what was withheld."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import pytest

from given import FACTS, TINY, collect, loaded
from shangji.cli.chinese import run
from shangji.cli.compare_command import compare as command
from shangji.review import open_report, review
from shangji.rounds import CODE, FACT, NEW, REMOVED, RESOLVED, STILL, TEXT, WITHHELD, compare
from shangji.snapshot import freeze

if TYPE_CHECKING:
    from pathlib import Path

    from shangji.pack import Pack
    from shangji.rounds import FindingChange

RULE = """
id: {id}
title: {id} 号
subject: {subject}
dimension: performance
severity: minor
status: active
visible_to: unit
basis: [{{kind: arithmetic}}]
applies: project.lane IN ('works', 'operation', 'rigid')
fails: {fails}
message: 不符。
"""
RULES = {
    "R-0011": ("project", "project.project_name.marks.template_text"),
    "R-0012": ("project", "project.lane = 'works'"),
    "R-0013": ("line", "line.amount_yuan > line.persons * 100"),
    "R-0014": ("line", "line.item.marks.template_text"),
}
ROWS: dict[str, list[dict[str, str]]] = {
    "project": [
        {"project_code": code, "project_name": "XX项目", "lane": "works", "amount_yuan": "900"}
        for code in ("P1", "P2", "P3", "P4", "P5")
    ],
    "line": [
        {"project_code": code, "item": "XX项目", "persons": "1", "amount_yuan": "900"}
        for code in ("P1", "P2", "P3", "P4", "P5")  # without a number: their content is their key
    ],
    "history": [],
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("pack") / "twice"
    (made / "rules").mkdir(parents=True)
    head = 'name = "twice"\nzh = "两轮"\nversion = "1"\nlanguage = 1\nrequires = []\n'
    (made / "pack.toml").write_text(head, "utf-8")
    for name, (subject, fails) in RULES.items():
        text = RULE.format(id=name, subject=subject, fails=fails)
        (made / "rules" / f"{name}.yaml").write_text(text, "utf-8")
    return made


@pytest.fixture(scope="module")
def twice(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Pack]:
    """The first round, and a second in which each project was changed in its own way."""
    out = tmp_path_factory.mktemp("rounds")
    pack = loaded(TINY, folder)
    second = copy.deepcopy(ROWS)
    project, line = second["project"], second["line"]
    project[0]["project_name"] = "道路保洁"  # words alone
    project[1]["project_name"] = "2027年道路保洁"  # words with a figure that was not there
    project[4]["lane"] = "operation"  # a code alone
    line[0]["persons"] = "9"  # a fact
    line[1]["persons"] = ""  # withheld
    line[2]["item"] = "保洁"  # words alone, in a row whose key is its content
    del line[3]  # taken out
    project.append({**ROWS["project"][0], "project_code": "P6", "lane": "works"})
    made = []
    for name, rows in (("一", ROWS), ("二", second)):
        snapshot, _ = freeze(collect(pack, rows), pack.tables, FACTS, out / name / "snapshot")
        report = review(snapshot, pack, out=out / name / "report", folders=(TINY, folder))
        made.append(report.folder)
    return made[0], made[1], pack


@pytest.fixture(scope="module")
def changes(twice: tuple[Path, Path, Pack]) -> dict[tuple[str, str | None], FindingChange]:
    old, new, pack = twice
    (one, first, _, _), (two, second, _, _) = open_report(old), open_report(new)
    found = compare((one, first), (two, second), pack).findings
    return {(change.rule_id, change.project_code): change for change in found}


def test_clearing_by_words_or_code_alone_is_flagged(changes: Any) -> None:
    told = {
        at: (changes[at].state, changes[at].way, changes[at].flagged)
        for at in (
            ("R-0011", "P1"),
            ("R-0011", "P2"),
            ("R-0012", "P5"),
            ("R-0014", "P3"),
            ("R-0014", "P4"),
        )
    }
    assert told == {
        ("R-0011", "P1"): (RESOLVED, TEXT, True),
        ("R-0011", "P2"): (RESOLVED, FACT, False),
        ("R-0012", "P5"): (RESOLVED, CODE, True),
        ("R-0014", "P3"): (RESOLVED, TEXT, True),
        ("R-0014", "P4"): (RESOLVED, REMOVED, True),
    }


def test_a_fact_clears_and_a_blank_withholds(changes: Any) -> None:
    mended = changes["R-0013", "P1"]
    assert (mended.state, mended.way, mended.flagged) == (RESOLVED, FACT, False)
    (cell,) = [cell for cell in mended.cells if cell.column == "persons"]
    assert (cell.was, cell.now) == ("1", "9")
    withheld = changes["R-0013", "P2"]
    assert (withheld.state, withheld.flagged) == (WITHHELD, True)


def test_what_stays_and_what_is_new_is_told(changes: Any) -> None:
    assert changes["R-0012", "P1"].state == STILL
    assert changes["R-0013", "P3"].state == STILL  # under its new key
    assert changes["R-0012", "P6"].state == NEW
    assert not changes["R-0012", "P6"].flagged


def test_the_command_says_what_to_look_at_first(
    twice: tuple[Path, Path, Pack], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(command, [str(twice[0]), str(twice[1])]) == 0
    shown = capsys.readouterr().out
    assert "请先看：没有补事实而消除或变为不知道的" in shown
    assert "只改了文字" in shown
    assert "XX项目 → 道路保洁" in shown
