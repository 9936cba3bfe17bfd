"""The same money question with something changed: more or less money, other settings, wishes."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from shangji.allocate.money import WAN
from shangji.allocate.parts import MANDATE, PERCENT
from shangji.errors import Problem, Where

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from shangji.allocate.parts import Choice
    from shangji.allocate.plan import Plan
    from shangji.allocate.wanted import Project, Wanted
    from shangji.pack.allocation import Allocation
    from shangji.pack.reader import Reader

STEPS = (-20, -10, -5, 5, 10, 20)
"""Per cent by which the money for projects is changed for the frontier."""
SHIFTS = (-20, -10, 10, 20)
"""Per cent by which the first axis is weighed more, and the other less, for stability."""
MORE = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)
"""万元 that are tried on a pot that binds: one, then on until the plan changes."""
REQUIRED, HELD = "required", "held"


@dataclass(frozen=True, slots=True)
class Scenario:
    """What is changed: money and ceilings in per cent, the setting, wishes by project code.

    `add` is 万元 more under one limit, a pot or a ceiling, by the name of the limit.
    """

    name: str
    zh: str
    money: int = 0
    ceilings: int = 0
    setting: str = ""
    require: tuple[str, ...] = ()
    hold: tuple[str, ...] = ()
    limit: str = ""
    add: int = 0


def scenario(item: Reader, policy: Allocation) -> Scenario:
    """Read a scenario from a file."""
    made = Scenario(
        name=item.text("scenario", need=True),
        zh=item.text("zh", need=True),
        money=item.integer("money_percent"),
        ceilings=item.integer("ceilings_percent"),
        setting=item.choice("setting", [one.name for one in policy.settings], policy.use),
        require=item.texts("require"),
        hold=item.texts("hold"),
        limit=item.text("limit"),
        add=item.integer("add_wan"),
    )
    item.done()
    return made


def strangers(scenarios: Iterable[Scenario], wanted: Wanted) -> Iterator[Problem]:
    """What scenarios name that is not there: projects, and limits that may be raised."""
    limits = {f"pot|{name}" for name in wanted.pots}
    limits |= {f"ceiling|{one.name}" for one in wanted.ceilings}
    for one in scenarios:
        for code in (*one.require, *one.hold):
            if code not in wanted.projects:
                says = f"方案“{one.zh}”里的项目没有申报。"
                fix = "请核对项目代码。"
                yield Problem("name-unknown", Where(field=one.name), says, fix, value=code)
        if one.limit and one.limit not in limits:
            says = f"方案“{one.zh}”里的限额不存在，或不能加钱。"
            fix = "写法如 pot|general、ceiling|部门代码|general|project；名称见结果表 plan_limit。"
            yield Problem("name-unknown", Where(field=one.name), says, fix, value=one.limit)


def usual(policy: Allocation) -> list[Scenario]:
    """What is compared where nobody asks for more: money ±5, 10, 20 per cent, other settings."""
    made = [
        Scenario(
            f"money{step:+d}", f"财力和控制数{'增' if step > 0 else '减'} {abs(step)}%", step, step
        )
        for step in STEPS
    ]
    return [
        *made,
        *(
            Scenario(one.name, one.zh, setting=one.name)
            for one in policy.settings
            if one.name != policy.use
        ),
    ]


def applied(
    wanted: Wanted, policy: Allocation, choice: Choice, change: Scenario
) -> tuple[Wanted, Allocation]:
    """What is wanted, and how it is arranged, under a scenario; `choice` is that of the base."""
    found = moved(wanted, policy, choice, change.money, change.ceilings)
    if change.limit:
        found = added(found, change.limit, change.add * WAN)
    projects = dict(found.projects)
    for code in change.require:
        if code in projects:
            projects[code] = replace(projects[code], mandate=REQUIRED)
    for code in change.hold:
        if code in projects:
            projects[code] = replace(projects[code], gate=HELD)
    use = change.setting or policy.use
    return replace(found, projects=projects), replace(policy, use=use)


def moved(wanted: Wanted, policy: Allocation, choice: Choice, money: int, ceilings: int) -> Wanted:
    """The money for projects and the ceilings changed; no ceiling goes below what binds it."""
    ranked = policy.ranked
    pots = dict(wanted.pots)
    if money and ranked in pots:
        pot = pots[ranked]
        free = pot.total - pot.rigid
        pots[ranked] = replace(pot, total=pot.total + free * money // PERCENT)
    if not ceilings:
        return replace(wanted, pots=pots)
    bound: defaultdict[str, int] = defaultdict(int)
    for part in choice.parts:
        if part.source == ranked and part.grade == MANDATE:
            project = wanted.projects[part.project]
            bound[part.department] += 0 if project.lane == "rigid" else part.amount
    made = tuple(
        replace(
            one,
            at_most=max(
                min(one.at_most, bound[one.department]),
                one.at_most * (PERCENT + ceilings) // PERCENT,
            ),
        )
        if one.source == ranked
        else one
        for one in wanted.ceilings
    )
    return replace(wanted, pots=pots, ceilings=made)


def added(wanted: Wanted, limit: str, amount: int) -> Wanted:
    """The same with `amount` 分 more in one pot, or under one ceiling, named as limits are."""
    kind, _, name = limit.partition("|")
    if kind == "pot" and name in wanted.pots:
        pot = wanted.pots[name]
        more = replace(pot, total=pot.total + amount)
        return replace(wanted, pots={**wanted.pots, name: more})
    if kind != "ceiling":
        return wanted
    made = tuple(
        replace(one, at_most=one.at_most + amount) if one.name == name else one
        for one in wanted.ceilings
    )
    return replace(wanted, ceilings=made)


def binding(plan: Plan, kinds: tuple[str, ...]) -> list[str]:
    """The names of the limits of some kinds that have a price in any class."""
    priced = {name for stage in plan.stages for name in stage.prices}
    return [one.name for one in plan.choice.limits if one.kind in kinds and one.name in priced]


def bought(
    plan: Plan, wanted: Wanted, solve: Callable[[Wanted], Plan | None]
) -> Iterator[tuple[str, int, str, int, int]]:
    """What more money in each pot that binds buys, solved anew: one 万元, then the least of `MORE`.

    Yields limit, 分 added, project, and its 分 before and after; the row without a project is the
    plan as a whole, and alone where the plan stays as it is.
    """
    before = by_project(plan)
    for name in binding(plan, ("pot",)):
        for step in MORE:
            found = solve(added(wanted, name, step * WAN))
            if found is None:
                break
            after = by_project(found)
            changed = differing(before, after, len(before))
            if changed or step == MORE[0]:
                yield name, step * WAN, "", sum(before.values()), sum(after.values())
                for row in changed:
                    yield name, step * WAN, *row
            if changed:
                break


def by_project(plan: Plan) -> dict[str, int]:
    """The money of each project, of all sources."""
    made: dict[str, int] = {}
    for (code, _), amount in plan.sums().items():
        made[code] = made.get(code, 0) + amount
    return made


def weighed(wanted: Wanted, shift: int) -> Wanted:
    """The first axis weighed `shift` per cent more and the second as much less."""

    def points(project: Project) -> int:
        first, second = project.axes
        return (first * (PERCENT + shift) + second * (PERCENT - shift)) // PERCENT

    projects = {
        code: replace(one, points=max(0, points(one))) if one.axes else one
        for code, one in wanted.projects.items()
    }
    return replace(wanted, projects=projects)


def states(plan: Plan, policy: Allocation) -> dict[str, str]:
    """Whether each project has all, a part or none of what was reviewed of the ranked money."""
    wanted: defaultdict[str, int] = defaultdict(int)
    have: defaultdict[str, int] = defaultdict(int)
    for part in plan.choice.parts:
        if part.source == policy.ranked:
            wanted[part.project] += part.amount
            have[part.project] += plan.money(part.at)
    return {
        code: "whole" if have[code] == amount else "part" if have[code] else "none"
        for code, amount in wanted.items()
    }


def summed(plan: Plan, wanted: Wanted, policy: Allocation) -> dict[str, Any]:
    """A plan in figures: ranked money by grade, projects by state."""
    by_grade: dict[str, int] = {"bound": 0, **dict.fromkeys(plan.choice.classes, 0)}
    for part in plan.choice.parts:
        if part.source == policy.ranked and wanted.projects[part.project].lane != "rigid":
            name = plan.choice.classes[part.grade - 1] if part.grade else "bound"
            by_grade[name] += plan.money(part.at)
    found = states(plan, policy)
    counts = {
        name: sum(one == name for one in found.values()) for name in ("whole", "part", "none")
    }
    return {"grades": by_grade, "money": sum(by_grade.values()), **counts}


def differing(
    before: Mapping[str, int], after: Mapping[str, int], most: int
) -> list[tuple[str, int, int]]:
    """Projects whose money changes, the greatest change first."""
    codes = sorted(before.keys() | after.keys())
    rows = [(code, before.get(code, 0), after.get(code, 0)) for code in codes]
    changed = [row for row in rows if row[1] != row[2]]
    return sorted(changed, key=lambda row: (-abs(row[2] - row[1]), row[0]))[:most]
