"""SQL of frameworks: leaves to intervals, intervals to scores, gates and grades.

Points are whole hundredths until they are written, so every engine and the verifier agree to the
last digit. An unknown that the unit owes opens the interval; one that the bureau or an outsider
owes takes the leaf out of full marks.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from shangji.compile.measured import Measured
from shangji.compile.rows import text
from shangji.compile.scope import typed
from shangji.compile.steps import Input, Step
from shangji.domain import DIMENSIONS, SEVERITIES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shangji.compile.subject import Subject
    from shangji.language import Expr
    from shangji.pack import Framework, GateLine, Node, Pack

UNIT_OWES, OTHERS_OWE = 2, 1
"""How a rule stands with a project in a deduct leaf: 3 failed, 2 and 1 unknown, 0 neither."""
FAILED = 3


def hundredths(value: Decimal) -> int:
    """Points as whole hundredths."""
    return int((value * 100).to_integral_value())


def floor_div(number: str, divisor: str) -> str:
    """Whole division of two non-negative whole numbers too wide for 64 bits."""
    return f"(CAST({number} AS HUGEINT) // CAST({divisor} AS HUGEINT))"


@dataclass
class Scored:
    """A framework on its subject."""

    framework: Framework
    subject: Subject
    pack: Pack
    applies: Expr = field(init=False)
    steps_of: dict[str, list[Expr | None]] = field(default_factory=dict)
    scales: dict[str, Measured] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Type every predicate and ask for what it reads."""
        framework, scope = self.framework, self.subject.scope
        self.applies = typed(framework.applies, scope, framework.name)
        self.subject.ask(self.applies)
        for leaf in framework.leaves():
            predicates = [
                typed(step.when, scope, leaf.name) if step.when else None for step in leaf.steps
            ]
            self.steps_of[leaf.name] = predicates
            self.subject.ask(*predicates)
            if leaf.measure:
                measure = self.pack.measures[leaf.measure]
                self.scales[leaf.name] = Measured(measure, self.subject)

    # The leaves, one row a judged row.

    def steps(self) -> list[Step]:
        """Steps that make the leaves' intervals."""
        name = self.framework.name
        steps = []
        if any(leaf.deducting for leaf in self.framework.leaves()):
            steps.append(Step(f"deducted_{name}", self._deducted()))
        steps.append(Step(f"leaf_{name}", self._leaves()))
        return steps

    def inputs(self) -> Mapping[str, Input]:
        """Points by leaf and rule, for the leaves that deduct."""
        rows = []
        for leaf in self.framework.leaves():
            for rule in self.pack.rules.values():
                points = self._points(leaf, rule.id, rule.dimension, rule.severity)
                if points is not None and rule.status == "active":
                    rows.append((leaf.name, rule.id, hundredths(points)))
        if not any(leaf.deducting for leaf in self.framework.leaves()):
            return {}
        columns = {"node": "VARCHAR", "rule_id": "VARCHAR", "points": "BIGINT"}
        return {f"points_{self.framework.name}": Input(columns, tuple(rows))}

    @staticmethod
    def _points(leaf: Node, rule_id: str, dimension: str, severity: str) -> Decimal | None:
        kind = leaf.deduct.get(f"{dimension}:{severity}")
        return leaf.deduct.get(rule_id, leaf.deduct.get(f":{severity}", kind))

    def _belongs(self, row: str, verdict: str) -> str:
        """Which verdicts belong to a row: a project has those of its lines and papers too."""
        if self.framework.subject == "project":
            return f"{verdict}.project_code = {row}.row_project"
        return (
            f"{verdict}.subject = {text(self.framework.subject)} AND {verdict}.key = {row}.row_key"
        )

    def _deducted(self) -> str:
        """Points lost for certain, perhaps, and not countable, by row and leaf; each rule once."""
        stands = (
            "MAX(CASE WHEN v.outcome = 'fail' THEN 3 WHEN v.owed_by = 'unit' THEN 2 ELSE 1 END)"
        )
        return (
            "SELECT row_key, node, "
            f"SUM(CASE WHEN stands = {FAILED} THEN points ELSE 0 END) AS lost, "
            f"SUM(CASE WHEN stands = {UNIT_OWES} THEN points ELSE 0 END) AS doubtful, "
            f"SUM(CASE WHEN stands = {OTHERS_OWE} THEN points ELSE 0 END) AS uncounted FROM ("
            f"SELECT j.row_key, d.node, d.points, {stands} AS stands "
            f"FROM judged_{self.subject.table.name} AS j "
            f"JOIN verdict AS v ON {self._belongs('j', 'v')} AND v.status = 'active' "
            f"JOIN points_{self.framework.name} AS d ON d.rule_id = v.rule_id "
            "GROUP BY j.row_key, d.node, d.points, v.rule_id) AS each_rule GROUP BY row_key, node"
        )

    def _leaves(self) -> str:
        """SELECT of every leaf's low, high, counted weight and known weight on every row."""
        leaves = self.framework.leaves()
        columns, joins = [], []
        for at, leaf in enumerate(leaves):
            joins += self._leaf_joins(leaf, at)
            columns += self._leaf(leaf, at)
        inner = (
            f"SELECT j.row_key, j.row_project, {', '.join(columns)} "
            f"FROM judged_{self.subject.table.name} AS j {' '.join(joins)} "
            f"WHERE {self.subject.sql(self.applies)}"
        )
        shown = []
        for at in range(len(leaves)):
            counted = f"CASE WHEN low{at} = high{at} OR unit{at} THEN w{at} ELSE 0 END"
            shown += [
                f"CASE WHEN low{at} = high{at} OR unit{at} THEN low{at} ELSE 0 END AS low{at}",
                f"CASE WHEN low{at} = high{at} OR unit{at} THEN high{at} ELSE 0 END AS high{at}",
                f"{counted} AS full{at}",
                f"CASE WHEN low{at} = high{at} THEN w{at} ELSE 0 END AS known{at}",
            ]
        return f"SELECT row_key, row_project, {', '.join(shown)} FROM ({inner}) AS l"

    def _leaf_joins(self, leaf: Node, at: int) -> list[str]:
        if leaf.deducting:
            return [
                (
                    f"LEFT JOIN deducted_{self.framework.name} AS d{at} "
                    f"ON d{at}.row_key = j.row_key AND d{at}.node = {text(leaf.name)}"
                )
            ]
        if leaf.judged_by:
            return [
                (
                    "LEFT JOIN (SELECT subject_key, SUM(CAST(value * 100 AS BIGINT)) AS total, "
                    "COUNT(value) AS judges FROM judgement "
                    f"WHERE framework = {text(self.framework.name)} AND node = {text(leaf.name)} "
                    f"AND judge_kind = {text(leaf.judged_by)} GROUP BY subject_key) AS e{at} "
                    f"ON e{at}.subject_key = j.row_key"
                )
            ]
        return []

    def _leaf(self, leaf: Node, at: int) -> list[str]:
        """Columns lowN, highN (hundredths), unitN (the unit owes what is unknown), wN (weight)."""
        weight = leaf.weight * 100
        if leaf.deducting:
            return _deducting(at, weight)
        if leaf.judged_by:
            value = floor_div(
                f"2 * COALESCE(e{at}.total, 0) + COALESCE(e{at}.judges, 0)",
                f"2 * COALESCE(NULLIF(e{at}.judges, 0), 1)",
            )
            known = f"COALESCE(e{at}.judges, 0) > 0"
            return [
                f"CASE WHEN {known} THEN CAST({value} AS BIGINT) ELSE 0 END AS low{at}",
                f"CASE WHEN {known} THEN CAST({value} AS BIGINT) ELSE {weight} END AS high{at}",
                f"FALSE AS unit{at}",
                f"{weight} AS w{at}",
            ]
        if leaf.measure:
            return self._scaled(leaf, at, weight)
        return self._stepped(leaf, at, weight)

    def _stepped(self, leaf: Node, at: int, weight: int) -> list[str]:
        """The first step that holds; an unknown step leaves every later one possible."""
        reached = ["TRUE"]
        lows, highs, owing = [], [], []
        for step, predicate in zip(leaf.steps, self.steps_of[leaf.name], strict=True):
            value = hundredths(step.value)
            sql = self.subject.sql(predicate) if predicate is not None else "TRUE"
            here = f"{' AND '.join(reached)} AND COALESCE({sql}, TRUE)"
            lows.append(f"CASE WHEN {here} THEN {value} ELSE {weight} END")
            highs.append(f"CASE WHEN {here} THEN {value} ELSE 0 END")
            if predicate is not None:
                owed = self._unit_owes(predicate)
                owing.append(f"({' AND '.join(reached)} AND ({sql}) IS NULL AND ({owed}))")
                reached.append(f"NOT COALESCE({sql}, FALSE)")
        if leaf.steps[-1].when:
            lows.append(f"CASE WHEN {' AND '.join(reached)} THEN 0 ELSE {weight} END")
        return [
            f"{_least(lows)} AS low{at}",
            f"{_greatest(highs)} AS high{at}",
            f"{' OR '.join(owing) or 'FALSE'} AS unit{at}",
            f"{weight} AS w{at}",
        ]

    def _unit_owes(self, predicate: Expr) -> str:
        """Whether an unknown input of a predicate is the unit's to supply."""
        parts = [
            f"({self.subject.column(None, ref)} IS NULL AND {owner} = 'unit')"
            for ref in self.subject.inputs(predicate)
            if (owner := self.subject.owed(ref)) not in {"'bureau'", "'external'"}
        ]
        return " OR ".join(parts) or "FALSE"

    def _scaled(self, leaf: Node, at: int, weight: int) -> list[str]:
        """A declared piecewise-linear map of numerator over denominator, rounded half-up once."""
        measured = self.scales[leaf.name]
        above = self.subject.sql(measured.numerator)
        below = self.subject.sql(measured.denominator) if measured.denominator else "1"
        n, d = f"CAST(({above}) * 10000 AS HUGEINT)", f"CAST(({below}) * 10000 AS HUGEINT)"
        lines = []
        points = [(hundredths(x), hundredths(y)) for x, y in leaf.points]
        lines.append(f"WHEN {n} * 100 <= {points[0][0]} * {d} THEN {points[0][1]}")
        for (x0, y0), (x1, y1) in itertools.pairwise(points):
            # y0 + (y1 - y0) (n/d - x0) / (x1 - x0), over one denominator, plus one half, floored.
            number = f"(2 * ({y0} * {x1 - x0} * {d} + ({y1 - y0}) * ({n} * 100 - {x0} * {d}))"
            number += f" + {x1 - x0} * {d})"
            value = floor_div(number, f"2 * {x1 - x0} * {d}")
            lines.append(f"WHEN {n} * 100 <= {x1} * {d} THEN CAST({value} AS BIGINT)")
        ready = f"({above}) IS NOT NULL AND ({below}) > 0"
        mapped = f"CASE {' '.join(lines)} ELSE {points[-1][1]} END"
        owed = self._unit_owes(measured.numerator)
        if measured.denominator:
            owed = f"{owed} OR {self._unit_owes(measured.denominator)}"
        return [
            f"CASE WHEN {ready} THEN {mapped} ELSE 0 END AS low{at}",
            f"CASE WHEN {ready} THEN {mapped} ELSE {weight} END AS high{at}",
            f"({owed}) AS unit{at}",
            f"{weight} AS w{at}",
        ]

    # Results.

    def score_sql(self) -> str:
        """SELECT of scores: one row a node and judged row."""
        leaves = self.framework.leaves()
        places = {leaf.name: at for at, leaf in enumerate(leaves)}
        parts = []
        for node in self.framework.nodes:
            under = [places[leaf.name] for leaf in self.framework.leaves(node.name)]
            low, high, known, full = (
                " + ".join(f"{column}{at}" for at in under)
                for column in ("low", "high", "known", "full")
            )
            parts.append(
                f"SELECT {text(self.framework.name)} AS framework, "
                f"{text(self.framework.subject)} AS subject, row_key AS key, "
                f"{self._as_of()} AS as_of, {text(node.name)} AS node, "
                f"{_points_text(low)} AS low, {_points_text(high)} AS high, "
                f"CAST(({known}) // 100 AS BIGINT) AS known, "
                f"CAST(({full}) // 100 AS BIGINT) AS full FROM leaf_{self.framework.name}"
            )
        return " UNION ALL ".join(parts)

    def _as_of(self) -> str:
        return f"CAST('{self.subject.rows.review['as_of'].value}' AS DATE)"

    def _sum(self, node: str, column: str) -> str:
        places = {leaf.name: at for at, leaf in enumerate(self.framework.leaves())}
        under = [places[leaf.name] for leaf in self.framework.leaves(node)]
        return "(" + " + ".join(f"{column}{at}" for at in under) + ")"

    def grade_sql(self) -> str:
        """SELECT of grades from the axes or the bands; none below the known share."""
        framework = self.framework
        axes = framework.axes
        weight = {axis: sum(leaf.weight for leaf in framework.leaves(axis)) * 100 for axis in axes}
        share = {axis: f"({self._sum(axis, 'known')} * 100 // {weight[axis]})" for axis in axes}
        known = _least(list(share.values()))

        def grade(end: str) -> str:
            chosen = self._banded(end) if framework.bands else self._quartered(end)
            return f"CASE WHEN {known} < {framework.known_at_least} THEN '' {chosen} END"

        total = " + ".join(
            f"{self._sum(axis, 'low')} * 10000 // CASE WHEN {self._sum(axis, 'full')} = 0 THEN 1 "
            f"ELSE {self._sum(axis, 'full')} END"
            for axis in axes
        )
        letters = "" if framework.bands else "low_grade, "
        inner = (
            f"SELECT row_key, {grade('low')} AS low_grade, {grade('high')} AS high_grade, "
            f"{known} AS known, {total} AS total FROM leaf_{framework.name}"
        )
        return (
            f"SELECT {text(framework.name)} AS framework, {text(framework.subject)} AS subject, "
            f"row_key AS key, {self._as_of()} AS as_of, low_grade, high_grade, "
            "CAST(known AS BIGINT) AS known, CAST(CASE WHEN low_grade = '' THEN NULL ELSE "
            "ROW_NUMBER() OVER (ORDER BY CASE WHEN low_grade = '' THEN 1 ELSE 0 END, "
            f"{letters}total DESC, row_key) END AS BIGINT) AS rank FROM ({inner}) AS g"
        )

    def _passes(self, axis: str, end: str, least: Decimal) -> str:
        """Whether a node reaches so many per cent of its full marks."""
        marks = hundredths(least)
        return f"{self._sum(axis, end)} * 10000 >= {marks} * {self._sum(axis, 'full')}"

    def _quartered(self, end: str) -> str:
        framework = self.framework
        cut = framework.cut or Decimal(0)
        x, y = (self._passes(axis, end, cut) for axis in framework.axes)
        both, first, second, none = map(text, framework.grades)
        return (
            f"WHEN {x} AND {y} THEN {both} WHEN {x} THEN {first} WHEN {y} THEN {second} ELSE {none}"
        )

    def _banded(self, end: str) -> str:
        """The first band reached; the last catches what is left."""
        *upper, (last, _) = self.framework.bands
        whens = [
            f"WHEN {self._passes(self.framework.x, end, least)} THEN {text(name)}"
            for name, least in upper
        ]
        return f"{' '.join(whens)} ELSE {text(last)}"

    def gate_sql(self) -> str:
        """SELECT of the gate's outcome on every row of the subject, with the rules behind it."""
        framework = self.framework
        lines = framework.gate
        joins, outcomes, causes = [], [], []
        for at, line in enumerate(lines):
            if not line.verdict:
                outcomes.append(f"ELSE {text(line.name)}")
                break
            joins.append(self._gate_join(line, at))
            outcomes.append(f"WHEN g{at}.row_key IS NOT NULL THEN {text(line.name)}")
            causes.append(f"WHEN g{at}.row_key IS NOT NULL THEN g{at}.rules")
        if not lines:
            outcomes = ["ELSE ''"]
        outcome = f"CASE {' '.join(outcomes)} END" if causes else outcomes[0].removeprefix("ELSE ")
        rules = f"CASE {' '.join(causes)} ELSE '[]' END" if causes else "'[]'"
        return (
            f"SELECT {text(framework.subject)} AS subject, j.row_key AS key, {outcome} AS outcome, "
            f"{rules} AS rules FROM judged_{framework.subject} AS j {' '.join(joins)}"
        )

    def _gate_join(self, line: GateLine, at: int) -> str:
        """The rows that a line of the gate catches, with the rules in id order."""
        graded = ", ".join(text(severity) for severity in line.severity or SEVERITIES)
        within = ", ".join(text(dimension) for dimension in line.dimension or DIMENSIONS)
        caught = (
            "SELECT DISTINCT j.row_key, v.rule_id "
            f"FROM judged_{self.framework.subject} AS j JOIN verdict AS v "
            f"ON {self._belongs('j', 'v')} JOIN rules_run AS r ON r.rule_id = v.rule_id "
            f"WHERE v.outcome = {text(line.verdict)} AND v.status = 'active' "
            f"AND v.severity IN ({graded}) AND r.dimension IN ({within})"
        )
        return (
            "LEFT JOIN (SELECT row_key, '[' || STRING_AGG('\"' || rule_id || '\"', ',' "
            f"ORDER BY rule_id) || ']' AS rules FROM ({caught}) AS c GROUP BY row_key) AS g{at} "
            f"ON g{at}.row_key = j.row_key"
        )


def _deducting(at: int, weight: int) -> list[str]:
    """Full marks less what the bureau cannot count; then what failed, then what is doubtful."""
    full = f"GREATEST(0, {weight} - COALESCE(d{at}.uncounted, 0))"
    lost, doubtful = f"COALESCE(d{at}.lost, 0)", f"COALESCE(d{at}.doubtful, 0)"
    low = f"LEAST({full}, GREATEST(0, {weight} - {lost} - {doubtful}))"
    high = f"LEAST({full}, GREATEST(0, {weight} - {lost}))"
    return [f"{low} AS low{at}", f"{high} AS high{at}", f"TRUE AS unit{at}", f"{full} AS w{at}"]


def _points_text(sql: str) -> str:
    return f"CAST(({sql}) * CAST(0.01 AS DECIMAL(3,2)) AS DECIMAL(18,2))"


def _least(parts: list[str]) -> str:
    return f"LEAST({', '.join(parts)})" if len(parts) > 1 else parts[0]


def _greatest(parts: list[str]) -> str:
    return f"GREATEST({', '.join(parts)})" if len(parts) > 1 else parts[0]
