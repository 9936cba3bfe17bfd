"""`shangji allocate`: the plan of a finished review."""

from __future__ import annotations

import json
from pathlib import Path

import click

from shangji.cli.chinese import ChineseCommand
from shangji.errors import Problem, Refused, Where

OUT = "审核结果"


@click.command(
    cls=ChineseCommand,
    help="资金安排：申报→核定→安排，各资金来源余额，哪些限额卡住、各值多少分。",
)
@click.argument("report", default=OUT, metavar="[审核结果]")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON，供程序读取。")
def allocate(report: str, *, as_json: bool) -> None:
    """Show the plan of a report."""
    import duckdb

    from shangji.pack import load
    from shangji.report.arranged import arranged
    from shangji.report.arranged_screen import arranged_lines, price_lines
    from shangji.report.reviewed import open_reviewed
    from shangji.review import open_report

    snapshot, results, _, folders = open_report(Path(report))
    pack, problems = load(folders)
    if pack is None:
        raise Refused(problems)
    if "plan" not in results.rows:
        says = "这份审核结果里没有资金安排。"
        fix = "需要财力测算表（可用财力）；约束互相冲突的，先看 审核结果.xlsx 的“数据问题”页。"
        raise Refused([Problem("plan-none", Where(report), says, fix)])
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
