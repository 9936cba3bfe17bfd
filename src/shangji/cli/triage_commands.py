"""`shangji triage` and `shangji agreement`: decisions on findings out, back, and counted."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from shangji.cli.chinese import ChineseCommand
from shangji.errors import Problem, Refused, Where

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from shangji.pack import Pack
    from shangji.results import Results
    from shangji.score.agreement import Agreement
    from shangji.snapshot import Snapshot
    from shangji.triage import Agreed

REPORT = "审核结果"
SEED = 2027


def opened(report: str) -> tuple[Snapshot, Results, Mapping[str, Any], Pack]:
    """Open a report with its pack, or refuse."""
    from shangji.pack import load
    from shangji.review import open_report

    snapshot, results, result, folders = open_report(Path(report))
    pack, problems = load(folders)
    if pack is None:
        raise Refused(problems)
    return snapshot, results, result, pack


@click.command(
    cls=ChineseCommand,
    help="写一份疑点认定表，逐条由人认定；加 --blind 则在全部范围内抽样盲审，不显示系统结论。",
    epilog="填好的表放回申报文件夹再审，认定随数据冻结；用 shangji agreement 统计。",
)
@click.argument("report", metavar="审核结果", default=REPORT)
@click.option(
    "-o", "--out", metavar="文件", help="写到哪里；缺省为 疑点认定表.xlsx 或 疑点盲审表.xlsx。"
)
@click.option("--blind", type=click.IntRange(1, 5000), metavar="行数", help="盲审抽多少行。")
@click.option(
    "--seed", type=int, default=SEED, show_default=True, metavar="数", help="抽样的种子。"
)
def triage(report: str, out: str | None, blind: int | None, seed: int) -> None:
    """Write the sheet in which people decide on findings."""
    from shangji.snapshot import unwritable
    from shangji.triage import drawn, found, write_sheet
    from shangji.triage.sheet import BLIND, NAME, TABLE

    snapshot, results, result, pack = opened(report)
    if TABLE not in pack.tables:
        fix = "请用带疑点认定表（finding_review）的规则包重新审核。"
        raise Refused([Problem("name-unknown", Where(report), "规则包里没有疑点认定表。", fix)])
    items = drawn(snapshot, pack, blind, seed) if blind else found(snapshot, results, pack)
    path = Path(out or f"{BLIND if blind else NAME}.xlsx")
    title = f"{snapshot.facts.budget_year} 年度"
    try:
        write_sheet(path, items, pack, str(result["digest"]), title, blind=bool(blind))
    except OSError as error:
        raise Refused([unwritable(path, error)]) from error
    click.echo(f"已写出 {path}，{len(items)} 行。")
    if blind:
        click.echo(f"种子 {seed}；系统判为不符、通过、不知道的各约三分之一，表里看不出。")
    click.echo("填好后与申报表放在同一个文件夹里再审，认定随数据冻结。")


@click.command(
    cls=ChineseCommand,
    help="统计认定结果：每条规则标出多少、认定多少、推翻多少、申辩成立多少；盲审样本另算一致程度。",
)
@click.argument("reports", nargs=-1, required=True, metavar="审核结果…")
def agreement(reports: tuple[str, ...]) -> None:
    """Count what people decided."""
    from shangji.columns import wrapped
    from shangji.triage import agreed

    given = []
    for report in reports:
        snapshot, results, _, pack = opened(report)
        given.append((snapshot, results, pack))
    for line in lines(agreed(given)):
        for part in wrapped(line, len(line) - len(line.lstrip()) + 2):
            click.echo(part)


def lines(made: Agreed) -> Iterator[str]:
    """The screen of the statistics."""
    decided = [one for one in made.rules if one.decided or one.open or one.split]
    yield f"认定过的规则 {len(decided)} 条；标出过问题的规则 {len(made.rules)} 条。"
    for one in decided:
        appeal = f"，申辩 {one.appealed} 件、成立 {one.appeal_upheld} 件" if one.appealed else ""
        if not one.appealed and one.appeal_upheld:
            appeal = f"，申辩成立 {one.appeal_upheld} 件"
        open_ = f"，意见不一 {one.split}，无法判断 {one.open}" if one.split or one.open else ""
        yield f"  {one.rule_id} {one.title}"
        yield (
            f"    适用 {one.applied} 行，标出 {one.fired}，认定 {one.upheld}，"
            f"推翻 {one.overridden}{open_}{appeal}"
        )
    doubtful = [one for one in made.rules if one.triage]
    if doubtful:
        yield f"建议复核（推翻超过 {made.limit}%，建议改为试行；系统不会自动改）："
        for one in doubtful:
            share = int(one.overridden_percent)
            yield f"  {one.rule_id} {one.title}：认定过 {one.decided} 件，推翻 {share}%"
    if made.adopted.decided:
        yield f"{made.adopted.words}。"
    for name, found in (("系统与人", made.machine), ("人与人", made.people)):
        if found is not None:
            yield _coefficient(name, found)
    for why in made.refused:
        yield f"不计算：{why}"
    for problem in made.problems:
        yield f"！{problem}"


def _coefficient(name: str, found: Agreement) -> str:
    share = f"{float(found.agreed):.1%}"
    if found.value is None:
        return f"{name}（盲审 {found.things} 行）：答案全部相同，系数没有意义；直接一致 {share}。"
    says = f"{name}（盲审 {found.things} 行）：{found.name} = {float(found.value):.2f}"
    if found.low is not None and found.high is not None:
        says += f"（95% 区间 {float(found.low):.2f} 至 {float(found.high):.2f}）"
    return f"{says}，直接一致 {share}。"
