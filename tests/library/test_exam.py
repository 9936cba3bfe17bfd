"""The harness of the examination, on a tiny exam of its own; the real one is never scored here."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

from shangji.cli import shangji
from shangji.errors import Refused
from shangji.exam import Finding, columns_read, counted_once, freeze, read_frozen, score, unchanged
from shangji.exam.answers import Answer
from shangji.exam.columns import touches
from shangji.exam.scoring import Sat, Score
from shangji.pack import load

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

ROOT = Path(__file__).resolve().parents[2]
CONTRACT = ROOT / "tests" / "contract" / "pack"
HEAD = "item,kind,disguise,part,class,counts_as,project_code,unit_code,rows,columns,truth,words"


def an_answer(
    item: str = "a-1", code: str = "P1", *, fault: bool = True, question: bool = False
) -> Answer:
    return Answer(
        item=item,
        kind=item[0],
        disguise="样",
        semantic=False,
        question=question,
        codes=(code,),
        unit="",
        columns=frozenset({"line.amount_yuan"}),
        fault=fault,
        words="",
    )


def a_finding(rule: str = "R-1", project: str = "P1", *, hint: bool = False) -> Finding:
    return Finding(rule, "line", f"{project}|1", project, "U1", hint)


READ = {"R-1": frozenset({"line.amount_yuan"}), "R-2": frozenset({"target.value"})}


def scored(answers: Sequence[Answer], base: Iterable[Finding], asked: Iterable[Finding]) -> Score:
    return score(answers, Sat((frozenset(base),), frozenset(asked)), READ)


def test_a_fault_is_found_by_a_new_finding_that_rests_on_a_column_tampered_with() -> None:
    made = scored([an_answer()], [], [a_finding()])
    assert (made.recall().hits, made.recall().trials) == (1, 1)


def test_a_finding_that_the_clean_twin_has_too_finds_nothing_and_is_false() -> None:
    made = scored([an_answer()], [a_finding()], [a_finding()])
    assert made.recall().hits == 0
    assert made.false_verdicts == {"R-1": 1}
    assert made.dirty == 1


def test_a_finding_on_other_columns_is_a_stray() -> None:
    made = scored([an_answer()], [], [a_finding(rule="R-2")])
    assert made.recall().hits == 0
    assert made.stray_verdicts == {"R-2": 1}
    assert (made.precision.hits, made.precision.trials) == (0, 1)


def test_a_hint_finds_only_what_is_a_question() -> None:
    hint = a_finding(hint=True)
    assert scored([an_answer()], [], [hint]).recall().hits == 0
    assert scored([an_answer()], [], [hint]).recall(hints=True).hits == 1
    assert scored([an_answer(question=True)], [], [hint]).recall().hits == 1


def test_any_finding_on_a_clean_item_is_false_wherever_it_comes_up() -> None:
    clean = an_answer(item="c-1", code="P2", fault=False)
    first = scored([clean], [a_finding(project="P2")], [a_finding(project="P2")])
    assert (first.false_verdicts.total(), first.stray_verdicts.total()) == (1, 0)
    later = scored([clean], [], [a_finding(project="P2")])
    assert (later.false_verdicts.total(), later.stray_verdicts.total()) == (0, 1)


def test_a_finding_on_the_unit_counts_for_the_project_that_has_it_alone() -> None:
    on_unit = Finding("R-1", "organisation", "U9", "", "U9", hint=False)
    assert scored([an_answer()], [], [on_unit]).recall().hits == 0
    assert scored([replace(an_answer(), unit="U9")], [], [on_unit]).recall().hits == 1


def test_a_pair_is_found_where_both_stand_side_by_side_and_siblings_are_false() -> None:
    pair = replace(an_answer(), codes=("P1", "P2"))
    sibling = replace(an_answer(item="s-1", fault=False), codes=("P3", "P4"))
    base: tuple[frozenset[Finding], ...] = (frozenset({a_finding(project="P3")}), frozenset())
    asked = frozenset({a_finding(project="P2"), a_finding(project="P3"), a_finding(project="P4")})
    made = score([pair, sibling], Sat(base, asked), READ, pairs=True)
    assert made.recall().hits == 1
    assert made.false_verdicts.total() == 1  # P4's; P3's was there when it stood alone
    assert made.clean == 1


def test_kinds_come_weakest_first() -> None:
    answers = [an_answer("a-1", "P1"), an_answer("b-1", "P2"), an_answer("b-2", "P3")]
    made = scored(answers, [], [a_finding(project="P1"), a_finding(project="P2")])
    assert [kind for kind, _ in made.by("kind")] == ["b", "a"]


def test_what_a_rule_rests_on_goes_through_facts_lookups_relations_and_standards() -> None:
    pack, problems = load([CONTRACT])
    assert pack is not None, problems
    read = {rule.id: columns_read(pack, rule) for rule in pack.rules.values()}
    for rule in pack.rules.values():
        for named in re.findall(r"\bline\.([a-z_]+)", rule.fails):
            if named in pack.tables["line"].by_name:
                assert f"line.{named}" in read[rule.id]
    reached = {rule: {name.split(".")[0] for name in names} for rule, names in read.items()}
    assert any("history" in tables for tables in reached.values())  # by a relation or a lookup


def test_the_national_pack_has_no_rule_that_rests_on_nothing() -> None:
    pack, problems = load(["national"])
    assert pack is not None, problems
    empty = [rule.id for rule in pack.rules.values() if not columns_read(pack, rule)]
    assert not empty


def test_a_count_of_rows_that_names_no_column_rests_on_all() -> None:
    assert touches(frozenset({"basis.*"}), ["basis.doc_no"])
    assert not touches(frozenset({"basis.*"}), ["line.doc_no"])


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    """A committed exam of one fault and one clean item: a project's name left empty."""
    openpyxl = pytest.importorskip("openpyxl")
    cover = (("预算年度", "2027"), ("区划代码", "990398"), ("数据截至日", "2026-10-31"))
    columns = ("项目代码", "项目名称")
    bench = tmp_path / "bench"
    for version, name in (("无错", "小桥维修"), ("有错", "")):
        book = openpyxl.Workbook()
        book.active.title = "封面"
        for pair in cover:
            book.active.append(pair)
        sheet = book.create_sheet("项目")
        sheet.append(columns)
        sheet.append(("T1", name))
        sheet.append(("T2", "小路维修"))
        folder = bench / "exam" / "sets" / "tiny" / version
        folder.mkdir(parents=True)
        book.save(folder / "单位填报.xlsx")
    rows = (
        "empty-1,empty,没有名称,tiny,deterministic,verdict,T1,,,project.project_name,fault,应填未填",
        "plain-1,plain,普通,tiny,deterministic,verdict,T2,,,,clean,普通",
    )
    answers = bench / "exam" / "sets" / "tiny" / "answers.csv"
    answers.write_text("\n".join((HEAD, *rows)) + "\n", "utf-8")
    shutil.copytree(CONTRACT, bench / "exam" / "pack")
    who = ["-c", "user.name=t", "-c", "user.email=t@example.org"]
    for command in (["init", "-q"], ["add", "-A"], [*who, "commit", "-qm", "content"]):
        subprocess.run(["git", "-C", str(tmp_path), *command], check=True)  # noqa: S607
    return bench


def run(bench: Path, *arguments: str) -> Result:
    return CliRunner().invoke(shangji, ["bench", *arguments, "--bench", str(bench)])


def test_an_exam_is_frozen_scored_and_counted(tiny: Path) -> None:
    assert "第 0 次评分" in run(tiny, "freeze", "tiny").output
    first = run(tiny, "exam", "--part", "tiny")
    assert first.exit_code == 0, first.output
    assert "考卷 tiny/1 · 有错 1 题、无错 1 题 · 冻结于 " in first.output
    assert "第 1 次评分" in first.output
    assert "查出 1/1" in first.output
    assert read_frozen(tiny)["tiny"].scored == 1
    for _ in range(3):
        counted_once(tiny, "tiny")
    assert "已是开发集" in read_frozen(tiny)["tiny"].stamp()


def test_what_was_changed_after_it_was_frozen_is_not_scored(tiny: Path) -> None:
    freeze(tiny, "tiny", (1, 1))
    with pytest.raises(Refused):
        freeze(tiny, "tiny", (1, 1))
    answers = tiny / "exam" / "sets" / "tiny" / "answers.csv"
    answers.write_text(answers.read_text("utf-8").replace("verdict,T1", "question,T1"), "utf-8")
    with pytest.raises(Refused):
        unchanged(tiny, "tiny")
    with pytest.raises(Refused):
        freeze(tiny, "tiny", (1, 1))  # not committed


def test_a_part_that_was_never_frozen_is_not_scored(tiny: Path) -> None:
    assert run(tiny, "exam", "--part", "tiny").exit_code != 0


def test_what_nobody_reads_yet_is_not_scored_and_not_counted(tiny: Path) -> None:
    (tiny / "exam" / "sets" / "tiny" / "有错" / "合同.pdf").write_bytes(b"%PDF-1.7")
    who = ["-c", "user.name=t", "-c", "user.email=t@example.org"]
    for command in (["add", "-A"], [*who, "commit", "-qm", "paper"]):
        subprocess.run(["git", "-C", str(tiny), *command], check=True)  # noqa: S607
    freeze(tiny, "tiny", (1, 1))
    made = run(tiny, "exam", "--part", "tiny")
    assert made.exit_code != 0
    assert read_frozen(tiny)["tiny"].scored == 0


def test_nothing_but_its_own_command_touches_the_exam() -> None:
    """A look at who names the exam: the command, its own package, its writer, this test."""
    own = ("src/shangji/exam/", "bench/exam/", "tests/library/test_exam.py")
    allowed = {"src/shangji/cli/bench_commands.py"}
    reached = re.compile(r"shangji\.exam\b|bench/exam|exam\.make|frozen\.toml")
    called = re.compile(r"bench[\"', ]+exam\b")  # the library may name the command, not call it
    library = [*ROOT.glob("src/**/*.py")]
    callers = [
        *ROOT.glob("tests/**/*.py"),
        *ROOT.glob("tools/*"),
        *ROOT.glob("bench/**/*.py"),
        *ROOT.glob("samples/*.py"),
        *ROOT.glob(".github/**/*.yml"),
        ROOT / "Makefile",
    ]
    found = {
        name
        for path in (*library, *filter(Path.is_file, callers))
        if not (name := path.relative_to(ROOT).as_posix()).startswith(own)
        and (
            reached.search(text := path.read_text("utf-8", "replace"))
            or (path in callers and called.search(text))
        )
    }
    assert found <= allowed


def test_the_real_exam_is_what_was_frozen() -> None:
    """By digest alone: nothing of it is reviewed here."""
    bench = ROOT / "bench"
    if not (bench / "frozen.toml").is_file():
        pytest.skip("不适用：没有冻结的考卷")
    for part in read_frozen(bench):
        unchanged(bench, part)
