"""From what was reviewed to what is arranged: an optimal plan in integers, its limits, its prices.

Bound money comes first by construction: it is given before anything is ranked, and a plan that
cannot hold it is none. Amounts are whole 分 throughout.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from shangji.allocate import reach, solver, stability
from shangji.allocate.check import checked
from shangji.allocate.gather import Gathering
from shangji.allocate.money import yuan
from shangji.allocate.parts import Building, Choice
from shangji.allocate.plan import Plan, planned
from shangji.allocate.stability import Stability
from shangji.allocate.stage import NoPlan
from shangji.allocate.tables import Rows, tables
from shangji.allocate.trouble import clashes, large, troubles, unsolved
from shangji.allocate.whatif import bought, summed
from shangji.errors import ShangjiError
from shangji.results import extended

if TYPE_CHECKING:
    from shangji.allocate.wanted import Wanted
    from shangji.errors import Problem
    from shangji.pack import Pack
    from shangji.pack.allocation import Allocation
    from shangji.results import Results
    from shangji.snapshot import Snapshot

__all__ = ["Allocated", "Choice", "Plan", "allocated", "arranged", "gathered"]


@dataclass(frozen=True)
class Allocated:
    """What came of an allocation: what was wanted, the plan or none, and the problems met."""

    wanted: Wanted | None
    plan: Plan | None
    problems: tuple[Problem, ...] = ()


def gathered(snapshot: Snapshot, results: Results, pack: Pack) -> tuple[Wanted, list[Problem]]:
    """Read what an allocation is computed from, with what is wrong about it."""
    import duckdb

    policy = required(pack)
    with duckdb.connect() as connection:
        gathering = Gathering(connection, snapshot, results, pack, policy)
        wanted = gathering.all()
        return wanted, troubles(gathering, wanted)


def required(pack: Pack) -> Allocation:
    """The pack's statement of how money is arranged."""
    if pack.allocation is None:
        raise ShangjiError("the pack does not say how money is arranged")
    return pack.allocation


def arranged(wanted: Wanted, policy: Allocation) -> tuple[Plan | None, list[Problem]]:
    """The plan for what is wanted, or the limits that clash, in words."""
    choice = Building(wanted, policy).built()
    try:
        plan = planned(choice, policy)
    except NoPlan as none:
        return None, clashes(choice, wanted, policy, none.grade)
    wrong = checked(plan.sums(), wanted, policy)
    if wrong:
        raise ShangjiError(f"the plan breaks what the checker counts: {wrong[:3]}")
    return plan, []


def allocated(snapshot: Snapshot, results: Results, pack: Pack) -> tuple[Results, Allocated]:
    """Add the tables of an allocation to the results of a review, where there is money to arrange.

    Without the bureau's table of money, or without the optimiser, no plan is drawn; the second is
    a problem that says what to install.
    """
    if pack.allocation is None or "fund_pool" not in snapshot.tables:
        return results, Allocated(None, None)
    if not solver.available():
        return results, Allocated(None, None, (unsolved(),))
    wanted, problems = gathered(snapshot, results, pack)
    if any(problem.code == "plan-money" for problem in problems):
        return results, Allocated(wanted, None, tuple(problems))
    plan, more = arranged(wanted, pack.allocation)
    if plan is None:
        return results, Allocated(wanted, None, (*problems, *more))
    parts, most = len(plan.choice.parts), pack.allocation.anew_parts
    found = Allocated(wanted, plan, (*problems, *([large(parts, most)] if parts > most else [])))
    made = {**tables(plan, wanted), **_changed(plan, wanted, pack.allocation)}
    return extended(results, made), found


def _changed(plan: Plan, wanted: Wanted, policy: Allocation) -> Rows:
    """The tables of what changes with money and weights: the frontier, and how stable all is."""

    def anew(other: Wanted) -> Plan | None:
        return arranged(other, policy)[0]

    few = len(plan.choice.parts) <= policy.anew_parts
    found = Stability({}, {})
    if few:
        found = stability.solved_anew(plan, wanted, policy, anew)
    frontier = [
        (step, grade, yuan(amount))
        for step, one in {0: plan, **found.money}.items()
        if one
        for grade, amount in summed(one, wanted, policy)["grades"].items()
    ]
    flips = stability.rows(plan, wanted, policy, found)
    paths = list(reach.rows(plan, wanted, policy, flips))
    more = [
        (limit, yuan(amount), code, yuan(before), yuan(after))
        for limit, amount, code, before, after in (bought(plan, wanted, anew) if few else ())
    ]
    return {
        "plan_frontier": frontier,
        "plan_more": more,
        "plan_flip": flips,
        "plan_path": paths,
    }
