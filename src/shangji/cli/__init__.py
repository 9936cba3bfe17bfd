"""The command line. Everything a person reads is Chinese; exit codes are documented.

0 done · 2 wrong usage · 3 input refused, nothing done · 4 `--fail-on veto` met · 70 program fault.
"""

from __future__ import annotations

import json
import sys
from importlib.metadata import entry_points
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from shangji import __version__
from shangji.cli.allocate_command import allocate
from shangji.cli.anonymise_command import anonymise
from shangji.cli.bench_commands import bench
from shangji.cli.bench_faults import faults
from shangji.cli.bench_injections import injections
from shangji.cli.chinese import ChineseCommand, ChineseGroup, run
from shangji.cli.compare_command import compare
from shangji.cli.doctor import doctor
from shangji.cli.feedback_command import feedback
from shangji.cli.form_commands import check, template
from shangji.cli.ledger_commands import ledger
from shangji.cli.ledgered import record_review, signed_by, to_ledger
from shangji.cli.library_commands import library
from shangji.cli.mapping_commands import mapping
from shangji.cli.meeting_commands import DECIDED, decision, papers
from shangji.cli.pack_commands import pack
from shangji.cli.sample_command import sample
from shangji.cli.score_commands import score
from shangji.cli.standards_commands import standards
from shangji.cli.trace_command import trace
from shangji.cli.triage_commands import agreement, triage
from shangji.cli.verify_command import verify
from shangji.errors import Problem, Refused, Where

if TYPE_CHECKING:
    from collections.abc import Sequence

OUT = "审核结果"
VETO_EXIT = 4


@click.group(
    cls=ChineseGroup,
    help="上计·零基预算评审：读申报表，逐条按规则审核，每个结论都能追到行、规则和依据。",
    epilog="退出码：0 完成 · 2 用法错误 · 3 数据被拒收 · 4 达到 --fail-on · 70 程序故障。",
)
@click.version_option(__version__, "--version", message="上计 %(version)s", help="显示版本。")
def shangji() -> None:
    """Group of all commands."""


@shangji.command(
    cls=ChineseCommand, help="审核一个文件夹（或几份工作簿）里的申报数据，写出审核结果。"
)
@click.argument("paths", nargs=-1, required=True, metavar="文件夹…")
@click.option("--out", default=OUT, show_default=True, metavar="文件夹", help="结果写到哪里。")
@click.option(
    "--pack",
    "packs",
    multiple=True,
    metavar="规则包",
    help="规则包文件夹或名称，可重复；缺省为 national。后给的叠加在前面的上面。",
)
@click.option(
    "--mapping",
    "mappings",
    multiple=True,
    metavar="映射文件",
    help="陌生表格的映射文件（shangji mapping learn 生成），可重复。",
)
@click.option(
    "--library",
    metavar="文件夹",
    help="政策法规库，或放着法规文件原文的文件夹：逐项核对依据；缺省取环境变量 SHANGJI_LIBRARY。",
)
@click.option(
    "--attachments",
    multiple=True,
    metavar="文件夹",
    help="佐证资料在哪个文件夹（PDF、docx、xlsx、OFD、图片、zip），可重复。",
)
@click.option("--scans", is_flag=True, help="连同扫描件和照片一起识别（需 shangji[ocr]，较慢）。")
@click.option(
    "--readings",
    metavar="文件夹",
    help="资料读过一次就存在这里，文件没有变就不再重读；缺省在结果文件夹旁边。",
)
@click.option(
    "--model-server",
    metavar="地址",
    help="让大模型也读资料：与 OpenAI 兼容的服务的地址，到 /v1 为止；"
    "缺省取环境变量 SHANGJI_MODEL_URL，没有就不用模型。模型只添提示，不改变得分和金额。",
)
@click.option("--model", metavar="模型名", help="服务上的模型；缺省取环境变量 SHANGJI_MODEL。")
@click.option("--year", type=int, metavar="年份", help="预算年度；缺省取封面页。")
@click.option("--as-of", metavar="日期", help="数据截至日，如 2026-11-20；缺省取封面页。")
@click.option("--region", metavar="区划", help="评审地区的六位区划代码；缺省取封面页。")
@click.option(
    "--engine",
    default="duckdb",
    show_default=True,
    metavar="引擎",
    help="duckdb、local[2] 或 spark://主机:端口。",
)
@click.option(
    "--threads",
    type=click.IntRange(1, 64),
    default=2,
    show_default=True,
    metavar="数",
    help="DuckDB 用几个线程；结果与线程数无关。",
)
@click.option(
    "--fail-on",
    type=click.Choice(["veto"]),
    metavar="veto",
    help="有项目触及否决项时以退出码 4 结束。",
)
@to_ledger
@signed_by
@click.option("--json", "as_json", is_flag=True, help="输出 JSON，供程序读取。")
def review(**options: Any) -> None:  # noqa: ANN401 - click passes what is declared above
    """Review folders or workbooks."""
    from shangji.cli.attaching import read_lines
    from shangji.cli.reviewing import graded, review_paths, screen

    done = review_paths(options)
    if options["as_json"]:
        click.echo(
            json.dumps(
                {"result": done.report.result, "run": done.report.run}, ensure_ascii=False, indent=1
            )
        )
    else:
        for line in chain(screen(done, options["out"]), read_lines(done.attached)):
            click.echo(line)
        for line in graded(done, options["paths"]):
            click.echo(line)
    if options["ledger"]:
        record_review(done.report, options["ledger"], options["ledger_key"])
    rejected = any(row["outcome"] == "rejected" for row in done.report.summary.gates)
    if options["fail_on"] and rejected:
        click.get_current_context().exit(VETO_EXIT)


@shangji.command(
    cls=ChineseCommand,
    help="说明一个项目或评价对象（得分→指标→疑点→行→依据），或一条规则（含 SQL）。",
)
@click.argument("name", metavar="项目、对象或规则")
@click.option("--report", default=OUT, show_default=True, metavar="文件夹", help="审核结果在哪里。")
@click.option("--sql", is_flag=True, help="规则：连同它实际执行的 SQL。")
@click.option(
    "--decided",
    default=DECIDED,
    show_default=True,
    metavar="文件夹",
    help="项目：已冻结的会议决定在哪里；没有就不列。",
)
@click.option("--unit", "for_unit", is_flag=True, help="项目：通过路径只列单位可见的步骤。")
def explain(name: str, report: str, decided: str, *, sql: bool, for_unit: bool) -> None:
    """Explain what is evaluated, or a rule."""
    from shangji.columns import wrapped
    from shangji.explain import row_lines, rule_lines
    from shangji.pack import load
    from shangji.papers.decided import decided_lines
    from shangji.review import open_report

    snapshot, results, _, folders = open_report(Path(report))
    loaded, problems = load(folders)
    if loaded is None:
        raise Refused(problems)
    if name in loaded.rules:
        found = rule_lines(snapshot, results, loaded, loaded.rules[name], sql=sql)
    elif sql:
        fix = "规则编号形如 R-0001，全部规则见 审核结果.xlsx 的“规则”页。"
        raise Refused([Problem("name-unknown", Where(), "没有这条规则。", fix, value=name)])
    else:
        reader = "unit" if for_unit else "bureau"
        found = row_lines(snapshot, results, loaded, name, reader)
        if not for_unit:  # what a meeting decided is told to units by the bureau, not by this
            found = chain(found, decided_lines(Path(decided), snapshot, name))
    for line in found:
        if sql:
            click.echo(line)
            continue
        indent = len(line) - len(line.lstrip())
        for part in wrapped(line, indent + 2):
            click.echo(part)


shangji.add_command(template)
shangji.add_command(check)
shangji.add_command(feedback)
shangji.add_command(pack)
shangji.add_command(mapping)
shangji.add_command(library)
shangji.add_command(anonymise)
shangji.add_command(doctor)
shangji.add_command(trace)
shangji.add_command(sample)
shangji.add_command(bench)
bench.add_command(faults)
bench.add_command(injections)
shangji.add_command(score)
shangji.add_command(standards)
shangji.add_command(verify)
shangji.add_command(ledger)
shangji.add_command(compare)
shangji.add_command(triage)
shangji.add_command(agreement)
shangji.add_command(papers)
shangji.add_command(decision)
shangji.add_command(allocate)


COMMANDS = "shangji.commands"
"""The group of entry points by which another package, such as the site, brings commands."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line, with the commands that other packages bring, and exit with its code."""
    for point in entry_points(group=COMMANDS):
        if point.name not in shangji.commands:
            shangji.add_command(point.load())
    sys.exit(run(shangji, arguments))
