"""Writes the reference pages that follow from the national pack: the dictionary and the rules."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from shangji.compile.scope import RuleScope, typed
from shangji.domain import BASIS_KINDS, DIMENSIONS, SEVERITIES, STATUSES, SUPPLIERS, VISIBLE
from shangji.pack import load
from shangji.schema import KINDS
from shangji.words import in_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shangji.pack import Pack, Rule
    from shangji.schema import Column, Table

REFERENCE = Path(__file__).resolve().parent.parent / "docs" / "reference"
DICTIONARY = REFERENCE / "dictionary.md"
RULES = REFERENCE / "rules.md"


def national() -> Pack:
    """The national pack, which must load."""
    pack, problems = load(("national",))
    if pack is None:
        raise SystemExit("\n".join(map(str, problems)))
    return pack


def dictionary_page() -> str:
    """Return the data dictionary: every table, its key and parent, every column."""
    pack = national()
    columns = sum(len(table.columns) for table in pack.tables.values())
    head = (
        "# 数据字典\n\n本页由 `make docs` 从规则包的 `tables/` 生成。"
        f"共 {len(pack.tables)} 张表、{columns} 列；表可以空着，没有的列按“不知道”处理。\n\n"
        "“必填”写明何时必填；“由谁提供”决定缺了算谁的：单位应填未填是补正，"
        "财政或外部没有的不影响单位。\n"
    )
    return head + "".join(_table(table) for table in pack.tables.values())


def _table(table: Table) -> str:
    names = {column.name: column.zh for column in table.columns}
    key = "、".join(names[name] for name in table.key) or "（按内容编号）"
    parent = f"；上级表 `{table.parent}`" if table.parent else ""
    sheets = "、".join(table.sheets)
    lines = [
        f"\n## {table.zh} `{table.name}`\n{table.note}\n\n主键：{key}{parent}。",
        f"工作表名：{table.zh}{'、' + sheets if sheets else ''}。\n\n",
        "| 列 | 名称 | 类型 | 取值 | 必填 | 由谁提供 | 一体化要素 |\n",
        "|---|---|---|---|---|---|---|\n",
    ]
    return "".join([*lines, *(_column(column) for column in table.columns)])


def _column(column: Column) -> str:
    values = column.codes.zh if column.codes else column.unit
    required = {"": "", "always": "是"}.get(column.required_when, f"`{column.required_when}`")
    return (
        f"| `{column.name}` | {column.zh} | {KINDS[column.kind].zh} | {values} | {required} "
        f"| {SUPPLIERS[column.supplied_by]} | {column.field} |\n"
    )


def rules_page() -> str:
    """Return the written rules: in words, with basis and known false alarms."""
    pack = national()
    written = [rule for rule in pack.rules.values() if not rule.derived]
    kinds: dict[str, int] = {}
    for rule in written:
        strongest = min(rule.basis, key=lambda item: list(BASIS_KINDS).index(item.kind))
        kinds[strongest.kind] = kinds.get(strongest.kind, 0) + 1
    split = "、".join(f"{BASIS_KINDS[kind]} {count}" for kind, count in sorted(kinds.items()))
    head = (
        "# 规则\n\n本页由 `make docs` 从规则包的 `rules/` 生成。"
        f"共 {len(written)} 条，按依据：{split}；"
        f"另由表定义生成 {len(pack.rules) - len(written)} 条必填和代码检查。\n"
    )
    return head + "".join("".join(_rule(pack, rule)) for rule in written)


def _rule(pack: Pack, rule: Rule) -> Iterator[str]:
    table = pack.relation_or_table(rule.subject)
    if table is None:
        raise KeyError(rule.subject)
    scope = RuleScope(pack, table, rule.standards)
    yield f"\n## {rule.id} {rule.title}\n"
    yield (
        f"{DIMENSIONS[rule.dimension]} · {SEVERITIES[rule.severity]} · {STATUSES[rule.status]} · "
        f"{VISIBLE[rule.visible_to]} · 对象：{table.zh}\n\n"
    )
    yield f"- 适用：{in_words(typed(rule.applies, scope, rule.id), pack, scope)}\n"
    yield f"- 不符：{in_words(typed(rule.fails, scope, rule.id), pack, scope)}\n"
    yield f"- 依据：{'；'.join(map(str, rule.basis))}\n"
    yield f"- 可能误报：{rule.known_limits or '没有已知情形'}\n"


PAGES = {DICTIONARY: dictionary_page, RULES: rules_page}

if __name__ == "__main__":
    for path, page in PAGES.items():
        path.write_text(page(), "utf-8")
