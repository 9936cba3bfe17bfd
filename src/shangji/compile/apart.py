"""A relation's SQL over the rows of many cases at once, the cases kept apart by a column.

Every SELECT carries the case of its rows along: it joins, groups, numbers and compares only rows of
one case. What cannot be written so is run once a case instead.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shangji.compile.rows import CASE_COLUMN, quoted

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlglot import exp

    from shangji.pack import Relation


def kept_apart(relation: Relation, cases: Collection[str]) -> str:
    """The SQL of a relation with the column of cases behind its own columns."""
    import sqlglot

    tree = sqlglot.parse_one(relation.sql, read="duckdb")
    if not carried(tree, set(relation.reads)):
        return one_by_one(relation, cases)
    return tree.sql(dialect="duckdb")


def one_by_one(relation: Relation, cases: Collection[str]) -> str:
    """A relation's SQL once a case, every table in it cut down to the rows of that case."""
    import sqlglot
    from sqlglot import exp

    if not cases:
        nulls = ", ".join(f"NULL AS {quoted(column.name)}" for column in relation.table.columns)
        return f"SELECT {nulls}, NULL AS {CASE_COLUMN} WHERE 1 = 0"
    parts = []
    for case in cases:
        tree = sqlglot.parse_one(relation.sql, read="duckdb")
        for node in list(tree.find_all(exp.Table)):
            if node.name in relation.reads:
                cut = (
                    exp.select("*")
                    .from_(exp.to_table(node.name))
                    .where(exp.column(CASE_COLUMN).eq(case))
                )
                node.replace(cut.subquery(node.alias or node.name))
        inner = tree.sql(dialect="duckdb")
        parts.append(f"SELECT r.*, '{case}' AS {CASE_COLUMN} FROM ({inner}) AS r")
    return " UNION ALL ".join(parts)


def carried(tree: exp.Expr, reads: set[str]) -> bool:
    """Make every SELECT carry the case along, in place; false where one cannot."""
    from sqlglot import exp

    held = reads | {cte.alias for cte in tree.find_all(exp.CTE)}
    anchors: dict[int, str] = {}
    for select in tree.find_all(exp.Select):  # outer ones first
        found = _anchor(select, held)
        loose = any(_own(node, select) for node in select.find_all(exp.AggFunc))
        inner = _inside_predicate(select)
        if not found or (loose and not select.args.get("group") and not inner):
            return False
        anchors[id(select)] = found
        _joined(select, held, found)
        if inner is not None:
            outer = anchors.get(id(inner), "")
            if not outer or outer in _aliases(select):
                return False
            select.where(_same(found, outer), copy=False)
            continue
        select.select(exp.column(CASE_COLUMN, table=found), copy=False)
        group = select.args.get("group")
        if group is not None:
            group.append("expressions", exp.column(CASE_COLUMN, table=found))
        for window in select.find_all(exp.Window):
            if _encloses(select, window):
                window.append("partition_by", exp.column(CASE_COLUMN, table=found))
    return True


def _sources(select: exp.Select) -> list[exp.Expr]:
    start = select.args.get("from_") or select.args.get("from")
    joins = select.args.get("joins") or []
    return [part.this for part in ([start] if start else []) + list(joins)]


def _aliases(select: exp.Select) -> set[str]:
    return {source.alias_or_name for source in _sources(select)}


def _carries(source: exp.Expr, held: set[str]) -> bool:
    from sqlglot import exp

    return isinstance(source, exp.Subquery) or source.name in held


def _anchor(select: exp.Select, held: set[str]) -> str:
    """The alias of the first source that has cases; a left-joined one may have none on a row."""
    for source in _sources(select):
        if _carries(source, held):
            left = getattr(source.parent, "side", "")
            return "" if left else source.alias_or_name
    return ""


def _joined(select: exp.Select, held: set[str], anchor: str) -> None:
    from sqlglot import exp

    for join in select.args.get("joins") or ():
        name = join.this.alias_or_name
        if name == anchor or not _carries(join.this, held):
            continue
        on = join.args.get("on")
        same = _same(name, anchor)
        join.set("on", exp.and_(on, same) if on is not None else same)
        if join.kind == "CROSS":
            join.set("kind", None)


def _same(one: str, two: str) -> exp.Expr:
    from sqlglot import exp

    return exp.column(CASE_COLUMN, table=one).eq(exp.column(CASE_COLUMN, table=two))


def _encloses(select: exp.Select, node: exp.Expr) -> bool:
    """Whether a node belongs to a SELECT itself, not to one inside it."""
    from sqlglot import exp

    return node.find_ancestor(exp.Select) is select


def _own(node: exp.Expr, select: exp.Select) -> bool:
    """Whether an aggregate is a SELECT's own and no window function."""
    from sqlglot import exp

    return _encloses(select, node) and not isinstance(node.parent, exp.Window)


def _inside_predicate(select: exp.Select) -> exp.Select | None:
    """The SELECT in whose conditions or columns another stands as a value, if it does."""
    from sqlglot import exp

    node = select.parent
    while isinstance(node, (exp.SetOperation, exp.Paren)):
        node = node.parent
    if node is None or isinstance(node, exp.CTE):
        return None
    if isinstance(node, exp.Subquery) and isinstance(node.parent, (exp.From, exp.Join)):
        return None
    return node.find_ancestor(exp.Select)
