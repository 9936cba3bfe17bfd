"""The pack checker: what a pack says, and what its own cases show.

`check` reads: expressions, lanes, guards, visibility, bases, conflicts, cases due, relations,
trees. `test`
runs: cases, relations on two engines, empty cells. Neither raises for what a pack gets wrong.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shangji.checking import basis, cases, guards, logic, relations, structure, trials, visibility
from shangji.checking.expressions import Typing
from shangji.checking.places import Places
from shangji.errors import Problem, Refused

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shangji.checking.expressions import TypedRule
    from shangji.engines import Engine
    from shangji.pack import Pack

__all__ = ["check", "test"]


def check(pack: Pack) -> list[Problem]:
    """Check a pack without running its rules on data other than their own cases.

    Returns:
        The problems, in the order of the checks; a rule that does not type is not checked further.
    """
    places = Places(pack)
    problems, rules = _typed(pack, places)
    shape = [
        *structure.names(pack, places),
        *structure.rules(pack, places),
        *structure.standards(pack, places),
        *structure.frameworks(pack, places),
        *relations.sound(pack, places),
    ]
    problems += shape
    problems += guards.lanes(pack, rules, places)
    problems += guards.missing(pack, rules, places)
    problems += visibility.visible(pack, rules, places)
    problems += basis.grounded(pack, places)
    problems += logic.conflicts(rules, places)
    if not _unfit(problems):
        problems += cases.due(pack, rules, places)
    return problems


def test(pack: Pack, engine: Engine | None = None) -> list[Problem]:  # noqa: PT028 - the verb of the pack checker, no pytest function
    """Run a pack's own cases; what cannot be run is named instead.

    Args:
        pack: the pack.
        engine: runs the rules' cases; DuckDB unless told otherwise.
    """
    places = Places(pack)
    problems, rules = _typed(pack, places)
    problems += structure.names(pack, places)
    problems += structure.rules(pack, places)
    problems += structure.standards(pack, places)
    problems += relations.sound(pack, places)
    if problems:
        return problems
    try:
        problems += trials.outcomes(pack, places, engine)
        problems += trials.relations(pack, places)
        problems += trials.emptied(pack, rules, places)
    except Refused as refused:
        problems += refused.problems
    return problems


def _typed(pack: Pack, places: Places) -> tuple[list[Problem], Mapping[str, TypedRule]]:
    typing = Typing(pack, places)
    typing.facts()
    typing.lookups()
    typing.measures()
    typing.frameworks()
    typing.sections()
    typing.floors()
    return typing.problems, typing.rules()


RUNNABLE = frozenset({
    "rule-lane", "rule-guard", "rule-visible", "rule-basis", "rule-repealed",
    "rule-never", "rule-within", "rule-against",
})  # fmt: skip
"""Problems that do not keep cases from being run."""


def _unfit(problems: list[Problem]) -> bool:
    return any(problem.code not in RUNNABLE for problem in problems)
