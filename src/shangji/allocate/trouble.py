"""What is wrong with the data of an allocation, and which limits clash, in words."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from shangji.allocate.money import wan
from shangji.allocate.parts import MANDATE
from shangji.errors import Problem, Where

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shangji.allocate.gather import Gathering
    from shangji.allocate.parts import Choice, Limit
    from shangji.allocate.wanted import Wanted
    from shangji.pack.allocation import Allocation

SHOWN = 3
WITH_UNIT = 4
"""Parts of a ceiling's name where it is a unit's."""


def unsolved() -> Problem:
    """That the optimiser is not installed."""
    fix = "请执行 pip install -r requirements/base.txt 装齐后，再执行 shangji allocate。"
    return Problem("plan-solver", Where(field="highspy"), "缺少优化求解器，没有做资金安排。", fix)


def large(parts: int, most: int) -> Problem:
    """That there are too many parts to solve the plan again for each change of money."""
    says = (
        f"要取舍的单元有 {parts:,} 个，多于 {most:,} 个：安排照做，财力和权重增减没有逐档重新求解。"
    )
    fix = "要看试算，请用 shangji allocate --what-if 单独算，或在安排口径里调高 anew_parts。"
    return Problem("plan-large", Where(field="anew_parts"), says, fix)


def troubles(gathering: Gathering, wanted: Wanted) -> list[Problem]:
    """What is wrong with money, ceilings, packages and funds."""
    return [
        *_money(wanted),
        *_alone(wanted),
        *_ceilings(wanted),
        *_packages(gathering),
        *_funds(wanted, gathering.policy),
        *_sums(gathering),
        *_relations(gathering, wanted),
    ]


def _money(wanted: Wanted) -> Iterator[Problem]:
    where = "可用财力"
    if not wanted.pots:
        says = f"财力测算表里没有 {wanted.year} 年度的行，没有钱可安排。"
        yield Problem("plan-money", Where(where), says, "请按预算年度填财力测算表。")
    for source, pot in wanted.pots.items():
        if pot.total < 0:
            name = wanted.funds.get(source, source)
            says = f"资金来源“{name}”各行合计为 {wan(pot.total)}，小于零，不能安排。"
            fix = "请核对减项：预备费、上解、刚性支出扣除填负数，收入填正数。"
            yield Problem("plan-money", Where(where, field=source), says, fix, value=wan(pot.total))


def _alone(wanted: Wanted) -> Iterator[Problem]:
    units = {project.unit for project in wanted.projects.values()}
    departments = {ceiling.department for ceiling in wanted.ceilings}
    if len(units) == 1 and len(departments) > 1:
        says = f"只有单位 {units.pop()} 的申报，而财力和控制数是 {len(departments)} 个部门的。"
        fix = "请把各单位的申报放在一起再做安排；只看一个单位时不要带财力测算表。"
        yield Problem("plan-money", Where("项目申报表"), says, fix)


def _ceilings(wanted: Wanted) -> Iterator[Problem]:
    for one in wanted.ceilings:
        if one.at_least > one.at_most:
            says = (
                f"部门 {one.department} 的必保数 {wan(one.at_least)} 大于控制数 "
                f"{wan(one.at_most)}，互相矛盾。"
            )
            fix = "请改正其中一个；改正以前不做资金安排。"
            yield Problem("plan-money", Where("预算控制数", field=one.name), says, fix)


def _packages(gathering: Gathering) -> Iterator[Problem]:
    rows = gathering.rows("package", "project_code package_level amount_yuan")
    fix = "请填该档的累计总额；填齐以前按项目自己的可拆分口径安排。"
    for row in rows:
        if row["amount_yuan"] is None:
            says = f"项目 {row['project_code']} 的决策包没有金额，这一档没有参加安排。"
            yield Problem(
                "plan-package", Where("决策包", field=row["project_code"] or ""), says, fix
            )
    for code, levels in gathering.packages().items():
        totals = [level.total for level in levels]
        if totals != sorted(totals):
            says = f"项目 {code} 后一档的累计总额小于前一档。"
            yield Problem(
                "plan-package", Where("决策包", field=code), says, "请填累计总额，不填增量。"
            )


def _funds(wanted: Wanted, policy: Allocation) -> Iterator[Problem]:
    asked: defaultdict[str, int] = defaultdict(int)
    usable: defaultdict[str, int] = defaultdict(int)
    for project in wanted.projects.values():
        for ask in project.asks:
            asked[ask.source] += ask.reviewed
            lanes = policy.fund_lanes.get(ask.source)
            usable[ask.source] += ask.reviewed if lanes is None or project.lane in lanes else 0
    for source, pot in wanted.pots.items():
        if pot.total > 0 and not usable[source]:
            name = wanted.funds.get(source, source)
            says = f"资金来源“{name}”有 {wan(pot.total)}，但没有一个项目可以用它。"
            fix = "请核对明细的资金来源，或安排口径里该资金可用于哪些评审分类。"
            yield Problem("plan-fund", Where("可用财力", field=source), says, fix)
    for source, amount in sorted(asked.items()):
        lacks = source not in wanted.pots and source not in policy.own_funds
        if amount > 0 and lacks:
            name = (
                f"资金来源“{wanted.funds.get(source, source)}”" if source else "没有写明资金来源的"
            )
            says = f"{name}申报 {wan(amount)}，财力测算表里没有这种资金，没有安排。"
            fix = "请在明细或资金来源明细填资金来源，并在财力测算表补这种资金。"
            yield Problem("plan-fund", Where("可用财力", field=source), says, fix)


def _sums(gathering: Gathering) -> Iterator[Problem]:
    for code, over in sorted(gathering.over.items()):
        says = f"项目 {code} 各行明细比申报金额多 {wan(over)}，多出的部分没有参加安排。"
        fix = "请核对申报金额与明细合计。"
        yield Problem("plan-sum", Where("预算明细", field=code), says, fix)


def _relations(gathering: Gathering, wanted: Wanted) -> Iterator[Problem]:
    """A relation of a project with itself, with one that is not filed, or both ways at once."""
    fix = "请核对项目关系表。"
    for row in gathering.rows("dependency", "project_code other_project_code kind"):
        code = row["project_code"]
        if code is not None and code == row["other_project_code"]:
            says = f"项目 {code} 与自己有前置或互斥关系，这一行没有采用。"
            yield Problem("plan-relation", Where("项目关系表", field=code), says, fix)
    both = {(one.project, one.other) for one in wanted.relations if one.kind == "exclusion"}
    for one in wanted.relations:
        if one.kind != "prerequisite":
            continue
        if one.other not in wanted.projects:
            says = f"项目 {one.project} 以 {one.other} 为前置，而本次没有申报后者，前者不能安排。"
            yield Problem("plan-relation", Where("项目关系表", field=one.project), says, fix)
        if {(one.project, one.other), (one.other, one.project)} & both:
            says = f"项目 {one.project} 以 {one.other} 为前置，又与它互斥，前者不能安排。"
            yield Problem("plan-relation", Where("项目关系表", field=one.project), says, fix)


# Limits that clash.


def clashes(choice: Choice, wanted: Wanted, policy: Allocation, grade: int) -> list[Problem]:
    """The limits that cannot hold together: for bound money counted, for the rest searched."""
    from shangji.allocate.clash import searched

    found = list(_bound(choice, wanted))
    if found:
        return found
    return searched(choice, wanted, policy, grade)


def _bound(choice: Choice, wanted: Wanted) -> Iterator[Problem]:
    """The limits that what must be arranged already breaks."""
    for limit in choice.limits:
        bound = [(at, c) for at, c in limit.terms if choice.parts[at].grade == MANDATE]
        need = sum(c for _, c in bound)
        if limit.sense == "at_most" and need > limit.amount:
            yield _clashing(choice, wanted, limit, need)


def _clashing(choice: Choice, wanted: Wanted, limit: Limit, need: int) -> Problem:
    name = limit_words(wanted, limit)
    if not limit.of_money:
        says = f"{name}，而必保的项目不能满足。"
        return Problem("plan-clash", Where("项目关系表"), says, "请核对项目关系表。")
    sums: Counter[str] = Counter()
    for at, coefficient in limit.terms:
        if choice.parts[at].grade == MANDATE:
            sums[choice.parts[at].project] += coefficient
    most = "、".join(
        f"{wanted.projects[code].name or code} {wan(amount)}"
        for code, amount in sums.most_common(SHOWN)
    )
    says = (
        f"{name}为 {wan(limit.amount)}，而其中必保的（三保、偿债、合同应付、按政策应补助、"
        f"已定用途的上级资金）合计 {wan(need)}，差 {wan(need - limit.amount)}；最大的：{most}。"
    )
    fix = "请调高这一限额，或核对必保项目；两者不能同时成立，所以没有做资金安排。"
    table = "可用财力" if limit.kind in {"pot", "reserve"} else "预算控制数"
    return Problem("plan-clash", Where(table), says, fix)


def limit_words(wanted: Wanted, limit: Limit) -> str:
    """A limit as people name it."""
    kind, *rest = limit.name.split("|")
    if kind in {"ceiling", "floor"}:
        department = wanted.departments.get(rest[0], rest[0])
        unit = f"单位 {rest[1]} " if len(rest) == WITH_UNIT else ""
        return f"{department}{unit}的{'控制数' if kind == 'ceiling' else '必保数'}"
    if kind in {"needs", "excludes"}:
        here, there = (
            wanted.projects[code].name if code in wanted.projects else code for code in rest
        )
        if kind == "needs":
            return f"“{here}”以“{there}”为前置"
        return f"“{here}”与“{there}”互斥"
    words = {
        "pot": "可用财力",
        "reserve": "按预备费倒算的支出上限",
        "share": "某一等级的保底数",
        "next_years": "以后年度支出的上限",
    }
    of = f"（{wanted.funds.get(rest[0], rest[0])}）" if rest else ""
    return f"{words[kind]}{of}"
