"""A relation's SQL for stdlib sqlite3: decimals are whole numbers of their column's last place.

SQLite has no decimals and its REAL is inexact. So every decimal column is stored times 10^scale,
the scale of every expression is worked out here, and where two scales meet the lower is raised.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlglot
from sqlglot import exp
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import Scope, traverse_scope

from shangji.compile.scope import REVIEW

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shangji.pack import Pack
    from shangji.schema import Column, Table

Scales = dict[str, int]
"""Scale by column of a source; 0 for whole numbers, texts, dates and flags."""

ALIKE = (
    exp.Add,
    exp.Sub,
    exp.Coalesce,
    exp.Nullif,
    exp.Min,
    exp.Max,
    exp.Sum,
    exp.Abs,
    exp.Neg,
    exp.Paren,
    exp.Lag,
    exp.Lead,
)
"""Nodes whose value has the scale of their parts."""

OWN_SCOPE = (exp.Subquery, exp.Exists, exp.Select, exp.SetOperation)
TEXTS = (exp.DataType.Type.VARCHAR, exp.DataType.Type.TEXT, exp.DataType.Type.DATE)


def scale_of(column: Column) -> int:
    """The decimals of a stored column."""
    return column.scale if column.numeric else 0


def sources(pack: Pack) -> dict[str, Table]:
    """Tables and relations by name."""
    return {**pack.tables, **{name: found.table for name, found in pack.relations.items()}}


def transpiled(pack: Pack, name: str) -> tuple[str, Scales]:
    """The SQLite text of a relation and the scale of each column that it gives."""
    known = sources(pack)
    schema: dict[str, object] = {
        table: {column.name: column.sql_type for column in found.columns}
        for table, found in known.items()
    }
    schema["review"] = dict.fromkeys(REVIEW, "VARCHAR")
    scales = {
        table: {column.name: scale_of(column) for column in found.columns}
        for table, found in known.items()
    }
    parsed = sqlglot.parse_one(pack.relations[name].sql, read="duckdb")
    tree = qualify(parsed, schema=schema, dialect="duckdb")
    made: dict[int, Scales] = {}
    inner: dict[int, Scales] = {}
    top: Scales = {}
    for scope in traverse_scope(tree):
        if scope.set_operation_scopes:
            top = _union(scope, made)
        else:
            top = Scaling(_within(scope, scales, made), inner).select(scope.expression)
        made[id(scope)] = inner[id(scope.expression)] = top
    return tree.sql(dialect="sqlite"), top


def _within(
    scope: Scope, tables: Mapping[str, Scales], made: Mapping[int, Scales]
) -> dict[str, Scales]:
    """Scales of the sources that a scope sees, those of the scopes around it included."""
    seen: dict[str, Scales] = {}
    around: Scope | None = scope
    while around is not None:
        for alias, source in around.sources.items():
            if isinstance(source, Scope):
                seen.setdefault(alias, made.get(id(source), {}))
            else:
                seen.setdefault(alias, tables.get(source.name, {}))
        around = around.parent
    return seen


def _union(scope: Scope, made: Mapping[int, Scales]) -> Scales:
    """Bring the branches of a union to one scale, column by column."""
    first, second = scope.set_operation_scopes
    names = list(made[id(first)])
    one, two = list(made[id(first)].values()), list(made[id(second)].values())
    best = [max(pair) for pair in zip(one, two, strict=True)]
    for branch, found in ((first, one), (second, two)):
        for select in (
            branch.expression.find_all(exp.Select)
            if branch.set_operation_scopes
            else [branch.expression]
        ):
            for item, mine, wanted in zip(select.expressions, found, best, strict=True):
                raise_to(item.unalias(), wanted - mine)
    return dict(zip(names, best, strict=True))


@dataclass
class Scaling:
    """Works out the scale of every expression of one SELECT and raises the lower where two meet."""

    sources: Mapping[str, Scales]
    inner: Mapping[int, Scales]
    """The scales of the SELECTs inside, by identity; they were rewritten before."""

    def select(self, tree: exp.Expr) -> Scales:
        """Rewrite a SELECT in place; returns the scale of each of its columns."""
        scales = {item.alias_or_name: self.go(item) for item in list(tree.expressions)}
        for name in ("where", "having", "group", "order"):
            part = tree.args.get(name)
            if part is not None:
                self.go(part)
        for join in tree.args.get("joins") or ():
            if join.args.get("on") is not None:
                self.go(join.args["on"])
        return scales

    def go(self, node: exp.Expr) -> int:  # noqa: C901, PLR0911 - one branch a kind of node
        """Rewrite a node in place; returns its scale."""
        if isinstance(node, OWN_SCOPE):
            return next(iter(self.inner.get(id(node.unnest()), {}).values()), 0)
        if isinstance(node, exp.Column):
            return self.sources.get(node.table, {}).get(node.name, 0)
        if isinstance(node, exp.Literal):
            return _literal(node)
        if isinstance(node, exp.Mul):
            return self.go(node.this) + self.go(node.expression)
        if isinstance(node, exp.Case):
            return self._case(node)
        if isinstance(node, exp.Cast):
            return self._cast(node)
        if isinstance(node, exp.In):
            return self._in(node) * 0
        if isinstance(node, (exp.Alias, exp.Window, exp.Distinct, exp.Ordered)):
            return self._first(node)
        if isinstance(node, ALIKE):
            return self._level(list(node.iter_expressions()))
        if isinstance(node, exp.Predicate) and not isinstance(node, exp.Connector):
            return self._level(list(node.iter_expressions())) * 0
        for part in list(node.iter_expressions()):
            self.go(part)
        return 0

    def _first(self, node: exp.Expr) -> int:
        """The scale of a node's first part; the others are only rewritten."""
        parts = list(node.iter_expressions())
        first = node.this if isinstance(node.this, exp.Expr) else parts[0]
        scale = self.go(first)
        for part in parts:
            if part is not first:
                self.go(part)
        return scale

    def _level(self, parts: list[exp.Expr]) -> int:
        """Bring parts to the highest of their scales."""
        found = [(part, self.go(part)) for part in parts]
        scale = max((mine for _, mine in found), default=0)
        for part, mine in found:
            raise_to(part, scale - mine)
        return scale

    def _in(self, node: exp.In) -> int:
        query = node.args.get("query")
        if query is None:
            return self._level([node.this, *node.expressions])
        mine, theirs = self.go(node.this), self.go(query)
        raise_to(node.this, theirs - mine)
        for item in query.unnest().expressions:
            raise_to(item.unalias(), mine - theirs)
        return max(mine, theirs)

    def _case(self, node: exp.Case) -> int:
        results = []
        for branch in node.args["ifs"]:
            self.go(branch.this)
            results.append(branch.args["true"])
        if node.args.get("default") is not None:
            results.append(node.args["default"])
        return self._level(results)

    def _cast(self, node: exp.Cast) -> int:
        """A cast between scales multiplies, or rounds half away from nought as DuckDB does."""
        scale = self.go(node.this)
        to = node.to
        if to.is_type(*TEXTS):
            node.set("to", exp.DataType.build("TEXT"))
            return 0
        sizes = [int(part.name) for part in to.find_all(exp.DataTypeParam)]
        wanted = sizes[1] if len(sizes) > 1 else 0
        node.set("to", exp.DataType.build("BIGINT"))
        raise_to(node.this, wanted - scale)
        if wanted < scale:
            half, whole = 5 * 10 ** (scale - wanted - 1), 10 ** (scale - wanted)
            value = exp.paren(node.this.copy())
            sign = exp.case().when(exp.LT(this=value, expression=_number(0)), _number(-half))
            rounded = exp.Add(this=value.copy(), expression=sign.else_(_number(half)))
            node.set("this", exp.IntDiv(this=exp.paren(rounded), expression=_number(whole)))
        return wanted


def _literal(node: exp.Literal) -> int:
    """Spell a decimal literal as a whole number; returns its scale."""
    if node.is_string:
        return 0
    whole, _, decimals = node.name.partition(".")
    node.set("this", str(int(whole + decimals)))
    return len(decimals)


def _number(value: int) -> exp.Expr:
    made: exp.Expr = exp.Literal.number(abs(value))
    return exp.Neg(this=made) if value < 0 else made


def raise_to(node: exp.Expr, by: int) -> None:
    """Multiply a node by a power of ten, in place; what is null stays null."""
    if by > 0 and not isinstance(node, (exp.Null, exp.Boolean, exp.Identifier)):
        inner = exp.paren(node.copy())
        node.replace(exp.paren(exp.Mul(this=inner, expression=_number(10**by))))
