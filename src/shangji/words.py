"""Predicates and findings in Chinese words: what a person reads beside the figures."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

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
    from shangji.schema import Column

COMPARISONS = {"=": "=", "<>": "≠", "<": "<", "<=": "≤", ">": ">", ">=": "≥"}
ARITHMETIC = {"+": "+", "-": "−", "*": "×"}
REVIEW = {
    "budget_year": "预算年度",
    "as_of": "数据截至日",
    "year_start": "预算年度首日",
    "year_end": "预算年度末日",
    "region": "评审地区",
}
FLAGS = {
    "missing": "未填",
    "valid": "有效",
    "found": "已找到",
    "or_zero": "（未填按 0）",
    "or_one": "（未填按 1）",
}

CAUSES = {
    "gate": "不予入库",
    "no_source": "没有写明资金来源",
    "ineligible": "这种资金不能用于本类项目",
    "no_pot": "财力测算表没有这种资金",
    "ungraded": "没有评级",
    "needs": "前置项目没有安排",
    "excludes": "与互斥项目只能安排一个",
    "ceiling": "部门控制数",
    "next_years": "以后年度支出上限",
    "reserve": "预备费",
    "pot": "财力不足（排序靠后）",
    "order": "余额不够一档",
    "decision": "领导决策",
}
"""Causes that are no rule, in the order in which they take."""
RULE = "rule"


def in_words(  # noqa: C901, PLR0911 - one branch a node, a table
    expr: Expr, pack: Pack, scope: RuleScope
) -> str:
    """An expression as a formula of Chinese names."""

    def go(node: Expr) -> str:
        return in_words(node, pack, scope)

    def inner(node: Expr) -> str:
        product = isinstance(node, Arithmetic) and node.op == "*"
        bare = product or not isinstance(node, (And, Or, Arithmetic))
        return go(node) if bare else f"（{go(node)}）"

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
    """A canonical value as people read it: money with separators, a number without idle zeros.

    >>> shown_value("1.0000", "number"), shown_value("0.4000", "number"), shown_value("20", "count")
    ('1', '0.4', '20')
    """
    if value is None:
        return "不知道"
    if kind == "number" and "." in value:
        return value.rstrip("0").rstrip(".")
    return yuan(value) if kind == "money" else value


def message(rule: Rule, verdict: Mapping[str, object]) -> str:
    """A rule's message with the finding's figures in it."""
    text = rule.message
    for name in ("measured", "allowed"):
        value = verdict[name]
        shown = shown_value(None if value is None else str(value), str(verdict["value_kind"]))
        text = text.replace("{" + name + "}", shown)
    return text


def remedy_words(pack: Pack, rule: Rule, set_to: str | None) -> str:
    """What would mend a finding, as an instruction; a rule that asks puts its question first.

    Args:
        pack: names the tables and columns.
        rule: the rule that fails.
        set_to: the figure or code that its remedy sets on this row, or None where none can be told.
    """
    parts = [f"请说明：{rule.question}"] if rule.question else []
    remedy = rule.remedy
    if remedy and remedy.set and set_to is not None:
        alias, _, name = remedy.set.partition(".")
        table = pack.relation_or_table(alias)
        column = table.by_name.get(name) if table else None
        shown = shown_value(set_to, column.kind if column else "text")
        if column and column.codes:
            shown = column.codes.codes.get(set_to, set_to)
        unit = " 元" if column and column.kind == "money" else ""
        parts.append(f"把{field_words(pack, remedy.set)}改为 {shown}{unit}，或说明理由并附依据。")
    elif remedy and remedy.set:
        parts.append(f"请核对{field_words(pack, remedy.set)}，或说明理由并附依据。")
    elif remedy and remedy.supply:
        empty = rule.id.startswith("C-")
        parts.append(f"请{'补填' if empty else '核对'}{field_words(pack, remedy.supply)}。")
    return "".join(parts) or "请核对后改正，或书面说明理由。"


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


def step_words(pack: Pack, step: Mapping[str, Any]) -> str:
    """A step on the path to pass, as one sentence; `step` is a row of the table `path`."""
    table = pack.relation_or_table(step["at_table"])
    column = table.by_name.get(step["at_column"]) if table is not None else None
    place = table.zh if table is not None else step["at_table"]
    row = step["at_key"].partition("|")[2]
    where = f"{place}{f'第 {row} 行' if row else ''}"
    what = f"“{column.zh}”" if column is not None else ""
    given, to = (_cell(column, step[name]) for name in ("given", "set_to"))
    match step["action"]:
        case "set":
            return f"{where}{what}由 {given} 改为 {to}"
        case "follow":
            return f"{where}{what}随之由 {given} 改为 {to}"
        case "explain":
            return f"就{where}作书面说明"
    if step["at_key"] and step["given"]:
        return f"核实并改正{where}{what}"
    return f"补填{where}{what}" if step["at_key"] else f"补齐{where}（{what.strip('“”')}）"


def _cell(column: Column | None, value: str | None) -> str:
    if value is None or column is None:
        return value or "空"
    if column.kind == "money":
        return f"{yuan(value)} 元"
    return f"{column.codes.codes.get(value, value)}" if column.codes else value


def end_words(pack: Pack, end: Mapping[str, Any]) -> str:
    """Where the path ends, as one sentence; `end` is a row of the table `path_end`."""
    gates = {line.name: line.zh for one in pack.frameworks.values() for line in one.gate}
    before, after = (gates.get(end[name], end[name]) for name in ("gate_before", "gate_after"))
    if not end["steps"] and not end["left"]:
        return f"没有要改的，入库结论“{before}”"
    parts = [f"共 {end['steps']} 步"] if end["steps"] else []
    if end["unverified"]:
        parts.append(f"其中 {end['unverified']} 步尚需提供材料，未验证")
    if end["left"]:
        parts.append(f"另有 {end['left']} 项须财政部门认定")
    if end["steps"]:
        parts.append(f"做完以后入库结论由“{before}”变为“{after}”" if before != after else "")
    return "；".join(part for part in parts if part)


def cause_words(pack: Pack, kind: str, name: str) -> str:
    """A cause as people name it: the rule, or what else took the money."""
    if kind == RULE:
        return pack.rules[name].title if name in pack.rules else name
    if kind == "gate":
        gates = {line.name: line.zh for one in pack.frameworks.values() for line in one.gate}
        return gates.get(name, CAUSES[kind])
    return CAUSES.get(kind, kind)


def limit_words(pack: Pack, name: str, departments: Mapping[str, str]) -> str:
    """A limit as people name it."""
    kind, *rest = name.split("|")
    if kind in {"ceiling", "floor"}:
        *who, source, held = rest
        kinds = pack.codes["ceiling_kind"].codes if "ceiling_kind" in pack.codes else {}
        unit = f" 单位 {who[1]}" if len(who) > 1 else ""
        word = "控制数" if kind == "ceiling" else "必保数"
        named = departments.get(who[0], who[0])
        ranked = pack.allocation.ranked if pack.allocation else ""
        of = "" if source == ranked else f"（{fund_words(pack, source)}）"
        return f"{named}{unit} {kinds.get(held, held)}{word}{of}"
    words = {
        "pot": "可用财力",
        "reserve": "预备费倒算的支出上限",
        "share": "等级保底数",
        "next_years": "以后年度支出上限",
    }
    return " ".join([*(fund_words(pack, one) for one in rest), words.get(kind, kind)])
