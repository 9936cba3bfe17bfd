"""What a pack's own cases show: wrong outcomes, boundaries that hold, empty cells that help."""

from __future__ import annotations

import shutil
import time
from decimal import Decimal
from pathlib import Path

import pytest

from shangji import checking
from shangji.checking import unparse
from shangji.checking.cases import is_near, unit
from shangji.compile.scope import RuleScope
from shangji.errors import Problem
from shangji.language import Compare, Expr, parse
from shangji.pack import Pack, load

TINY = Path(__file__).resolve().parent.parent / "contract" / "pack"


def tried(tmp_path: Path, file: str, old: str, new: str) -> list[Problem]:
    folder = tmp_path / "tiny"
    shutil.copytree(TINY, folder)
    path = folder / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    pack, problems = load([folder])
    assert pack is not None, problems
    return checking.test(pack)


def test_a_wrong_case_is_named(tmp_path: Path) -> None:
    found = tried(tmp_path, "rules/R-0001.yaml", "expect: pass", "expect: fail")
    assert [problem.code for problem in found] == ["case-wrong"]
    assert "恰好" in found[0].says
    assert found[0].where.field == "cases[2]"
    assert found[0].where.line


def test_an_empty_cell_that_helps_is_named(tmp_path: Path) -> None:
    fails = "fails: line.amount_yuan > cap.value * line.persons * line.days * line.times.or_one"
    named = f"{fails} AND NOT line.item.missing"
    found = tried(tmp_path, "rules/R-0001.yaml", fails, named)
    assert {problem.code for problem in found} == {"case-wrong"}
    given = "{project_code: P1, line_no: 1, tier: 三类, persons: 10, days: 2, amount_yuan: 8000.01}"
    other = tmp_path / "other"
    path = tmp_path / "tiny" / "rules" / "R-0001.yaml"
    text = path.read_text("utf-8").replace(given, given.replace("tier", "item: 餐, tier"), 1)
    path.write_text(text, "utf-8")
    shutil.move(tmp_path / "tiny", other)
    pack, _ = load([other])
    assert pack is not None
    helped = [problem for problem in checking.test(pack) if problem.code == "rule-guard"]
    assert len(helped) == 1
    assert "R-0001" in helped[0].says
    assert "line[0].item" in helped[0].says


def test_what_cannot_be_run_is_named_not_raised(tmp_path: Path) -> None:
    found = tried(
        tmp_path, "rules/R-0002.yaml", "fails: project.line_sum_yuan", "fails: project.line_sum"
    )
    assert [problem.code for problem in found] == ["rule-column"]


@pytest.fixture(scope="module")
def tiny() -> Pack:
    pack, problems = load([TINY])
    assert pack is not None, problems
    return pack


def typed(pack: Pack, text: str) -> Expr:
    found = parse(text, RuleScope(pack, pack.tables["line"]))
    assert not isinstance(found, Problem), found
    return found


TEXTS = [
    "line.amount_yuan > 3 * line.persons + 1 AND NOT (line.item IN ('a', 'b''c') OR line.days < 1)",
    "project.start_date < DATE '2027-01-31' OR line.item.missing AND TRUE",
    "line.persons - (line.line_no - 2) = 1.50",
    "project.lane IN CODES lane",
]


@pytest.mark.parametrize("text", TEXTS)
def test_a_tree_is_written_back_as_it_was_meant(tiny: Pack, text: str) -> None:
    tree = typed(tiny, text)
    assert typed(tiny, unparse.text(tree)) == tree


def test_between_is_two_comparisons(tiny: Pack) -> None:
    tree = unparse.plain(typed(tiny, "NOT line.persons BETWEEN 1 AND line.days"))
    found = [unparse.text(compare) for compare in unparse.comparisons(tree)]
    assert found == ["line.persons >= 1", "line.persons <= line.days"]


@pytest.mark.parametrize(
    ("text", "most"),
    [
        ("line.amount_yuan > 0", "1"),
        ("line.persons > 0", "1"),
        ("line.days > 0", "0.1"),
        ("line.persons * 100 > line.days * 5", "100"),
        ("project.start_date < review.as_of", "0"),
    ],
)
def test_how_near_a_boundary_is(tiny: Pack, text: str, most: str) -> None:
    compare = typed(tiny, text)
    assert isinstance(compare, Compare)
    if compare.left.type.name == "date":
        assert is_near(compare, "2027-01-01", "2027-01-02")
        assert not is_near(compare, "2027-01-01", "2027-01-03")
        return
    assert max(unit(compare.left), unit(compare.right)) == Decimal(most)
    assert is_near(compare, most, "0")
    assert not is_near(compare, str(Decimal(most) * 2), "0")
    assert is_near(compare, "10100", "10000.00")
    assert not is_near(compare, None, "0")


def test_a_boundary_must_decide_the_outcome(tmp_path: Path) -> None:
    """A row on the line counts only where another answer there would turn the verdict."""
    folder = tmp_path / "tiny"
    shutil.copytree(TINY, folder)
    path = folder / "rules" / "R-0001.yaml"
    text = path.read_text("utf-8").replace(
        "* line.times.or_one\nshows", "* line.times.or_one AND line.persons > 3\nshows", 1
    )
    path.write_text(text, "utf-8")
    pack, _ = load([folder])
    assert pack is not None
    found = [problem for problem in checking.check(pack) if problem.code == "rule-cases"]
    assert len(found) == 1
    assert "line.persons > 3" in found[0].says
    assert "两边相等" in found[0].says


def test_the_national_pack_passes_in_time() -> None:
    pack, problems = load()
    assert pack is not None, problems
    started = time.process_time()
    assert checking.check(pack) == []
    assert checking.test(pack) == []
    assert time.process_time() - started < 120  # 45 for two hundred rules and two thousand cases
