"""The plan: bound money first, then class by class as well as can be, counted again in integers."""

from __future__ import annotations

import random
from dataclasses import replace

from allocation_given import WAN, by_chance, policy, project, wanted
from shangji.allocate import arranged
from shangji.allocate.check import checked
from shangji.allocate.wanted import Ceiling, Relation, Wanted
from shangji.allocate.whatif import Scenario, added, bought, strangers

POLICY = policy()


def money(found: Wanted) -> dict[str, int]:
    plan, problems = arranged(found, POLICY)
    assert plan is not None, problems
    return {code: amount // WAN for (code, _), amount in plan.sums().items()}


def test_a_better_grade_goes_first_whatever_it_costs() -> None:
    found = wanted([project("A1", 8, "A", 9_000), project("D1", 1, "D", 20_000)], 8)
    assert money(found) == {"A1": 8, "D1": 0}


def test_a_legal_mandate_comes_before_every_free_project() -> None:
    law = project("L", 6, "D", 0, mandate="three_guarantees", dept_rank=99)
    found = wanted([law, project("A", 5, "A", 20_000)], 10)
    assert money(found) == {"A": 0, "L": 6}


def test_a_contract_binds_its_part_and_the_rest_is_ranked() -> None:
    signed = project("S", 6, "D", 0, lane="works", contract=2 * WAN)
    found = wanted([signed, project("A", 7, "A", 20_000)], 9)
    assert money(found) == {"A": 7, "S": 2}


def test_departments_own_order_decides_between_equal_points() -> None:
    first, second = project("P2", 5, dept_rank=1), project("P1", 5, dept_rank=2)
    assert money(wanted([first, second], 5)) == {"P1": 0, "P2": 5}


def test_works_are_arranged_in_part_but_not_below_half() -> None:
    works = project("W", 10, lane="works")
    assert money(wanted([works], 7)) == {"W": 7}
    assert money(wanted([works], 4)) == {"W": 0}


def test_a_ceiling_binds_before_the_pot() -> None:
    ceiling = Ceiling("D1", "", "general", "project", 5 * WAN)
    found = wanted([project("P1", 5), project("P2", 4)], 20, ceilings=(ceiling,))
    assert money(found) == {"P1": 5, "P2": 0}


def test_what_needs_another_takes_it_along_or_stays_out() -> None:
    needs = (Relation("A", "D", "prerequisite"),)
    pair = [project("A", 5, "A"), project("D", 3, "D"), project("B", 4, "B")]
    assert money(wanted(pair, 8, relations=needs)) == {"A": 5, "B": 0, "D": 3}
    assert money(wanted(pair, 7, relations=needs)) == {"A": 0, "B": 4, "D": 3}


def test_only_one_of_two_that_exclude_each_other() -> None:
    excludes = (Relation("P1", "P2", "exclusion"),)
    found = wanted([project("P1", 3, points=9_000), project("P2", 3)], 9, relations=excludes)
    assert money(found) == {"P1": 0, "P2": 3}


def test_limits_that_clash_are_named_with_the_gap() -> None:
    law = project("L", 6, mandate="three_guarantees")
    ceiling = Ceiling("D1", "", "general", "project", 5 * WAN)
    plan, problems = arranged(
        wanted([law], 9, ceilings=(ceiling,), departments={"D1": "教育局"}), POLICY
    )
    assert plan is None
    assert [problem.code for problem in problems] == ["plan-clash"]
    assert "教育局的控制数为 5.00 万元" in problems[0].says
    assert "差 1.00 万元" in problems[0].says


def test_the_same_plan_in_any_order_of_rows() -> None:
    draw = random.Random(5)
    found = by_chance(draw, 12)
    plan, _ = arranged(found, POLICY)
    codes = list(found.projects)
    draw.shuffle(codes)
    again = replace(found, projects={code: found.projects[code] for code in sorted(codes)})
    other, _ = arranged(again, POLICY)
    assert plan is not None
    assert other is not None
    assert plan.sums() == other.sums()


def test_the_checker_finds_what_a_plan_must_not_do() -> None:
    law = project("L", 6, mandate="three_guarantees")
    found = wanted([law, project("P", 3)], 8)
    assert not checked({("L", "general"): 6 * WAN, ("P", "general"): 0}, found, POLICY)
    both = checked({("L", "general"): 6 * WAN, ("P", "general"): 3 * WAN}, found, POLICY)
    assert [one.split()[0] for one in both] == ["pot"]
    less = checked({("L", "general"): 5 * WAN, ("P", "general"): 3 * WAN}, found, POLICY)
    assert {one.split()[0] for one in less} == {"step", "bound"}


def test_a_class_of_too_many_whole_parts_says_only_how_far_its_bound_is() -> None:
    draw = random.Random(11)
    lesser = 0
    for _ in range(40):
        found = by_chance(draw, 10)
        exact, _ = arranged(found, POLICY)
        near, _ = arranged(found, policy(exact_parts=1))
        if exact is None or near is None:
            assert exact is near
            continue
        best, first = exact.stages[0], near.stages[0]
        assert first.value <= best.value <= first.bound
        assert first.proven or first.bound == max(first.value, first.ceiling)
        lesser += not near.proven
    assert lesser, "the number of parts that are branched on changes nothing"


def test_one_more_wan_names_the_project_that_has_it() -> None:
    works = project("W", 10, lane="works")
    found = wanted([works, project("P", 3, points=9_000)], 7)
    plan, _ = arranged(found, POLICY)
    assert plan is not None
    assert list(bought(plan, found, lambda other: arranged(other, POLICY)[0])) == [
        ("pot|general", WAN, "", 7 * WAN, 8 * WAN),
        ("pot|general", WAN, "W", 7 * WAN, 8 * WAN),
    ]


def test_where_one_wan_changes_nothing_the_least_step_that_does_is_told() -> None:
    found = wanted([project("P", 8)], 3)
    plan, _ = arranged(found, POLICY)
    assert plan is not None
    assert list(bought(plan, found, lambda other: arranged(other, POLICY)[0])) == [
        ("pot|general", WAN, "", 0, 0),
        ("pot|general", 5 * WAN, "", 0, 8 * WAN),
        ("pot|general", 5 * WAN, "P", 0, 8 * WAN),
    ]


def test_a_scenario_that_names_what_is_not_there_is_said() -> None:
    found = wanted([project("P", 8)], 3)
    wish = Scenario("w", "愿望", require=("P", "Q"), limit="ceiling|D9|general|project", add=5)
    assert [one.value for one in strangers([wish], found)] == ["Q", "ceiling|D9|general|project"]
    assert not list(strangers([Scenario("m", "加钱", limit="pot|general", add=5)], found))


def test_money_is_added_under_the_limit_that_is_named_and_no_other() -> None:
    ceilings = tuple(Ceiling(name, "", "general", "project", 5 * WAN) for name in ("D1", "D2"))
    found = wanted([project("P", 8)], 3, ceilings=ceilings)
    moved = added(found, f"ceiling|{ceilings[1].name}", WAN)
    assert [one.at_most for one in moved.ceilings] == [5 * WAN, 6 * WAN]
    assert moved.pots == found.pots
