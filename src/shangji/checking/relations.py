"""SQL of relations: one SELECT in the part of SQL that every engine answers alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shangji.compile.scope import REVIEW
from shangji.errors import Problem
from shangji.schema import KINDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlglot import exp

    from shangji.checking.places import Places
    from shangji.errors import Where
    from shangji.pack import Pack, Relation

FUNCTIONS = frozenset(
    [
        *("Count", "Sum", "Min", "Max", "Coalesce", "Nullif", "RowNumber", "Rank", "DenseRank"),
        *("Lag", "Lead", "Case", "If", "Cast", "Length", "Substring", "Lower", "Upper", "Trim"),
        *("Replace", "Abs"),
    ]
)
"""The portable functions, by the names of sqlglot's nodes."""

PARTS = frozenset(
    [
        *("Select", "With", "CTE", "Subquery", "Table", "TableAlias", "Alias", "Column", "From"),
        *("Identifier", "Join", "Where", "Group", "Having", "Order", "Ordered", "Window", "Union"),
        *("WindowSpec", "Distinct", "Literal", "Boolean", "Null", "Paren", "Tuple", "Neg", "And"),
        *("Or", "Not", "EQ", "NEQ", "GT", "GTE", "LT", "LTE", "Is", "In", "Between", "Exists"),
        *("Add", "Sub", "Mul", "DPipe", "DataType", "DataTypeParam", "Var"),
    ]
)
"""What else may stand in a relation, by the names of sqlglot's nodes."""

ASK = "请只用“规则包格式”一页“关系”一节列出的写法。"
SHOWN = 60


def sound(pack: Pack, places: Places) -> Iterator[Problem]:
    """Problems of the SQL of relations."""
    earlier: set[str] = set()
    for name, relation in pack.relations.items():
        where = places.of("relation", name, "sql")
        known = {table: set(found.by_name) for table, found in pack.tables.items()}
        known |= {one: set(pack.relations[one].table.by_name) for one in earlier}
        known["review"] = set(REVIEW)
        for says, value in _wrong(relation, known):
            yield Problem("relation-sql", where, says, ASK, value=value[:SHOWN])
        yield from _key(relation, where)
        earlier.add(name)


def _key(relation: Relation, where: Where) -> Iterator[Problem]:
    if not relation.table.key:
        yield Problem("pack-key-absent", where, "关系要写 key。", "请写明哪几列定一行。")


def _wrong(relation: Relation, known: dict[str, set[str]]) -> Iterator[tuple[str, str]]:
    """What is wrong with a relation's SQL: words, and the piece of SQL."""
    import sqlglot
    from sqlglot import exp

    try:
        statements = sqlglot.parse(relation.sql, read="duckdb")
    except sqlglot.errors.SqlglotError as error:
        yield f"SQL 看不懂：{str(error).splitlines()[0][:SHOWN]}", ""
        return
    tree = statements[0] if len(statements) == 1 else None
    if not isinstance(tree, exp.Select):
        yield "只能是一条 SELECT（可用 WITH；UNION ALL 放在 WITH 或子查询里）。", ""
        return
    if any(node.comments for node in tree.walk()):
        yield "SQL 里不写注释，请写在 note。", ""
    yield from _nodes(tree)
    yield from _names(tree, known)
    given = [item.alias_or_name for item in tree.expressions]
    wanted = [column.name for column in relation.table.columns]
    if sorted(given) != sorted(wanted):
        odd = sorted(set(given) ^ set(wanted)) or given
        yield f"SELECT 的列与 columns 不一致：{'、'.join(odd)}。", ""


def _nodes(tree: exp.Expr) -> Iterator[tuple[str, str]]:
    from sqlglot import exp

    for node in tree.walk():
        kind = type(node).__name__
        said = node.sql(dialect="duckdb")
        if isinstance(node, exp.Star):
            if not isinstance(node.parent, exp.Count):
                yield "不能用 *，请逐列写出。", said
        elif isinstance(node, exp.Anonymous):
            yield f"不能用函数 {node.name}。", said
        elif kind not in PARTS | FUNCTIONS:
            yield f"不能用 {kind}。", said
        elif isinstance(node, (exp.Select, exp.Group, exp.Join)):
            yield from _clauses(node)
        else:
            problem = _odd(node)
            if problem:
                yield problem, said


def _odd(node: exp.Expr) -> str:
    """What is wrong with the way in which an allowed node is used."""
    from sqlglot import exp

    if isinstance(node, exp.Cast):
        return _cast(node)
    if isinstance(node, exp.If) and not isinstance(node.parent, exp.Case):
        return "不能用 IF，请写 CASE WHEN。"
    if isinstance(node, exp.Trim) and (node.args.get("position") or node.expression):
        return "TRIM 只能去掉两头的空格。"
    if isinstance(node, exp.Distinct) and node.args.get("on"):
        return "不能用 DISTINCT ON。"
    if isinstance(node, exp.Case) and node.this is not None:
        return "CASE 后面直接写 WHEN 条件。"
    return ""


def _clauses(node: exp.Expr) -> Iterator[tuple[str, str]]:
    """Clauses that hide in the arguments of a node."""
    from sqlglot import exp

    allowed = {
        exp.Select: {
            "expressions",
            "from_",
            "from",
            "joins",
            "where",
            "group",
            "having",
            "with_",
            "with",
            "distinct",
            "order",
        },
        exp.Group: {"expressions"},
        exp.Join: {"this", "side", "kind", "on"},
    }[next(kind for kind in (exp.Select, exp.Group, exp.Join) if isinstance(node, kind))]
    for name, value in node.args.items():
        if value and name not in allowed:
            yield f"不能用 {name.rstrip('_').upper()}。", node.sql(dialect="duckdb")
    if isinstance(node, exp.Join) and (node.side or "LEFT") != "LEFT":
        yield f"连接只能是 JOIN 或 LEFT JOIN，不能是 {node.side}。", node.sql(dialect="duckdb")
    within = node.args.get("with_")
    if within is not None and within.args.get("recursive"):
        yield "不能用递归。", ""


def _cast(node: exp.Cast) -> str:
    from sqlglot import exp

    kinds = {KINDS[kind].sql.format(scale=scale) for kind in KINDS for scale in range(5)}
    if isinstance(node, exp.TryCast):
        return "不能用 TRY_CAST。"
    if node.to.sql(dialect="duckdb").replace("TEXT", "VARCHAR").replace(" ", "") not in kinds:
        return "CAST 只能转成列的类型：VARCHAR、BIGINT、DECIMAL(18,位数)、DATE、BOOLEAN。"
    return ""


def _names(tree: exp.Expr, known: dict[str, set[str]]) -> Iterator[tuple[str, str]]:
    """Tables that exist, by bare name, and columns that they have."""
    from sqlglot import exp
    from sqlglot.errors import SqlglotError
    from sqlglot.optimizer.qualify import qualify

    made = {cte.alias for cte in tree.find_all(exp.CTE)}
    for table in tree.find_all(exp.Table):
        if table.db or table.catalog or not isinstance(table.this, exp.Identifier):
            yield "表只写名称。", table.sql(dialect="duckdb")
        elif table.name not in made and table.name not in known:
            yield f"没有表“{table.name}”（关系只能读表和排在它前面的关系）。", table.name
    for name in sorted(made & set(known)):
        yield f"WITH 的名称“{name}”与表相同。", name
    try:
        schema: dict[str, object] = {
            name: dict.fromkeys(columns, "VARCHAR") for name, columns in known.items()
        }
        qualify(tree.copy(), schema=schema, dialect="duckdb")
    except SqlglotError as error:
        yield f"有的列找不到或不知属于哪个表：{str(error).splitlines()[0][:SHOWN]}", ""
