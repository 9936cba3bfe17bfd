"""Two packs side by side: what was added, removed or changed, in the words of their users."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from shangji.domain import DIMENSIONS, SEVERITIES, STATUSES, SUPPLIERS, VISIBLE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from shangji.pack import Pack, Rule, Standard
    from shangji.schema import Column, Table

ADDED, REMOVED, CHANGED = "新增", "删除", "修改"
Said = dict[str, str]
"""What a part of a pack says: label → text."""


@dataclass(frozen=True)
class Change:
    """One part of a pack that differs: its kind, name, title, and labels with old and new text."""

    kind: str
    name: str
    title: str
    what: str
    parts: tuple[tuple[str, str, str], ...] = ()


def differences(old: Pack, new: Pack) -> list[Change]:
    """Everything in which two packs differ, by kind, then by name."""
    before, after = _said(old), _said(new)
    changes = []
    for kind in before:
        for name in sorted({*before[kind], *after[kind]}):
            one, two = before[kind].get(name), after[kind].get(name)
            title = (two or one or {}).get("名称", "")
            if one is None or two is None:
                changes.append(Change(kind, name, title, ADDED if one is None else REMOVED))
            elif one != two:
                changes.append(Change(kind, name, title, CHANGED, tuple(_parts(one, two))))
    return changes


def _parts(one: Said, two: Said) -> Iterator[tuple[str, str, str]]:
    for label in dict.fromkeys([*one, *two]):
        if one.get(label, "") != two.get(label, ""):
            yield label, one.get(label, ""), two.get(label, "")


def _said(pack: Pack) -> Mapping[str, Mapping[str, Said]]:
    return {
        "规则": {name: _rule(rule) for name, rule in pack.rules.items()},
        "标准": {name: _standard(found) for name, found in pack.standards.items()},
        "表": {name: _table(found) for name, found in pack.tables.items()},
        "代码表": {
            name: {"名称": found.zh, **{f"代码 {code}": zh for code, zh in found.codes.items()}}
            for name, found in pack.codes.items()
        },
        "词表": {
            name: {"名称": found.zh, "词": _list(found.any), "除外": _list(found.unless)}
            for name, found in pack.words.items()
        },
        "查找": {f"{found.of}.{found.name}": _plain(found) for found in pack.lookups},
        "事实": {f"{found.of}.{found.name}": _plain(found) for found in pack.facts},
        "关系": {
            name: {
                **_table(found.table),
                "SQL": _line(found.sql),
                "跨单位": "是" if found.across_units else "否",
            }
            for name, found in pack.relations.items()
        },
        "指标": {name: _plain(found) for name, found in pack.measures.items()},
        "报告表": {name: _plain(found) for name, found in pack.sections.items()},
        "指标体系": {
            name: {
                **_plain(found, "nodes"),
                **{f"节点 {node.name}": _words(_plain(node)) for node in found.nodes},
            }
            for name, found in pack.frameworks.items()
        },
    }


def _rule(rule: Rule) -> Said:
    remedy = rule.remedy
    uses = [
        f"{use.name} = {use.code}{_words(use.by)}{use.band}{use.region}" for use in rule.standards
    ]
    return {
        "名称": rule.title,
        "对象": rule.subject,
        "方面": DIMENSIONS.get(rule.dimension, rule.dimension),
        "程度": SEVERITIES.get(rule.severity, rule.severity),
        "状态": STATUSES.get(rule.status, rule.status),
        "谁可见": VISIBLE.get(rule.visible_to, rule.visible_to),
        "依据": _list(map(str, rule.basis)),
        "标准": _list(uses),
        "适用条件": _line(rule.applies),
        "不符条件": _line(rule.fails),
        "实测值": rule.measured,
        "应有值": rule.allowed,
        "倍数": rule.shows_scale,
        "说明": rule.message,
        "改正": _words(_plain(remedy)) if remedy else "",
        "涉及金额": rule.at_stake,
        "已知局限": _line(rule.known_limits),
        "提问": rule.question,
        "保留": rule.keep,
        "管留空的规则": _list(rule.guarded_by),
        "生效": rule.effective_from,
        "失效": rule.effective_to,
        **{f"案例 {case.name}": _words(_plain(case)) for case in rule.cases},
    }


def _standard(standard: Standard) -> Said:
    said = {
        "名称": standard.zh,
        "计量单位": standard.unit,
        "键": _list(zh or name for name, zh in standard.keys),
        "分档": standard.band[1] if standard.band else "",
    }
    for row in standard.rows:
        bands = "" if row.band_from is None else f" {row.band_from:f}—{row.band_to or '以上'}"
        label = f"{'·'.join(row.keys)}{bands} {row.region} {row.effective_from}起".strip()
        ends = f"，至 {row.effective_to}" if row.effective_to else ""
        bound = "全部" if row.binds_all else _list([*row.binds_levels, *row.binds_regions])
        says = f"{STATUSES[row.status]}，约束 {bound}，{row.checked}，{row.basis}{ends}"
        said[label] = f"{row.value:f}（{says}）"
    return said


def _table(table: Table) -> Said:
    return {
        "名称": table.zh,
        "主键": _list(table.key),
        "上级表": table.parent,
        "表页名": _list(table.sheets),
        **{f"列 {column.name}": _column(column) for column in table.columns},
    }


def _column(column: Column) -> str:
    said = [column.zh, column.sql_type, SUPPLIERS[column.supplied_by]]
    if column.numeric:
        said.append(f"{column.at_least:f}—{column.at_most:f}")
    if column.codes:
        said.append(f"代码表 {column.codes.name}")
    for label, text in (
        ("必填", column.required_when),
        ("可空", column.optional_because),
        ("格式", column.pattern),
        ("别名", _list(column.aka)),
    ):
        if text:
            said.append(f"{label} {text}")
    return "，".join(said)


LABELS = {
    "name": "代号",
    "zh": "名称",
    "of": "所属表",
    "source": "取自",
    "on": "对应",
    "kind": "算法",
    "argument": "算什么",
    "child": "下级表",
    "where": "条件",
    "second": "另一项",
    "via": "对应",
    "aka": "别名",
    "subject": "对象",
    "numerator": "分子",
    "denominator": "分母",
    "unit": "单位",
    "says": "口径",
    "applies": "适用条件",
    "gate": "入库结论",
    "known_at_least": "已知比例下限",
    "top_share": "最高等级占比上限",
    "shift": "试移分数",
    "x": "横轴",
    "y": "纵轴",
    "cut": "分界",
    "grades": "等级",
    "note": "备注",
    "parent": "上级",
    "weight": "权重",
    "steps": "分步",
    "deduct": "扣分",
    "points": "换算",
    "measure": "指标",
    "judged_by": "谁评",
    "set": "改",
    "to": "改为",
    "supply": "补充",
    "given": "数据",
    "expect": "预期",
    "region": "地区",
    "unsupplied": "未提供",
}


def _plain(part: Any, *leave: str) -> Said:  # noqa: ANN401 - any frozen part of a pack
    """The fields of a part as texts, the empty ones left out."""
    said = {}
    for one in fields(part):
        value = getattr(part, one.name)
        if one.name not in leave and value not in ("", (), {}, None):
            said[LABELS.get(one.name, one.name)] = _text(value)
    return said


def _text(value: Any) -> str:  # noqa: ANN401 - any value of a pack
    if isinstance(value, dict):
        return _words({str(key): _text(item) for key, item in value.items()})
    if isinstance(value, tuple):
        return _list(map(_text, value))
    if hasattr(value, "__dataclass_fields__"):
        return _words(_plain(value))
    return _line(str(value))


def _words(said: Mapping[str, str]) -> str:
    return (
        "（" + "，".join(f"{label} {text}" for label, text in said.items()) + "）" if said else ""
    )


def _list(texts: Iterable[str]) -> str:
    return "、".join(texts)


def _line(text: str) -> str:
    return " ".join(text.split())
