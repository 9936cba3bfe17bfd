"""Laws of the checker that want more than one change: guards, units, bases, bands."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from shangji import checking
from shangji.errors import Problem
from shangji.pack import load

TINY = Path(__file__).resolve().parent.parent / "contract" / "pack"
Break = Callable[..., list[Problem]]
R1, R2, R3 = (f"rules/R-000{number}.yaml" for number in (1, 2, 3))
NEVER_PUSHED = "applies: project.lane IN ('works', 'operation')\n"


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


def codes(problems: list[Problem]) -> set[str]:
    """Codes of problems; the cases of the tiny pack give no `item`, so boundaries fall away."""
    return {problem.code for problem in problems} - {"rule-cases"}


def test_a_guard_excuses_when_it_is_there(broken: Break) -> None:
    asks = NEVER_PUSHED.strip() + " AND NOT line.item.missing\nguarded_by: [C-line.item]\n"
    assert codes(broken(R1, NEVER_PUSHED, asks)) == {"pack-reference", "rule-guard"}
    column = "支出内容, kind: text"
    assert not codes(broken("tables/line.yaml", column, f"{column}, required_when: always"))


def test_a_guard_must_fail_on_the_same_column(broken: Break) -> None:
    asks = NEVER_PUSHED.strip() + " AND NOT line.item.missing\nguarded_by: [R-0002]\n"
    assert codes(broken(R1, NEVER_PUSHED, asks)) == {"rule-guard"}


def test_an_optional_column_needs_no_guard(broken: Break) -> None:
    asks = NEVER_PUSHED.strip() + " AND NOT line.item.missing\n"
    assert codes(broken(R1, NEVER_PUSHED, asks)) == {"rule-guard"}
    column = "支出内容, kind: text"
    assert not codes(broken("tables/line.yaml", column, f"{column}, optional_because: 可以不写"))


def test_counting_what_is_missing_may_only_raise(broken: Break) -> None:
    fact = "facts:\n  - {name: blank, zh: 空, of: project, count: line, where: line.item.missing}\n"
    rising = broken("facts/project.yaml", "facts:\n", fact)
    assert not rising
    falling = broken(R2, "fails: ", "fails: project.blank < 1 AND ")
    assert "rule-guard" in {problem.code for problem in falling}
    assert not [
        problem
        for problem in broken(R2, "project.blank < 1 AND ", "project.blank > 1 OR ")
        if problem.code == "rule-guard"
    ]


def test_a_unit_does_not_read_other_units_rows(broken: Break) -> None:
    relation = "relations/last_year.yaml"
    assert not broken(relation, "across_units: false", "across_units: true")
    found = broken(R3, "visible_to: bureau", "visible_to: unit")
    assert [problem.code for problem in found] == ["rule-visible"]
    assert found[0].where.field == "visible_to"


def test_a_fact_over_rows_of_several_units_is_for_the_bureau(broken: Break) -> None:
    history = (
        "facts:\n  - {name: all_yuan, zh: 全部, of: project, sum: history.executed_yuan, via: "
    )
    own, any_year = "{project_code: project.project_code}}\n", "{year: project.year}}\n"
    assert not broken("facts/project.yaml", "facts:\n", history + own)
    mine = broken(R2, "fails: ", "fails: project.all_yuan > 1 AND ")
    assert "rule-visible" not in codes(mine)
    broken(
        "tables/project.yaml", "columns:\n", "columns:\n  - {name: year, zh: 年度, kind: year}\n"
    )
    found = broken("facts/project.yaml", history + own, history + any_year)
    assert "rule-visible" in {problem.code for problem in found}


def test_a_relation_across_units_says_who_could_not_take_part(broken: Break) -> None:
    relation = "relations/last_year.yaml"
    broken(relation, "across_units: false", "across_units: true")
    broken(relation, "name: members_unknown", "name: unknown_rows")
    found = broken(relation, "AS members_unknown", "AS unknown_rows")
    assert {(problem.code, problem.where.field) for problem in found} >= {
        ("pack-key-absent", "columns")
    }


def test_a_relation_must_say_whether_it_crosses_units(broken: Break) -> None:
    found = broken("relations/last_year.yaml", "across_units: false\n", "")
    assert [problem.code for problem in found] == ["pack-key-absent"]


def test_a_relation_needs_a_case(broken: Break) -> None:
    text = (TINY / "relations" / "last_year.yaml").read_text("utf-8")
    found = broken("relations/last_year.yaml", text[text.index("cases:") :], "")
    assert [(problem.code, problem.where.field) for problem in found] == [("rule-cases", "cases")]


REPEALED = (
    "repealed:\n  - {doc_no: 计价格〔2002〕10号, title: 工程勘察设计收费管理规定, says: 已放开。}\n"
)
CITED = "{kind: act, doc_no: 样财行〔2024〕1号（样例）}"


@pytest.mark.parametrize(
    "basis",
    [
        "{kind: act, doc_no: 计价格〔2002〕10号}",
        "{kind: act, doc_no: '计价格[2002] 10 号'}",
        "{kind: act, doc_no: 计价格（2002）10号}",
        "{kind: law, title: 工程勘察设计收费管理规定, article: 第三条}",
    ],
)
def test_a_repealed_basis_is_refused(broken: Break, tmp_path: Path, basis: str) -> None:
    shutil.copytree(TINY, tmp_path / "tiny")
    (tmp_path / "tiny" / "repealed.yaml").write_text(REPEALED, "utf-8")
    found = broken(R1, CITED, basis)
    assert [problem.code for problem in found] == ["rule-repealed"]
    assert found[0].where.field.startswith("basis")
    assert found[0].value == "计价格〔2002〕10号"


def test_another_number_is_not_repealed(broken: Break, tmp_path: Path) -> None:
    shutil.copytree(TINY, tmp_path / "tiny")
    (tmp_path / "tiny" / "repealed.yaml").write_text(REPEALED, "utf-8")
    assert not broken(R1, CITED, "{kind: act, doc_no: 计价格〔2002〕101号}")


def test_a_standard_may_not_rest_on_a_repealed_act(broken: Break, tmp_path: Path) -> None:
    shutil.copytree(TINY, tmp_path / "tiny")
    (tmp_path / "tiny" / "repealed.yaml").write_text(REPEALED, "utf-8")
    found = broken("standards/meeting.yaml", "样财行〔2016〕1号（样例）", "计价格〔2002〕10号")
    assert [problem.code for problem in found] == ["rule-repealed"]
    assert found[0].where.file == "tiny/standards/meeting.yaml"


def test_bands_of_one_act_do_not_overlap(broken: Break) -> None:
    standard = "standards/meeting.yaml"
    broken(standard, "keys: ", "band: {name: persons, zh: 人数}\nkeys: ")
    broken(R1, "by: {tier: line.tier}", "by: {tier: line.tier}, band: line.persons")
    broken(
        standard,
        "{tier: 一类, value: 760}, {tier: 三类, value: 550}",
        "{tier: 三类, band_from: 0, value: 550}",
    )
    good = broken(
        standard,
        "{tier: 三类, value: 400}",
        "{tier: 三类, band_from: 0, band_to: 50, value: 400},"
        " {tier: 三类, band_from: 50, value: 300}",
    )
    assert not [problem for problem in good if problem.where.file.endswith("meeting.yaml")]
    bad = broken(standard, "band_from: 50, value: 300", "band_from: 49, value: 300")
    assert [problem.code for problem in bad if problem.where.field == "rows"] == ["pack-value"]
