"""`shangji compare`: what changed from one round of a filing to the next."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from shangji.cli.chinese import ChineseCommand
from shangji.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shangji.pack import Pack
    from shangji.rounds import FindingChange, Rounds

SHOWN = 40
"""Findings listed on a screen of one state; the rest is counted."""


@click.command(
    cls=ChineseCommand,
    help="比较两次审核结果：哪些疑点消除了、仍在、新出现，靠改什么消除的；只改文字消除的单列。",
)
@click.argument("old", metavar="旧结果")
@click.argument("new", metavar="新结果")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON，供程序读取。")
def compare(old: str, new: str, *, as_json: bool) -> None:
    """Compare two reports."""
    from shangji.columns import wrapped
    from shangji.pack import load
    from shangji.review import open_report
    from shangji.rounds import compare as compared

    before, earlier, _, _ = open_report(Path(old))
    after, later, _, folders = open_report(Path(new))
    pack, problems = load(folders)
    if pack is None:
        raise Refused(problems)
    rounds = compared((before, earlier), (after, later), pack)
    if as_json:
        found = [{**asdict(one), "flagged": one.flagged} for one in rounds.findings]
        told = {"counts": rounds.counts(), "findings": found}
        click.echo(json.dumps(told, ensure_ascii=False, indent=1))
        return
    for line in lines(rounds, pack):
        for part in wrapped(line, len(line) - len(line.lstrip()) + 2):
            click.echo(part)


def lines(rounds: Rounds, pack: Pack) -> Iterator[str]:
    """The screen of a comparison: counts, what to look at first, then the rest by state."""
    from shangji.rounds import RESOLVED, STATES

    counts = rounds.counts()
    yield "疑点  " + " · ".join(f"{zh} {counts[name]}" for name, zh in STATES.items())
    flagged = [one for one in rounds.findings if one.flagged]
    if flagged:
        yield f"请先看：没有补事实而消除或变为不知道的 {len(flagged)} 条"
        yield from _listed(flagged, pack)
    for name, zh in STATES.items():
        found = [one for one in rounds.findings if one.state == name and not one.flagged]
        if found:
            yield zh
            yield from _listed(found, pack, how=name == RESOLVED)


def _listed(found: list[FindingChange], pack: Pack, *, how: bool = True) -> Iterator[str]:
    from shangji.rounds import WAYS

    for one in found[:SHOWN]:
        rule = pack.rules.get(one.rule_id)
        way = f"：{WAYS[one.way]}" if how and one.way else ""
        yield f"  {one.key} · {one.rule_id} {rule.title if rule else '规则已取消'}{way}"
        for cell in one.cells[:4] if how else ():
            table = pack.tables[cell.table]
            what = f"“{table.column(cell.column).zh}”" if cell.column else ""
            yield f"      {table.zh}{what}：{cell.was or '空'} → {cell.now or '空'}"
    if len(found) > SHOWN:
        yield f"  另有 {len(found) - SHOWN} 条，用 --json 看全部"
