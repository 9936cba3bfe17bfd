"""The rule language: `alias.column`, literals, + − ×, comparisons, IN, AND OR NOT; nothing else.

SQL's third truth value is the domain's third answer, so the meaning of an expression is the meaning
of the same SQL under Kleene logic. There is no division, function, LIKE, IS NULL or implicit cast.
"""

from shangji.language.grammar import parse
from shangji.language.sql import column_name, to_expression, to_sql
from shangji.language.tree import (
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
    Scope,
    Type,
    refs,
    walk,
)

__all__ = [
    "And",
    "Arithmetic",
    "Between",
    "Compare",
    "Expr",
    "In",
    "InCodes",
    "Literal",
    "Not",
    "Or",
    "Ref",
    "Scope",
    "Type",
    "column_name",
    "parse",
    "refs",
    "to_expression",
    "to_sql",
    "walk",
]
