"""The screen of a unit's dry run: what blocks admission, what to explain, what is still owed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from shangji.columns import wrapped
from shangji.domain import SEVERITIES
from shangji.errors import EFFECTS
from shangji.remarks import BLOCKS, EXPLAIN

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from shangji.errors import Problem
    from shangji.remarks import Owed, Remark
    from shangji.selfcheck import SelfCheck

OWED_SHOWN = 6
NUMBERS = "一二三四五"


@dataclass(frozen=True)
class Checked:
    """What the screen shows: the dry run, the problems of intake, the counts of cells."""

    found: SelfCheck
    problems: Sequence[Problem]
    cells: Mapping[str, int]
    files: Sequence[str]
    facts: Mapping[str, Any]
    with_bureau: bool
    marked: str = ""


def lines(done: Checked) -> Iterator[str]:
    """Yield the screen: what was read, what was found, and whether the filing can be handed in."""
    found, facts = done.found, done.facts
    yield f"上计·零基预算评审  单位自查 · {facts['budget_year']} 年度 · {'、'.join(done.files)}"
    cells = done.cells
    yield (
        f"读 {cells.get('read', 0):,} 格：原样 {cells.get('kept', 0):,} · "
        f"改写 {cells.get('changed', 0):,} · 拒收 {cells.get('refused', 0):,}；"
        f"项目 {found.projects} 个，对照规则 {found.rules} 条"
    )
    parts = [
        list(_read(done.problems)),
        list(_remarks(BLOCKS, found.blocking, "不改会退回补正", done.files)),
        list(_remarks(EXPLAIN, found.to_explain, "能改的改，不改的请备好说明", done.files)),
        list(_owed(found.owed, with_bureau=done.with_bureau)),
    ]
    for number, part in zip(NUMBERS, (part for part in parts if part), strict=False):
        yield ""
        yield f"{number}、{part[0]}"
        for line in part[1:]:
            yield from wrapped(line, len(line) - len(line.lstrip()) + 2)
    yield ""
    yield from _end(done)


def _read(problems: Sequence[Problem]) -> Iterator[str]:
    shown = [item for item in problems if item.effect in {"refused", "noted"}]
    changed = sum(1 for item in problems if item.effect == "changed")
    if not shown and not changed:
        return
    yield f"读入时的问题 {len(shown)} 处" + (f"，另有 {changed} 格已自动改写" if changed else "")
    for number, item in enumerate(shown, start=1):
        where = item.where
        place = where.cell or (f"第 {where.line} 行" if where.line else "")
        value = f"（“{item.value}”）" if item.value else ""
        name = f"“{where.field}”" if where.field else ""
        spot = "!".join(part for part in (where.sheet, place) if part) or where.file
        yield f"  {number} [{EFFECTS[item.effect]}] {spot} {name}{item.title}{value}"
        yield f"      {item.says}{item.fix}"


def _remarks(title: str, found: Sequence[Remark], says: str, files: Sequence[str]) -> Iterator[str]:
    if not found:
        return
    yield f"{title} {len(found)} 处（{says}）"
    for number, item in enumerate(found, start=1):
        trial = "·试行" if item.status != "active" else ""
        file = f"{item.place.file} " if len(files) > 1 else ""
        yield f"  {number} [{SEVERITIES[item.severity]}{trial}] {file}{item.place} {item.title}"
        if item.project_code:
            yield f"      项目  {item.project_code} {item.project_name}"
        yield f"      情况  {item.says}"
        yield f"      依据  {item.why}（{item.rule_id}）"
        yield f"      怎么办  {item.fix}"
        if item.limits:
            yield f"      可能例外  {item.limits}"


def _owed(owed: Sequence[Owed], *, with_bureau: bool) -> Iterator[str]:
    mine = [item for item in owed if item.owed_by == "unit"]
    others = [item for item in owed if item.owed_by != "unit"]
    if not owed:
        return
    yield "还不能判断的（缺数据，不作通过处理）"
    for item in mine[:OWED_SHOWN]:
        yield f"  单位补  {item.field}：{item.places} 处，补齐可判 {item.rules} 条规则"
    if len(mine) > OWED_SHOWN:
        yield f"  单位补  另有 {len(mine) - OWED_SHOWN} 项"
    if others:
        names = "、".join(item.field for item in others[:OWED_SHOWN])
        more = "等" if len(others) > OWED_SHOWN else ""
        hint = "" if with_bureau else "；加 --with 财政数据文件夹 可一并核对"
        yield f"  财政或外部补  {names}{more}{hint}"


def _end(done: Checked) -> Iterator[str]:
    found = done.found
    refused = sum(1 for item in done.problems if item.effect == "refused")
    if found.blocking or refused:
        parts = [f"入库前必须改的 {len(found.blocking)} 处"] if found.blocking else []
        parts += [f"拒收的 {refused} 处"] if refused else []
        yield f"结论  还不能报：先处理{'、'.join(parts)}。"
    elif found.to_explain:
        yield f"结论  可以报：没有会退回补正的；{len(found.to_explain)} 处请备好说明。"
    else:
        yield "结论  可以报：自查没有发现问题。"
    yield "自查只对照编报、支出标准和绩效目标三类规则；必要性、重要性等由财政部门审核。"
    yield "没有留存任何数据。" + (f"标注副本：{done.marked}" if done.marked else "")
