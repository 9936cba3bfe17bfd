"""Typed tree to SQL. Names of columns in a wide relation are the path joined by two underscores."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shangji.language.tree import (
    NUMBER,
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

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlglot import exp

INTEGER_DIGITS = 9
"""A whole number of so many digits multiplies as INTEGER, which keeps DuckDB in 64 bits."""


def column_name(path: tuple[str, ...]) -> str:
    """The name under which a reference stands in a wide relation."""
    return "__".join(path)


def to_sql(expr: Expr, dialect: str = "duckdb") -> str:
    """Return the SQL text of an expression in a dialect."""
    return to_expression(expr).sql(dialect=dialect, copy=False)


def to_expression(  # noqa: C901 - the table of nodes inside
    expr: Expr, column: Callable[[Ref], exp.Expression] | None = None
) -> exp.Expression:
    """Return the expression as a sqlglot tree; `column` says how a reference is spelled."""
    from sqlglot import exp

    def spell(ref: Ref) -> exp.Expression:
        return column(ref) if column else exp.column(column_name(ref.path), quoted=True)

    def go(node: Expr) -> exp.Expression:  # noqa: C901, PLR0911 - one branch a node, a table
        match node:
            case Ref():
                return spell(node)
            case Literal():
                return _literal(node)
            case Arithmetic():
                return _arithmetic(node, go(node.left), go(node.right))
            case Compare():
                kind: Any = {
                    "=": exp.EQ,
                    "<>": exp.NEQ,
                    "<": exp.LT,
                    "<=": exp.LTE,
                    ">": exp.GT,
                    ">=": exp.GTE,
                }[node.op]
                made: exp.Expression = kind(
                    this=_nested(go(node.left)), expression=_nested(go(node.right))
                )
                return made
            case Between():
                return exp.Between(
                    this=_nested(go(node.value)),
                    low=_nested(go(node.low)),
                    high=_nested(go(node.high)),
                )
            case In():
                return exp.In(
                    this=_nested(go(node.value)), expressions=[go(item) for item in node.items]
                )
            case InCodes():
                return _in_codes(node, go(node.value))
            case And():
                return exp.paren(exp.and_(*[exp.paren(go(item)) for item in node.items]))
            case Or():
                return exp.paren(exp.or_(*[exp.paren(go(item)) for item in node.items]))
            case Not():
                return exp.Not(this=exp.paren(go(node.item)))
            case _:  # pragma: no cover - every node is listed above
                raise TypeError(node)

    return go(expr)


def _nested(node: exp.Expression) -> exp.Expression:
    from sqlglot import exp

    return (
        node
        if isinstance(node, (exp.Column, exp.Literal, exp.Paren, exp.Cast))
        else exp.paren(node)
    )


def _literal(node: Literal) -> exp.Expression:
    from sqlglot import exp

    if node.type.name == NUMBER:
        return exp.Literal.number(f"{node.value:f}")
    if isinstance(node.value, bool):
        return exp.Boolean(this=node.value)
    if isinstance(node.value, str):
        return exp.Literal.string(node.value)
    return exp.cast(exp.Literal.string(str(node.value)), "DATE")


def _arithmetic(node: Arithmetic, left: exp.Expression, right: exp.Expression) -> exp.Expression:
    from sqlglot import exp

    kind: Any = {"+": exp.Add, "-": exp.Sub, "*": exp.Mul}[node.op]
    if node.wide:
        left = exp.cast(left, f"DECIMAL(38, {node.left.type.scale})")
    made: exp.Expression = kind(
        this=_nested(_narrow(node.left, left, wide=node.wide)),
        expression=_nested(_narrow(node.right, right, wide=False)),
    )
    return made


def _narrow(part: Expr, sql: exp.Expression, *, wide: bool) -> exp.Expression:
    """Give a whole number the narrowest type that holds it: BIGINT would widen every product."""
    from sqlglot import exp

    if wide or part.type.scale or not isinstance(part, Ref):
        return sql
    digits = part.type.digits
    return exp.cast(sql, "INT" if digits <= INTEGER_DIGITS else f"DECIMAL({digits}, 0)")


def _in_codes(node: InCodes, value: exp.Expression) -> exp.Expression:
    from sqlglot import exp

    inside = exp.In(this=value, expressions=[exp.Literal.string(code) for code in node.codes.codes])
    if node.codes.complete:
        return exp.paren(inside)
    return exp.Case(ifs=[exp.If(this=inside, true=exp.true())])
