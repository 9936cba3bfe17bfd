"""What may be a step on the path: whose it is, what it costs, and what is never suggested."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from shangji.domain import FAIL

if TYPE_CHECKING:
    from shangji.pack import Pack, Rule

UNIT, BUREAU = "unit", "bureau"
READERS = (UNIT, BUREAU)
MENDED_BY_UNIT = ("completeness", "standard", "performance")
"""What a unit is told how to mend: its filing, codes, standards and targets.

For the rest (what the money is for, duplicates, procurement, thresholds) a list of the cheapest
changes would teach how to rename and to split.
"""
FILED = ("completeness", "performance")
SET, FOLLOW, SUPPLY, EXPLAIN = "set", "follow", "supply", "explain"
EFFORT = {SET: 0, FOLLOW: 0, SUPPLY: 1, EXPLAIN: 3}
MATERIAL = 2
NOUGHT = Decimal(0)

Cell = tuple[str, str, str]
"""Table, key of the row (empty: rows of the table, whichever), column."""


@dataclass(frozen=True)
class Finding:
    """What stands between a project and its passing."""

    rule_id: str
    key: str
    subject: str
    project: str
    outcome: str
    severity: str
    owed_by: str
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class Mend:
    """The figure or code that a remedy would set."""

    cell: Cell
    given: str | None
    to: str


@dataclass
class Step:
    """One step: what to set or supply, and which findings it answers."""

    action: str
    cell: Cell
    given: str | None = None
    to: str | None = None
    yuan: Decimal | None = None
    findings: tuple[tuple[str, str], ...] = ()
    verified: bool = False

    @property
    def cost(self) -> tuple[object, ...]:
        """Cheapest first: money given up, then effort, then the place."""
        effort = MATERIAL if self.action == SUPPLY and not self.cell[1] else EFFORT[self.action]
        return (self.yuan or NOUGHT, effort, self.cell, self.findings)

    @property
    def rules(self) -> str:
        """Canonical JSON of the rules that it answers."""
        return json.dumps(sorted({rule for rule, _ in self.findings}), separators=(",", ":"))


def may(reader: str, rule: Rule) -> bool:
    """Whether a reader is told how to mend what a rule finds."""
    if reader == BUREAU:
        return True
    return rule.visible_to == UNIT and rule.dimension in MENDED_BY_UNIT


def settable(pack: Pack, rule: Rule, mend: Mend) -> bool:
    """Whether a remedy may be a step: a figure, a date or a flag; a code only where it was wrong.

    A name or a text is never set, and no classification is changed for the sake of a threshold.
    """
    column = pack.tables[mend.cell[0]].by_name[mend.cell[2]]
    more = column.kind == "money" and mend.given and Decimal(mend.to) > Decimal(mend.given)
    if column.codes is not None or more:  # nobody is told to ask for more, but a sum may be wrong
        return rule.dimension == "completeness"
    return column.kind not in {"text", "credit_code", "id_no"}


def suppliable(pack: Pack, rule: Rule, cell: Cell, given: str | None) -> bool:
    """Whether a datum may be asked for: an empty one always, a text or code only if ill filed."""
    column = pack.tables[cell[0]].by_name.get(cell[2]) if cell[0] in pack.tables else None
    if given is None or column is None or column.kind != "text":
        return True
    return rule.dimension in FILED


def of_mends(pack: Pack, found: dict[tuple[str, str], Mend], wanted: list[Finding]) -> list[Step]:
    """The set steps for some findings of one project, one a cell: of money the least holds."""
    cells: dict[Cell, Step] = {}
    for finding in wanted:
        mend = found.get((finding.rule_id, finding.key))
        rule = pack.rules[finding.rule_id]
        if finding.outcome != FAIL or mend is None or not settable(pack, rule, mend):
            continue
        answered = ((finding.rule_id, finding.key),)
        known = cells.get(mend.cell)
        if known is None:
            cells[mend.cell] = Step(SET, mend.cell, mend.given, mend.to, findings=answered)
            continue
        known.findings = tuple(sorted({*known.findings, *answered}))
        money = pack.tables[mend.cell[0]].by_name[mend.cell[2]].kind == "money"
        if money and Decimal(mend.to) < Decimal(known.to or 0):
            known.to = mend.to
    made = [priced(pack, step) for step in cells.values()]
    return sorted(made, key=lambda step: step.cost)


def priced(pack: Pack, step: Step) -> Step:
    """A step with what it gives up: of money, what was filed less what is set, if more.

    The cost is the cell's own. A project's amount holds its lines': the two do not add up.
    """
    table, _, column = step.cell
    money = pack.tables[table].by_name[column].kind == "money"
    if not (money and step.given and step.to):
        return replace(step, yuan=None)
    return replace(step, yuan=max(NOUGHT, Decimal(step.given) - Decimal(step.to)))
