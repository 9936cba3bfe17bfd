"""The rules' typed trees as expressions of other tools: frames of Polars and pandas, zen-engine.

Only the 46 row rules and the 4 aggregates: B-01 to B-50. In the frames' favour, money is read as
whole fen and no text is made of figures.
"""

from __future__ import annotations

import operator
from dataclasses import dataclass
from datetime import date
from functools import reduce
from typing import TYPE_CHECKING, Any

from shangji.compile.scope import RuleScope, typed
from shangji.language import Literal, Ref
from shangji.language.tree import And, Arithmetic, Between, Compare, In, Not, Or

if TYPE_CHECKING:
    from collections.abc import Callable

    from shangji.language import Expr
    from shangji.pack import Pack, Rule

COMPARED = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
COUNTED = {"+": operator.add, "-": operator.sub, "*": operator.mul}
EPOCH = date(1970, 1, 1)
PROJECT_OF_LINE = ["project_code", "unit_code", "level", "lane", "amount_yuan", "row_unsupplied"]
LOCAL, AGGREGATED = 46, 50
LAST_YEAR = 2026


@dataclass(frozen=True)
class Predicate:
    """A rule ready for a frame: verdict, shown values, each a function of `column`."""

    rule: Rule
    fails: Expr
    applies: Expr
    measured: Expr | None
    allowed: Expr | None
    at_stake: Expr | None


def predicates(pack: Pack, subject: str, last: int) -> list[Predicate]:
    """The rules of a subject up to a number, typed."""
    made = []
    for rule in pack.rules.values():
        if rule.subject == subject and int(rule.id[2:]) <= last:
            scope = RuleScope(pack, pack.tables[subject], rule.standards)
            measured, allowed, stake = (
                typed(text, scope, rule.id) if text else None
                for text in (rule.measured, rule.allowed, rule.at_stake)
            )
            made.append(
                Predicate(
                    rule,
                    typed(rule.fails, scope, rule.id),
                    typed(rule.applies, scope, rule.id),
                    measured,
                    allowed,
                    stake,
                )
            )
    return made


@dataclass(frozen=True)
class Frames:
    """Evaluates trees over columns of whole numbers: a decimal of scale s is kept times 10**s."""

    column: Callable[[str], Any]
    null: Callable[[Any], Any]
    review: dict[str, Literal]
    day: Callable[[date], Any]

    def value(self, expr: Expr) -> Any:  # noqa: ANN401, PLR0911 - one branch a node
        """A column of the frame's library, or a plain literal."""
        match expr:
            case Ref():
                return self.reference(expr)
            case Literal():
                return self.literal(expr)
            case Arithmetic():
                scale = 0 if expr.op == "*" else expr.type.scale
                return COUNTED[expr.op](
                    self.scaled(expr.left, scale), self.scaled(expr.right, scale)
                )
            case Compare():
                scale = max(expr.left.type.scale, expr.right.type.scale)
                left, right = self.scaled(expr.left, scale), self.scaled(expr.right, scale)
                return COMPARED[expr.op](left, right)
            case Between():
                value = self.value(expr.value)
                low = self.scaled(expr.low, expr.value.type.scale)
                return (value >= low) & (value <= self.scaled(expr.high, expr.value.type.scale))
            case In():
                value = self.value(expr.value)
                return reduce(operator.or_, [value == self.value(item) for item in expr.items])
            case And() | Or():
                joined = operator.and_ if isinstance(expr, And) else operator.or_
                return reduce(joined, [self.value(item) for item in expr.items])
            case Not():
                return ~self.value(expr.item)
        raise TypeError(expr)

    def scaled(self, expr: Expr, scale: int) -> Any:  # noqa: ANN401
        """A value with more decimals."""
        value = self.value(expr)
        more = scale - expr.type.scale
        return value * 10**more if more > 0 else value

    def reference(self, ref: Ref) -> Any:  # noqa: ANN401
        """A column, or whether it is empty."""
        if ref.path[0] == "review":
            return self.literal(self.review[ref.path[1]])
        name = "__".join(ref.path[:2])
        if ref.path[-1] == "missing":
            return self.null(self.column(name))
        if ref.path[-1] == "found":
            return ~self.null(self.column(f"{ref.path[0]}__key"))
        return self.column(name)

    def literal(self, literal: Literal) -> Any:  # noqa: ANN401
        """A literal as the frame holds such values."""
        if isinstance(literal.value, date):
            return self.day(literal.value)
        if literal.type.name == "number":
            return int(literal.value * 10**literal.type.scale)
        return literal.value

    def verdict(self, rule: Predicate) -> Any:  # noqa: ANN401
        """True = fail, null = unknown."""
        fails = self.value(rule.fails)
        always = isinstance(rule.applies, Literal)
        return fails if always else self.value(rule.applies) & fails


def zen_text(expr: Expr, review: dict[str, Literal]) -> str:
    """A tree in zen's expression language; dates are days since 1970."""

    def go(node: Expr) -> str:
        return zen_text(node, review)

    match expr:
        case Ref() | Literal():
            return _zen_leaf(expr, review)
        case Arithmetic() | Compare():
            op = {"=": "==", "<>": "!="}.get(expr.op, expr.op)
            return f"({go(expr.left)} {op} {go(expr.right)})"
        case Between():
            value = go(expr.value)
            return f"({value} >= {go(expr.low)} and {value} <= {go(expr.high)})"
        case In():
            return f"({go(expr.value)} in [{', '.join(go(item) for item in expr.items)}])"
        case And() | Or():
            word = " and " if isinstance(expr, And) else " or "
            return f"({word.join(go(item) for item in expr.items)})"
        case Not():
            return f"(not {go(expr.item)})"
    raise TypeError(expr)


def _zen_leaf(node: Ref | Literal, review: dict[str, Literal]) -> str:
    """A column or a literal; whether a cell is empty and whether a row was found ask for null."""
    if isinstance(node, Ref):
        if node.path[0] == "review":
            return _zen_leaf(review[node.path[1]], review)
        name = "__".join(node.path[:2])
        asked = {"found": f"({node.path[0]}__key != null)", "missing": f"({name} == null)"}
        return asked.get(node.path[-1], name)
    value = node.value
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, date):
        return str((value - EPOCH).days)
    return f"'{value}'" if isinstance(value, str) else str(value)
