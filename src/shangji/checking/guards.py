"""Leaving a cell empty never helps: where `.missing` may stand, and what a rule begins with.

`.missing` is the one thing that an empty cell makes true. So it may only ever push an outcome
towards "fail": positively in `fails`; under NOT in `applies` only where another rule fails on the
same cell, or where the table says why the cell may be empty.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from shangji.compile.scope import TableScope, child_scope, fact_of
from shangji.errors import Problem, Where
from shangji.language import (
    And,
    Arithmetic,
    Between,
    Compare,
    Expr,
    In,
    Literal,
    Not,
    Or,
    Ref,
    parse,
)
from shangji.language.tree import FLAG, children

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from shangji.checking.expressions import TypedRule
    from shangji.checking.places import Places
    from shangji.compile.scope import RuleScope
    from shangji.pack import Fact, Pack
    from shangji.schema import Table

UP, DOWN = 1, -1
Signs = frozenset[int]
POSITIVE, NEGATIVE, BOTH = frozenset({UP}), frozenset({DOWN}), frozenset({UP, DOWN})
RISING = {">": UP, ">=": UP, "<": DOWN, "<=": DOWN}
LANES = {("project", "lane"), ("project", "project_category")}


@dataclass(frozen=True)
class Asked:
    """A `.missing` in an expression: of which column, and which way it pushes the outcome."""

    table: str
    column: str
    signs: Signs
    compared: bool = False


def flipped(signs: Signs) -> Signs:
    """The other way round."""
    return frozenset(-sign for sign in signs)


@dataclass(frozen=True)
class Polarity:
    """Walks an expression and says how each `.missing` in it pushes."""

    pack: Pack
    scope: RuleScope | TableScope

    def table(self, alias: str) -> Table | None:
        """The table behind an alias."""
        if isinstance(self.scope, TableScope):
            return self.scope.table if alias == self.scope.table.name else None
        return self.scope.aliases.get(alias)

    def walk(  # noqa: C901 - one branch a kind of node
        self, expr: Expr, signs: Signs = POSITIVE, *, compared: bool = False
    ) -> Iterator[Asked]:
        """Every `.missing` under a node that itself pushes as `signs` say."""
        match expr:
            case Not():
                yield from self.walk(expr.item, flipped(signs), compared=compared)
            case Ref():
                yield from self._ref(expr, signs, compared=compared)
            case Compare() if expr.left.type.name == FLAG:
                for side in (expr.left, expr.right):
                    yield from self.walk(side, BOTH, compared=True)
            case Compare():
                rising = RISING.get(expr.op)
                left = BOTH if rising is None else signs if rising == UP else flipped(signs)
                yield from self.walk(expr.left, left)
                yield from self.walk(expr.right, flipped(left))
            case Between() | In():
                for part in children(expr):
                    yield from self.walk(part, BOTH)
            case Arithmetic():
                yield from self._arithmetic(expr, signs)
            case And() | Or():
                for item in expr.items:
                    yield from self.walk(item, signs, compared=compared)

    def _arithmetic(self, expr: Arithmetic, signs: Signs) -> Iterator[Asked]:
        left, right = signs, signs
        if expr.op == "-":
            right = flipped(signs)
        elif expr.op == "*" and not (
            isinstance(expr.left, Literal) or isinstance(expr.right, Literal)
        ):
            left = right = BOTH
        yield from self.walk(expr.left, left)
        yield from self.walk(expr.right, right)

    def _ref(self, ref: Ref, signs: Signs, *, compared: bool) -> Iterator[Asked]:
        table = self.table(ref.path[0])
        if table is None:
            return
        if ref.path[-1] == "missing":
            yield Asked(table.name, ref.path[1], signs, compared)
        elif len(ref.path) > 1 and ref.path[1] not in table.by_name:
            fact = fact_of(self.pack, table.name, ref.path[1])
            if fact is not None and fact.child:
                yield from self._fact(fact, signs)

    def _fact(self, fact: Fact, signs: Signs) -> Iterator[Asked]:
        """A fact pushes the way its aggregate does: more rows, more of it."""
        inner = Polarity(self.pack, child_scope(self.pack, fact))
        argument = inner.parsed(fact.argument) if fact.kind != "count" else None
        where = inner.parsed(fact.where) if fact.where else None
        push = {"any": signs, "all": flipped(signs), "count": signs}.get(fact.kind, BOTH)
        if fact.kind == "sum" and isinstance(argument, Ref) and argument.column:
            push = signs if argument.column.at_least >= 0 else BOTH
        if where is not None:
            yield from inner.walk(where, push)
        if argument is not None:
            yield from inner.walk(argument, signs if fact.kind in {"any", "all"} else BOTH)

    def parsed(self, text: str) -> Expr | None:
        """The tree of a text, None where it has a problem (which is said elsewhere)."""
        found = parse(text, self.scope)
        return None if isinstance(found, Problem) else found

    def fires(self, expr: Expr) -> set[tuple[str, str]]:
        """The columns whose `.missing` alone makes an expression true."""
        match expr:
            case Or():
                return set().union(*(self.fires(item) for item in expr.items))
            case Ref() if expr.path[-1] == "missing":
                table = self.table(expr.path[0])
                return {(table.name, expr.path[1])} if table else set()
            case Ref():
                table = self.table(expr.path[0])
                fact = fact_of(self.pack, table.name, expr.path[1]) if table else None
                if fact is None or fact.kind != "any" or fact.where:
                    return set()
                inner = Polarity(self.pack, child_scope(self.pack, fact))
                argument = inner.parsed(fact.argument)
                return inner.fires(argument) if argument is not None else set()
            case _:
                return set()


def spared(pack: Pack, typed: TypedRule, rules: Mapping[str, TypedRule]) -> set[tuple[str, str]]:
    """Columns a rule may ask about under NOT: guarded by a rule, or optional by their table."""
    found = set()
    for name in typed.rule.guarded_by:
        guard = rules.get(name)
        if guard and guard.rule.status in {"trial", "active"}:
            found |= Polarity(pack, guard.scope).fires(guard.fails)
    for table in pack.tables.values():
        found |= {(table.name, column.name) for column in table.columns if column.optional_because}
    return found


def missing(pack: Pack, rules: Mapping[str, TypedRule], places: Places) -> Iterator[Problem]:
    """Problems of `.missing` standing where an empty cell would help."""
    for typed in rules.values():
        rule = typed.rule
        if rule.derived and rule.id.startswith("V-"):
            continue  # an empty cell is no wrong code; the completeness rule asks whether it may be
        yield from _absent_guards(pack, typed, places)
        for key, expr in (("applies", typed.applies), ("fails", typed.fails)):
            where = places.rule(rule, key)
            found = list(Polarity(pack, typed.scope).walk(expr))
            allowed = spared(pack, typed, rules) if found else set()
            for asked in found:
                problem = _wrong(pack, asked, key, allowed, where)
                if problem:
                    yield problem


def _absent_guards(pack: Pack, typed: TypedRule, places: Places) -> Iterator[Problem]:
    for name in typed.rule.guarded_by:
        if name not in pack.rules:
            where = places.rule(typed.rule, "guarded_by")
            yield Problem(
                "pack-reference",
                where,
                "guarded_by 写的规则不存在。",
                "请改为存在的规则编号。",
                value=name,
            )


def _wrong(
    pack: Pack, asked: Asked, key: str, allowed: set[tuple[str, str]], where: Where
) -> Problem | None:
    """What is wrong with one `.missing`, if anything. A relation's column is never missing."""
    name = f"{asked.table}.{asked.column}.missing"
    if asked.compared:
        fix = f"请直接写 {name} 或 NOT {name}。"
        return Problem("rule-guard", where, f"“{name}”不能用 =、<> 比较。", fix)
    if DOWN not in asked.signs or asked.table in pack.relations:
        return None
    if key == "fails":
        says = f"“{name}”在 fails 里只能正着用：现在留空反而能通过。"
        return Problem("rule-guard", where, says, "请去掉 NOT，或改用另一条规则判留空。")
    if (asked.table, asked.column) in allowed:
        return None
    says = f"适用条件用了 NOT {name}，留空就不适用，而没有规则管留空。"
    fix = "请在 guarded_by 写上一条以此列留空为不符的规则，或在表里写 optional_because。"
    return Problem("rule-guard", where, says, fix)


def lanes(pack: Pack, rules: Mapping[str, TypedRule], places: Places) -> Iterator[Problem]:
    """Problems of rules on projects or their children that do not begin with lane or category."""
    for typed in rules.values():
        rule = typed.rule
        if rule.derived or not under_project(pack, rule.subject):
            continue
        if not begins_with_lane(typed.applies):
            yield Problem(
                "rule-lane",
                places.rule(rule, "applies"),
                "项目和项目下级表的规则，适用条件第一项要说明通道或项目类别。",
                "请以 project.lane IN (…) 或 project.project_category IN (…) 开头。",
                value=rule.applies,
            )


def under_project(pack: Pack, name: str) -> bool:
    """Whether a table is the project's, or a child of it at any depth."""
    table = pack.tables.get(name)
    seen = set()
    while table is not None and table.name not in seen:
        if table.name == "project":
            return True
        seen.add(table.name)
        table = pack.tables.get(table.parent) if table.project else None
    return False


def begins_with_lane(expr: Expr) -> bool:
    """Whether the first thing asked is the lane or the category of the project."""
    match expr:
        case And():
            return begins_with_lane(expr.items[0])
        case Or():
            return all(begins_with_lane(item) for item in expr.items)
        case Not():
            return begins_with_lane(expr.item)
        case In():
            return isinstance(expr.value, Ref) and expr.value.path in LANES
        case Compare():
            return isinstance(expr.left, Ref) and expr.left.path in LANES
        case _:
            return False
