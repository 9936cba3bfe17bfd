"""SQL of what the remedies take off: lines first, then projects, each from what is left.

A line is cut to the least `to` of its failing active remedies, in the name of that rule (of equals
the lowest id); the others are kept as found beside it. No cut goes below what a contract or an
entitlement binds, nor beyond what the project asked for. A cut of a line that several funds pay
falls on them in the pack's order, each whole before the next, to the cent.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from shangji.compile.rows import quoted, text
from shangji.compile.scope import typed
from shangji.compile.steps import RESULT, Part, Step, empty
from shangji.compile.verdicts import AMOUNT, FAILED, amount_remedy, set_value, severity, status
from shangji.language import Ref
from shangji.results import RESULTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from shangji.compile.subject import Judged, Subject
    from shangji.pack import Pack
    from shangji.pack.model import Floor

MONEY = "DECIMAL(18,2)"
NOUGHT = f"CAST(0 AS {MONEY})"
BEFORE = "ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING"
LAST = 999
"""The place of a fund that the pack's order does not name."""


@dataclass
class Reducing:
    """The cuts of one plan: asks for what it reads, then writes its steps."""

    pack: Pack
    subjects: Mapping[str, Subject]
    judged: Mapping[str, Sequence[Judged]]
    tables: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Ask for the amounts and the floors that cuts must not go below."""
        for name in ("line", "project"):
            subject = self.subjects.get(name)
            if subject is None or not self._mending(name):
                continue
            self.tables.append(name)
            for alias in dict.fromkeys((name, "project")):
                if alias in subject.scope.aliases:
                    subject.ask(typed(f"{alias}.{AMOUNT}", subject.scope, name))
                    for floor in self._floors(alias):
                        for said in (floor.applies, floor.at_least):
                            subject.ask(typed(said, subject.scope, name))

    def _mending(self, name: str) -> list[Judged]:
        rules = self.judged.get(name, ())
        return [one for one in rules if amount_remedy(one) and one.rule.status == "active"]

    def _floors(self, name: str) -> list[Floor]:
        stated = self.pack.reduction
        return [one for one in stated.floors if one.subject == name] if stated else []

    def _floor(self, subject: Subject, name: str) -> str:
        """The greatest of the floors on a row; one that is unknown binds nothing."""

        def sql(said: str) -> str:
            return subject.sql(typed(said, subject.scope, name))

        parts = [
            f"CASE WHEN {sql(one.applies)} THEN COALESCE({sql(one.at_least)}, 0) ELSE 0 END"
            for one in self._floors(name)
        ]
        most = f"GREATEST({', '.join(parts)}, 0)" if parts else "0"
        return f"CAST({most} AS {MONEY})"

    def steps(self) -> Iterator[Step]:
        """The steps, the last of them the table of reductions."""
        parts = []
        if self.tables:
            yield Step("fund_line", self._funds())
        if "line" in self.tables:
            yield Step("cut_line", self._within(self._cut("line")))
            yield Step("taken_line", self._split("cut_line", "row_key", "fund_line"))
            parts.append(self._rows("line"))
        if "project" in self.tables:
            yield Step("cut_project", self._left(self._cut("project")))
            yield Step("fund_project", self._left_funds())
            yield Step("taken_project", self._split("cut_project", "row_project", "fund_project"))
            parts.append(self._rows("project"))
        yield Step(
            "reduction",
            " UNION ALL ".join(parts) or empty("reduction"),
            key=RESULTS["reduction"].key,
            kind=RESULT,
        )

    def _cut(self, name: str) -> str:
        """SELECT of each row that is cut: asked, approved, the cause, the others, the allowance."""
        subject, rules = self.subjects[name], self._mending(name)
        asked = quoted(f"{name}__{AMOUNT}")
        columns = [f"{_bounded(subject, one, asked)} AS to_{at}" for at, one in enumerate(rules)]
        each = [f"COALESCE(to_{at}, asked)" for at in range(len(rules))]
        least = f"LEAST({', '.join(each)})" if len(each) > 1 else each[0]
        causes = " ".join(
            f"WHEN to_{at} = least THEN {text(one.rule.id)}" for at, one in enumerate(rules)
        )
        also = ", ".join(
            f"CASE WHEN to_{at} IS NOT NULL AND cause <> {text(rule)} "
            f"THEN {text(json.dumps(rule))} END"
            for at, rule in enumerate(one.rule.id for one in rules)
        )
        whole = "project" in subject.scope.aliases and name != "project"
        allowance = f"CAST(NULL AS {MONEY})"
        if whole:
            floor = self._floor(subject, "project")
            allowance = f"CAST({quoted(f'project__{AMOUNT}')} - {floor} AS {MONEY})"
        inner = (
            f"SELECT row_key, row_project, {asked} AS asked, {self._floor(subject, name)} "
            f"AS floor, {allowance} AS allowance, {', '.join(columns)} FROM judged_{name}"
        )
        named = (
            f"SELECT *, CASE {causes} END AS cause FROM (SELECT *, {least} AS least "
            f"FROM ({inner}) AS a) AS b WHERE least < asked"
        )
        return (
            "SELECT row_key, row_project, asked, GREATEST(least, LEAST(asked, floor)) AS approved, "
            f"cause, '[' || CONCAT_WS(',', {also}) || ']' AS also, allowance FROM ({named}) AS c"
        )

    @staticmethod
    def _within(cut: str) -> str:
        """Line cuts in the order of lines, until what the project may lose is used up."""
        earlier = (
            f"COALESCE(SUM(asked - approved) OVER (PARTITION BY row_project ORDER BY row_key "
            f"{BEFORE}), 0)"
        )
        most = (
            "CASE WHEN allowance IS NULL THEN asked - approved "
            f"ELSE GREATEST({NOUGHT}, LEAST(asked - approved, allowance - earlier)) END"
        )
        return (
            f"SELECT row_key, row_project, asked, CAST(asked - cut AS {MONEY}) AS approved, cause, "
            f"also FROM (SELECT *, {most} AS cut FROM (SELECT *, {earlier} AS earlier "
            f"FROM ({cut}) AS d) AS e) AS f WHERE cut > 0"
        )

    def _left(self, cut: str) -> str:
        """Project cuts: what the remedy still takes after the cuts of the project's lines."""
        taken = "SELECT CAST(NULL AS VARCHAR) AS row_project, 0 AS taken WHERE 1 = 0"
        if "line" in self.tables:
            taken = (
                "SELECT row_project, SUM(asked - approved) AS taken FROM cut_line "
                "GROUP BY row_project"
            )
        return (
            "SELECT p.row_key, p.row_project, "
            f"CAST(p.asked - COALESCE(t.taken, 0) AS {MONEY}) AS asked, p.approved, p.cause, "
            f"p.also FROM ({cut}) AS p LEFT JOIN ({taken}) AS t ON t.row_project = p.row_project "
            "WHERE p.asked - COALESCE(t.taken, 0) > p.approved"
        )

    # Funds.

    def _funds(self) -> str:
        """SELECT of what each fund pays of each line; a line of one fund may name it itself."""
        line, fund = self.pack.tables.get("line"), self.pack.tables.get("line_fund")
        nothing = (
            "SELECT CAST(NULL AS VARCHAR) AS line_key, CAST(NULL AS VARCHAR) AS project, "
            f"CAST(NULL AS VARCHAR) AS source, {NOUGHT} AS amount WHERE 1 = 0"
        )
        if line is None or "fund_source" not in line.by_name:
            return nothing
        named = (
            "SELECT l.row_key AS line_key, l.project_code AS project, l.fund_source AS source, "
            f"l.{AMOUNT} AS amount FROM line AS l"
        )
        given = f"l.fund_source IS NOT NULL AND l.{AMOUNT} > 0"
        if fund is None:
            return f"{named} WHERE {given}"
        link = [f"f.{quoted(c)} = l.{quoted(p)}" for c, p in fund.parent_on.items()]
        match = " AND ".join(link)
        several = (
            "SELECT l.row_key AS line_key, l.project_code AS project, f.fund_source AS source, "
            f"CAST(SUM(f.{AMOUNT}) AS {MONEY}) AS amount FROM line AS l JOIN line_fund AS f "
            f"ON {match} WHERE f.fund_source IS NOT NULL AND f.{AMOUNT} > 0 "
            "GROUP BY l.row_key, l.project_code, f.fund_source"
        )
        none = f"NOT EXISTS (SELECT 1 FROM line_fund AS f WHERE {match})"
        return f"{several} UNION ALL {named} WHERE {given} AND {none}"

    def _left_funds(self) -> str:
        """SELECT of what each fund still pays of each project after the cuts of its lines."""
        taken = "SELECT CAST(NULL AS VARCHAR) AS line_key, NULL AS source, 0 AS take WHERE 1 = 0"
        if "line" in self.tables:
            taken = "SELECT key AS line_key, source, take FROM taken_line"
        return (
            "SELECT f.project AS line_key, f.source, "
            f"CAST(SUM(f.amount - COALESCE(t.take, 0)) AS {MONEY}) AS amount FROM fund_line AS f "
            f"LEFT JOIN ({taken}) AS t ON t.line_key = f.line_key AND t.source = f.source "
            "WHERE f.project IS NOT NULL GROUP BY f.project, f.source"
        )

    def _split(self, cut: str, key: str, funds: str) -> str:
        """SELECT of each fund's share of each cut; what no fund is known to pay stands under ''."""
        order = self.pack.reduction.fund_order if self.pack.reduction else ()
        places = " ".join(f"WHEN {text(name)} THEN {at}" for at, name in enumerate(order))
        place = f"CASE f.source {places} ELSE {LAST} END" if places else str(LAST)
        held = (
            f"SELECT c.{key} AS key, f.source, f.amount, c.asked - c.approved AS cut, "
            f"COALESCE(SUM(f.amount) OVER (PARTITION BY c.row_key ORDER BY {place}, f.source "
            f"{BEFORE}), 0) AS earlier FROM {cut} AS c JOIN {funds} AS f ON f.line_key = c.{key}"
        )
        shares = (
            "SELECT key, source, amount, "
            f"GREATEST({NOUGHT}, LEAST(amount, cut - earlier)) AS take FROM ({held}) AS h"
        )
        sums = (
            "SELECT key, SUM(amount) AS amount, SUM(take) AS take "
            f"FROM ({shares}) AS s GROUP BY key"
        )
        rest = "c.asked - c.approved - COALESCE(s.take, 0)"
        return (
            f"SELECT key, source, amount, CAST(take AS {MONEY}) AS take FROM ({shares}) AS s "
            f"WHERE take > 0 UNION ALL SELECT c.{key} AS key, '' AS source, "
            f"CAST(GREATEST(c.asked - COALESCE(s.amount, 0), {rest}) AS {MONEY}) AS amount, "
            f"CAST({rest} AS {MONEY}) AS take FROM {cut} AS c LEFT JOIN ({sums}) AS s "
            f"ON s.key = c.{key} WHERE {rest} > 0"
        )

    @staticmethod
    def _rows(name: str) -> str:
        line_key, key = ("c.row_key", "row_key") if name == "line" else ("''", "row_project")
        return (
            f"SELECT c.row_project AS project_code, {line_key} AS line_key, "
            f"t.source AS fund_source, {text(name)} AS step, t.amount AS asked_yuan, "
            "t.amount - t.take AS approved_yuan, 'rule' AS cause_kind, c.cause AS cause_id, "
            f"c.also AS also FROM cut_{name} AS c JOIN taken_{name} AS t ON t.key = c.{key}"
        )


def _bounded(subject: Subject, judged: Judged, asked: str) -> str:
    """What a remedy sets where it binds, between nothing and what was asked; else null."""
    to = f"CAST({set_value(subject, judged)} AS {MONEY})"
    bounded = f"CASE WHEN {to} < 0 THEN 0 WHEN {to} > {asked} THEN {asked} ELSE {to} END"
    holds = (
        f"{quoted(judged.rule.id)} = {FAILED} AND {status(subject, judged)} = 'active' "
        f"AND {severity(subject, judged)} <> 'hint'"
    )
    return f"CASE WHEN {holds} THEN CAST({bounded} AS {MONEY}) END"


def remedies(subjects: Mapping[str, Subject], judged: Mapping[str, Sequence[Judged]]) -> Step:
    """The step of every figure or code that a remedy of a failing rule would set, and where."""
    parts = [
        Part(f"counted_{name}", (f"f{at}",), _remedy(subjects[name], one))
        for name, rules in judged.items()
        for at, one in enumerate(rules)
        if isinstance(one.target, Ref) and one.to is not None
    ]
    none = empty("remedy")
    return Step("remedy", none, key=RESULTS["remedy"].key, kind=RESULT, parts=tuple(parts))


def _remedy(subject: Subject, judged: Judged) -> str:
    target = judged.target
    if not isinstance(target, Ref) or target.column is None:  # the checker refuses such a rule
        raise TypeError(judged.rule.id)
    alias, column = target.path[0], target.column
    table = subject.scope.aliases[alias]
    key = "row_key" if alias == subject.table.name else quoted(f"{alias}__row_key")
    to = f"CAST({set_value(subject, judged)} AS {column.sql_type})"
    if column.kind == "money":
        to = f"GREATEST({to}, {NOUGHT})"
    return (
        f"SELECT {text(judged.rule.id)} AS rule_id, row_key AS key, row_project AS project_code, "
        f"{text(table.name)} AS at_table, {key} AS at_key, {text(column.name)} AS at_column, "
        f"CAST({subject.sql(target)} AS VARCHAR) AS given, CAST({to} AS VARCHAR) AS set_to "
        f"FROM judged_{subject.table.name} "
        f"WHERE {quoted(judged.rule.id)} = {FAILED} AND {to} IS NOT NULL"
    )
