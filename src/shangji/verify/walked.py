"""The paths to pass, once more: every figure set and every rule run again on the changed rows.

Which steps are the cheapest, and that none can be spared, is the engine's choice and not derived;
that the steps named do what is claimed of them, is.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from shangji.verify.judge import Seated, judge
from shangji.verify.model import NotDerived
from shangji.verify.rulebook import texts
from shangji.verify.seals import canonical, shown
from shangji.verify.world import World

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from shangji.verify.judge import Answer, Judged
    from shangji.verify.rulebook import Doc, Rule

UNIT, BUREAU = "unit", "bureau"
SET, FOLLOW, SUPPLY, EXPLAIN = "set", "follow", "supply", "explain"
MENDED_BY_UNIT = ("completeness", "standard", "performance")
FILED = ("completeness", "performance")
AMOUNT = "amount_yuan"
NOUGHT = Decimal("0.00")
Cell = tuple[str, str, str]


@dataclass
class Standing:
    """What stands against projects: findings by project, remedies by rule and row."""

    findings: dict[Any, list[Answer]] = field(default_factory=dict)
    remedies: dict[tuple[str, str], Answer] = field(default_factory=dict)

    @classmethod
    def of(cls, judged: Iterable[Judged]) -> Standing:
        """Gather what rules answered; hints and rules on trial bar nobody's way."""
        made = cls()
        for one in judged:
            if one.rule.status != "active":
                continue
            for row in one.verdicts.values():
                weighs = row["status"] == "active" and row["severity"] != "hint"
                if weighs and row["project_code"] is not None:
                    made.findings.setdefault(row["project_code"], []).append(row)
            rows = (row for row in one.remedies if row["at_key"] is not None)
            made.remedies.update({(row["rule_id"], row["key"]): row for row in rows})
        return made


class Walking:
    """The paths of one review."""

    def __init__(self, seated: Seated, judged: dict[str, Judged]) -> None:
        """Take the world as it was judged."""
        self.seated, self.world, self.judged = seated, seated.world, judged
        self.book = self.world.book
        frameworks = (doc for doc in self.book.frameworks.values() if doc["subject"] == "project")
        self.gate: list[Doc] = (next(frameworks, {})).get("gate") or []
        self.base = Standing.of(judged.values())
        rows = self.world.report.snapshot.get("project", [])
        self.projects = {
            row["project_code"]: str(row["row_key"])
            for row in rows
            if row["project_code"] is not None
        }
        self.cells: dict[str, dict[Any, Doc]] = {}
        self.known: tuple[list[tuple[str, ...]], Standing] | None = None

    def walk(self, reader: str, told: list[Answer]) -> tuple[list[Answer], list[Answer]]:
        """The rows of `path` and of `path_end` for a reader, given the figures that are set."""
        steps: dict[Any, list[Answer]] = {}
        for row in told:
            if row["action"] in {SET, FOLLOW} and row["set_to"] is not None:
                steps.setdefault(row["project_code"], []).append(row)
        after = self._after(steps)
        made: list[Answer] = []
        ends: list[Answer] = []
        for project in sorted(self.projects):
            mine = steps.get(project, [])
            now = after if mine else self.base
            asked, left = self._asked(reader, project, now)
            rows = [*(self._set(row, after) for row in mine), *asked.values()]
            sets = [row["verified"] for row in rows if row["action"] == SET]
            for row in rows:
                row["verified"] = all(sets) if row["action"] == FOLLOW else row["verified"]
            made += [{**row, "project_code": project, "reader": reader} for row in rows]
            ends.append(
                {
                    "project_code": project,
                    "reader": reader,
                    "steps": len(rows),
                    "unverified": sum(not row["verified"] for row in rows),
                    "left": len(left),
                    "gate_before": self._outcome(self.base.findings.get(project, [])),
                    "gate_after": self._outcome(left),
                }
            )
        return made, ends

    # The changed rows.

    def _after(self, steps: dict[Any, list[Answer]]) -> Standing:
        """What stands once the figures are set; the same figures for both readers run once."""
        names = ("at_table", "at_key", "at_column", "set_to")
        cells = sorted(
            tuple(str(row[name]) for name in names) for rows in steps.values() for row in rows
        )
        if self.known is None or self.known[0] != cells:
            self.known = (cells, self._again(steps) if steps else Standing())
        return self.known[1]

    def _again(self, steps: dict[Any, list[Answer]]) -> Standing:
        """Every rule again, over the projects that set a figure."""
        report = self.world.report
        held = dict(report.snapshot)
        fresh: dict[str, dict[str, Answer]] = {}
        for row in (row for rows in steps.values() for row in rows):
            table, key, column = row["at_table"], row["at_key"], row["at_column"]
            if self._cell((table, key, column)) is None and row["given"] is not None:
                raise NotDerived(f"通过路径要改的 {table} {key} {column} 不在快照里")
            value = _read(row["set_to"], self.book.tables[table].columns[column].kind)
            fresh.setdefault(table, {}).setdefault(key, {})[column] = value
        for table, rows in fresh.items():
            held[table] = [{**one, **rows.get(one["row_key"], {})} for one in held[table]]
        told = {name: rows for name, rows in held.items() if rows is not report.snapshot[name]}
        relations = self.world.relations.after(told)
        seated = Seated(World(replace(report, snapshot=held), self.book, relations))
        rules = [one.rule for one in self.judged.values() if one.rule.status == "active"]
        again = [judge(seated, rule, set(steps)) for rule in rules]
        lost = [one.rule.id for one in again if one.why]
        if lost:
            raise NotDerived(f"改后的数据上没有重算：{'、'.join(lost)}")
        return Standing.of(again)

    def _cell(self, cell: Cell) -> str | None:
        """What stands in a cell of the snapshot, as text."""
        table, key, column = cell
        if table not in self.cells:
            rows = self.world.report.snapshot.get(table, [])
            self.cells[table] = {row["row_key"]: row for row in rows}
        value = self.cells[table].get(key, {}).get(column)
        return None if value is None else shown(value)

    def _set(self, row: Answer, after: Standing) -> Answer:
        """A step that sets a figure: what stood there, what it costs, and whether it passes."""
        cell = (row["at_table"], row["at_key"], row["at_column"])
        given, to, cost = self._cell(cell), row["set_to"], None
        money = self.book.tables[cell[0]].columns[cell[2]].kind == "money"
        if row["action"] == SET and money and given:
            cost = max(NOUGHT, Decimal(given) - Decimal(to))
        rules = json.loads(row["rules"])
        before = {
            (one["rule_id"], one["key"])
            for one in self.base.remedies.values()
            if one["rule_id"] in rules and self._at(one) == cell
        }
        fails = any(
            (one["rule_id"], one["key"]) in before
            or (
                one["rule_id"] in rules
                and self._at(after.remedies.get((one["rule_id"], one["key"]))) == cell
            )
            for one in after.findings.get(row["project_code"], [])
            if one["outcome"] == "fail"
        )
        known = bool(rules) and all(name in self.book.rules for name in rules)
        return {**row, "given": given, "cost_yuan": cost, "verified": known and not fails}

    @staticmethod
    def _at(remedy: Answer | None) -> Cell | None:
        if remedy is None:
            return None
        return remedy["at_table"], remedy["at_key"], remedy["at_column"]

    # What no figure mends.

    def _asked(
        self, reader: str, project: str, now: Standing
    ) -> tuple[dict[tuple[str, Cell], Answer], list[Answer]]:
        """What is to be supplied or explained, and what the reader cannot mend."""
        steps: dict[tuple[str, Cell], Answer] = {}
        left = []
        for finding in sorted(now.findings.get(project, []), key=_place):
            answers = self._answers(reader, project, finding, now)
            if answers is None:
                continue
            if not answers:
                left.append(finding)
            for action, cell, given in answers:
                names = {"at_table": cell[0], "at_key": cell[1], "at_column": cell[2]}
                fresh: Answer = {"action": action, "rules": "[]", **names, "given": given}
                fresh |= {"set_to": None, "cost_yuan": None, "verified": False}
                known = steps.setdefault((action, cell), fresh)
                rules = {*json.loads(known["rules"]), finding["rule_id"]}
                known["rules"] = canonical(sorted(rules))
        return steps, left

    def _answers(
        self, reader: str, project: str, finding: Answer, now: Standing
    ) -> list[tuple[str, Cell, str | None]] | None:
        """The steps that answer a finding: none where a person must decide, None if none is due."""
        rule = self.book.rules[finding["rule_id"]]
        if finding["outcome"] == "unknown" and not self._caught(finding):
            return None
        if finding["outcome"] == "unknown":
            owed = finding["owed_by"] == UNIT and rule.visible_to in {UNIT, reader}
            names = json.loads(finding["missing"]) if owed else []
            return [self._supply(name, project, finding) for name in names]
        by_unit = rule.visible_to == UNIT and rule.dimension in MENDED_BY_UNIT
        return self._mending(reader, project, finding, now) if by_unit or reader != UNIT else []

    def _mending(
        self, reader: str, project: str, finding: Answer, now: Standing
    ) -> list[tuple[str, Cell, str | None]]:
        """What mends a failing finding that the reader may mend."""
        rule = self.book.rules[finding["rule_id"]]
        if rule.supply:
            step = self._supply(rule.supply, project, finding)
            return [step] if self._suppliable(rule, step) else []
        mend = now.remedies.get((finding["rule_id"], finding["key"]))
        at = self._at(mend)
        if mend is not None and at is not None and self._settable(rule, mend):
            return [(SUPPLY, at, mend["given"])]
        if reader == UNIT and rule.question:
            return [(EXPLAIN, (finding["subject"], finding["key"], ""), None)]
        return []

    def _supply(self, name: str, project: str, finding: Answer) -> tuple[str, Cell, str | None]:
        table, _, column = name.partition(".")
        key = finding["key"] if table == finding["subject"] else ""
        key = self.projects[project] if table == "project" else key
        known = table in self.book.tables and column in self.book.tables[table].columns
        given = self._cell((table, key, column)) if key and known else None
        return SUPPLY, (table, key, column), given

    def _suppliable(self, rule: Rule, step: tuple[str, Cell, str | None]) -> bool:
        _, (table, _, column), given = step
        held = self.book.tables.get(table)
        kind = held.columns[column].kind if held and column in held.columns else ""
        return given is None or kind != "text" or rule.dimension in FILED

    def _settable(self, rule: Rule, mend: Answer) -> bool:
        column = self.book.tables[mend["at_table"]].columns[mend["at_column"]]
        more = (
            column.kind == "money"
            and mend["given"]
            and Decimal(mend["set_to"]) > Decimal(mend["given"])
        )
        if column.codes or more:
            return rule.dimension == "completeness"
        return column.kind not in {"text", "credit_code", "id_no"}

    # The gate.

    def _caught(self, finding: Answer) -> str:
        """The first line of the gate that catches a finding."""
        dimension = self.book.rules[finding["rule_id"]].dimension
        for line in self.gate:
            graded, within = texts(line, "severity"), texts(line, "dimension")
            fits = finding["outcome"] == line.get("verdict")
            fits = fits and (not graded or finding["severity"] in graded)
            if fits and (not within or dimension in within):
                return str(line["gate"])
        return ""

    def _outcome(self, findings: list[Answer]) -> str:
        caught = {self._caught(one) for one in findings}
        for line in self.gate:
            if line["gate"] in caught or not line.get("verdict"):
                return str(line["gate"])
        return ""


def numbered(rows: list[Answer]) -> Iterator[tuple[Any, Any, str, str]]:
    """Yield the paths whose steps are not numbered from one: project, reader, told, wanted."""
    found: dict[tuple[Any, Any], list[int]] = {}
    for row in rows:
        found.setdefault((row["project_code"], row["reader"]), []).append(row["step_no"])
    for (project, reader), numbers in found.items():
        wanted = list(range(1, len(numbers) + 1))
        if sorted(numbers) != wanted:
            yield project, reader, str(sorted(numbers)), str(wanted)


def _place(finding: Answer) -> tuple[str, str]:
    return finding["rule_id"], finding["key"]


def _read(value: str, kind: str) -> Any:  # noqa: ANN401 - any cell
    """A canonical text as a cell of its kind."""
    if kind in {"money", "number"}:
        return Decimal(value)
    if kind == "count":
        return int(value)
    if kind == "date":
        return date.fromisoformat(value)
    return value == "true" if kind == "flag" else value
