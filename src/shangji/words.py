"""Predicates and findings in Chinese words: what a person reads beside the figures."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from shangji.domain import yuan
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
from shangji.language.tree import children

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shangji.compile.scope import RuleScope
    from shangji.pack import Pack, Rule

COMPARISONS = {"=": "=", "<>": "≠", "<": "<", "<=": "≤", ">": ">", ">=": "≥"}
ARITHMETIC = {"+": "+", "-": "−", "*": "×"}
REVIEW = {
    "budget_year": "预算年度",
    "as_of": "数据截至日",
    "year_start": "预算年度首日",
    "year_end": "预算年度末日",
    "region": "评审地区",
}
FLAGS = {"missing": "未填", "valid": "有效", "found": "已找到"}


def in_words(  # noqa: C901, PLR0911 - one branch a node, a table
    expr: Expr, pack: Pack, scope: RuleScope
) -> str:
    """An expression as a formula of Chinese names."""

    def go(node: Expr) -> str:
        return in_words(node, pack, scope)

    def inner(node: Expr) -> str:
        return f"（{go(node)}）" if isinstance(node, (And, Or, Arithmetic)) else go(node)

    match expr:
        case Ref():
            return name_of(expr, pack, scope)
        case Literal():
            return _literal(expr)
        case Arithmetic():
            left = inner(expr.left) if expr.op == "*" else go(expr.left)
            return f"{left} {ARITHMETIC[expr.op]} {inner(expr.right)}"
        case Compare():
            right = expr.right
            shown = _coded(right, expr.left) if isinstance(right, Literal) else go(right)
            return f"{go(expr.left)} {COMPARISONS[expr.op]} {shown}"
        case Between():
            return f"{go(expr.value)} 在 {go(expr.low)} 到 {go(expr.high)} 之间"
        case In():
            items = "、".join(_coded(item, expr.value) for item in expr.items)
            return f"{go(expr.value)} 属于 {items}"
        case InCodes():
            return f"{go(expr.value)} 在“{expr.codes.zh}”内"
        case And():
            return " 且 ".join(
                inner(item) if isinstance(item, Or) else go(item) for item in expr.items
            )
        case Or():
            return " 或 ".join(
                inner(item) if isinstance(item, And) else go(item) for item in expr.items
            )
        case Not():
            return f"并非（{go(expr.item)}）" if children(expr.item) else f"{go(expr.item)}（否）"
        case _:  # pragma: no cover - every node is listed above
            raise TypeError(expr)


def _literal(node: Literal) -> str:
    if isinstance(node.value, bool):
        return "是" if node.value else "否"
    if isinstance(node.value, Decimal):
        return f"{node.value:f}"
    return f"“{node.value}”" if isinstance(node.value, str) else str(node.value)


def _coded(item: Literal, value: Expr) -> str:
    codes = value.column.codes if isinstance(value, Ref) and value.column else None
    if codes and isinstance(item.value, str):
        return codes.codes.get(item.value, item.value)
    return _literal(item)


def name_of(ref: Ref, pack: Pack, scope: RuleScope) -> str:
    """A reference by its Chinese name; another table's columns carry the table's name."""
    alias, rest = ref.path[0], ref.path[1:]
    if alias == "review":
        return REVIEW[rest[0]]
    use = next((use for use in scope.uses if use.name == alias), None)
    if use:
        zh = pack.standards[use.code].zh
        return zh if rest[0] == "value" else f"有“{zh}”标准"
    table = scope.aliases[alias]
    lookup = next((item for item in pack.lookups if item.name == alias), None)
    head = "" if alias == scope.subject.name else f"{lookup.zh if lookup else table.zh}的"
    if rest[0] == "found":
        return f"{lookup.zh if lookup else table.zh}已找到"
    column = table.by_name.get(rest[0])
    fact = next((f for f in pack.facts if f.of == table.name and f.name == rest[0]), None)
    name = f"{head}{column.zh if column else fact.zh if fact else rest[0]}"
    if len(rest) > 1:
        flag = pack.words[rest[2]].zh if rest[1] == "marks" else FLAGS[rest[1]]
        return f"{name}含有{flag}" if rest[1] == "marks" else f"{name}{flag}"
    return name


def shown_value(value: str | None, kind: str) -> str:
    """A canonical value as people read it."""
    if value is None:
        return "不知道"
    return yuan(value) if kind == "money" else value


def message(rule: Rule, verdict: Mapping[str, object]) -> str:
    """A rule's message with the finding's figures in it."""
    text = rule.message
    for name in ("measured", "allowed"):
        value = verdict[name]
        shown = shown_value(None if value is None else str(value), str(verdict["value_kind"]))
        text = text.replace("{" + name + "}", shown)
    return text


def field_words(pack: Pack, field: str) -> str:
    """A missing input in Chinese: table and column, a fact, a lookup, or a standard."""
    if field.startswith("standard:"):
        standard = pack.standards.get(field.removeprefix("standard:"))
        return f"本地区标准“{standard.zh}”" if standard else field
    alias, _, name = field.partition(".")
    lookup = next((item for item in pack.lookups if item.name == alias), None)
    table = pack.relation_or_table(lookup.source if lookup else alias)
    if table is None:
        return field
    head = lookup.zh if lookup else table.zh
    if name == "found":
        return head
    column = table.by_name.get(name)
    fact = next((item for item in pack.facts if item.of == table.name and item.name == name), None)
    return f"{head}“{column.zh if column else fact.zh if fact else name}”"


def fund_words(pack: Pack, code: str) -> str:
    """A source of funds by name; nothing where none is named."""
    known = pack.codes["fund_source"].codes if "fund_source" in pack.codes else {}
    return known.get(code, code)
