"""Typed tree back to the text of the rule language, one node replaced where a check wants that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shangji.language import (
    And,
    Arithmetic,
    Between,
    Compare,
    Expr,
    In,
    InCodes,
    Literal,
    Not,
    Or,
    Ref,
)
from shangji.language.tree import DATE

if TYPE_CHECKING:
    from collections.abc import Iterator


def plain(expr: Expr) -> Expr:
    """The same predicate with every BETWEEN written as two comparisons."""
    match expr:
        case And() | Or():
            return type(expr)(tuple(plain(item) for item in expr.items))
        case Not():
            return Not(plain(expr.item))
        case Between():
            low = Compare(">=", expr.value, expr.low)
            return And((low, Compare("<=", expr.value, expr.high)))
        case _:
            return expr


def comparisons(expr: Expr) -> Iterator[Compare]:
    """The comparisons of numbers or dates in a predicate without BETWEEN."""
    match expr:
        case And() | Or():
            for item in expr.items:
                yield from comparisons(item)
        case Not():
            yield from comparisons(expr.item)
        case Compare() if expr.left.type.name in {"number", "date"}:
            yield expr


def text(expr: Expr, turned: Expr | None = None) -> str:
    """The text of an expression; the node `turned` is put under NOT."""
    made = _text(expr, turned)
    return f"NOT ({made})" if expr is turned else made


def _text(expr: Expr, turned: Expr | None) -> str:  # noqa: C901, PLR0911 - one branch a node
    def go(part: Expr) -> str:
        return text(part, turned)

    match expr:
        case Ref():
            return expr.text
        case Literal():
            return _literal(expr)
        case Arithmetic():
            return f"({go(expr.left)} {expr.op} {go(expr.right)})"
        case Compare():
            return f"{go(expr.left)} {expr.op} {go(expr.right)}"
        case Between():
            return f"{go(expr.value)} BETWEEN {go(expr.low)} AND {go(expr.high)}"
        case In():
            return f"{go(expr.value)} IN ({', '.join(map(go, expr.items))})"
        case InCodes():
            return f"{go(expr.value)} IN CODES {expr.codes.name}"
        case And() | Or():
            word = " AND " if isinstance(expr, And) else " OR "
            return word.join(f"({go(item)})" for item in expr.items)
        case Not():
            return f"NOT ({go(expr.item)})"
        case _:  # pragma: no cover - every node is listed above
            raise TypeError(expr)


def _literal(expr: Literal) -> str:
    if isinstance(expr.value, bool):
        return "TRUE" if expr.value else "FALSE"
    if isinstance(expr.value, str):
        return "'" + expr.value.replace("'", "''") + "'"
    return f"DATE '{expr.value}'" if expr.type.name == DATE else f"{expr.value:f}"
