"""Writes the reference pages that follow from the national pack: the dictionary and the rules."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from shangji.checking.basis import ARTICLE, act_of
from shangji.compile.scope import RuleScope, typed
from shangji.domain import (
    ACT_KNOWN,
    ACT_LEVELS,
    ACT_STATES,
    BASIS_KINDS,
    DIMENSIONS,
    SEVERITIES,
    STATUSES,
    SUPPLIERS,
    VISIBLE,
)
from shangji.pack import load
from shangji.schema import KINDS
from shangji.words import in_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shangji.pack import Act, Pack, Rule
    from shangji.schema import Column, Table

REFERENCE = Path(__file__).resolve().parent.parent / "docs" / "reference"
DICTIONARY = REFERENCE / "dictionary.md"
RULES = REFERENCE / "rules.md"
ACTS = REFERENCE / "acts.md"


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


def acts_page() -> str:
    """Return the policy index: facts of every act, and which rules rest on each article."""
    pack = national()
    resting: dict[tuple[str, str], list[str]] = {}
    for rule in pack.rules.values():
        for basis in rule.basis:
            act = act_of(pack, basis)
            if act and not rule.derived:
                for article in ARTICLE.findall(basis.article) or [""]:
                    resting.setdefault((str(act), article), []).append(rule.id)
    articles = sum(len(act.articles) for act in pack.acts)
    known = "、".join(
        f"{zh} {sum(act.known == name for act in pack.acts)}" for name, zh in ACT_KNOWN.items()
    )
    head = (
        "# 政策目录\n\n本页由 `make docs` 从规则包的 `acts/` 生成。"
        f"共 {len(pack.acts)} 件（{known}），条款 {articles} 条。\n\n"
        "只收事实：名称、文号、制定机关、日期、效力；条款后的一句话是我们写的提要，不代替原文。"
        "依据写到条款的规则，只能引用这里列为“读过原文”的条款；原文由使用单位自备。\n"
    )
    return head + "".join(_act(act, resting) for act in pack.acts)


def _act(act: Act, resting: dict[tuple[str, str], list[str]]) -> str:
    dates = [f"公布或修正 {act.issued}"] if act.issued else []
    dates += [f"施行 {act.effective_from}"] if act.effective_from else []
    facts = [act.issuer, ACT_LEVELS[act.level], *dates, ACT_STATES[act.state], ACT_KNOWN[act.known]]
    lines = [f"\n## {act}\n{' · '.join(facts)}\n"]
    if act.replaced_by:
        lines.append(f"\n此后见 {act.replaced_by}。\n")
    if act.note:
        lines.append(f"\n{act.note}\n")
    whole = resting.get((str(act), ""))
    if whole:
        lines.append(f"\n依据它的规则：{'、'.join(dict.fromkeys(whole))}\n")
    if act.articles:
        lines.append("\n| 条款 | 提要 | 规则 |\n|---|---|---|\n")
    for article, says in act.articles.items():
        rules = "、".join(dict.fromkeys(resting.get((str(act), article), [])))
        lines.append(f"| {article} | {says} | {rules} |\n")
    return "".join(lines)


PAGES = {DICTIONARY: dictionary_page, RULES: rules_page, ACTS: acts_page}

if __name__ == "__main__":
    for path, page in PAGES.items():
        path.write_text(page(), "utf-8")
