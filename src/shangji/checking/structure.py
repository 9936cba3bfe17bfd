"""Names that collide, references that lead nowhere, trees that do not hold, dates that are none."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from decimal import Decimal
from itertools import combinations, pairwise
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from shangji.compile.scope import aliases
from shangji.compile.standard_now import KEYS_MOST
from shangji.domain import DIMENSIONS, OUTCOMES, SEVERITIES
from shangji.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from shangji.checking.places import Places
    from shangji.errors import Where
    from shangji.pack import Case, Framework, Node, Pack, Rule, Standard, StandardRow

ASK = "请对照“规则包格式”一页改正。"
OWN_NAMES = frozenset({"review"})
QUADRANTS = 4
GATE_WORDS = frozenset({*OUTCOMES, *SEVERITIES, *DIMENSIONS})
FLAGS = frozenset({"missing", "valid", "marks", "found"})


def names(pack: Pack, places: Places) -> Iterator[Problem]:
    """Facts that hide columns or one another, lookups that hide tables, members not counted."""
    taken: dict[str, set[str]] = defaultdict(set)
    for fact in pack.facts:
        table = pack.relation_or_table(fact.of)
        columns = set(table.by_name) if table else set()
        if fact.name in columns | taken[fact.of] | FLAGS:
            where = places.of("facts", f"{fact.of}.{fact.name}", "name")
            says = f"“{fact.of}”已有同名的列或事实。"
            yield Problem("pack-duplicate", where, says, "请换一个名称。", value=fact.name)
        taken[fact.of].add(fact.name)
    seen: set[tuple[str, str]] = set()
    for lookup in pack.lookups:
        own = pack.relation_or_table(lookup.of)
        joined = set(aliases(pack, own)) if own else set()
        fixed = {lookup.of, *OWN_NAMES} | ({own.parent, "project"} & joined if own else set())
        if lookup.name in fixed or (lookup.of, lookup.name) in seen:
            where = places.of("lookups", f"{lookup.of}.{lookup.name}", "name")
            says = "查找的名称与表或另一个查找相同。"
            yield Problem("pack-duplicate", where, says, "请换一个名称。", value=lookup.name)
        seen.add((lookup.of, lookup.name))
    for relation in pack.relations.values():
        if relation.across_units and "members_unknown" not in relation.table.by_name:
            where = places.of("relation", relation.table.name, "columns")
            says = "跨单位的关系要有 members_unknown 列，说明有几行没能参与。"
            yield Problem("pack-key-absent", where, says, "请在 columns 和 SQL 里补上。")


def rules(pack: Pack, places: Places) -> Iterator[Problem]:
    """Rules with another name than their file, dates that are none, cases of unknown columns."""
    for rule in pack.rules.values():
        if rule.derived:
            continue
        if PurePosixPath(rule.file).stem != rule.id:
            says = f"文件名应当是 {rule.id}.yaml。"
            yield Problem("pack-value", places.rule(rule, "id"), says, ASK, value=rule.id)
        for key, text in (("from", rule.effective_from), ("to", rule.effective_to)):
            if text and not _is_date(text):
                where = places.rule(rule, "effective", key)
                yield Problem("pack-value", where, "日期要写成 2027-01-31。", ASK, value=text)
        for at, case in enumerate(rule.cases):
            yield from _case(pack, rule, case, places.rule(rule, "cases", at))
    for name, relation in pack.relations.items():
        for at, example in enumerate(relation.cases):
            where = places.of("relation", name, "cases", at)
            yield from _given(pack, example.given, where)
            for row in example.rows:
                yield from _columns(row, relation.table.by_name, name, where)


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _case(pack: Pack, rule: Rule, case: Case, where: Where) -> Iterator[Problem]:
    yield from _given(pack, case.given, where)
    if not case.expect:
        yield Problem("pack-key-absent", where, "案例没有写 expect。", ASK, value=case.name)
    given = case.given.get(rule.subject)
    if rule.subject in pack.tables and given is not None and len(case.expect) > len(given):
        says = f"expect 有 {len(case.expect)} 项，而“{rule.subject}”只有 {len(given)} 行。"
        yield Problem("pack-value", where, says, ASK, value=case.name)
    for name, columns in case.unsupplied.items():
        table = pack.tables.get(name)
        if table is None:
            yield Problem("pack-reference", where, f"没有表“{name}”。", ASK)
            continue
        yield from _columns(dict.fromkeys(columns, ""), table.by_name, name, where)


def _given(
    pack: Pack, given: Mapping[str, Sequence[Mapping[str, str]]], where: Where
) -> Iterator[Problem]:
    for name, rows in given.items():
        table = pack.tables.get(name)
        if table is None:
            says = f"案例给了“{name}”，没有这个表。"
            yield Problem("pack-reference", where, says, "案例只能给表的行。", value=name)
            continue
        for row in rows:
            yield from _columns(row, table.by_name, name, where)


def _columns(
    row: Mapping[str, str], known: Mapping[str, object], name: str, where: Where
) -> Iterator[Problem]:
    for column in row:
        if column not in known:
            says = f"“{name}”没有列“{column}”。"
            yield Problem("pack-reference", where, says, "请改正列名。", value=column)


def standards(pack: Pack, places: Places) -> Iterator[Problem]:
    """Standards: at most four keys, values that fit, bands that are whole and do not overlap."""
    for standard in pack.standards.values():
        where = places.of("standard", standard.code, "keys")
        if len(standard.keys) > KEYS_MOST:
            yield Problem("pack-value", where, f"键最多 {KEYS_MOST} 个。", ASK)
        groups: dict[tuple[object, ...], list[StandardRow]] = defaultdict(list)
        for row in standard.rows:
            groups[row.keys, row.region, row.effective_from].append(row)
            yield from _value(standard, row, places)
        for rows in groups.values():
            yield from _bands(standard, rows, places)


def _value(standard: Standard, row: StandardRow, places: Places) -> Iterator[Problem]:
    where = places.value(standard.code, row.effective_from.isoformat(), "rows")
    column = standard.value
    if row.value != round(row.value, column.scale) or not 0 <= row.value <= column.at_most:
        says = f"数值应在 0 到 {column.at_most:f} 之间，最多 {column.scale} 位小数。"
        yield Problem("pack-value", where, says, ASK, value=f"{row.value:f}")
    if (row.band_from is not None) != bool(standard.band):
        says = "分档的标准每行要有 band_from；不分档的不能有。"
        yield Problem("pack-value", where, says, ASK, value=row.id)
    elif row.band_to is not None and (row.band_from is None or row.band_to <= row.band_from):
        yield Problem("pack-value", where, "band_to 要大于 band_from。", ASK, value=row.id)


def _bands(standard: Standard, rows: list[StandardRow], places: Places) -> Iterator[Problem]:
    for one, two in combinations(rows, 2):
        where = places.value(standard.code, one.effective_from.isoformat(), "rows")
        keys = "、".join(one.keys) or standard.zh
        if not standard.band:
            says = f"同一地区、同一日期，“{keys}”有两个数。"
            yield Problem("pack-duplicate", where, says, "请只留一个。")
        elif _overlap(one, two):
            says = f"“{keys}”的分档 {_band(one)} 与 {_band(two)} 重叠。"
            yield Problem(
                "pack-value", where, says, "请让每档从上一档结束处开始（含下限，不含上限）。"
            )


def _overlap(one: StandardRow, two: StandardRow) -> bool:
    low, high = sorted((one, two), key=lambda row: row.band_from or Decimal(0))
    return low.band_to is None or (high.band_from or Decimal(0)) < low.band_to


def _band(row: StandardRow) -> str:
    end = "以上" if row.band_to is None else f"—{row.band_to:f}"
    return f"{row.band_from or 0:f}{end}"


def frameworks(pack: Pack, places: Places) -> Iterator[Problem]:
    """Frameworks: a sound tree, leaves that can be scored, axes and rules that exist."""
    for framework in pack.frameworks.values():
        known: set[str] = set()
        branches = {node.parent for node in framework.nodes}
        for at, node in enumerate(framework.nodes):
            where = places.of("framework", framework.name, "nodes", at)
            if node.name in known:
                yield Problem("pack-duplicate", where, "节点重复。", ASK, value=node.name)
            if node.parent and node.parent not in known:
                says = "上级节点不存在，或写在了后面。"
                yield Problem("pack-reference", where, says, ASK, value=node.parent)
            known.add(node.name)
            if node.weight < 0 or (node.weight > 0) == (node.name in branches):
                says = "末级节点要有大于零的权重；有下级的节点不能有权重。"
                yield Problem("pack-value", where, says, ASK, value=node.name)
            yield from _leaf(pack, node, where)
        yield from _axes(framework, known, places)
        yield from _follows(pack, framework, places)
    gated: dict[str, str] = {}
    for framework in pack.frameworks.values():
        if framework.gate and gated.setdefault(framework.subject, framework.name) != framework.name:
            where = places.of("framework", framework.name, "gate")
            says = f"同一种对象已由“{gated[framework.subject]}”定入口结论。"
            yield Problem("pack-duplicate", where, says, "一种对象只能有一个 gate。")


def _follows(pack: Pack, framework: Framework, places: Places) -> Iterator[Problem]:
    """What is followed over time: two columns of a table, the second a date."""
    if framework.follows is None:
        return
    table = pack.tables.get(framework.subject)
    thing, day = (table.by_name.get(name) if table else None for name in framework.follows)
    if thing is None or day is None or day.kind != "date":
        where = places.of("framework", framework.name, "follows")
        says = "follows 的 thing 要是对象表的一列，day 要是对象表的一个日期列。"
        yield Problem("pack-reference", where, says, ASK)


def _leaf(pack: Pack, node: Node, where: Where) -> Iterator[Problem]:
    if node.measure and node.measure not in pack.measures:
        yield Problem("pack-reference", where, "没有这个指标。", ASK, value=node.measure)
    for name in node.deduct:
        if ":" not in name and name not in pack.rules:
            yield Problem("pack-reference", where, "扣分写的规则不存在。", ASK, value=name)
    values = [step.value for step in node.steps] + [points for _, points in node.points]
    if any(not 0 <= value <= node.weight for value in values):
        yield Problem("pack-value", where, f"分值应在 0 到权重 {node.weight} 之间。", ASK)
    if any(points < 0 for points in node.deduct.values()):
        yield Problem("pack-value", where, "扣分不能是负数。", ASK)
    if node.steps and (node.steps[-1].when or not all(step.when for step in node.steps[:-1])):
        says = "只有最后一步不写 when（其余情况），前面每步都要写。"
        yield Problem("pack-value", where, says, ASK, value=node.name)
    if any(right[0] <= left[0] for left, right in pairwise(node.points)):
        yield Problem("pack-value", where, "比率要由小到大。", ASK, value=node.name)


def _axes(framework: Framework, known: set[str], places: Places) -> Iterator[Problem]:
    where = places.of("framework", framework.name, "grades")
    for axis in framework.axes:
        if axis not in known:
            yield Problem("pack-reference", where, "坐标轴写的节点不存在。", ASK, value=axis)
        elif not framework.leaves(axis):
            yield Problem("pack-value", where, "坐标轴下没有指标。", ASK, value=axis)
    if framework.y and len(framework.grades) != QUADRANTS:
        yield Problem("pack-value", where, "names 要写四个等级。", ASK)
    least = [value for _, value in framework.bands]
    if any(right >= left for left, right in pairwise(least)) or (least and least[-1] != 0):
        yield Problem("pack-value", where, "bands 要由高到低，最后一档写 0。", ASK)
    if framework.bands and set(framework.grades) != {name for name, _ in framework.bands}:
        yield Problem("pack-value", where, "names 要与 bands 的档名一致。", ASK)
    for at, line in enumerate(framework.gate):
        where = places.of("framework", framework.name, "gate", at)
        words = [line.verdict] * bool(line.verdict) + [*line.severity, *line.dimension]
        for word in words:
            if word not in GATE_WORDS:
                yield Problem("pack-value", where, "不认识的结论、程度或方面。", ASK, value=word)
