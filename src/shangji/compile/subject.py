"""One subject: its wide relation, the outcomes of its rules, and who owes what is unknown.

The wide relation is made once and every rule reads it in one statement.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from shangji.compile import norms
from shangji.compile.rows import CASE_COLUMN, Rest, Rows, named_in, quoted, text
from shangji.compile.scope import RuleScope, typed
from shangji.language import Expr, Ref, refs, to_expression

if TYPE_CHECKING:
    from collections.abc import Iterable

    from shangji.pack import Lookup, Rule, Section, Use
    from shangji.schema import Table

ROW = ("row_key", "row_project", "row_unit")
"""Columns of every wide relation besides the referenced ones."""


@dataclass(frozen=True)
class Judged:
    """A rule with its expressions typed."""

    rule: Rule
    applies: Expr
    fails: Expr
    measured: Expr | None
    allowed: Expr | None
    to: Expr | None
    at_stake: Expr | None

    @property
    def all(self) -> tuple[Expr | None, ...]:
        """Every expression that reads the wide relation."""
        return (
            self.applies,
            self.fails,
            self.measured,
            self.allowed,
            self.to,
            self.at_stake,
            *(self.target,),
        )

    target: Expr | None = None


@dataclass
class Subject:
    """Collects what is asked about one subject and writes its wide relation."""

    rows: Rows
    table: Table
    needed: dict[tuple[str, ...], Ref] = field(default_factory=dict)
    uses: dict[str, Use] = field(default_factory=dict)
    names: dict[tuple[object, ...], str] = field(default_factory=dict)
    reads: dict[tuple[str, str], dict[Rest, None]] = field(default_factory=dict)
    spelled: dict[tuple[int, int], tuple[Expr, Rule | Section | None, str]] = field(
        default_factory=dict
    )

    @cached_property
    def scope(self) -> RuleScope:
        """Names without standards, for measures and leaves."""
        return RuleScope(self.rows.pack, self.table)

    def judge(self, rule: Rule) -> Judged:
        """Type a rule's expressions and ask for what they read."""
        scope = RuleScope(self.rows.pack, self.table, rule.standards)

        def expr(source: str) -> Expr | None:
            return typed(source, scope, rule.id) if source else None

        remedy = rule.remedy
        judged = Judged(
            rule,
            typed(rule.applies, scope, rule.id),
            typed(rule.fails, scope, rule.id),
            expr(rule.measured),
            expr(rule.allowed),
            expr(remedy.to) if remedy else None,
            expr(rule.at_stake),
            expr(remedy.set) if remedy and remedy.set else None,
        )
        self.ask(*judged.all, uses=rule.standards)
        return judged

    def ask(self, *exprs: Expr | None, uses: tuple[Use, ...] = ()) -> None:
        """Ask for every column that some expressions read."""
        by_name = {use.name: use for use in uses}
        for ref in refs(*exprs):
            use = by_name.get(ref.path[0])
            if use is not None:
                self._ask_standard(use)
            elif ref.path[0] != "review":
                self._ask_column(ref)

    def inputs(self, *exprs: Expr | None, uses: tuple[Use, ...] = ()) -> tuple[Ref, ...]:
        """Every column whose absence can make some expressions unknown.

        That is what they read and the keys behind it: a unit that leaves the key of a standard or
        of a lookup empty owes that key, although the value it would have led to is the bureau's.
        """
        found: dict[tuple[str, ...], Ref] = {}
        by_name = {use.name: use for use in uses}
        waiting = list(refs(*exprs))
        while waiting:
            ref = waiting.pop(0)
            if ref.path in found or ref.path[0] == "review":
                continue
            found[ref.path] = ref
            waiting += self._behind(ref.path[0], by_name.get(ref.path[0]))
        return tuple(found.values())

    def _behind(self, alias: str, use: Use | None) -> tuple[Ref, ...]:
        """The columns by which a standard, a lookup, a parent or a project is found."""
        if use is not None:
            keys = [source for source in (*use.by.values(), use.band) if source]
            return refs(*(typed(source, self.scope, use.code) for source in keys))
        for lookup in self._chain(alias):
            return refs(*(typed(source, self.scope, alias) for source in lookup.on.values()))
        mine = self.table.name
        if alias == mine or alias not in self.scope.aliases:
            return ()
        here = self.table.parent_on if alias == self.table.parent else (self.table.project,)
        return refs(*(typed(f"{mine}.{column}", self.scope, alias) for column in here))

    def _ask_column(self, ref: Ref) -> None:
        if ref.path not in self.needed:
            self.needed[ref.path] = ref
            self.ask(*self._behind(ref.path[0], None))

    def _chain(self, alias: str) -> tuple[Lookup, ...]:
        return tuple(
            lookup
            for lookup in self.rows.pack.lookups
            if lookup.name == alias and lookup.of in self.scope.aliases
        )

    def _ask_standard(self, use: Use) -> None:
        self.standard_name(use)
        for source in (*use.by.values(), use.band, use.region):
            if source:
                self.ask(typed(source, self.scope, use.code))
        if not use.region and "project" in self.scope.aliases:
            self.ask(typed("project.region", self.scope, use.code))

    def standard_name(self, use: Use) -> str:
        """The alias under which a use of a standard is joined; equal uses share one join."""
        key = (use.code, tuple(sorted(use.by.items())), use.band, use.region)
        name = self.names.setdefault(key, f"s{len(self.names)}")
        self.uses.setdefault(name, use)
        return name

    # SQL of references in the wide relation.

    def column(self, rule: Rule | Section | None, ref: Ref) -> str:
        """How a reference of a rule is spelled over the wide relation."""
        from shangji.language import to_sql

        if ref.path[0] == "review":
            return to_sql(self.rows.review[ref.path[1]])
        use = self._use(rule, ref.path[0])
        if use is not None:
            return quoted(f"{self.standard_name(use)}__{ref.path[1]}")
        return quoted("__".join(ref.path))

    @staticmethod
    def _use(rule: Rule | Section | None, alias: str) -> Use | None:
        if rule is None:
            return None
        return next((use for use in rule.standards if use.name == alias), None)

    def sql(self, expr: Expr, rule: Rule | Section | None = None) -> str:
        """An expression over the wide relation."""
        key = (id(expr), id(rule))
        if key not in self.spelled:  # the expression is kept with it, or its id were another's
            self.spelled[key] = (expr, rule, self._spelled(expr, rule))
        return self.spelled[key][2]

    def _spelled(self, expr: Expr, rule: Rule | Section | None) -> str:
        from sqlglot import exp

        def column(ref: Ref) -> exp.Expression:
            if ref.path[0] == "review":
                return to_expression(self.rows.review[ref.path[1]])
            return exp.column(self.column(rule, ref)[1:-1], quoted=True)

        return to_expression(expr, column).sql(dialect="duckdb", copy=False)

    def owed(self, ref: Ref, rule: Rule | None = None) -> str:
        """SQL of who owes a reference's value when it is unknown: unit, bureau or external."""
        alias = ref.path[0]
        if alias == "review" or self._use(rule, alias) is not None:
            return "'bureau'"
        table = self.scope.aliases[alias]
        if ref.path[1] == "found":
            return text(table.supplied_by)
        column = table.by_name.get(ref.path[1])
        if column is None:
            fact_owed = quoted(f"{alias}__{ref.path[1]}__owed")
            return f"COALESCE({fact_owed}, 'unit')" if self.aggregated(ref) else "'unit'"
        if table.name in self.rows.pack.relations or column.supplied_by != "unit":
            return text(column.supplied_by)
        unsupplied = named_in(quoted(f"{alias}__row_unsupplied"), column.name)
        own = f"CASE WHEN {unsupplied} THEN 'bureau' ELSE 'unit' END"
        if alias == self.table.name:
            return own
        return f"CASE WHEN {quoted(alias + '__row_key')} IS NULL THEN 'bureau' ELSE {own} END"

    def aggregated(self, ref: Ref) -> bool:
        """Whether a reference is a fact over child rows."""
        table = self.scope.aliases.get(ref.path[0])
        if table is None or len(ref.path) < 2 or ref.path[1] in table.by_name:  # noqa: PLR2004
            return False
        return any(
            fact.of == table.name and fact.name == ref.path[1] and fact.child
            for fact in self.rows.pack.facts
        )

    # The wide relation.

    def read(self, name: str, rests: Iterable[Rest]) -> str:
        """What stands behind FROM for a table: `own_table`, or `full_table` with its aggregates."""
        wanted = dict.fromkeys(rests)
        made = f"{'full' if self.rows.aggregates(name, wanted) else 'own'}_{name}"
        self.reads.setdefault((made, name), {}).update(wanted)
        return quoted(made)

    def rests(self, alias: str) -> list[Rest]:
        """What is wanted of one alias: columns, flags and facts, in the order asked."""
        return [path[1:] for path in self.needed if path[0] == alias and path[1] != "found"]

    def wide(self) -> dict[str, str]:
        """SELECT of the wide relation: `alias__column` for every reference that was asked for.

        Where standards are used it reads the joined rows, a statement of its own before it, with
        the standards beside: planned as one the two took twice the time for a filing of few rows.
        """
        mine = self.table.name
        keys = [name for name in (self.table.project, self.table.unit) if name]
        own = self._with(self.rests(mine), keys)
        shown = [
            f"o.{quoted('__'.join(rest))} AS {quoted('__'.join((mine, *rest)))}"
            for rest in self.rests(mine)
        ]
        shown += [
            f"o.{name} AS {quoted(f'{mine}__{name}')}" for name in ("row_unsupplied", "row_tables")
        ]
        shown += [
            f"o.{quoted(fact)} AS {quoted(f'{mine}__{fact}')}" for fact in self._owed_columns(mine)
        ]
        joins, more = self._joins()
        standards, values = norms.joined(self)
        project = (
            f"o.{quoted(self.table.project)}" if self.table.project else "CAST(NULL AS VARCHAR)"
        )
        unit = f"o.{quoted(self.table.unit)}" if self.table.unit else self._unit_of_project()
        head = [
            "o.row_key AS row_key",
            f"{project} AS row_project",
            f"{unit} AS row_unit",
            *([f"o.{CASE_COLUMN} AS {CASE_COLUMN}"] * self.rows.partition),
        ]
        wide = (
            f"SELECT {', '.join(head + shown + more)} "
            f"FROM {self.read(mine, own)} AS o {' '.join(joins)}"
        )
        if not standards:
            return {f"wide_{mine}": wide}
        beside = f"SELECT w.*, {', '.join(values)} FROM joined_{mine} AS w {' '.join(standards)}"
        return {f"joined_{mine}": wide, f"wide_{mine}": beside}

    @staticmethod
    def _with(rests: Iterable[Rest], keys: Iterable[str]) -> list[Rest]:
        return list(dict.fromkeys([*rests, *((key,) for key in keys)]))

    def _unit_of_project(self) -> str:
        return (
            '"project".unit_code'
            if self.table.project and "project" in self.scope.aliases
            else ("CAST(NULL AS VARCHAR)")
        )

    def _owed_columns(self, alias: str) -> list[str]:
        return [
            f"{path[1]}__owed"
            for path, ref in self.needed.items()
            if path[0] == alias and self.aggregated(ref)
        ]

    def _joins(self) -> tuple[list[str], list[str]]:
        """LEFT JOINs of the aliases that are used, in the order of the scope, and their columns."""
        joins, shown = [], []
        used = {path[0] for path in self.needed}
        if self.table.project and not self.table.unit:
            used.add("project")
        for alias, table in self.scope.aliases.items():
            if alias == self.table.name or alias not in used:
                continue
            on = self.joined_on(alias, table)
            rests = self._with(self.rests(alias), [name for name, _ in on])
            if alias == "project":
                rests = self._with(rests, ["unit_code"])
            conditions = [f"{quoted(alias)}.{quoted(name)} = {value}" for name, value in on]
            conditions += [f"{quoted(alias)}.{CASE_COLUMN} = o.{CASE_COLUMN}"] * self.rows.partition
            joins.append(
                f"LEFT JOIN {self.read(table.name, rests)} AS {quoted(alias)} "
                f"ON {' AND '.join(conditions)}"
            )
            shown += [
                f"{quoted(alias)}.{quoted('__'.join(rest))} AS {quoted('__'.join((alias, *rest)))}"
                for rest in self.rests(alias)
            ]
            shown += [
                f"{quoted(alias)}.{name} AS {quoted(f'{alias}__{name}')}"
                for name in ("row_key", "row_unsupplied")
            ]
            shown += [
                f"{quoted(alias)}.{quoted(fact)} AS {quoted(f'{alias}__{fact}')}"
                for fact in self._owed_columns(alias)
            ]
            shown.append(self._found(alias, table, on))
        return joins, shown

    def _found(self, alias: str, table: Table, on: list[tuple[str, str]]) -> str:
        """`alias.found`: false only where the table was supplied and every key is known."""
        known = " AND ".join(f"{value} IS NOT NULL" for _, value in on)
        return (
            f"CASE WHEN {quoted(alias)}.row_key IS NOT NULL THEN TRUE "
            f"WHEN {self.rows.supplied('o.row_tables', table.name)} AND {known} THEN FALSE END "
            f"AS {quoted(f'{alias}__found')}"
        )

    def joined_on(self, alias: str, table: Table) -> list[tuple[str, str]]:
        """Column of the joined table → SQL of its value, over the aliases joined before it."""
        if alias == self.table.parent and alias == table.name:
            return [(there, f"o.{quoted(here)}") for here, there in self.table.parent_on.items()]
        if alias == "project" and table.name == "project":
            return [(table.project, f"o.{quoted(self.table.project)}")]
        lookup = self._chain(alias)[0]
        return [(there, self._joined(source, lookup.name)) for there, source in lookup.on.items()]

    def _joined(self, source: str, place: str) -> str:
        """A lookup's key while joins are being made: `o` is the subject, others stand by name."""
        from sqlglot import exp

        def column(ref: Ref) -> exp.Expression:
            if ref.path[0] == "review":
                return to_expression(self.rows.review[ref.path[1]])
            name = "o" if ref.path[0] == self.table.name else ref.path[0]
            return exp.column("__".join(ref.path[1:]), table=exp.to_identifier(name, quoted=True))

        return to_expression(typed(source, self.scope, place), column).sql(dialect="duckdb")
