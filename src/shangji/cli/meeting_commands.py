"""`shangji papers` and `shangji decision`: papers out to the meeting, decided amounts back in."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from shangji.cli.chinese import ChineseCommand, ChineseGroup
from shangji.cli.ledgered import signed_by, to_ledger
from shangji.domain import yuan
from shangji.errors import Problem, Refused, Where

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shangji.pack import Pack
    from shangji.results import Results
    from shangji.snapshot import Snapshot

REPORT, PAPERS, DECIDED = "审核结果", "上会材料", "会议决定"
SHOWN = 60


def _opened(report: str) -> tuple[Snapshot, Results, Mapping[str, Any], Pack]:
    from shangji.pack import load
    from shangji.review import open_report

    snapshot, results, result, folders = open_report(Path(report))
    pack, problems = load(folders)
    if pack is None:
        raise Refused(problems)
    return snapshot, results, result, pack


@click.command(
    cls=ChineseCommand,
    help="由审核结果导出上会材料：项目审核汇总表（A3）、三年对比表、一项目一表、部门资金安排（A4）。",
)
@click.argument("report", metavar="审核结果", default=REPORT)
@click.option(
    "-o", "--out", default=PAPERS, show_default=True, metavar="文件夹", help="材料写到哪里。"
)
@click.option(
    "--version",
    "version",
    default="V1",
    show_default=True,
    metavar="版本",
    help="版本名，如 “V3 党组会稿”；读回决定时凭它冻结。",
)
@click.option(
    "--ledger", "log", metavar="账本", help="把这本账本最近的检查点和二维码印在一项目一表上。"
)
def papers(report: str, out: str, version: str, log: str | None) -> None:
    """Write the meeting's papers."""
    from shangji.cli.ledgered import last_checkpoint
    from shangji.papers import named, write

    if not version.strip() or any(mark in version for mark in '/\\:*?"<>|'):
        says = "版本名不能为空，也不能含有 / \\ : * ? 一类字符。"
        fix = "例如 --version V3党组会稿。"
        raise Refused([Problem("name-unknown", Where(field="--version"), says, fix, value=version)])
    snapshot, results, result, pack = _opened(report)
    stamp = last_checkpoint(log) if log else None
    told = named(snapshot, result, version.strip())
    made = write(Path(out), snapshot, results, pack, told, stamp)
    for name in made:
        click.echo(f"{out}/{name}")
    click.echo("会上填好决定数、会议和纪要号后，用 shangji decision freeze 读回并冻结。")


@click.group(cls=ChineseGroup, help="会议决定：从填好的汇总表读回、冻结成版本、版本之间对比。")
def decision() -> None:
    """Group of the commands about decisions."""


@decision.command(
    cls=ChineseCommand, help="读回填好的项目审核汇总表，核对后冻结成一个不再改写的版本。"
)
@click.argument("file", metavar="汇总表.xlsx")
@click.option(
    "--report", default=REPORT, show_default=True, metavar="文件夹", help="导出它的结果。"
)
@click.option(
    "-o", "--out", default=DECIDED, show_default=True, metavar="文件夹", help="版本存在哪里。"
)
@to_ledger
@signed_by
def freeze(file: str, report: str, out: str, ledger: str | None, ledger_key: str | None) -> None:
    """Read decisions back and freeze them."""
    from shangji.adoption import adoption
    from shangji.cli.ledgered import record
    from shangji.papers.decided import TABLE, keep, take
    from shangji.recorded import said

    path = Path(file)
    if not path.is_file():
        raise Refused(
            [Problem("folder-missing", Where(file), "没有这个文件。", "请核对路径后重试。")]
        )
    snapshot, results, result, pack = _opened(report)
    taken, problems = take(path, snapshot, results, result, pack)
    if taken is None:
        raise Refused(problems)
    kept = keep(taken, path, snapshot, pack, Path(out))
    if ledger:
        _, _, root = record(
            ledger, lambda key, when: list(said(TABLE, taken.rows, key, when)), ledger_key
        )
        click.echo(f"存证  已记入 {ledger}，根 {root}")
    total = sum(row["decided_yuan"] for row in taken.rows)
    click.echo(f"已冻结 {taken.version}：{len(taken.rows)} 个项目，决定 {yuan(total)} 元")
    pairs = [(row["suggested_yuan"], row["decided_yuan"]) for row in taken.rows]
    click.echo(f"{adoption(pairs).words}。")
    if taken.undecided:
        click.echo(f"另有 {taken.undecided} 个项目没有填决定数，未列入本版本")
    click.echo(f"{out}/{taken.version} · 摘要 {kept.digest[:16]}")


@decision.command(cls=ChineseCommand, help="对比两个已冻结的版本，逐项目列出变动。")
@click.argument("old", metavar="旧版本")
@click.argument("new", metavar="新版本")
@click.option(
    "-o", "--out", default=DECIDED, show_default=True, metavar="文件夹", help="版本存在哪里。"
)
@click.option("--json", "as_json", is_flag=True, help="输出 JSON，供程序读取。")
def diff(old: str, new: str, out: str, *, as_json: bool) -> None:
    """Compare two frozen versions."""
    from shangji.papers.decided import changes, decisions

    found = decisions(Path(out))
    for name in (old, new):
        if name not in found:
            fix = f"已冻结的有：{'、'.join(found) or '（没有）'}。"
            raise Refused([Problem("name-unknown", Where(out), "没有这个版本。", fix, value=name)])
    changed = changes(found[old], found[new])
    if as_json:
        told = [
            {"project_code": code, "was_yuan": _plain(was), "now_yuan": _plain(now)}
            for code, was, now in changed
        ]
        click.echo(json.dumps(told, ensure_ascii=False, indent=1))
        return
    totals = [sum(row["decided_yuan"] for row in found[name]) for name in (old, new)]
    click.echo(f"{old} {yuan(totals[0])} 元 → {new} {yuan(totals[1])} 元，变动 {len(changed)} 项")
    reasons = {row["project_code"]: row["reason"] for row in found[new]}
    for code, was, now in changed[:SHOWN]:
        before = "未列" if was is None else yuan(was)
        after = "未列" if now is None else yuan(now)
        why = f"（{reasons[code]}）" if reasons.get(code) else ""
        click.echo(f"  {code}  {before} → {after}{why}")
    if len(changed) > SHOWN:
        click.echo(f"  另有 {len(changed) - SHOWN} 项，用 --json 看全部")


def _plain(value: Any) -> str | None:  # noqa: ANN401 - a decimal or nothing
    return None if value is None else f"{value:f}"
