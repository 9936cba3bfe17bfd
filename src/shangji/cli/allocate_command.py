"""`shangji allocate`: the plan of a finished review, and scenarios beside it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from shangji.cli.chinese import ChineseCommand
from shangji.errors import Problem, Refused, Where

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from shangji.allocate.wanted import Wanted
    from shangji.allocate.whatif import Scenario
    from shangji.pack import Pack
    from shangji.pack.allocation import Allocation
    from shangji.results import Results
    from shangji.snapshot import Snapshot

OUT = "审核结果"
SHEET = "安排方案.xlsx"


@click.command(
    cls=ChineseCommand,
    help="资金安排：申报→核定→安排，各资金来源余额，哪些限额卡住、各值多少分；可以试算其他方案。",
)
@click.argument("report", default=OUT, metavar="[审核结果]")
@click.option(
    "--what-if", "what_if", is_flag=True, help="试算：财力增减 5%、10%、20%，其他安排办法。"
)
@click.option(
    "--scenarios", metavar="文件", help="试算这个 YAML 文件里的方案，见 docs/guide/allocation.md。"
)
@click.option(
    "--each-limit",
    "each",
    is_flag=True,
    help="试算：卡住的每项财力、控制数各加 1 万元，逐项重新求解。",
)
@click.option("-o", "--out", metavar="文件", help=f"试算结果另写一份工作簿，如 {SHEET}。")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON，供程序读取。")
def allocate(
    report: str,
    scenarios: str | None,
    out: str | None,
    *,
    what_if: bool,
    each: bool,
    as_json: bool,
) -> None:
    """Show the plan of a report, or scenarios beside it."""
    from shangji.allocate import gathered
    from shangji.allocate.whatif import strangers
    from shangji.pack import load
    from shangji.report.scenarios import compared
    from shangji.review import open_report

    snapshot, results, _, folders = open_report(Path(report))
    pack, problems = load(folders)
    if pack is None:
        raise Refused(problems)
    if pack.allocation is None or "plan" not in results.rows:
        says = "这份审核结果里没有资金安排。"
        fix = "需要财力测算表（可用财力）；约束互相冲突的，先看 审核结果.xlsx 的“数据问题”页。"
        raise Refused([Problem("plan-none", Where(report), says, fix)])
    if what_if or scenarios or each:
        wanted, _ = gathered(snapshot, results, pack)
        wishes = _scenarios(scenarios, pack.allocation) if what_if or scenarios else []
        if problems := list(strangers(wishes, wanted)):
            raise Refused(problems)
        if each:
            wishes = [*wishes, *_each(wanted, pack)]
        found = compared(wanted, pack.allocation, wishes)
        _tell(found, snapshot, out=out, as_json=as_json)
    else:
        _show(snapshot, results, pack, as_json=as_json)


def _show(snapshot: Snapshot, results: Results, pack: Pack, *, as_json: bool) -> None:
    import duckdb

    from shangji.report.arranged import arranged
    from shangji.report.arranged_screen import arranged_lines, price_lines
    from shangji.report.reviewed import open_reviewed

    with duckdb.connect() as connection:
        open_reviewed(connection, snapshot, results, pack)
        plan = arranged(connection, pack)
    if as_json:
        click.echo(json.dumps(plan, ensure_ascii=False, indent=1))
        return
    names: dict[str, str] = {}
    for framework in pack.frameworks.values():
        names |= {letter: f"{letter} {zh}" for letter, zh in framework.grades.items()}
    for line in (*arranged_lines(plan, names), *price_lines(plan)):
        click.echo(line)


def _scenarios(path: str | None, policy: Allocation) -> Sequence[Scenario]:
    """The scenarios of a file, or the usual ones."""
    from shangji.allocate.whatif import scenario, usual
    from shangji.pack.reader import Reader
    from shangji.pack.strict_yaml import read

    if path is None:
        return usual(policy)
    doc, problems = read(Path(path), path)
    made = []
    if doc is not None:
        reader = Reader(doc, path, problems)
        made = [scenario(item, policy) for item in reader.each("scenarios", need=True)]
        reader.done()
    if problems:
        raise Refused(problems)
    return made


def _each(wanted: Wanted, pack: Pack) -> Iterator[Scenario]:
    """One 万元 more under each pot and ceiling that binds."""
    from shangji.allocate import arranged, required
    from shangji.allocate.whatif import Scenario, binding
    from shangji.words import limit_words

    plan, problems = arranged(wanted, required(pack))
    if plan is None:
        raise Refused(problems)
    for name in binding(plan, ("pot", "ceiling")):
        zh = f"{limit_words(pack, name, wanted.departments)}加 1 万元"
        yield Scenario(f"more|{name}", zh, limit=name, add=1)


def _tell(
    found: list[dict[str, Any]], snapshot: Snapshot, *, out: str | None, as_json: bool
) -> None:
    from shangji.report.scenarios import scenario_lines, scenario_sheets
    from shangji.report.workbook import write_sheets

    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=1))
    else:
        for line in scenario_lines(found):
            click.echo(line)
    if out:
        try:
            write_sheets(Path(out), scenario_sheets(found), snapshot, "安排方案")
        except OSError as error:
            fix = "请换一个能写的位置，或先关闭已打开的文件。"
            raise Refused([Problem("output-unwritable", Where(out), "写不进去。", fix)]) from error
        click.echo(f"已写入 {out}。", err=as_json)
